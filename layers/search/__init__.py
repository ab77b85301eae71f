"""The page that finds a site."""
