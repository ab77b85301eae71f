"""A server to be measured: started as an operator would, with its own ledger; what it uses."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 300.0
END_S = 20.0
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
WARM = "layers.serve"


class Server:
    """A running server with all its processes."""

    def __init__(self, address, pid):
        self.address = address
        self.pid = pid

    def processes(self):
        """Ids of the server's process and of all that it has started."""
        children = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    children.setdefault(int(_stat(entry)[1]), []).append(int(entry.name))
        found, left = [], [self.pid]
        while left:
            found.append(left.pop())
            left += children.get(found[-1], [])
        return found

    def cpu_s(self):
        """Processor time so far, of those that run and those that have ended."""
        total = 0.0
        for pid in self.processes():
            with contextlib.suppress(OSError):
                total += sum(int(part) for part in _stat(Path(f"/proc/{pid}"))[11:15]) * TICK_S
        return total

    def memory_mb(self):
        """Proportional share of memory of all processes: what is shared is counted once."""
        return sum(filter(None, map(pss_mb, self.processes())))


def pss_mb(pid):
    """Proportional share of memory of one process, in MB; None where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return None


def _stat(entry):
    # After the name, which may hold anything: state, parent, …
    return (entry / "stat").read_text().rpartition(")")[2].split()


@contextlib.contextmanager
def serving(*, pack=None, warm=None, workers=1, forced_gc=False, environment=None):
    """
    Start a server with an empty ledger of its own, and end it.

    Parameters
    ----------
    warm
        By `python -m layers.serve`; None where that is there, else by `streamlit run`.
    forced_gc
        Let Streamlit collect all garbage after every run, as it does unless it is told otherwise.
    """
    warm = find_spec(WARM) is not None if warm is None else warm
    port = free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        ledger = Path(folder) / "ledger.sqlite"
        variables = os.environ | {
            "PYTHONPATH": str(ROOT),
            "NAERINGSAREAL_LEDGER": f"sqlite:///{ledger}",
            "NAERINGSAREAL_PACKS": str(Path(folder) / "packs"),
            "STREAMLIT_RUNNER_POST_SCRIPT_GC": str(forced_gc).lower(),
            **(environment or {}),
        }
        if pack:
            variables["NAERINGSAREAL_PACK"] = str(pack)
        if warm:
            command = [sys.executable, "-m", WARM, "--port", str(port)]
            command += ["--workers", str(workers)] if workers > 1 else []
        else:
            command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
            command += [f"--server.port={port}", "--server.address=127.0.0.1"]
        log = Path(folder) / "log.txt"
        with (
            log.open("wb") as written,
            subprocess.Popen(  # noqa: S603  # our own command
                command, cwd=ROOT, env=variables, stdout=written, stderr=written
            ) as process,
        ):
            address = f"http://127.0.0.1:{port}"
            try:
                _wait(f"{address}/_stcore/health", process, log)
                yield Server(address, process.pid)
            finally:
                process.terminate()
                try:
                    process.wait(END_S)
                except subprocess.TimeoutExpired:
                    process.kill()


def _wait(url, process, log):
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  # loopback
            return
        time.sleep(0.2)
    raise RuntimeError(log.read_text(errors="replace")[-3000:])
