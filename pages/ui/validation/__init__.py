"""Parts of the page Validation."""
