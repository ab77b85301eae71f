"""What browsers run of others' work is what was published: each file has its checksum."""

from __future__ import annotations

import hashlib
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "static" / "vendor"


def test_every_file_that_others_wrote_is_the_one_that_was_taken():
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    said = {name.removeprefix("./"): digest for digest, name in (line.split() for line in lines)}
    there = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    assert there == said
