"""What work costs, and what is claimed to come of it: teams' money on their items, benefit lines, return on cost.

A claim is no proof: figures of claims are never added to evidence or to what finance confirmed.
"""
