"""The file formats that layers are written in, one module a format."""
