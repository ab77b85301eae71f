"""A reader who has gone for good gives back the upload, the results and the session."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import weakref
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from layers.app.kept import store
from layers.serve import leaving
from tests import PATIENCE_S
from tests.support import loops

APP = Path(__file__).parents[4] / "app.py"
KEPT_S = 0.05


class Tab(SessionClient):
    """A browser that takes what it is sent."""

    def write_forward_msg(self, msg):
        pass

    @property
    def client_context(self):
        return None


class Result:
    """Something large that a page has reckoned."""


@asynccontextmanager
async def running(monkeypatch):
    """A runtime of Streamlit's that forgets a reader after an instant."""
    monkeypatch.setattr(Runtime, "_instance", None)
    runtime = Runtime(
        RuntimeConfig(
            script_path=str(APP),
            media_file_storage=MemoryMediaFileStorage("/media"),
            uploaded_file_manager=MemoryUploadedFileManager("/upload"),
            session_storage=MemorySessionStorage(ttl_seconds=KEPT_S),
        )
    )
    await runtime.start()
    try:
        yield runtime
    finally:
        runtime.stop()
        await runtime.stopped


def arrived(runtime):
    """A reader with an upload and a result; returns the session's id and what is watched."""
    name = runtime.connect_session(client=Tab(), user_info={})
    session = runtime.get_app_session(name)
    runtime.uploaded_file_mgr.add_file(name, UploadedFileRec("f", "a.zip", "", b"x" * 1000))
    result = Result()
    session.session_state["found"] = result
    return name, weakref.ref(session), weakref.ref(result)


