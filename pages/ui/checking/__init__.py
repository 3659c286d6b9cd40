"""Parts of the Checks page."""
