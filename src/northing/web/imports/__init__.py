"""Bringing in a file: it waits, says what its columns mean, shows what it would do, and lands."""
