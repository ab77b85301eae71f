"""What another run has otherwise, and what stands in its place."""

from __future__ import annotations

import re

_VERSION = re.compile(r"\d{8}T\d{6}Z(-[0-9a-z]+)?")
# Stamped with the moment in which it was made.
_VERSION_SHA256 = re.compile(r'"sha256": "[0-9a-f]{64}"(?=,\s+"fault")')
# Drawn by lot, or made of where the ledger lies.
_CALCULATION = re.compile(
    r"\b([Bb]eregning|[Cc]alculation|--beregning)([ =])[a-z0-9]{8}([0-9a-f]{2})?\b"
)
_ADDRESS = re.compile(r"\b(beregning: )[a-z0-9]{8}([0-9a-f]{2})?\b")
# Drawn by lot: the id of a draft in a link, and of a form that has just been opened.
_DRAFT = re.compile(r"^(\s*kept: )[A-Za-z0-9_-]{16}$", re.MULTILINE)
_FORM = re.compile(r'(\}\)\(")[0-9a-f]{8}("\);</script>)')
# GDAL writes the day into a shapefile's table.
_DAY = re.compile(r'("DBF_DATE_LAST_UPDATE": ")[0-9-]{10}')
# A file of a screening is named by its day.
_FILE_DAY = re.compile(r"\b((?:vurdering|assessment)-[a-z0-9-]+?-)\d{4}-\d\d-\d\d(?=\.)")
_MOMENTS = (
    re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d| UTC)?"),
    re.compile(r"\d{1,2}\.(\d\d\.| \w+ )\d{4}(,)?( kl\.)? \d\d[.:]\d\d(:\d\d)?"),
    re.compile(r"\d{1,2} \w+ \d{4}(,)?( at)? \d\d[.:]\d\d"),
)


def plain(text):
    """Return a text without moments and without ids that are made of them."""
    known = {}
    text = _VERSION.sub(
        lambda hit: known.setdefault(hit.group(), f"<version {len(known) + 1}>"), text
    )
    text = _VERSION_SHA256.sub('"sha256": "<sha256>"', text)
    text = _CALCULATION.sub(r"\1\2<calculation>", text)
    text = _ADDRESS.sub(r"\1<calculation>", text)
    text = _DRAFT.sub(r"\1<draft>", text)
    text = _FORM.sub(r"\1<form>\2", text)
    text = _DAY.sub(r"\1<day>", text)
    text = _FILE_DAY.sub(r"\1<day>", text)
    for pattern in _MOMENTS:
        text = pattern.sub("<moment>", text)
    return text
