"""The page of the 90 % rule."""
