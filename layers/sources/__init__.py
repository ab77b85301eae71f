"""Official services: what is fetched from where, by whom it is spoken to, and what it becomes."""
