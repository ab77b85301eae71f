"""Blocks of text and tables made to fit a page: set smaller first, then cut with an ellipsis."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from geo.report.sheet import line_height
from geo.styles import INK, MUTED, PANEL, PRIMARY, TRACK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.report.sheet import Sheet

SIZE: Final = 9.0  # points, before it is made smaller
TITLE_SIZE: Final = 10.5
SCALES: Final = (1.0, 0.95, 0.9, 0.86, 0.82)  # down to 7.4 points, still legible in print
GAP: Final = 3.2  # mm between blocks
GUTTER: Final = 7.0  # mm between columns
_PAD: Final = 0.7  # mm above and below the text of a table's row
_CELL_GAP: Final = 3.0  # mm between the cells of a row
_INDENT: Final = 4.2  # mm from an item's mark to its text
_CELL_LINES: Final = 4


class Block(Protocol):
    """Something that takes a height, can be drawn, and can be cut by a line."""

    def height(self, sheet: Sheet, width: float, scale: float) -> float:
        """Return its height in mm."""

    def draw(self, sheet: Sheet, place: tuple[float, float], width: float, scale: float) -> None:
        """Draw it with its upper left corner in `place`."""

    def cut(self, sheet: Sheet, width: float, scale: float) -> bool:
        """Leave out one line; False where nothing can be left out."""


@dataclass(frozen=True)
class Item:
    """One text with the mark that stands before it, if any."""

    text: str
    mark: str = ""
    colour: str = INK


@dataclass
class Texts:
    """A heading and items below each other; with `framed`, in a box to be copied from."""

    title: str
    items: Sequence[Item]
    framed: bool = False
    size: float = SIZE
    most: int | None = field(default=None, init=False)

    def _lines(self, sheet: Sheet, width: float, scale: float) -> list[tuple[Item, list[str]]]:
        indent = self._indent()
        room = width - indent - (2 * GAP if self.framed else 0)
        size = self.size * scale
        left = self.most
        found: list[tuple[Item, list[str]]] = []
        for item in self.items:
            lines = sheet.lines(item.text, room, size)
            if left is not None and len(lines) >= left and item is not self.items[-1]:
                # What follows goes; the last line that stays says so.
                cut = [*lines[: left - 1], sheet.cut(lines[left - 1], room, size)]
                return [*found, (item, cut)]
            found.append((item, sheet.lines(item.text, room, size, most=left)))
            left = None if left is None else left - len(lines)
        return found

    def _indent(self) -> float:
        return _INDENT if any(item.mark for item in self.items) else 0.0

    def height(self, sheet: Sheet, width: float, scale: float) -> float:
        """Return its height in mm."""
        count = sum(len(lines) for _, lines in self._lines(sheet, width, scale))
        frame = 2 * _PAD + 2.0 if self.framed else 0.0
        return _title_height(self.title, scale) + count * line_height(self.size * scale) + frame

    def draw(self, sheet: Sheet, place: tuple[float, float], width: float, scale: float) -> None:
        """Draw it with its upper left corner in `place`."""
        x, top = place
        y = _draw_title(sheet, self.title, place, scale)
        if self.framed:
            sheet.set_fill_color(PANEL)
            bottom = top + self.height(sheet, width, scale)
            sheet.rect(x, y, width, bottom - y, style="F")
            x, y = x + GAP, y + _PAD + 1.0
        size = self.size * scale
        for item, lines in self._lines(sheet, width, scale):
            if item.mark:
                sheet.put((x, y), item.mark, size, bold=True, colour=item.colour)
            sheet.put_lines((x + self._indent(), y), lines, size)
            y += len(lines) * line_height(size)

    def cut(self, sheet: Sheet, width: float, scale: float) -> bool:
        """Leave out one line; False where one is left."""
        count = sum(len(lines) for _, lines in self._lines(sheet, width, scale))
        self.most = max(count - 1, 1)
        return count > 1


@dataclass
class TableBlock:
    """
    Rows of cells below a heading.

    Parameters
    ----------
    shares
        Width of each column, as a part of the whole.
    quiet
        Columns that name what the next one tells, in a fainter colour.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    quiet: Sequence[int] = ()
    size: float = SIZE
    most: int = _CELL_LINES

    def height(self, sheet: Sheet, width: float, scale: float) -> float:
        """Return its height in mm."""
        rows = sum(self._height(sheet, row, width, scale) for row in self.rows)
        head = self._height(sheet, self.head, width, scale) if self.head else 0.0
        return _title_height(self.title, scale) + head + rows

    def draw(self, sheet: Sheet, place: tuple[float, float], width: float, scale: float) -> None:
        """Draw it with its upper left corner in `place`."""
        x, _ = place
        y = _draw_title(sheet, self.title, place, scale)
        if self.head:
            height = self._height(sheet, self.head, width, scale)
            sheet.set_fill_color(TRACK)
            sheet.rect(x, y, width, height, style="F")
            self._draw_row(sheet, (x, y), self.head, width, scale)
            y += height
        for row in self.rows:
            self._draw_row(sheet, (x, y), row, width, scale)
            y += self._height(sheet, row, width, scale)
            sheet.rule(y, x, width, colour=TRACK)

    def cut(self, sheet: Sheet, width: float, scale: float) -> bool:
        """Leave out one line of every cell that has as many; False where one is left."""
        tallest = max(
            (len(cell) for row in self.rows for cell in self._cells(sheet, row, width, scale)),
            default=1,
        )
        self.most = max(tallest - 1, 1)
        return tallest > 1

    def _cells(
        self, sheet: Sheet, row: Sequence[str], width: float, scale: float
    ) -> list[list[str]]:
        bold = row is self.head
        return [
            sheet.lines(
                cell, share * width - _CELL_GAP, self.size * scale, bold=bold, most=self.most
            )
            for cell, share in zip(row, self.shares, strict=True)
        ]

    def _height(self, sheet: Sheet, row: Sequence[str], width: float, scale: float) -> float:
        count = max(len(cell) for cell in self._cells(sheet, row, width, scale))
        return count * line_height(self.size * scale) + 2 * _PAD

    def _draw_row(
        self,
        sheet: Sheet,
        place: tuple[float, float],
        row: Sequence[str],
        width: float,
        scale: float,
    ) -> None:
        x, y = place
        for number, lines in enumerate(self._cells(sheet, row, width, scale)):
            colour = MUTED if number in self.quiet else INK
            corner = (x + _CELL_GAP / 2, y + _PAD)
            size = self.size * scale
            sheet.put_lines(corner, lines, size, bold=row is self.head, colour=colour)
            x += self.shares[number] * width


