"""What is refused, by the code of the error that says so."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from geo.errors import NaeringsarealError


@contextmanager
def raising(expected, match=None):
    """
    As `pytest.raises`, for an error of one code, or one of several; a class will do as well.

    A code stands for its class: tests/unit/test_error_codes.py sees that no code has two.
    """
    several = expected if isinstance(expected, tuple) else (expected,)
    classes = tuple(one for one in several if isinstance(one, type))
    with pytest.raises(NaeringsarealError, match=match) as caught:
        yield caught
    assert caught.value.code in several or isinstance(caught.value, classes), repr(caught.value)
