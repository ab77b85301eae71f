"""The app as a town hall serves it: with login, so that only who is in a group may write."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests import PATIENCE_S
from tests.browser.conftest import wait
from tests.support.oidc import WRITERS
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105  # of these tests
CLIENT_SECRET = "what only the server knows"  # noqa: S105
# Nobody logs in by a provider here: tests sign the cookies themselves.
SECRETS = """
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{secret}"
client_id = "naeringsareal"
client_secret = "{client_secret}"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"

[naeringsareal]
writer_groups = ["{writers}"]
"""


class Town:
    """The server, and all that it has written to its log."""

    def __init__(self, address, log):
        self.address, self._log = address, log

    def log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running(folder, **settings):
    """Run the server in a folder of its own; yields a `Town`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    (folder / ".streamlit").mkdir()
    secrets = SECRETS.format(
        address=address, secret=SECRET, client_secret=CLIENT_SECRET, writers=WRITERS
    )
    (folder / ".streamlit" / "secrets.toml").write_text(secrets, encoding="utf-8")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "NAERINGSAREAL_LOG_LEVEL": "debug",
        "NAERINGSAREAL_PACKS": str(folder / "packs"),
        **{f"NAERINGSAREAL_{name.upper()}": value for name, value in settings.items()},
    }
    log = folder / "log.txt"
    command = [sys.executable, "-m", "layers.serve", "--port", str(port)]
    with (
        log.open("wb") as written,
        subprocess.Popen(  # noqa: S603  # our own command
            command, cwd=folder, env=environment, stdout=written, stderr=written
        ) as process,
    ):
        try:
            wait(f"{address}/healthz", process)
            yield Town(address, log)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)