@pytest.fixture
def no_search():
    """Python does not look for rings by itself, as it seldom does in a server."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_search")
def test_who_has_left_gives_everything_back(monkeypatch):
    async def visit():
        async with running(monkeypatch) as runtime:
            leavers = leaving.Leavers(runtime)
            name, session, result = arrived(runtime)
            staying, _, others = arrived(runtime)
            leavers.sweep()
            runtime.disconnect_session(name)
            assert leavers.sweep() == 0  # may come back: a network may break for an instant
            assert result() is not None
            await asyncio.sleep(2 * KEPT_S)
            assert leavers.sweep() == 1
            assert result() is None
            assert session() is None
            assert set(runtime.uploaded_file_mgr.file_storage) == {staying}
            assert others() is not None
            assert leavers.sweep() == 0

    loops.run(visit())


@pytest.mark.usefixtures("no_search")
def test_without_it_streamlit_holds_on(monkeypatch):
    # Else there would be no need for it.
    async def visit():
        async with running(monkeypatch) as runtime:
            name, _, result = arrived(runtime)
            runtime.disconnect_session(name)
            await asyncio.sleep(2 * KEPT_S)
            assert result() is not None
            assert name in runtime.uploaded_file_mgr.file_storage

    loops.run(visit())


@pytest.mark.usefixtures("no_search")
def test_who_has_come_back_keeps_what_was_done(monkeypatch):
    async def visit():
        async with running(monkeypatch) as runtime:
            leavers = leaving.Leavers(runtime)
            name, _, result = arrived(runtime)
            leavers.sweep()
            runtime.disconnect_session(name)
            again = runtime.connect_session(client=Tab(), user_info={}, existing_session_id=name)
            await asyncio.sleep(2 * KEPT_S)
            assert again == name
            assert leavers.sweep() == 0
            assert result() is not None

    loops.run(visit())


def test_an_upload_that_comes_whole_after_its_reader_has_gone_is_not_kept(monkeypatch):
    async def visit():
        async with running(monkeypatch) as runtime:
            leavers = leaving.Leavers(runtime)
            name, *_ = arrived(runtime)
            staying, *_ = arrived(runtime)
            leavers.sweep()
            runtime.disconnect_session(name)
            await asyncio.sleep(2 * KEPT_S)
            leavers.sweep()
            # Streamlit asks whether the reader is there when an upload begins, and not at its end.
            late = UploadedFileRec("g", "b.zip", "", b"x" * 1000)
            runtime.uploaded_file_mgr.add_file(name, late)
            leavers.sweep()
            assert set(runtime.uploaded_file_mgr.file_storage) == {staying}

    loops.run(visit())


@pytest.mark.usefixtures("no_search")
def test_a_session_that_does_not_close_keeps_no_other_from_it(monkeypatch):
    async def visit():
        async with running(monkeypatch) as runtime:
            monkeypatch.setattr(leaving, "EVERY_S", KEPT_S)
            watching = asyncio.create_task(leaving.watch(runtime))
            one, *_ = arrived(runtime)
            held = runtime.get_app_session(one)  # as a page under way holds it
            other, _, result = arrived(runtime)
            await asyncio.sleep(2 * KEPT_S)
            files, refused = runtime.uploaded_file_mgr, []
            close = files.remove_session_files

            def closed(name):
                if name == one and not refused:
                    refused.append(name)
                    raise RuntimeError
                close(name)

            monkeypatch.setattr(files, "remove_session_files", closed)
            runtime.disconnect_session(one)
            runtime.disconnect_session(other)
            await asyncio.sleep(20 * KEPT_S)
            assert refused == [one] == [held.id]
            assert not watching.done()
            assert result() is None
            assert other not in files.file_storage
            watching.cancel()

    loops.run(visit())


def test_a_page_under_way_is_not_made_to_wait_for_the_search(monkeypatch):
    searched = []
    monkeypatch.setattr(leaving.gc, "collect", lambda: searched.append(1))

    async def visit():
        async with running(monkeypatch) as runtime:
            leavers = leaving.Leavers(runtime)
            name, _, _ = arrived(runtime)
            leavers.sweep()
            runtime.disconnect_session(name)
            await asyncio.sleep(2 * KEPT_S)
            monkeypatch.setattr(leaving.under_way, "pages", lambda: [threading.current_thread()])
            assert leavers.sweep() == 1
            assert searched == []
            leavers.sweep()
            assert searched == []
            monkeypatch.setattr(leaving.under_way, "pages", list)
            leavers.sweep()
            leavers.sweep()
            assert searched == [1]

    loops.run(visit())


def test_a_server_that_is_never_at_rest_is_searched_in_time(monkeypatch):
    searched = []
    monkeypatch.setattr(leaving.gc, "collect", lambda: searched.append(1))
    monkeypatch.setattr(leaving.under_way, "pages", lambda: [threading.current_thread()])
    monkeypatch.setattr(leaving, "PATIENCE_S", KEPT_S)

    async def visit():
        async with running(monkeypatch) as runtime:
            leavers = leaving.Leavers(runtime)
            name, _, _ = arrived(runtime)
            leavers.sweep()
            runtime.disconnect_session(name)
            await asyncio.sleep(2 * KEPT_S)
            leavers.sweep()
            await asyncio.sleep(2 * KEPT_S)
            leavers.sweep()
            leavers.sweep()
            assert searched == [1]

    loops.run(visit())


def test_what_was_begun_yesterday_goes_also_where_nobody_begins_anything(monkeypatch, tmp_path):
    monkeypatch.setenv("NAERINGSAREAL_PACKS", str(tmp_path))
    monkeypatch.setattr(leaving, "DRAFTS_EVERY_S", KEPT_S)
    old, new = (store.folder() / f"{store.write({'a': 1})}.json" for _ in range(2))

    async def hours():
        sweeping = asyncio.create_task(leaving.sweep_drafts())
        await asyncio.sleep(4 * KEPT_S)
        assert old.is_file()
        os.utime(old, (0, 0))
        async with asyncio.timeout(PATIENCE_S):
            while old.is_file():  # noqa: ASYNC110  # another thread removes it
                await asyncio.sleep(KEPT_S)
        sweeping.cancel()

    loops.run(hours())
    assert new.is_file()
