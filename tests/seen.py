"""What a page shows, read from the elements that Streamlit's test runner returns."""

from collections.abc import Iterator

from streamlit.testing.v1 import AppTest

_MARKDOWN_FIELDS = ("body", "label", "help", "text")


def formatted_texts(app: AppTest) -> list[str]:
    """Return every text that the browser would read as Markdown: bodies, labels, help, tabs, options of pills."""
    return [text for proto in _protos(app._tree) for text in _formatted(proto) if text]


def shown_cells(app: AppTest) -> list[str]:
    """Return every cell of every table as text."""
    return [str(cell) for table in app.dataframe for cell in table.value.to_numpy().ravel()]


def keys(app: AppTest) -> set[str]:
    """Return the keys of everything on the page."""
    return {node.key for node in _nodes(app._tree) if getattr(node, "key", None)}


def errors(app: AppTest) -> list[str]:
    """Return the error messages, without what escapes them."""
    assert not app.exception, [found.value for found in app.exception]
    return [found.value.replace("\\", "") for found in app.error]


def press(app: AppTest, *buttons: str) -> AppTest:
    """Click buttons in one run: the test runner knows no fragments, so a dialog has to be opened in every run anew."""
    for key in buttons:
        app.button(key=key).click()
    return app.run()


def _nodes(node) -> Iterator[object]:
    for child in getattr(node, "children", {}).values():
        yield child
        yield from _nodes(child)


def _protos(node) -> Iterator[object]:
    for child in _nodes(node):
        proto = getattr(child, "proto", None)
        if proto is None:
            continue
        yield proto
        yield from (
            part for part in (_part(proto, name) for name in ("expandable", "tab", "popover", "dialog")) if part
        )


def _part(proto, name: str):
    return getattr(proto, name, None) if name in proto.DESCRIPTOR.fields_by_name else None


def _formatted(proto) -> Iterator[str]:
    for name in _MARKDOWN_FIELDS:
        value = getattr(proto, name, "")
        if isinstance(value, str):
            yield value
    if type(proto).__name__ == "ButtonGroup":
        yield from (option.content for option in proto.options)
