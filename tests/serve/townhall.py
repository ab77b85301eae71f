"""nginx and the workers, from the files in deploy/ with nothing but ports and paths replaced."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests import PATIENCE_S
from tests.browser.conftest import ROOT, wait
from tests.support import oidc
from tests.support.ports import free_port
from tests.support.programs import needed

HOST = "areal.kommunen.no"  # as in deploy/
ADDRESS = f"https://{HOST}/areal"
GROUPS = f'writer_groups = ["{oidc.WRITERS}"]'
DRAIN_S = 10
NOBODY = "nobody"


@dataclass
class Town:
    """The running servers."""

    folder: Path
    ledger: str
    http: int
    https: int
    workers: list[int]
    process: subprocess.Popen
    access_log: Path

    def log(self):
        """Entries of the server's log."""
        lines = (self.folder / "server.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def events(self, name):
        """Entries of one kind."""
        return [one for one in self.log() if one["event"] == name]

    def requests(self):
        """What nginx has answered: address, status and the workers that it asked."""
        lines = self.access_log.read_text(encoding="utf-8").splitlines()
        pattern = re.compile(r"\S+ (\S+) (.*) (\d+) \d+ [\d.]+ worker=(.*)$")
        return [pattern.fullmatch(line).groups() for line in lines]

    def get(self, path, **options):
        """Ask nginx as any visitor."""
        url = f"https://127.0.0.1:{self.https}{path}"
        headers = {"Host": HOST} | options.pop("headers", {})
        return httpx.get(url, headers=headers, verify=False, timeout=PATIENCE_S, **options)  # noqa: S501  # signed by itself

    def cookie_for(self, worker):
        """A cookie of nginx's that leads to one of the workers."""
        for number in range(100):
            value, mark = f"prove-{number}", f"{worker}-{number}"
            self.get(f"/areal/_stcore/health?{mark}", headers={"Cookie": f"areal_worker={value}"})
            if self.requests()[-1][3] == f"127.0.0.1:{self.workers[worker]}":
                return {"name": "areal_worker", "value": value, "url": f"{ADDRESS}/"}
        return pytest.fail("no cookie leads there")

    def pid_at(self, worker):
        """The process that serves a port now."""
        started = [
            one
            for one in self.log()
            if one["event"] in {"worker started", "replaced"}
            and one["port"] == self.workers[worker]
        ]
        return started[-1]["pid"]


def until(holds):
    """Wait until `holds()` is true; fail where it never is."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            pytest.fail(f"did not come true within {PATIENCE_S} s")
        time.sleep(0.1)


def changed(path, pairs):
    """Text of a file in deploy/ with each of these lines' parts replaced, all of them found."""
    text = path.read_text(encoding="utf-8")
    for old, new in pairs.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def running(folder, ledger, secrets):
    """Run both, and wait until they answer."""
    ports = two_ports()
    with (
        workers(folder, ledger, secrets, ports) as process,
        nginx(ports) as (http, https, access_log),
    ):
        wait(f"http://127.0.0.1:{ports[0]}/areal/healthz", process)
        wait(f"http://127.0.0.1:{ports[1]}/areal/healthz", process)
        yield Town(folder, ledger, http, https, ports, process, access_log)


def two_ports():
    """Two ports in a row, as several workers take them."""
    for _ in range(100):
        first = free_port()
        with contextlib.suppress(OSError), contextlib.closing(probe(first + 1)):
            return [first, first + 1]
    return pytest.fail("no two ports in a row are free")


def probe(port):
    taken = socket.socket()
    taken.bind(("127.0.0.1", port))
    return taken


@contextlib.contextmanager
def workers(folder, ledger, secrets, ports):
    """The server with deploy/naeringsareal.toml."""
    settings = folder / "naeringsareal.toml"
    settings.write_text(
        changed(
            ROOT / "deploy/naeringsareal.toml",
            {
                "port = 8501": f"port = {ports[0]}",
                '# ledger = ""': f'ledger = "{ledger}"',
                '# packs = ""': f'packs = "{folder / "packs"}"',
                "# limit_megabytes = 50": "limit_megabytes = 120",
                "drain_seconds = 20": f"drain_seconds = {DRAIN_S}",
            },
        ),
        encoding="utf-8",
    )
    (folder / "secrets.toml").write_text(secrets, encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("NAERINGSAREAL_")
    }
    environment["STREAMLIT_SECRETS_FILES"] = str(folder / "secrets.toml")
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            [sys.executable, "-m", "layers.serve", "--settings", str(settings)],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE_S)


@contextlib.contextmanager
def nginx(ports):
    """nginx with deploy/nginx.conf, as an ordinary user."""
    http, https = free_port(), free_port()
    user = {"user": NOBODY, "group": pwd.getpwnam(NOBODY).pw_gid} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="nginx-") as home:
        folder = Path(home)
        subprocess.run(  # noqa: S603  # our own command
            [
                *(needed("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes"),
                *("-subj", f"/CN={HOST}", "-days", "2"),
                *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
            ],
            check=True,
            capture_output=True,
        )
        temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        own = "".join(f"{one}_temp_path {folder}/{one};\n" for one in temporary)
        text = changed(
            ROOT / "deploy/nginx.conf",
            {
                "user www-data;": "",
                "worker_processes auto;": "worker_processes 1;",
                "/run/nginx.pid": str(folder / "pid"),
                "/var/log/nginx": str(folder),
                "http {\n": f"http {{\n{own}",
                "/etc/ssl/certs/areal.kommunen.no.pem": str(folder / "cert.pem"),
                "/etc/ssl/private/areal.kommunen.no.key": str(folder / "key.pem"),
                "listen 80;": f"listen 127.0.0.1:{http};",
                "listen [::]:80;": "",
                "listen 443 ssl http2;": f"listen 127.0.0.1:{https} ssl http2;",
                "listen [::]:443 ssl http2;": "",
                "127.0.0.1:8501": f"127.0.0.1:{ports[0]}",
                "127.0.0.1:8502": f"127.0.0.1:{ports[1]}",
            },
        )
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        if user:
            for path in [folder, *folder.iterdir()]:
                shutil.chown(path, NOBODY)
        program = needed("nginx", "nginx", also=("/usr/sbin",))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        command += ["-e", str(folder / "error.log"), "-g", "daemon off;"]
        process = subprocess.Popen(command, cwd="/", **user)  # noqa: S603  # as above
        try:
            until(lambda: listens(https) or process.poll() is not None)
            assert process.poll() is None
            yield http, https, folder / "naeringsareal.log"
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
