"""Help: the five questions of the tool, how its figures are read, and what its words mean."""
