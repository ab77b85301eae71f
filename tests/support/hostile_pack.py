"""A pack in which every text that somebody may write means harm, and so all that comes of it."""

from __future__ import annotations

import hashlib
import itertools
import json
import re

import pyogrio

from geo.schema import layers as schema
from tests.pins import smallpack
from tests.support import nasty

# What comes out where a text is taken for a program; it stands in no text of ours.
PRODUCT = str(7351 * 7919)
VALUES = (
    nasty.HTML,
    "{{ 7351 * 7919 }}{% for _ in (1,) %}{{ 7351 * 7919 }}{% endfor %}",
    "{% raw %}{{ broken",
    f"a {nasty.MARKDOWN}",  # a mark at the start would join one of ours before a name
    nasty.SCRIPT,
    '=HYPERLINK("https://evil.example/7351")',
    nasty.DIRECTIVES,
    "{0.__class__} {who} {name!r} %s%n%(x)s ${7351*7919}",
    nasty.ATTRIBUTE,
    nasty.LINES,
    "@SUM(7351)",
    "\u202e7351\u202c\u2066 <b>7351</b>",
    "'); DROP TABLE entries; --",
    "x" * 5_000,
    "+x7351",
    "-x7351+cmd|'/c calc'!A1",
    "../../../etc/passwd",
    "`7351`",
)
MARKED = ("zone_id", "project_id", "plan_id", "area_id")  # short enough for a link


def free(layer):
    """Columns of a layer that may hold any text."""
    columns = schema.LAYERS[layer].columns.columns
    return [
        name
        for name, one in columns.items()
        if (one.metadata or {}).get("dtype") == "str" and not one.checks
    ]


def layers(*, sound_status=True):
    """
    The layers of the small pack, every free text of theirs hostile; ids stay different.

    A list of projects takes no status that it does not know: with others there is none.
    """
    said = itertools.cycle(VALUES)
    changed = smallpack.layers()
    for name, frame in changed.items():
        for column in sorted(set(free(name)) & set(frame)):
            if name == "projects" and (
                column == "zone_id" or (column == "status" and sound_status)
            ):
                continue  # another layer's ids, and words of the program's own
            new = [next(said) for _ in range(len(frame))]
            if name == "projects":  # a list of projects takes no text that is longer
                new = [one[:400] for one in new]
            if column in {schema.LAYERS[name].id_column, "plan_id"}:
                new = [f"{one[:200]} {place}" for place, one in enumerate(new)]
            if column == "status":
                new[0] = nasty.DIRECTIVES  # the first is what a list is refused for
            frame[column] = new
    return changed


def write(folder, *, sound_status=True):
    """Write the pack; its manifest and its strategy are hostile too."""
    folder.mkdir(parents=True)
    path = folder / "pack.gpkg"
    written = layers(sound_status=sound_status)
    for name, one in written.items():
        kinds = set(one.geom_type)
        kind = kinds.pop() if len(kinds) == 1 else "Unknown"
        pyogrio.write_dataframe(one, path, layer=name, driver="GPKG", geometry_type=kind)
    said = itertools.cycle(VALUES)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    top = {"name": next(said), "municipality_no": "3205", "built": "2026-01-02", "sha256": digest}
    lines = _toml(top)
    for name, frame in written.items():
        flags = {
            key: value
            for key, value in smallpack.ABOUT.get(name, {}).items()
            if isinstance(value, bool)
        }
        told = {key: next(said) for key in ("source", "licence", "note", "accuracy", "date", "url")}
        lines += ["", f"[layers.{name}]", *_toml({"features": len(frame), **flags, **told})]
    (folder / "manifest.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    hostile = re.compile(r'"(?!mål"|line"|folketall")[^"]+"')
    strategy = hostile.sub(lambda _: json.dumps(next(said)), smallpack.STRATEGY)
    (folder / "strategy.toml").write_text(strategy, encoding="utf-8")


def _toml(values):
    return [f"{key} = {json.dumps(value)}" for key, value in values.items()]
