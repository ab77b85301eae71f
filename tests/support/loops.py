"""Asynchronous tests beside those of the browser, whose own loop goes on in their thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor


def run(work):
    """Run a coroutine in a thread that has no loop, and return what it returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
