"""Finding a site: criteria, candidates, and how they are ranked."""
