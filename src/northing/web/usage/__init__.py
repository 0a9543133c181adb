"""AI usage: tokens and requests, what they cost, and why."""
