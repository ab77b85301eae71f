"""The report of a screening as a PDF."""
