"""The published service as a real process on loopback, over a pack with hostile texts in it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from geo.pack.versions import VersionStore
from tests import PATIENCE_S
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = PATIENCE_S
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


@dataclass(frozen=True)
class Following:
    """A service that follows the version in use below a folder, and a ledger."""

    address: str
    client: httpx.Client
    store: VersionStore
    ledger: str
    said: Path
    cache: Path


@contextlib.contextmanager
def following(folder, packs, ledger):
    """Publish what is in use below `packs`."""
    own = {"NAERINGSAREAL_PACKS": str(packs), "NAERINGSAREAL_LEDGER": ledger}
    with (
        serving(folder, None, **own) as (_, address, said),
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        cache = folder / "cache" / "naeringsareal" / "publish"
        yield Following(address, client, VersionStore(packs), ledger, said, cache)


@contextlib.contextmanager
def serving(folder, pack, *options, host="127.0.0.1", **more):
    """Publish a pack, or the one in use; yields the process, its address and what it says."""
    port = free_port()
    named = () if pack is None else ("--pack", str(pack))
    said = folder / f"said-{port}.txt"
    with (
        said.open("w") as out,
        subprocess.Popen(  # noqa: S603  # our own command
            command(*named, "--port", str(port), "--host", host, *options),
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
    with httpx.Client(timeout=5, trust_env=False) as client:  # which reads certificates once
        while time.monotonic() < end:
            if process.poll() is not None:
                pytest.fail(f"the service ended: {said.read_text()}")
            try:
                if client.get(f"{address}/conformance").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    pytest.fail(f"no answer within {START_S} s: {said.read_text()}")
