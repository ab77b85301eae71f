"""How long the published service takes to follow: ``python -m tests.speed.following``."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from geo.ledger.store import Ledger
from geo.pack.location import EMBEDDED
from geo.pack.read import DEFAULT_PACK, read_pack
from geo.pack.versions import Signature, VersionStore
from geo.pack.write import copy_pack
from layers.publish.following import LEDGER_HEADER, PACK_HEADER
from tests.support.ledgers import BY, sqlite_url
from tests.support.ownpacks import own_pack
from tests.support.published import following

TIMES = 3


def waited(service, header, wanted):
    begun = time.perf_counter()
    while service.client.get("/conformance?f=json").headers[header] != wanted:
        time.sleep(0.05)
    return time.perf_counter() - begun


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own_pack(folder / "pakke")
        store = VersionStore(folder / "packs")
        made = store.add(
            lambda draft: copy_pack(folder / "pakke", draft), Signature("a", "b"), replaces=EMBEDDED
        )
        embedded = read_pack(DEFAULT_PACK)
        with following(folder, store.home, sqlite_url(folder / "ledger.sqlite")) as service:
            for _ in range(TIMES):
                store.activate(EMBEDDED, author="a")
                took = waited(service, PACK_HEADER, embedded.sha256)
                print(f"the embedded pack (1 509 plots) put into use: {took:.1f}")
                ledger = Ledger.open(service.ledger, embedded.municipality_no)
                entry = ledger.add({"name": "Nytt"}, None, **BY)
                ledger.close()
                took = waited(service, LEDGER_HEADER, str(entry.seq))
                print(f"an entry of the list of projects: {took:.1f}")
                store.activate(made.id, author="a")
                took = waited(service, PACK_HEADER, made.sha256)
                print(f"a pack of two plots put into use: {took:.1f}")


if __name__ == "__main__":
    main()
