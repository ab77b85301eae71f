"""What is wrong with a SOSI file, as something to be told or as a refusal."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal

_MOST_NAMED: Final = 20  # objects named one by one for the same fault; the rest are counted


class RefusedError(Exception):
    """
    A file that cannot be read, for the reason that a text gives.

    Attributes
    ----------
    code, parts
        Id of the text, and what fills it.
    """

    def __init__(self, code: str, /, **parts: object) -> None:
        self.code = code
        self.parts = parts
        super().__init__(code)


class ObjectError(Exception):
    """An object without a geometry that can be used; whoever catches it adds which object it is."""

    def __init__(self, msgid: str, /, **parts: object) -> None:
        self.msgid = msgid
        self.parts = parts
        super().__init__(msgid)


class TooManyError(Exception):
    """More than the limit on `what`: vertices or columns."""

    def __init__(self, what: Literal["vertices", "columns"]) -> None:
        self.what = what
        super().__init__(what)


class Notes:
    """What is to be told of a file, in the form in which the reader process answers it."""

    def __init__(self) -> None:
        self._told: list[dict[str, Any]] = []
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        msgid: str,
        feature: str | None = None,
        severity: Literal["error", "warning"] = "warning",
        **parts: object,
    ) -> None:
        """Tell something; `error` where an object is left out."""
        self._counts[msgid, severity] += 1
        if self._counts[msgid, severity] <= _MOST_NAMED:
            one = {"msgid": msgid, "feature": feature, "severity": severity, "parts": parts}
            self._told.append(one)

    @property
    def answer(self) -> list[dict[str, Any]]:
        """All that is to be told."""
        more = [
            {"msgid": "finding.more", "severity": severity, "parts": {"count": count - _MOST_NAMED}}
            for (_, severity), count in self._counts.items()
            if count > _MOST_NAMED
        ]
        return [*self._told, *more]
