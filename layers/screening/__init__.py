"""The page that judges a site."""
