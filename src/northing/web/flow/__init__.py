"""Flow: how work moves, what it serves, when it will be done, and what it costs and brings."""
