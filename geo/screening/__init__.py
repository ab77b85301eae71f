"""Screening a site: facts, constraints, verdict, sensitivity, remedies, and the words for it."""
