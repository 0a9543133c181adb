"""How investments are ranked: the terms of a score, the order that they make, and the line to which the money goes."""
