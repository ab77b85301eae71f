"""Geometries: made of what formats have, mended, and named where they cannot be read."""
