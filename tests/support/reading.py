"""A pack that no test changes is read and checked once, as the app does."""

from __future__ import annotations

import contextlib
import functools
import sys
from pathlib import Path
from unittest import mock

from geo.pack.read import DEFAULT_PACK, FILE, read_pack


@functools.cache
def embedded():
    """Return the embedded pack, for tests that look only: its frames are the same for all."""
    return read_pack(DEFAULT_PACK)


@contextlib.contextmanager
def read_once(folders=None):
    """
    Read and check a pack once, as the app does, since that is most of a small command's time.

    Wherever `read_pack` is called from; under another name it is only not sped up. `folders` names
    the packs that this is for, all if it is None: a pack whose manifest is changed is another, and
    not known as such.
    """
    known = {}
    chosen = None if folders is None else {Path(folder).resolve() for folder in folders}

    def memo(usual):
        def read(directory, *rest, **more):
            path = Path(directory) / FILE
            fixed = chosen is None or Path(directory).resolve() in chosen
            if rest or more or not fixed or not path.is_file():
                return usual(directory, *rest, **more)
            key = (str(directory), path.resolve(), path.stat().st_mtime_ns)
            if key not in known:
                known[key] = usual(directory)
            return known[key]

        return read

    with contextlib.ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            usual = getattr(module, "read_pack", None) if name.startswith("geo.") else None
            if usual is not None:
                stack.enter_context(mock.patch.object(module, "read_pack", memo(usual)))
        yield
