"""The pack and its results, served as OGC API Features: ``python -m layers.publish``."""
