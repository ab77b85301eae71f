"""The land account: vacant land and densification, plot by plot, so that the parts sum up."""
