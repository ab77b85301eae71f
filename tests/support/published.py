"""The published service as a real process on loopback, over a pack with hostile texts in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 60
END_S = 10


def environment(folder, **more):
    """Return an environment whose ledger and cache are below `folder`."""
    own = {
        "NAERINGSAREAL_LEDGER": f"sqlite:///{folder}/ledger.sqlite",
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": str(ROOT),
    }
    return os.environ | own | more


def command(*options):
    return [sys.executable, "-m", "layers.publish", *options]


@contextlib.contextmanager
def serving(folder, pack, *options, host="127.0.0.1", **more):
    """Publish a pack; yields the process, its address and the file of what it says."""
    port = free_port()
    said = folder / f"said-{port}.txt"
    with (
        said.open("w") as out,
        subprocess.Popen(  # noqa: S603  # our own command
            command("--pack", str(pack), "--port", str(port), "--host", host, *options),
            cwd=folder,
            env=environment(folder, **more),
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            address = f"http://{host}:{port}"
            _wait(address, process, said)
            yield process, address, said
        finally:
            process.terminate()
            try:
                process.wait(timeout=END_S)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(address, process, said):
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the service ended: {said.read_text()}")
        try:
            if httpx.get(f"{address}/conformance", timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"no answer within {START_S} s: {said.read_text()}")
