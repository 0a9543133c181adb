"""Revisions, what changed between two of them, and taking one back."""
