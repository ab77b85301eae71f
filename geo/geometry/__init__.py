"""Reference systems, overlay, coverage and rectangles: shapes, whatever they stand for."""
