import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
import types
from itertools import chain
from pathlib import Path
from queue import Queue

import psutil
import pytest

from geo.errors import MissingLayerError, ParameterError
from layers.app.heavy import child
from layers.app.heavy.job import Work
from layers.app.heavy.pool import VARIABLE, Pool, processes
from layers.errors import HeavyWorkError
from tests.support import heavy_tasks

LONG_S = 60.0
SEEN_S = 0.5
NOTHING = ()  # what these processes import
ROOT = Path(__file__).parents[5]
SCREEN = {"streamlit", "folium", "branca", "altair", "jinja2"}
# No page: run, it would end the process that imports it.
PAGE = "raise SystemExit('the page was run')"


def first(parts):
    return parts[0]


def of(task, *args, key=None):
    return Work(key or (task.__name__, args), task, args, first)


def done(pool, work):
    with pool.asked(work) as job:
        assert job.wait(LONG_S)
        return job.value()


def begun(path, count=1):
    """Wait until tasks have noted that they began, and return the processes' ids."""
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        noted = path.read_text(encoding="utf-8").split() if path.exists() else []
        if len(noted) >= count:
            return [int(one) for one in noted]
        time.sleep(0.01)
    pytest.fail("no task began")


def gone(process_id):
    """Wait until there is no such process."""
    end = time.monotonic() + LONG_S
    while time.monotonic() < end:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE:
                time.sleep(0.01)
                continue
        return True
    return False


@pytest.fixture(scope="module")
def pool():
    made = Pool(1, NOTHING)
    yield made
    made.close()


@pytest.fixture
def note(tmp_path):
    return tmp_path / "begun"


def test_a_result_comes_back(pool):
    assert done(pool, of(heavy_tasks.add, 1, 2)) == 3


def test_parts_come_back_in_their_order(pool):
    work = Work("many", heavy_tasks.many, (5,), lambda parts: [*chain(*parts)])
    assert done(pool, work) == [0, 1, 2, 3, 4]


def test_a_process_is_kept_for_the_next_job_and_goes_after_the_pages(pool):
    one = done(pool, of(heavy_tasks.niceness, key="one"))
    other = done(pool, of(heavy_tasks.niceness, key="other"))
    assert one == other
    assert one[0] != os.getpid()
    assert one[1] == min(19, os.nice(0) + child.NICE)


def test_the_process_loads_no_screen_and_runs_no_page(tmp_path, monkeypatch):
    path = tmp_path / "page.py"
    path.write_text(PAGE, encoding="utf-8")
    page = types.ModuleType("__main__")
    page.__file__ = str(path)
    monkeypatch.setitem(sys.modules, "__main__", page)  # as Streamlit does while a page runs
    one = Pool(1)
    try:
        loaded = set(done(one, of(heavy_tasks.modules)))
    finally:
        one.close()
    assert "geopandas" in loaded
    assert not loaded & SCREEN


def test_the_same_work_is_done_once_for_all_who_ask(pool, note):
    work = of(heavy_tasks.sleep, str(note), 0.5)
    found = []

    def ask():
        found.append(done(pool, work))

    with pool.asked(work) as job:
        begun(note)
        others = [threading.Thread(target=ask) for _ in range(3)]
        for other in others:
            other.start()
        assert job.wait(LONG_S)
        value = job.value()
        for other in others:
            other.join(LONG_S)
    assert len(begun(note)) == 1
    assert found == [0.5] * 3
    assert all(one is value for one in found)


def test_work_is_not_begun_again_before_its_result_is_cached(pool, note):
    work = of(heavy_tasks.sleep, str(note), 0.0)
    with pool.asked(work) as job:
        assert job.wait(LONG_S)
        assert done(pool, work) == 0.0
    assert len(begun(note)) == 1
    done(pool, work)
    assert len(begun(note, 2)) == 2


def test_progress_never_goes_back(pool):
    shares = []
    with pool.asked(of(heavy_tasks.steps, 1.0)) as job:
        while not job.wait(0.02):
            shares.append(job.share)
        shares.append(job.share)
    known = [share for share in shares if share is not None]
    assert known == sorted(known)
    assert len(set(known)) > 3
    assert all(0 <= share <= 1 for share in known)


def test_a_new_job_does_not_show_the_progress_of_the_one_before(pool, note):
    done(pool, of(heavy_tasks.steps, 0.1))
    with pool.asked(of(heavy_tasks.sleep, str(note), 0.3)) as job:
        begun(note)
        assert job.share is None
        assert job.wait(LONG_S)


@pytest.mark.parametrize("task", [heavy_tasks.sleep, heavy_tasks.work, heavy_tasks.stubborn])
def test_work_that_nobody_waits_for_is_stopped_within_a_second(pool, note, task):
    with pool.asked(of(task, str(note), key=task)) as job:
        (process_id,) = begun(note)
    before = time.monotonic()
    assert job.wait(LONG_S)
    # Of the work's minute; far from a second even where the machine has much else to do.
    assert time.monotonic() - before < 5
    with pytest.raises(HeavyWorkError) as stopped:
        job.value()
    assert stopped.value.code == "error.heavy_stopped"
    # One that hears goes on to the next job; one that does not is killed.
    if task is heavy_tasks.work:
        assert done(pool, of(heavy_tasks.niceness, key=note))[0] == process_id
    else:
        assert gone(process_id)
    assert done(pool, of(heavy_tasks.add, 2, 2)) == 4


