"""What a reader has begun and not finished: kept for a day, so that a refresh loses nothing."""
