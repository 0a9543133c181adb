"""Northing: the source of truth for an organisation's AI investments."""

__version__ = "0.1.0"
