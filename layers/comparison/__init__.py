"""The page that compares municipalities, by the measure and parameters that a reader chooses."""
