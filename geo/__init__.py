"""Calculations for business land: GeoDataFrame in, Series or GeoDataFrame out. Knows no screen."""

import os

__version__ = "0.1.0"  # as in pyproject.toml

# Workbooks from people are read by defusedxml, which refuses entities; where lxml is installed,
# as python-docx needs it, openpyxl would take that instead. Asked for before openpyxl is imported.
os.environ.setdefault("OPENPYXL_LXML", "False")
