"""The inbox: what waits for the person who looks."""
