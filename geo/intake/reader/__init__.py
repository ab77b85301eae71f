"""The process that reads maps, SOSI and workbooks: it imports little, and is held to limits."""
