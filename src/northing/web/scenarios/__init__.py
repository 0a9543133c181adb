"""Scenarios: the plan as it could be, and what it takes to make it the plan of record."""
