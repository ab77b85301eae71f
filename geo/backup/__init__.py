"""The list of projects and all versions of the pack, taken to one file and back."""
