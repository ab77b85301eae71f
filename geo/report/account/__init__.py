"""The land account as a document for the council: its chapters, its charts, what has changed."""
