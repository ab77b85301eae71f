"""Calculations for business land: GeoDataFrame in, Series or GeoDataFrame out. Knows no screen."""

__version__ = "0.1.0"  # as in pyproject.toml
