"""Programs of the machine that tests need."""

from __future__ import annotations

import os
import shutil

import pytest


def needed(name, package, *, also=()):
    """Path of a program; without it the test is skipped, and with CI=true it fails."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *also])
    found = shutil.which(name, path=path)
    if found is None:
        message = f"{name} is missing: install the package «{package}»"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found
