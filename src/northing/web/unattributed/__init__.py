"""The money that no investment claims, and the rules that claim it."""
