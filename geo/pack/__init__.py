"""The data pack: read, written, kept in versions, and its layers replaced by other files."""
