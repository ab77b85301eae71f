"""What a pack's layers and columns are called and may hold, and what is wrong where they do not."""
