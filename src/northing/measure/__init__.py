"""Numbers about a portfolio: pure functions of a :class:`View`."""
