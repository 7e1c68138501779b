"""The far view of a crowded figure: small items as plain lines and rectangles, collected by square tiles.

Thousands of items that are a few pixels large cost more to walk through than to paint. Each tile keeps, for every colour, the
lines and rectangles of its items ready to be painted at once; a change spoils the tiles that it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from tensordraw.figure.display import Box, Item
from tensordraw.ui.compiled import Compiled

TILE = 480.0  # layout units
SMALL = 120.0  # an item that is larger is no part of a tile

Cell: TypeAlias = tuple[int, int]
Strokes: TypeAlias = dict[tuple[str, str], tuple[list[QRectF], list[QLineF]]]  # by the colours of line and fill


def cell_of(item: Item) -> Cell | None:
    """The tile of an item, by its middle; None for a large one."""
    left, top, right, bottom = item.box
    if not (right - left <= SMALL and bottom - top <= SMALL):
        return None
    return int((left + right) // (2 * TILE)), int((top + bottom) // (2 * TILE))


def collect(items: Sequence[Compiled], numbers: Sequence[int]) -> Strokes:
    """What the items are drawn as from afar."""
    found: Strokes = {}
    for k in numbers:
        for colour, fill, what in items[k].coarse():
            rects, lines = found.setdefault((colour, fill), ([], []))
            if isinstance(what, QRectF):
                rects.append(what)
            else:
                lines += what
    return found


def paint_strokes(painter: QPainter, found: Sequence[Strokes]) -> None:
    """Lines first, then bodies, with hairlines that need no smoothing."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for strokes in found:
        for (colour, _), (_, lines) in strokes.items():
            if lines:
                painter.setPen(QPen(QColor(colour), 0))
                painter.drawLines(lines)
    for strokes in found:
        for (colour, fill), (rects, _) in strokes.items():
            if rects:
                painter.setPen(QPen(QColor(colour), 0))
                painter.setBrush(QColor(fill))
                painter.drawRects(rects)
    painter.restore()


class Tiles:
    """The tiles of one sheet; `large` are the numbers of items that are in none."""

    def __init__(self, items: Sequence[Compiled]) -> None:
        self.numbers: dict[Cell, list[int]] = {}
        self.large: set[int] = set()
        self.kept: dict[Cell, Strokes] = {}
        for k, made in enumerate(items):
            self._enter(k, made.item)

    def _enter(self, k: int, item: Item) -> None:
        cell = cell_of(item)
        if cell is None:
            self.large.add(k)
        else:
            self.numbers.setdefault(cell, []).append(k)

    def exchange(self, k: int, old: Item, new: Item) -> None:
        """Item `k` is another one now."""
        before, after = cell_of(old), cell_of(new)
        for cell in (before, after):
            if cell is not None:
                self.kept.pop(cell, None)
        if before != after:
            if before is None:
                self.large.discard(k)
            else:
                self.numbers[before].remove(k)
            self._enter(k, new)

    def seen(self, exposed: Box) -> Iterator[Cell]:
        """The tiles whose items may meet the box."""
        left, top, right, bottom = (
            int((edge + by) // TILE) for edge, by in zip(exposed, (-SMALL, -SMALL, SMALL, SMALL), strict=True)
        )
        if (right - left + 1) * (bottom - top + 1) > len(self.numbers):
            return (c for c in self.numbers if left <= c[0] <= right and top <= c[1] <= bottom)
        return ((i, j) for i in range(left, right + 1) for j in range(top, bottom + 1) if (i, j) in self.numbers)

    def count(self, exposed: Box) -> int:
        """About how many small items are in the box."""
        return sum(len(self.numbers[cell]) for cell in self.seen(exposed))

    def strokes(self, items: Sequence[Compiled], exposed: Box, without: Collection[str]) -> list[Strokes]:
        """What the tiles in sight are drawn as, without the items of some owners."""
        found = []
        for cell in self.seen(exposed):
            numbers = self.numbers[cell]
            if without and any(items[k].item.owner in without for k in numbers):
                found.append(collect(items, [k for k in numbers if items[k].item.owner not in without]))
                continue
            if cell not in self.kept:
                self.kept[cell] = collect(items, numbers)
            found.append(self.kept[cell])
        return found
