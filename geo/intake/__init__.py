"""Files from people, opened with care: what they are, what they may hold, and where they lie."""
