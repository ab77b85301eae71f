"""The page of vacant land and densification."""
