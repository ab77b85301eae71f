"""What makes another edition of the published layers: the pack's files, and the newest entry."""

from __future__ import annotations

import os
import threading

import anyio
import pytest

from geo.errors import PackError
from geo.ledger.database import ENVIRONMENT_VARIABLE
from geo.ledger.store import Ledger
from layers.publish import following, provider
from layers.publish.edition import EditionMaker
from layers.publish.following import FollowingService
from tests.support import loops
from tests.support.ledgers import BY, ledger_url, postgres, postgres_url, sqlite_url
from tests.support.ownpacks import own_pack

__all__ = ["ledger_url", "postgres", "postgres_url"]


@pytest.fixture
def maker(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    own_pack(tmp_path / "pakke")
    return EditionMaker(tmp_path / "pakke", bind=("127.0.0.1", 1), url="http://127.0.0.1:1")


def test_an_entry_its_undoing_and_another_ledger_are_other_states(maker, ledger_url, monkeypatch):
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, ledger_url)
    seen = []

    def look():
        seen.append(maker.state("3205"))
        assert maker.state("3205") == seen[-1]

    look()
    ledger = Ledger.open(ledger_url, "3205")
    try:
        entry = ledger.add({"name": "Berger"}, None, **BY)
        look()
        ledger.undo(entry.seq, **BY)
        look()
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, "postgresql://a:hemmelig@127.0.0.1:1/b")
        look()
        assert seen[-1].ledger_error.code == "error.ledger_unreachable"
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, ledger_url)
        assert maker.state("3205") == seen[2]
    finally:
        ledger.close()
    assert len({repr((one.heads, one.stamp)) for one in seen}) == 4


def test_a_ledger_that_takes_anothers_place_is_another_state(maker, tmp_path, monkeypatch):
    """As many entries, at another time: as after a backup that was restored."""
    states = []
    for name in ("a", "b"):
        url = sqlite_url(tmp_path / f"{name}.sqlite")
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, url)
        ledger = Ledger.open(url, "3205")
        ledger.add({"name": name}, None, **BY)
        ledger.close()
        states.append(maker.state("3205"))
    assert states[0] != states[1]
    assert states[0].heads[0].seq == states[1].heads[0].seq


def test_files_of_the_pack_that_change_are_another_state(maker, tmp_path):
    before = maker.state("3205")
    os.utime(tmp_path / "pakke" / "manifest.toml", (1, 1))
    assert maker.state("3205") != before


class Slow:
    """An application that answers when it is let."""

    def __init__(self, name):
        self.name, self.go, self.begun = name, threading.Event(), threading.Event()

    async def __call__(self, _scope, _receive, send):
        self.begun.set()
        await anyio.to_thread.run_sync(self.go.wait)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self.name.encode()})


def answer(service):
    """Ask once: the body, and the headers."""
    got = []

    async def send(message):
        got.append(message)

    async def ask():
        await service({"type": "http"}, None, send)

    loops.run(ask())
    return got[1]["body"].decode(), dict(got[0]["headers"])


def test_a_request_under_way_ends_with_the_edition_it_began_with(maker, tmp_path, monkeypatch):
    released, told = [], []
    monkeypatch.setattr(provider, "release", released.append)
    first = maker.make()
    slow, quick = Slow("gammel"), Slow("ny")
    quick.go.set()
    object.__setattr__(first, "app", slow)
    service = FollowingService(maker, first, lambda msgid, **_: told.append(msgid))
    answers = []
    asking = threading.Thread(target=lambda: answers.append(answer(service)))
    asking.start()
    slow.begun.wait()
    own_pack(tmp_path / "pakke", buildings=None)
    made = maker.make

    def next_one():
        edition = made()
        object.__setattr__(edition, "app", quick)
        return edition

    monkeypatch.setattr(maker, "make", next_one)
    service.look()
    body, headers = answer(service)
    assert body == "ny"
    assert headers[following.PACK_HEADER.encode()] != first.pack.sha256.encode()
    assert released == []  # somebody is still asking
    slow.go.set()
    asking.join()
    assert answers[0][0] == "gammel"
    assert answers[0][1][following.PACK_HEADER.encode()] == first.pack.sha256.encode()
    assert released == [first.place]
    service.look()
    assert told == ["publish.renewed"]


def test_what_fails_is_said_once_and_tried_again_after_a_while(maker, tmp_path, monkeypatch):
    told, tries = [], []
    first = maker.make()
    service = FollowingService(maker, first, lambda msgid, **_: told.append(msgid))
    os.utime(tmp_path / "pakke" / "manifest.toml", (1, 1))

    def fails():
        tries.append(1)
        raise PackError("error.pack_unreadable", path="x") if len(tries) < 3 else RuntimeError

    made = maker.make
    monkeypatch.setattr(maker, "make", fails)
    for _ in range(25):
        service.look()
    assert 2 <= len(tries) <= 4
    assert told == ["publish.kept"] * 2  # one for each reason
    monkeypatch.setattr(maker, "make", made)
    for _ in range(12):
        service.look()
    assert told == ["publish.kept"] * 2 + ["publish.renewed"]


def test_the_memory_of_an_edition_is_given_back_when_it_is_released(maker):
    edition = maker.make()
    held = [path for path in provider._FRAMES if path.parent == edition.place]
    assert len(held) == len(edition.selected.collections)
    provider.release(edition.place)
    assert not any(path.parent == edition.place for path in provider._FRAMES)