def test_work_goes_on_while_one_still_waits_for_it(pool, note):
    work = of(heavy_tasks.sleep, str(note), 1.0)
    with pool.asked(work) as job:
        begun(note)
        with pool.asked(work):
            pass
        assert job.wait(LONG_S)
        assert job.value() == 1.0


def test_who_asks_again_for_stopped_work_gets_it_anew(pool, note):
    work = of(heavy_tasks.work, str(note), 0.5, key="again")
    with pool.asked(work):
        begun(note)
    assert done(pool, work) == 0.5
    assert len(begun(note, 2)) == 2


def test_the_place_in_line_is_told_and_moves_up(pool, note):
    with contextlib.ExitStack() as waiting:
        running = waiting.enter_context(pool.asked(of(heavy_tasks.work, str(note))))
        begun(note)
        gives_up = contextlib.ExitStack()
        second = gives_up.enter_context(pool.asked(of(heavy_tasks.add, 5)))
        third = waiting.enter_context(pool.asked(of(heavy_tasks.add, 6)))
        assert [job.ahead for job in (running, second, third)] == [0, 1, 2]
        gives_up.close()
        assert third.ahead == 1
        assert second.done
        assert running.done is False
    assert done(pool, of(heavy_tasks.add, 6)) == 6


def test_two_processes_work_at_once(note):
    pair = Pool(2, NOTHING)
    try:
        with (
            pair.asked(of(heavy_tasks.work, str(note), key="one")) as one,
            pair.asked(of(heavy_tasks.work, str(note), key="two")) as two,
        ):
            assert len(set(begun(note, 2))) == 2
            assert (one.ahead, two.ahead) == (0, 0)
    finally:
        pair.close()


def spared(pool, work):
    """Ask for what nobody waits for; gives the queue that its job comes into."""
    used = Queue()
    pool.spare(work, used.put)
    return used


def test_what_nobody_waits_for_is_done_where_a_process_has_nothing_to_do(pool):
    assert spared(pool, of(heavy_tasks.add, 7, 8)).get(timeout=LONG_S).value() == 15
    with pool.asked(of(heavy_tasks.add, 9)) as job:
        assert job.wait(LONG_S)


def test_what_nobody_waits_for_is_not_begun_where_somebody_waits(pool, note):
    with pool.asked(of(heavy_tasks.work, str(note))):
        begun(note)
        used = spared(pool, of(heavy_tasks.add, 1, key="spare beside work"))
        with pool.asked(of(heavy_tasks.add, 2, key="in line")) as second:
            assert second.ahead == 1  # not behind the spare one
    assert done(pool, of(heavy_tasks.add, 3)) == 3
    assert used.empty()


def test_what_nobody_waits_for_is_stopped_for_what_somebody_asks_for(pool, note):
    used = spared(pool, of(heavy_tasks.work, str(note), key="spare"))
    (process_id,) = begun(note)
    asked = time.monotonic()
    assert done(pool, of(heavy_tasks.niceness, key="for somebody"))[0] == process_id
    assert time.monotonic() - asked < 5  # of the spare work's minute
    with pytest.raises(HeavyWorkError) as stopped:
        used.get(timeout=LONG_S).value()
    assert stopped.value.code == "error.heavy_stopped"


def test_as_much_is_stopped_as_is_asked_for(tmp_path):
    pair = Pool(2, NOTHING)
    paths = [tmp_path / name for name in ("first", "second", "third")]
    try:
        one, other = (spared(pair, of(heavy_tasks.work, str(path))) for path in paths[:2])
        begun(paths[0])
        begun(paths[1])
        assert done(pair, of(heavy_tasks.add, 1)) == 1
        assert one.get(timeout=LONG_S).stopping
        assert other.empty()
        with pair.asked(of(heavy_tasks.work, str(paths[2]))):
            assert done(pair, of(heavy_tasks.add, 2)) == 2
        assert other.get(timeout=LONG_S).stopping
    finally:
        pair.close()


def test_who_asks_for_what_is_spare_waits_for_it_and_keeps_it_going(pool, note):
    work = of(heavy_tasks.work, str(note), 1.0, key="spare and asked for")
    used = spared(pool, work)
    begun(note)
    with pool.asked(work) as job, pool.asked(of(heavy_tasks.add, 4)) as second:
        assert second.ahead == 1
        assert job.wait(LONG_S)
        assert job.value() == 1.0
        assert second.wait(LONG_S)
    assert used.get(timeout=LONG_S) is job
    assert len(begun(note)) == 1


