"""Reference systems: what a file says, row by row too, and what its numbers say."""
