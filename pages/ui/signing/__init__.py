"""Parts of the Sign-off page."""
