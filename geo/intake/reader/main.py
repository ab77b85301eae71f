"""
Reads one file after another in a process of its own, so that no file can hurt anyone else's.

Started by `geo.intake.worker`. A request is one line of JSON on standard input, its answer one
line on standard output; what was read lies in an Arrow file that the request names. Little is
imported, so that it starts in a third of a second.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final


class _NotImported(MetaPathFinder):
    """Says of some modules that they are not there."""

    # pyogrio and pyarrow would import these if they could, and take ten times as long to start.
    names: ClassVar = {"geopandas", "pandas", "pyproj", "shapely"}

    def find_spec(self, fullname: str, *_: object) -> None:
        """Refuse the modules that are left out, and leave the others to the other finders."""
        if fullname in self.names:
            raise ModuleNotFoundError(name=fullname)


sys.meta_path.insert(0, _NotImported())

import pyogrio  # noqa: E402

from geo.intake.reader import listing, output, reading  # noqa: E402  # once some are refused
from geo.intake.sosi.faults import RefusedError  # noqa: E402

_NotImported.names.remove("shapely")  # which some tasks need after all

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_WRITTEN: Final = 500_000_000  # bytes
_TASKS: Final = {"list": listing.list_layers, "read": reading.read_layer}


def main() -> None:
    """Answer requests until there are no more."""
    # What libraries print must not end up among the answers.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        at_rest = _address_space()
        for line in sys.stdin:
            answers.write(json.dumps(_answer(json.loads(line), at_rest)) + "\n")
            answers.flush()


def _answer(request: dict[str, Any], at_rest: int) -> dict[str, Any]:
    try:
        with _limited(request, at_rest):
            return _TASKS[request["task"]](request)
    except output.OverLimitError as error:
        return {"over": error.what}
    except RefusedError as error:
        return {"refused": error.code, "parts": error.parts}
    except MemoryError:
        return {"over": "memory"}
    except Exception as error:  # noqa: BLE001  # a broken file fails in as many ways as formats
        # GDAL has no error of its own for want of memory; it says so in many places alike.
        if "memory" in str(error).lower():
            return {"over": "memory"}
        return {"failed": f"{type(error).__name__}: {error}"}


def _address_space() -> int:
    """Bytes in use before any file is read; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


@contextlib.contextmanager
def _limited(request: dict[str, Any], at_rest: int) -> Iterator[None]:
    """Hold this process to the request's memory and time, and its scratch files to its folder."""
    tempfile.tempdir = request["folder"]
    pyogrio.set_gdal_config_options({"CPL_TMPDIR": request["folder"]})
    if sys.platform == "win32":
        yield
        return
    spent = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(spent.ru_utime + spent.ru_stime + request["seconds"]) + 1
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: _MAX_WRITTEN,
        resource.RLIMIT_CORE: 0,
    }
    if at_rest:
        wanted[resource.RLIMIT_AS] = at_rest + request["memory"]
    before = {limit: resource.getrlimit(limit) for limit in wanted}
    for limit, value in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(limit, (value, before[limit][1]))
    try:
        yield
    finally:
        for limit, values in before.items():
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(limit, values)


if __name__ == "__main__":
    main()
