"""
A scheduler of dask's that somebody else started: whether it answers, and can have our work done.

It is asked before any work is sent. A process without this program fails every task of a round, one
with another version of it may reckon otherwise, and one that sees other folders finds no input or
leaves results where nobody looks.
"""

from __future__ import annotations

import hashlib
import platform
import uuid
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geo
from geo.errors import FileError
from geo.formats import atomic
from geo.schema.coercion import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PATIENCE_S: Final = 15.0  # until a scheduler that does not answer counts as not there, or workers
GONE_S: Final = 60.0  # until workers that were there count as gone: one that died is back sooner
_PROGRAM: Final = "naeringsareal"
# What figures and the way to send them rest on.
_PACKAGES: Final = (
    *("dask", "distributed", "geopandas", "numpy", "pandas", "pyarrow", "pyproj", "shapely"),
)
_CODE: Final = (".py", ".toml")
_ASKED: Final = "asked"  # a file in a folder that only for the moment is there


def require(address: str) -> None:
    """
    Ask whether a scheduler answers, which dask's own client waits for without end.

    Raises
    ------
    FileError
        If none does within `PATIENCE_S`.
    """
    from distributed.utils import LoopRunner  # noqa: PLC0415  # dask, which the app has not

    try:
        found = LoopRunner(asynchronous=False).run_sync(_identity, address)
    except Exception as error:  # whatever else listens there answers in many ways
        raise FileError("error.distribute_scheduler", address=quote(address)) from error
    if found.get("type") != "Scheduler":
        raise FileError("error.distribute_scheduler", address=quote(address))


def agree(client: Any, address: str, reads: Path, writes: Path) -> None:  # noqa: ANN401  # dask is untyped
    """
    Ask the scheduler and each worker whether they do what this process would do.

    Parameters
    ----------
    client
        Of the scheduler, which has workers.
    address
        Of the scheduler.
    reads, writes
        Folders that workers read and write; the latter is made if it is not there.

    Raises
    ------
    FileError
        If one lacks the program or has another version of it or of what it rests on, or a worker
        does not see the folders; names it. If the folder cannot be written.
    """
    found = client.get_versions()
    pythons = {address: found["scheduler"]} | found["workers"]
    for named, said in pythons.items():
        # A function cannot be sent to another Python.
        if _minor(_python_of(said)) != _minor(platform.python_version()):
            _differs(named, ["Python"])
    _same({address: client.run_on_scheduler(_question(), None, None)})
    with atomic.unwritable(writes):
        writes.mkdir(parents=True, exist_ok=True)
        with atomic.draft_folder(writes) as draft:
            (draft / _ASKED).touch()
            answers = client.run(_question(), str(reads), str(draft))
            _same(answers)
            here = _listed(reads)
            for named, said in answers.items():
                if said["input"] != here:
                    _blind(named, reads)
                if said["output"] is None or not (draft / said["output"]).exists():
                    _blind(named, writes)


def about() -> dict[str, str | None]:
    """Return the versions of what figures rest on; of the program, a digest of its code."""
    return {_PROGRAM: _digest(), **{name: _version(name) for name in _PACKAGES}}


def seen(reads: str | None, writes: str | None) -> dict[str, Any]:
    """Return what a process is, and sees of two folders; done there, see `agree`."""
    name = None
    if writes is not None and (Path(writes) / _ASKED).exists():
        name = uuid.uuid4().hex
        try:
            (Path(writes) / name).touch()
        except OSError:
            name = None
    listed = None if reads is None else _listed(Path(reads))
    return {"versions": about(), "input": listed, "output": name}


async def _identity(address: str) -> Mapping[str, Any]:
    import asyncio  # noqa: PLC0415  # with dask, as above

    from distributed import Security  # noqa: PLC0415  # as above
    from distributed.comm import connect  # noqa: PLC0415  # as above

    async def asked() -> Mapping[str, Any]:
        ways = Security().get_connection_args("client")
        comm = await connect(address, timeout=PATIENCE_S, **ways)
        try:
            await comm.write({"op": "identity", "reply": True})
            said: Mapping[str, Any] = await comm.read()
            return said
        finally:
            comm.abort()

    # Of a connection that is made, dask waits for the first word without end.
    return await asyncio.wait_for(asked(), PATIENCE_S)


def _question() -> Callable[..., Any]:
    # A function inside another is sent as it is written, and not by the name of a module that the
    # process may not have.
    def asked(reads: str | None, writes: str | None) -> Any:  # noqa: ANN401  # as `seen`
        try:
            import geo  # noqa: F401, PLC0415  # on the process that is asked
        except ImportError:
            return None
        try:
            from geo.distribute import scheduler  # noqa: PLC0415, PLW0406  # as above
        except ImportError:  # of another version
            return {"versions": {}}
        return scheduler.seen(reads, writes)

    return asked


def _same(answers: Mapping[str, Any]) -> None:
    mine = about()
    for address, said in answers.items():
        if said is None:
            raise FileError("error.distribute_no_program", address=quote(address))
        theirs = said["versions"] or {_PROGRAM: None}
        names = [name for name in theirs if theirs[name] != mine.get(name)]
        if names:
            _differs(address, names)


def _differs(address: str, names: list[str]) -> None:
    known = ", ".join(names)
    raise FileError("error.distribute_version", address=quote(address), known=known)


def _blind(address: str, path: Path) -> None:
    raise FileError("error.distribute_folder", address=quote(address), path=quote(path))


def _listed(folder: Path) -> str | None:
    """Return a digest of the names and sizes in a folder; None where it cannot be read."""
    try:
        found = sorted((one.name, one.stat().st_size) for one in folder.iterdir() if one.is_file())
    except OSError:
        return None
    return hashlib.sha256(repr(found).encode()).hexdigest()


@lru_cache(maxsize=1)
def _digest() -> str:
    folder = Path(geo.__path__[0])
    said = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.suffix in _CODE):
        said.update(path.relative_to(folder).as_posix().encode() + b"\0")
        # Of a copy for Windows, lines may end otherwise.
        said.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return said.hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _python_of(said: Any) -> str:  # noqa: ANN401  # as dask has it
    host = said.get("host", {}) if isinstance(said, dict) else {}
    return str(dict(host).get("python", ""))


def _minor(said: str) -> list[str]:
    return said.split(".")[:2]
