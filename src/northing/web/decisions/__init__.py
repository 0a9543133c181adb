"""Decisions: what is asked for with a scenario, who has to agree, and the log of what was decided."""
