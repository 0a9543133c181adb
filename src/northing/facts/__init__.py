"""What other systems own: fact tables, their files, and the engine that adds them up."""
