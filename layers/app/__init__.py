"""What every page rests on: frame, login, cache, ledger, norms, texts and styles."""
