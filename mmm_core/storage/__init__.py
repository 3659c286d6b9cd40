"""What an installation keeps: rows in SQLite or PostgreSQL, heavy things as checksummed artefacts in a folder.

One module per aggregate (`projects`, `sources`, `revisions`, `participants`, `recognitions`, `proposals`, `fits`,
`jobs`, `scenarios`, `audit`); their functions take the session of `Database.transaction()` or `Database.reading()`
and return frozen values, never rows.
`opened.open_storage` gives both halves of an installation.
"""
