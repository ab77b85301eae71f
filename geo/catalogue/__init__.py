"""What can be taken out: the entries, each made ready, its codebook, and styles for QGIS."""
