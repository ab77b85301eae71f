"""
The check of services against twenty on this machine that each take two seconds to answer.

Run it from the repository root::

    python -m tests.speed.doctor

The command runs in a process of its own, the start of Python included. Goal: under 15 seconds.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from geo.pack.location import VERSIONS_VARIABLE
from tests.support import world
from tests.support.answering import CATALOGUE, Answering
from tests.support.hostile import playing

GOAL_S = 15.0
LATENCY_S = 2.0
SERVICES = 20
ANSWERING = Answering()
KINDS = ("wfs", "arcgis", "ogcapi", "overpass", "entur", "brreg", "geonorge")


def entries(addresses):
    """The municipality, and nineteen of all types that answer over the net."""
    text = CATALOGUE.format(url="URL").replace("per_second = 1000\n", "")
    head, *blocks = text.split("[[services]]")
    of_kind = {re.search(r'type = "(\w+)"', block)[1]: block for block in blocks}
    kinds = ["kommuneinfo", *(KINDS[number % len(KINDS)] for number in range(SERVICES - 1))]
    chosen = [
        re.sub(r'id = "(\w+)"', rf'id = "\1-{number}"', of_kind[kind], count=1).replace("URL", url)
        for number, (kind, url) in enumerate(zip(kinds, addresses, strict=True))
    ]
    return "[[services]]".join([head, *chosen])


def slow(asked):
    time.sleep(LATENCY_S)
    asked.path = re.sub(r"^/\d+/", "/", asked.path)
    return ANSWERING(asked)


def measured(addresses):
    """Seconds that the command takes, and what it found."""
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "services.toml").write_text(entries(addresses), encoding="utf-8")
        command = [sys.executable, "-m", "layers.build", "doctor", "--json"]
        command += ["--municipality", world.NUMBER, "--services", f"{made}/services.toml"]
        environment = os.environ | {VERSIONS_VARIABLE: made}
        began = time.perf_counter()
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, check=False, env=environment
        )
        return time.perf_counter() - began, done.returncode, json.loads(done.stdout)


def main():
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(playing(slow))[0] for _ in range(SERVICES)]
        # Of one host the check asks five questions a second at most.
        one_host = [f"{servers[0]}/{number}" for number in range(SERVICES)]
        failed = False
        for what, addresses in (("a host each", servers), ("one host", one_host)):
            seconds, code, document = measured(addresses)
            well = sum(one["verdict"] in {"ok", "remark"} for one in document["services"])
            inner = document["seconds"]
            print(f"{well} services, {what}: {seconds:.1f} s, of it the check {inner:.1f} s")
            failed |= well != SERVICES or code != 0 or seconds > GOAL_S
    if failed:
        sys.exit(f"goal: {SERVICES} services, {GOAL_S:.0f} s")


if __name__ == "__main__":
    main()
