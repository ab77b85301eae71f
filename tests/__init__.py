"""What all tests share."""

# Seconds that a machine with much else to do may take; a test that passes never waits this long.
PATIENCE_S = 180
