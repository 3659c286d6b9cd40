"""Alembic migrations: how the tables came to be, one module per change, never edited afterwards."""
