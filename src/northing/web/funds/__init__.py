"""Funds: money set aside, where it is, and every transfer of it."""
