"""The commands `backup` and `restore`: the list of projects and all versions of the pack."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from geo import i18n
from geo.backup.restore import check, restore
from geo.backup.save import BackupPlaces, backup
from geo.cli.runtime import Answer, UsageError, tell
from geo.ledger.database import default_url
from geo.pack import location
from geo.pack.location import EMBEDDED, PACK_VARIABLE
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from geo.backup.manifest import BackupManifest
    from geo.cli.runtime import Parser


def arguments(name: str, text: Callable[[str], str], parser: Parser) -> Parser:
    """Add what `backup` and `restore` understand."""
    parser.set_defaults(action=None)
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=text("lang"))
    parser.add_argument("--json", action="store_true", help=text("json"))
    if name == "backup":
        parser.add_argument("--out", metavar="FILE", required=True, help=text("backup_out"))
    else:
        parser.add_argument("file", metavar="FILE", help=text("restore_file"))
        parser.add_argument("--check", action="store_true", help=text("restore_check"))
        parser.add_argument("--replace", action="store_true", help=text("restore_replace"))
    parser.add_argument("--ledger", metavar="URL", help=text("backup_ledger"))
    parser.add_argument("--packs", metavar="DIR", help=text("backup_packs"))
    return parser


def save_backup(options: Namespace) -> Answer:
    """Write a backup."""
    out = Path(options.out)
    manifest = backup(out, _places(options), partial(tell, options))
    say = partial(i18n.say, language=options.lang)
    notes = []
    named = os.environ.get(PACK_VARIABLE)
    if named:
        notes.append(say("cli.backup_other_pack", pack=quote(named)))
    done = say("cli.backup_done", path=str(out))
    return Answer(_document(manifest), (done, *_contents(manifest, options.lang), *notes))


def restore_backup(options: Namespace) -> Answer:
    """Put a backup back, or only check that it can be."""
    if options.check and options.replace:
        raise UsageError("cli.usage_together", name="--check", value="--replace")
    path, say = Path(options.file), partial(i18n.say, language=options.lang)
    if options.check:
        manifest = check(path, partial(tell, options))
        said = say("cli.restore_checked", path=str(path), at=manifest.at)
        return Answer(_document(manifest), (said, *_contents(manifest, options.lang)))
    done = restore(path, _places(options), partial(tell, options), replace=options.replace)
    lines = [say("cli.restore_done", path=str(path), at=done.manifest.at)]
    lines += _contents(done.manifest, options.lang)
    if done.kept is not None:
        lines.append(say("cli.restore_kept", path=str(done.kept)))
    lines += [say("cli.restore_aside", path=str(one)) for one in done.aside]
    named = os.environ.get(PACK_VARIABLE)
    if named and done.manifest.packs is not None:
        lines.append(say("cli.version_overruled", pack=quote(named)))
    document = _document(done.manifest) | {
        "kept": None if done.kept is None else str(done.kept),
        "aside": [str(one) for one in done.aside],
    }
    return Answer(document, tuple(lines))


def _places(options: Namespace) -> BackupPlaces:
    return BackupPlaces(
        options.ledger or default_url(), Path(options.packs) if options.packs else location.home()
    )


def _document(manifest: BackupManifest) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(manifest)
    del found["parts"]
    return found | {"bytes": sum(part.size for part in manifest.parts)}


def _contents(manifest: BackupManifest, language: str) -> list[str]:
    """Say what a backup holds, or that it has no ledger or no packs."""
    say = partial(i18n.say, language=language)
    ledger, packs = manifest.ledger, manifest.packs
    lines = []
    if ledger is None:
        lines.append(say("cli.backup_no_ledger"))
    else:
        entries, scenarios, calculations = (
            ledger.rows.get(f"ledger_{name}", 0)
            for name in ("entries", "scenarios", "calculations")
        )
        listed = ", ".join(ledger.municipalities) or say("cli.backup_nobody")
        lines.append(
            say(
                "cli.backup_ledger",
                entries=entries,
                scenarios=scenarios,
                calculations=calculations,
                municipalities=listed,
            )
        )
    if packs is None:
        lines.append(say("cli.backup_no_packs"))
        return lines
    used = say("cli.backup_embedded") if packs.in_use == EMBEDDED else packs.in_use
    lines.append(say("cli.backup_packs", count=len(packs.versions), version=used))
    lines += [say("cli.backup_damaged", version=one) for one in packs.damaged]
    return lines
