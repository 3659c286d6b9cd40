"""What the page Specification is made of: a file per subject, each returns the choices that it shows."""
