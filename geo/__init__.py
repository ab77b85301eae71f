"""Calculations for business land: GeoDataFrame in, Series or GeoDataFrame out. Knows no screen."""
