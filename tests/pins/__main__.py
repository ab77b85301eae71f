"""
Write all expected files anew: ``python -m tests.pins [beginning of a name ...]``.

Only where what users see is meant to change; the difference belongs into the same commit.
"""

from __future__ import annotations

import logging
import sys
import time

from tests.pins.desk import desk
from tests.pins.pinned import EXPECTED, PINS, expected_file, write


def main(beginnings):
    logging.disable(logging.WARNING)  # Streamlit misses a server, which we do not need
    chosen = {name: make for name, make in PINS.items() if name.startswith(tuple(beginnings) or "")}
    if not beginnings:
        known = {expected_file(name) for name in PINS}
        for path in set(EXPECTED.rglob("*.txt")) - known:
            path.unlink()
    with desk() as at:
        for name, make in chosen.items():
            begun = time.perf_counter()
            write(expected_file(name), make(at))
            sys.stdout.write(f"{time.perf_counter() - begun:6.2f} s  {name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
