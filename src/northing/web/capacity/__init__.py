"""Capacity: who is there and who is asked for, role by role and month by month."""