def test_a_closed_pool_does_nothing_that_nobody_waits_for(note):
    one = Pool(1, NOTHING)
    used = spared(one, of(heavy_tasks.sleep, str(note)))
    (process_id,) = begun(note)
    one.close()
    assert gone(process_id)
    with pytest.raises(HeavyWorkError):
        used.get(timeout=LONG_S).value()
    assert spared(one, of(heavy_tasks.add, 1)).empty()


def test_a_process_that_dies_is_told_of_and_the_next_job_works(pool, caplog):
    with caplog.at_level(logging.WARNING), pytest.raises(HeavyWorkError) as lost:
        done(pool, of(heavy_tasks.die))
    assert lost.value.code == "error.heavy_lost"
    assert "avbrutt" in lost.value.say("nb")
    assert "Traceback" not in lost.value.say("nb")
    assert done(pool, of(heavy_tasks.add, 3)) == 3


def test_a_process_that_was_ended_while_it_had_nothing_to_do_costs_nobody_a_job(pool):
    process_id, _ = done(pool, of(heavy_tasks.niceness, key="before"))
    psutil.Process(process_id).kill()
    assert gone(process_id)
    time.sleep(SEEN_S)  # until the server knows, or does not know yet: both may be
    assert done(pool, of(heavy_tasks.add, 5)) == 5


def test_a_process_that_was_ended_while_it_had_nothing_to_do_is_made_ready_anew(pool):
    process_id, _ = done(pool, of(heavy_tasks.niceness, key="before it is ready"))
    psutil.Process(process_id).kill()
    assert gone(process_id)
    time.sleep(SEEN_S)  # as above
    pool.warm()
    assert done(pool, of(heavy_tasks.niceness, key="ready"))[0] != process_id


def test_a_job_for_a_process_whose_end_is_not_known_yet_is_done_by_another(pool):
    process_id, _ = done(pool, of(heavy_tasks.niceness, key="just before"))
    psutil.Process(process_id).kill()
    assert done(pool, of(heavy_tasks.add, 6)) == 6


def test_who_asks_a_closed_pool_is_not_kept_waiting():
    one = Pool(1, NOTHING)
    one.close()
    with one.asked(of(heavy_tasks.add, 1)) as job:
        assert job.wait(LONG_S / 10)
        with pytest.raises(HeavyWorkError):
            job.value()


def test_an_error_of_ours_comes_back_as_it_was(pool):
    with pytest.raises(MissingLayerError) as missing:
        done(pool, of(heavy_tasks.refuse))
    expected = MissingLayerError("error.missing_layer", layer="parcels")
    assert missing.value.parts == {"layer": "parcels"}
    for language in ("nb", "en"):
        assert missing.value.say(language) == expected.say(language)


def test_a_fault_is_logged_and_said_without_its_traceback(pool, caplog):
    with caplog.at_level(logging.ERROR), pytest.raises(HeavyWorkError) as failed:
        done(pool, of(heavy_tasks.fail))
    assert failed.value.code == "error.heavy_failed"
    assert "secret" not in failed.value.say("nb")
    assert "ZeroDivisionError" in caplog.text
    assert done(pool, of(heavy_tasks.add, 4)) == 4


def test_a_closed_pool_leaves_no_process_and_keeps_nobody_waiting(note):
    one = Pool(1, NOTHING)
    board = one._slots[0].board.path
    with one.asked(of(heavy_tasks.sleep, str(note))) as running:
        (process_id,) = begun(note)
        with one.asked(of(heavy_tasks.add, 1)) as waiting:
            one.close()
            assert running.wait(LONG_S)
            assert waiting.wait(LONG_S)
    assert gone(process_id)
    assert not board.exists()


SERVER = """
import sys
from layers.app.heavy.job import Work
from layers.app.heavy.pool import Pool
from tests.support import heavy_tasks

pool = Pool(1, ())
if __name__ == "__main__":
    asked = pool.asked(Work("x", heavy_tasks.sleep, (sys.argv[1],), list))
    job = asked.__enter__()
    while not sys.stdin.readline():
        pass
"""


@pytest.mark.parametrize("way", ["kill", "end"])
def test_the_processes_end_with_the_server(way, note, tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    server = subprocess.Popen(  # noqa: S603  # our own script
        [sys.executable, str(script), str(note)],
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        (process_id,) = begun(note)
        if way == "kill":
            server.kill()
        else:
            server.stdin.write("end\n")
            server.stdin.close()
        server.wait(LONG_S / 2)  # the task itself takes longer
        assert gone(process_id)
    finally:
        server.kill()
        server.wait()
        server.stdin.close()


def test_the_number_of_processes_leaves_a_core_for_the_pages(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    for cores, expected in ((None, 1), (1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert processes() == expected


@pytest.mark.parametrize("said", ["0", "3", " 64 "])
def test_the_number_of_processes_can_be_set(monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    assert processes() == int(said)


@pytest.mark.parametrize("said", ["-1", "to", "1.5", "65", "²"])
def test_a_number_of_processes_that_is_none_is_refused(monkeypatch, said):
    monkeypatch.setenv(VARIABLE, said)
    with pytest.raises(ParameterError) as wrong:
        processes()
    assert VARIABLE in wrong.value.say("nb")
