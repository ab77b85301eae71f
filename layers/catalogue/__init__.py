"""The page of layers, and their files."""
