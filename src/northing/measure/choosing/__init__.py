"""What can be chosen of a plan, in which ways, and what a choice has to keep. docs/choose.md has the formulas."""
