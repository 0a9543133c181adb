"""Rank: which investments stand above the line, by which score, and what other weights would change."""
