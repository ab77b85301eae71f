"""One file a revision; a file here is never changed once somebody has a ledger made by it."""
