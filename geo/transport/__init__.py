"""Stations, roads and the corridor: how far it is from a site, and what lies along the axis."""
