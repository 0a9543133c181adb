"""The portfolio as a grid and as bubbles: its state, its cells, what is typed into them, saved views."""
