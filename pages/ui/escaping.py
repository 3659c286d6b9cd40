"""Names in clients' files hold anything; on a page they are text and nothing else."""


def plain(text: str) -> str:
    """Escape what Markdown would read as formatting."""
    for mark in ("\\", "`", "*", "_", "#", "[", "]", "<", ">", "$", "~", "|", ":"):
        text = text.replace(mark, f"\\{mark}")
    return text
