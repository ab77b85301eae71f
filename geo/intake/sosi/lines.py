"""The lines of a SOSI file, and all coordinates of it, found in one go for the whole file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

_NEWLINE, _SPACE, _TAB, _DOT, _REMARK, _PLUS, _MINUS = b"\n \t.!+-"
_ZERO: Final = np.uint8(ord("0"))
_PADDING: Final = b"\n" + bytes(15)  # so that one may look a little past any line's beginning
_DEEPEST: Final = 200  # spaces before a line
_LEVELS: Final = 4
_KEY: Final = "..NØ".encode()
_HEIGHT_OR_DEPTH: Final = tuple(b"HDhd")
_LONGEST: Final = 30  # characters of a number
_ALLOWED: Final = b"0123456789+-. \t\r\n"
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)", re.ASCII)
_AROUND: Final = re.compile(r"\A\.\.NØ[HD]{0,2}|\s(?:\.\.|!).*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[ \t\r]+")
_WITHOUT_DIGITS: Final = 2  # characters: a sign and a point


class Lines:
    """
    A file's lines.

    Attributes
    ----------
    data
        The file, in UTF-8, with one kind of line ending.
    first, end
        Where each line's text begins and ends.
    level
        Dots that a line begins with: 1 an object, 2 or more a property, 0 what goes on from above.
    coordinate
        Whether a line belongs to a list of coordinates.
    """

    def __init__(self, data: bytes) -> None:
        if b"\n" not in data:
            data = data.replace(b"\r", b"\n")
        self.data = data + _PADDING
        self._bytes = np.frombuffer(self.data, np.uint8)
        breaks = np.flatnonzero(self._bytes == _NEWLINE)
        self.end = breaks
        self.first = np.concatenate(([0], breaks[:-1] + 1))
        for _ in range(_DEEPEST):
            begun = self._bytes[self.first]
            indented = (begun == _SPACE) | (begun == _TAB)
            if not indented.any():
                break
            self.first[indented] += 1
        self.level = np.zeros(len(self.first), np.int8)
        begins = np.ones(len(self.first), bool)
        for level in range(_LEVELS):
            begins &= self._bytes[np.minimum(self.first + level, self.end)] == _DOT
            self.level += begins
        self.remark = self._bytes[self.first] == _REMARK
        self._lists = self.keyed(_KEY, 2, prefix=True)
        heads = np.where((self.level == 1) | (self.level == 2), np.arange(len(self.level)), -1)  # noqa: PLR2004
        above = np.maximum.accumulate(heads)
        of_list = np.zeros(len(self.level) + 1, bool)
        of_list[self._lists] = True
        self.coordinate = of_list[above]

    def __len__(self) -> int:
        return len(self.first)

    def text(self, line: int) -> str:
        """Return a line's text."""
        return self.data[self.first[line] : self.end[line]].decode()

    def fault(self, line: int) -> tuple[str | None, int]:
        """Return what is no number on a line of coordinates, if anything, and how many words."""
        words = _BETWEEN.split(_AROUND.sub("", self.text(line)).strip(" \t\r"))
        wrong = (one for one in words if len(one) > _LONGEST or not _NUMBER.fullmatch(one))
        return next(wrong, None), len(words)

    def keyed(self, key: bytes, level: int, *, prefix: bool = False) -> Numbers:
        """
        Return the lines of a level that begin with a key, in any case.

        As a whole word, or with H or D.
        """
        lines = np.flatnonzero(self.level == level)
        begun = self.first[lines]
        for at, cases in enumerate(zip(key, key.decode().lower().encode(), strict=True)):
            same = np.isin(self._bytes[np.minimum(begun + at, self.end[lines])], cases)
            lines, begun = lines[same], begun[same]
        after = self._bytes[begun + len(key)]
        ends = after <= _SPACE
        if prefix:
            ends |= np.isin(after, _HEIGHT_OR_DEPTH)
        return np.asarray(lines[ends])

    def coordinates(self) -> Coordinates:
        """Read all lists of coordinates."""
        begin, end = self._regions()
        edges = np.column_stack((begin, end)).ravel()
        runs = np.diff(np.concatenate(([0], edges, [len(self._bytes)])))
        kept = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
        clean = np.where(kept, self._bytes, np.uint8(_SPACE))
        del kept
        tokens, lengths = _tokens(clean)
        wrong = self._wrong(clean, tokens, lengths)
        if len(wrong):
            for line in wrong.tolist():
                clean[self.first[line] : self.end[line]] = _SPACE
            tokens, lengths = _tokens(clean)
        numbers = _numbers(clean, tokens, lengths)
        return self._points(numbers, np.searchsorted(tokens, self.first), wrong)

    def _regions(self) -> tuple[Numbers, Numbers]:
        """Where the numbers stand: what is left of each line without marks and remarks."""
        lines = np.flatnonzero(self.coordinate & (self.level != _LEVELS) & ~self.remark)
        lines = lines[(self.level[lines] == 0) | (self.level[lines] == 2)]  # noqa: PLR2004
        begin, end = self.first[lines], self.end[lines].copy()
        heads = self.level[lines] > 0
        begin[heads] += len(_KEY)
        for _ in range(2):  # NØH, NØD, NØHD
            letter = heads & np.isin(self._bytes[begin], _HEIGHT_OR_DEPTH)
            begin[letter] += 1
        dots = (self._bytes[:-1] == _DOT) & (self._bytes[1:] == _DOT)
        dots |= self._bytes[:-1] == _REMARK
        dots[1:] &= self._bytes[:-2] <= _SPACE
        marks = np.flatnonzero(dots)
        at = np.searchsorted(marks, begin)
        inside = at < len(marks)
        nearest = marks[np.minimum(at, max(len(marks) - 1, 0))] if len(marks) else end
        end = np.where(inside, np.minimum(end, nearest), end)
        return begin, end

    def _wrong(self, clean: Numbers, tokens: Numbers, lengths: Numbers) -> Numbers:
        """Lines in which something stands that is no number."""
        places = [tokens[lengths > _LONGEST]]
        if clean.tobytes().translate(None, _ALLOWED):
            places.append(np.flatnonzero(~np.isin(clean, list(_ALLOWED))))
        signs = np.flatnonzero((clean == _PLUS) | (clean == _MINUS))
        places.append(signs[clean[signs - 1] > _SPACE])
        dots = np.searchsorted(tokens, np.flatnonzero(clean == _DOT), "right") - 1
        places.append(tokens[dots[1:][dots[1:] == dots[:-1]]])  # two in one number
        short = tokens[lengths <= _WITHOUT_DIGITS]
        # What follows a number of one character is no digit.
        places.append(short[~_digits(clean, short) & ~_digits(clean, short + 1)])
        return np.unique(np.searchsorted(self.first, np.concatenate(places), "right") - 1)

    def _points(self, numbers: Numbers, at: Numbers, wrong: Numbers) -> Coordinates:
        """Pair the numbers: a line has a point of two or three, or several of its list's width."""
        counts = np.diff(np.concatenate((at, [len(numbers)])))
        heads = np.zeros(len(self) + 1, np.int64)
        heads[self._lists] = self._lists
        owner = np.maximum.accumulate(heads[:-1])
        wide = np.isin(self._bytes[self.first[owner] + len(_KEY)], _HEIGHT_OR_DEPTH)
        width = np.where(wide, 3, 2)
        single = (counts == 2) | (counts == 3)  # noqa: PLR2004  # a point, with or without height
        several = ~single & (counts > 0) & (counts % width == 0)
        odd = np.flatnonzero((counts > 0) & ~single & ~several)
        lines = np.flatnonzero(single)
        places = at[lines]
        if several.any():
            runs = np.flatnonzero(several)
            repeats = counts[runs] // width[runs]
            steps = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
            more = np.repeat(at[runs], repeats) + steps * np.repeat(width[runs], repeats)
            places = np.concatenate((places, more))
            lines = np.concatenate((lines, np.repeat(runs, repeats)))
            order = np.argsort(places, kind="stable")
            places, lines = places[order], lines[order]
        east_north = np.column_stack((numbers[places + 1], numbers[places]))
        return Coordinates(east_north, lines, np.union1d(wrong, odd))


