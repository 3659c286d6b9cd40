"""Parts of the Push-back page."""
