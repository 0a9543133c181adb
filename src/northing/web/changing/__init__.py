"""How a page changes the plan: forms and their answers, conflicts, what is said when it is done."""
