"""What systemd is told, where it is what started us: ready, alive, stopping."""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final

_VARIABLE: Final = "NOTIFY_SOCKET"  # sd_notify(3)

READY: Final = "READY=1"
ALIVE: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


def tell(state: str) -> None:
    """Tell it; nothing happens where nobody listens."""
    address = os.environ.get(_VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return
    if address.startswith("@"):  # a name that is in no folder
        address = f"\0{address[1:]}"
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(state.encode(), address)


def without(environment: dict[str, str]) -> dict[str, str]:
    """Return an environment for processes that are not to speak for this one."""
    return {
        name: value
        for name, value in environment.items()
        if name not in {_VARIABLE, "WATCHDOG_PID", "WATCHDOG_USEC"}
    }
