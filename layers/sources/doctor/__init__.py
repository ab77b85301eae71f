"""What answers: every service of the catalogue asked for its description and one feature."""
