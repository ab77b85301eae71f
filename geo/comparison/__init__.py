"""Municipalities side by side: what a summary of many holds, and the figures that compare them."""
