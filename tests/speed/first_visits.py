"""
Fresh servers that get twelve first visits to twelve pages at the same moment.

python -m tests.speed.first_visits [--warm 20] [--plain 3]: so many servers started by
`python -m layers.serve` and by `streamlit run`, one after the other; ends with 1 on any error.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.speed.serving import serving
from tests.speed.visitors import LINKS
from tests.speed.websocket import Reader
from tests.support import loops


async def _visits(address):
    readers = await asyncio.gather(*(Reader.open(address) for _ in LINKS))
    pages = zip(readers, LINKS, strict=True)
    runs = await asyncio.gather(*(reader.visit(page) for reader, page in pages))
    await asyncio.gather(*(reader.close() for reader in readers))
    return [
        f"{page or 'front page'}: {said}"
        for page, run in zip(LINKS, runs, strict=True)
        for said in run.errors
    ], max(run.seconds for run in runs)


def first_visits(*, warm):
    """Start a server, visit all pages at once, and return what went wrong and the longest wait."""
    with serving(warm=warm) as server:
        return loops.run(_visits(server.address))


def main():
    """Start as many as told, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--warm", type=int, default=20)
    parser.add_argument("--plain", type=int, default=3)
    options = parser.parse_args()
    failed = 0
    for warm, times in ((True, options.warm), (False, options.plain)):
        name = "python -m layers.serve" if warm else "streamlit run app.py"
        for number in range(1, times + 1):
            errors, longest = first_visits(warm=warm)
            failed += bool(errors)
            print(
                f"{name} {number}: {len(errors)} errors, longest wait {longest:.1f} s", flush=True
            )
            for one in errors:
                print(f"  {one}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
