"""Maps that work without internet: Leaflet, labels, drawing, tiles."""
