"""Businesses of Enhetsregisteret, placed by Kartverket's official addresses."""