@dataclass
class Columns:
    """Two stacks of blocks beside each other."""

    left: Sequence[Block]
    right: Sequence[Block]

    def height(self, sheet: Sheet, width: float, scale: float) -> float:
        """Return the height of the taller stack in mm."""
        return max(stack_height(sheet, side, _half(width), scale) for side in self._sides())

    def draw(self, sheet: Sheet, place: tuple[float, float], width: float, scale: float) -> None:
        """Draw both from the same line."""
        x, y = place
        for side in self._sides():
            draw_stack(sheet, side, (x, y), _half(width), scale)
            x += _half(width) + GUTTER

    def cut(self, sheet: Sheet, width: float, scale: float) -> bool:
        """Cut the taller stack."""
        half = _half(width)
        taller = max(self._sides(), key=lambda side: stack_height(sheet, side, half, scale))
        return cut_tallest(sheet, taller, half, scale)

    def _sides(self) -> tuple[Sequence[Block], Sequence[Block]]:
        return self.left, self.right


def fit(sheet: Sheet, blocks: Sequence[Block], width: float, height: float) -> float:
    """
    Make blocks fit a height (mm): set smaller, and where that is not enough, cut.

    Returns
    -------
    float
        The scale to draw them at.
    """
    for scale in SCALES:
        if stack_height(sheet, blocks, width, scale) <= height:
            return scale
    smallest = SCALES[-1]
    while stack_height(sheet, blocks, width, smallest) > height:
        if not cut_tallest(sheet, blocks, width, smallest):
            break
    return smallest


def stack_height(sheet: Sheet, blocks: Sequence[Block], width: float, scale: float) -> float:
    """Return the height (mm) of blocks below each other."""
    heights = [block.height(sheet, width, scale) for block in blocks]
    return sum(heights) + GAP * scale * max(len(heights) - 1, 0)


def draw_stack(
    sheet: Sheet,
    blocks: Sequence[Block],
    place: tuple[float, float],
    width: float,
    scale: float,
) -> float:
    """Draw blocks below each other; return where the last ends."""
    x, y = place
    for block in blocks:
        block.draw(sheet, (x, y), width, scale)
        y += block.height(sheet, width, scale) + GAP * scale
    return y - GAP * scale


def cut_tallest(sheet: Sheet, blocks: Sequence[Block], width: float, scale: float) -> bool:
    """Cut the tallest block that can be cut; False where none can."""
    by_height = sorted(blocks, key=lambda block: -block.height(sheet, width, scale))
    return any(block.cut(sheet, width, scale) for block in by_height)


def _half(width: float) -> float:
    return (width - GUTTER) / 2


def _title_height(title: str, scale: float) -> float:
    return line_height(TITLE_SIZE * scale) + 0.8 if title else 0.0


def _draw_title(sheet: Sheet, title: str, place: tuple[float, float], scale: float) -> float:
    if title:
        sheet.put(place, title, TITLE_SIZE * scale, bold=True, colour=PRIMARY)
    return place[1] + _title_height(title, scale)
