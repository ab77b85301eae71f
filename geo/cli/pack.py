"""The command ``pack``: what a pack is, what is wrong with it, its versions, layers from files."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from geo import i18n
from geo.cli.layers import layer_lines, layers
from geo.cli.runtime import Answer, file_arguments, pack_of, version_of
from geo.errors import FileError, PackError
from geo.intake import sites
from geo.pack.candidate import Extent, Nature, candidate, joined, require_layer
from geo.pack.diff import LayerChange, compare, compare_layer
from geo.pack.location import EMBEDDED, VERSION_ID, current, read_current
from geo.pack.mapping import Source, Way, guess
from geo.pack.read import Pack, read_pack
from geo.pack.replace import About, save
from geo.pack.stories import filled
from geo.pack.versions import Signature, Version, VersionStore
from geo.pack.write import copy_pack
from geo.schema.coercion import quote
from geo.schema.findings import gathered
from geo.schema.layers import LAYERS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable


NAMES: Final = ("versions", "activate", "compare", "import", "add")
_CHANGES: Final = ("added", "removed", "changed", "unchanged")
ACTIVE: Final = "active"  # stands for whatever version is in use, where a version is asked for


def arguments(name: str, parser: ArgumentParser, text: Callable[[str], str]) -> None:
    """Give the parser of one command its arguments."""
    if name == "activate":
        parser.add_argument("version", metavar="VERSION", help=text("version"))
    elif name == "compare":
        parser.add_argument("before", metavar="A", help=text("version_before"))
        parser.add_argument("after", metavar="B", help=text("version_after"))
    elif name == "add":
        parser.add_argument("directory", metavar="DIR", help=text("pack_dir"))
    elif name == "import":
        parser.add_argument("layer", metavar="LAYER", help=text("import_layer"))
        parser.add_argument("file", metavar="FILE", help=text("import_file"))
        parser.add_argument("--map", metavar="A=B", action="append", default=[], help=text("map"))
        parser.add_argument("--set", metavar="A=V", action="append", default=[], help=text("set"))
        parser.add_argument(
            "--code", metavar="A:V=K", action="append", default=[], help=text("code")
        )
        file_arguments(parser, text)
        for member in ("source", "licence", "date", "accuracy"):
            parser.add_argument(f"--{member}", metavar="T", default="", help=text(member))
        for option, kind in (("--nature", Nature), ("--extent", Extent)):
            choices = [one.value for one in kind]
            key = option.removeprefix("--")
            parser.add_argument(option, choices=choices, default=choices[0], help=text(key))
    if name in {"import", "add"}:
        parser.add_argument("--reason", metavar="T", default="", help=text("reason"))
        parser.add_argument("--activate", action="store_true", help=text("activate"))


def versions(options: Namespace) -> Answer:
    """All versions, the newest first, and which one is in use."""
    store = VersionStore()
    in_use = store.choice()
    found = store.versions()
    say = partial(i18n.say, language=options.lang)
    document = {"active": in_use.version, "versions": [_as_json(one) for one in found]}
    marked = [(one.id, _line(one, options.lang)) for one in found]
    marked.append((EMBEDDED, say("cli.version_embedded")))
    lines = [
        say("cli.version_in_use", line=line) if name == in_use.version else line
        for name, line in marked
    ]
    return Answer(document, tuple(lines))


def activate(options: Namespace) -> Answer:
    """Put a version into use."""
    VersionStore().activate(options.version, author=user())
    said = i18n.say("cli.version_activated", options.lang, version=options.version)
    return Answer({"active": options.version}, (said, *_overruled(options.version, options.lang)))


def compare_versions(options: Namespace) -> Answer:
    """What is different between two versions, layer by layer."""
    changes = compare(_pack(options.before), _pack(options.after))
    document = {
        "before": options.before,
        "after": options.after,
        "layers": [{**asdict(one), "same": one.same} for one in changes],
    }
    return Answer(document, tuple(_change_line(one, options.lang) for one in changes))


def import_layer(options: Namespace) -> Answer:
    """Make a version of the pack in use with one layer from a file."""
    require_layer(options.layer)
    store, pack = VersionStore(), pack_of(options)
    replaces, parent = store.choice().version, options.pack or current()
    frame = sites.read_layer(
        Path(options.file),
        layer=options.file_layer,
        crs=options.crs,
        near=pack.place(),
        placeless=LAYERS[options.layer].may_lack_place,
    )
    existing = pack.layer(options.layer) if pack.has(options.layer) else None
    mapping = guess(options.layer, frame, existing) | _mapping(options)
    mapping = _with_codes(mapping, options)
    nature, extent = Nature(options.nature), Extent(options.extent)
    keeps = partial(filled, options.layer, pack=pack) if extent is Extent.SAME_ID else None
    of_file = candidate(options.layer, frame, mapping, pack, nature, complete=keeps)
    new = joined(of_file, pack, extent)
    new.require_valid()
    source = options.source or Path(options.file).name
    facts = {name: getattr(options, name) for name in ("licence", "date", "accuracy")}
    about = About(source=source, nature=nature, **facts)
    said = options.reason or i18n.say("cli.reason_import", file=Path(options.file).name)
    signature = Signature(user(), said, parent, (options.layer,))
    made = save(
        store,
        pack,
        new,
        about,
        signature,
        extent=extent,
        replaces=replaces if options.activate else None,
    )
    warnings = [found.say(options.lang) for found in gathered(new.findings)]
    change = compare_layer(options.layer, existing, new.frame)
    document = {
        "version": made.id,
        "active": options.activate,
        "layer": options.layer,
        "features": len(new.require_valid()),
        "change": {part: getattr(change, part) for part in _CHANGES},
        "mapping": {target: _written(source) for target, source in mapping.items()},
        "warnings": [found.say(options.lang) for found in new.findings],
    }
    # In numbers: a file with one area, taken for the whole layer, makes all others go.
    lines = (*warnings, _change_line(change, options.lang), *_made(made, options))
    return Answer(document, lines)


def add(options: Namespace) -> Answer:
    """Keep a whole pack, such as one that has been built, as a version."""
    store, folder = VersionStore(), Path(options.directory)
    pack = read_pack(folder)
    if not pack.layers:
        raise PackError("error.pack_without_layers", path=quote(folder))
    replaces = store.choice().version
    before = _readable_current()
    layers = list(pack.layers)
    if before is not None:
        layers = [one.layer for one in compare(before, pack) if not one.same]
    said = options.reason or i18n.say("cli.reason_add", name=pack.name)
    signature = Signature(user(), said, current(), layers)
    made = store.add(
        partial(copy_pack, folder), signature, replaces=replaces if options.activate else None
    )
    document = {"version": made.id, "active": options.activate, "sha256": made.sha256}
    return Answer(document, _made(made, options))


def _pack(named: str) -> Pack:
    if named == ACTIVE:
        return read_current()
    if named == EMBEDDED or VERSION_ID.fullmatch(named):
        return VersionStore().read(named)
    return read_pack(named)


def _readable_current() -> Pack | None:
    try:
        return read_current()
    except PackError:
        return None


def _mapping(options: Namespace) -> dict[str, Source]:
    found = {}
    for given in options.map:
        target, column = _halves(given)
        parts = tuple(column.split("/"))
        joined_up = len(parts) > 1
        found[target] = Source(Way.JOINED, parts) if joined_up else Source.column(column)
    for given in options.set:
        target, value = _halves(given)
        found[target] = Source.constant(value)
    return found


def _with_codes(mapping: dict[str, Source], options: Namespace) -> dict[str, Source]:
    for given in options.code:
        place, code = _halves(given)
        target, colon, value = place.partition(":")
        if not colon or target not in mapping:
            raise FileError("error.mapping_form", given=quote(given))
        was = mapping[target]
        codes = (*was.codes, (value, code))
        mapping = mapping | {target: Source(was.way, was.columns, was.value, codes)}
    return mapping


def _halves(given: str) -> tuple[str, str]:
    before, equals, after = given.partition("=")
    if not (before.strip() and equals and after.strip()):
        raise FileError("error.mapping_form", given=quote(given))
    return before.strip(), after.strip()


def _written(source: Source) -> str:
    return source.value or "" if source.way is Way.CONSTANT else "/".join(source.columns)


def _as_json(one: Version) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": None if one.at is None else one.at.isoformat(),
        "author": one.author,
        "reason": one.reason,
        "parent": one.parent,
        "layers": list(one.layers),
        "sha256": one.sha256,
        "fault": None if one.fault is None else one.fault.say(i18n.DEFAULT_LANGUAGE),
    }


def _line(one: Version, language: str) -> str:
    if one.fault is not None:
        return one.fault.say(language)
    names = ", ".join(i18n.say(f"layer.{layer}", language) for layer in one.layers) or i18n.say(
        "cli.version_whole", language
    )
    parts = {"version": one.id, "author": one.author, "reason": one.reason, "layers": names}
    return i18n.say("cli.version", language, parent=one.parent, **parts)


def _change_line(one: LayerChange, language: str) -> str:
    layer = i18n.say(f"layer.{one.layer}", language)
    if one.same:
        return i18n.say("cli.change_same", language, layer=layer)
    parts = {name: getattr(one, name) for name in _CHANGES}
    sides = [
        i18n.say("cli.layer_absent", language)
        if side is None
        else i18n.say("cli.change_side", language, count=side.features)
        + ("" if side.area_m2 is None else f", {i18n.daa(side.area_m2, language)}")
        for side in (one.before, one.after)
    ]
    return i18n.say("cli.change", language, layer=layer, before=sides[0], after=sides[1], **parts)


def _made(made: Version, options: Namespace) -> tuple[str, ...]:
    msgid = "cli.version_made_active" if options.activate else "cli.version_made"
    said = i18n.say(msgid, options.lang, version=made.id)
    return (said, *(_overruled(made.id, options.lang) if options.activate else ()))


def _overruled(version: str, language: str) -> tuple[str, ...]:
    """Say so where the environment names another pack, which goes before any version."""
    at_work = current()
    if at_work == version:
        return ()
    return (i18n.say("cli.version_overruled", language, pack=quote(at_work)),)


def user() -> str:
    """Return who runs the command, as the system has it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in some containers
        return i18n.say("unknown")


