"""SOSI files (`.sos`), read into tables: runs in the process that reads a file, with numpy and shapely."""
