"""Nothing is left for a page to import: what two threads import at once may lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from layers.app.shell import PAGES

ROOT = Path(__file__).parents[2]
# A fresh process: the tests' own has imported everything.
VISIT = """
import json, sys
import streamlit.testing.v1 as testing
import layers.whole
at = testing.AppTest.from_file("app.py", default_timeout=120)
found = {}
for page in json.loads(sys.argv[1]):
    before = set(sys.modules)
    (at.switch_page(page) if found else at).run()
    assert not at.exception, (page, at.exception)
    found[page] = sorted(set(sys.modules) - before)
print(json.dumps(found))
"""
# Of Python itself, and of tools that only developers have: pandera imports hypothesis if it can.
TOOLS = ("encodings", "hypothesis", "_hypothesis", "sortedcontainers", "pandera.strategies")


def test_no_page_imports_anything_after_the_one_place():
    files = [file for file, _ in PAGES.values()]
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "-c", VISIT, json.dumps(files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert set(found) == set(files)
    late = {
        page: [one for one in names if not one.startswith(TOOLS)] for page, names in found.items()
    }
    assert {page: names for page, names in late.items() if names} == {}
