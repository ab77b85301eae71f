"""What the page of the site register shows."""
