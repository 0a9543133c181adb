"""Sources: what other systems own, how far each has spoken, and bringing in what they say next."""
