"""The page of own data."""
