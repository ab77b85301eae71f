"""What becomes of the features that a service gave: rules, circles for points, and the account."""
