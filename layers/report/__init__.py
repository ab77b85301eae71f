"""The page of documents: which there are, made of the figures on screen, and made again."""
