"""The page of one investment."""
