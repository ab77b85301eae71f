"""The embedded data pack, the facts it is built from and the script that builds it."""
