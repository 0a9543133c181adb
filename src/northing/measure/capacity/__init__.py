"""People: how many of a role there are in a period, how many are asked for, and by what."""
