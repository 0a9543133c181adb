"""Django's SQLite backend on a library that does not have the WAL-reset bug (SQLite ≥ 3.51.3)."""
