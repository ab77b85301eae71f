"""Ports for servers of the tests."""

from __future__ import annotations

import contextlib
import os
import random
import socket

import pytest

# Below those that a system gives to connections going out. Each worker has ports of its own: a
# server begins to listen seconds after its port was found free.
_WORKERS = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = range(20_000 + _WORKER % _WORKERS, 32_000, _WORKERS)
_given = set()


def free_port():
    """A port that nobody listens at; no connection going out takes it before the server does.

    Never the same twice: two servers may be about to start.
    """
    for port in random.sample(PORTS, 100):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    pytest.fail("no port is free")