class Coordinates:
    """
    All points of a file, in its own numbers.

    Attributes
    ----------
    points
        East and north, a row each.
    lines
        The line of each point.
    wrong
        Lines that should hold coordinates and do not.
    """

    def __init__(self, points: Numbers, lines: Numbers, wrong: Numbers) -> None:
        self.points = points
        self.lines = lines
        self.wrong = wrong


def _tokens(clean: Numbers) -> tuple[Numbers, Numbers]:
    """Where each number begins, and how many characters it has."""
    solid = clean > _SPACE
    begin = solid.copy()
    begin[1:] &= ~solid[:-1]
    tokens = np.flatnonzero(begin)
    return tokens, np.flatnonzero(solid[:-1] & ~solid[1:]) + 1 - tokens


def _digits(clean: Numbers, places: Numbers) -> Numbers:
    return clean[places] - _ZERO < 10  # noqa: PLR2004  # other characters wrap around to more


def _numbers(clean: Numbers, tokens: Numbers, lengths: Numbers) -> Numbers:
    """Numbers from their digits, all at once: `numpy.fromstring` takes three times as long."""
    values = np.zeros(len(tokens))
    for place in range(int(lengths.max(initial=0))):
        digit = clean[np.minimum(tokens + place, len(clean) - 1)] - _ZERO
        used = (digit < 10) & (place < lengths)  # noqa: PLR2004
        np.multiply(values, 10, out=values, where=used)
        np.add(values, digit, out=values, where=used)
    dots = np.flatnonzero(clean == _DOT)
    owners = np.searchsorted(tokens, dots, "right") - 1
    values[owners] /= 10.0 ** (tokens[owners] + lengths[owners] - dots - 1)
    values[clean[tokens] == _MINUS] *= -1
    return values
