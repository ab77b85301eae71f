"""SOSI files (`.sos`) read into tables, in the process that reads a file."""
