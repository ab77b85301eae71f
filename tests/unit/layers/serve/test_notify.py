"""systemd is told where it listens, and nothing happens where nobody does."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from layers.serve import notify


def test_it_is_told(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(5)
        systemd.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify.tell(notify.READY)
        assert systemd.recv(100) == b"READY=1"


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="names that are in no folder are Linux's"
)
def test_a_name_that_is_in_no_folder_is_told_too(monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(5)
        systemd.bind(f"\0naeringsareal-{os.getpid()}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@naeringsareal-{os.getpid()}")
        notify.tell(notify.ALIVE)
        assert systemd.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("address", ["", "/finnes/ikke"])
def test_without_a_listener_nothing_happens(address, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify.tell(notify.STOPPING)


def test_a_worker_does_not_speak_for_the_whole():
    assert notify.without({"NOTIFY_SOCKET": "x", "WATCHDOG_USEC": "1", "PATH": "y"}) == {
        "PATH": "y"
    }
