"""Random numbers that are the same in every build."""

from __future__ import annotations

import hashlib

import numpy as np


def generator(*names: str) -> np.random.Generator:
    """
    Return a generator seeded from names, such as a zone and a purpose.

    One generator for each zone and purpose: a change in one zone then leaves the others as they
    were. Python's own ``hash`` of text differs between runs, so a digest is used.
    """
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
