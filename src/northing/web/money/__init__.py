"""Money: what was approved, spent, bound and is expected, at every level; the forecast, and closed months."""
