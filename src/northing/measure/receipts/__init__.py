"""What the figures of each subject are made of: their formula, their terms and the rows of facts under them."""
