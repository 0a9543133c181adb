"""What is fast, measured against a floor or a limit: ``python -m bench``, or one of its modules."""