def pack_info(options: Namespace) -> Answer:
    """What the pack is and which layers it holds."""
    say = partial(i18n.say, language=options.lang)
    pack = pack_of(options)
    errors, warnings = _counts(pack)
    document = {
        "name": pack.name,
        "municipality_no": pack.municipality_no,
        "built": pack.built,
        "sha256": pack.sha256,
        "layers": layers(pack),
        "errors": errors,
        "warnings": warnings,
    }
    unknown = say("unknown")
    head = say(
        "cli.pack",
        name=pack.name,
        municipality_no=pack.municipality_no or unknown,
        built=pack.built or unknown,
        sha256=pack.sha256[:12],
    )
    return Answer(document, (head, *layer_lines(pack, options.lang)))


def pack_validate(options: Namespace) -> Answer:
    """Everything that is wrong with the pack."""
    pack = pack_of(options)
    errors, warnings = _counts(pack)
    said = [(found, found.say(options.lang)) for found in pack.findings]
    document = {
        "pack": version_of(pack),
        "findings": [
            {
                "layer": found.layer,
                "feature": found.feature,
                "severity": found.severity,
                "code": found.msgid,
                "text": text,
            }
            for found, text in said
        ],
        "errors": errors,
        "warnings": warnings,
    }
    lines = tuple(
        i18n.say(f"cli.{found.severity}", options.lang, text=text) for found, text in said
    )
    verdict = "cli.pack_wrong" if errors else "cli.pack_usable" if warnings else "cli.pack_right"
    closing = i18n.say(verdict, options.lang, name=pack.name, errors=errors, warnings=warnings)
    return Answer(document, lines, closing) if errors else Answer(document, (*lines, closing))


def _counts(pack: Pack) -> tuple[int, int]:
    errors = sum(found.severity == "error" for found in pack.findings)
    return errors, len(pack.findings) - errors
