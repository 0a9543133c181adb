"""How a portfolio is kept: revisions, branches, merge, blame, verify."""
