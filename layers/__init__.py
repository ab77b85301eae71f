"""What is shown and where it comes from: pages call this, this calls geo."""
