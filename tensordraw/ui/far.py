"""The far view of a crowded figure: small items as plain lines and rectangles, collected by square tiles.

Thousands of items that are a few pixels large cost more to walk through than to paint. Each tile keeps, for every colour, the
lines and rectangles of its items ready to be painted at once; a change spoils the tiles that it touches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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


def collect(items: Iterable[Compiled]) -> Strokes:
    """What the items are drawn as from afar."""
    found: Strokes = {}
    for made in items:
        for colour, fill, what in made.coarse():
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
    """The tiles of one sheet, each with its items; `large` are the items that are in none, back to front."""

    def __init__(self, items: Sequence[Compiled]) -> None:
        self.items: dict[Cell, list[Compiled]] = {}
        self.large: list[Compiled] = []
        self.kept: dict[Cell, Strokes] = {}
        for made in items:
            self._enter(made)

    def _enter(self, made: Compiled) -> None:
        cell = cell_of(made.item)
        if cell is None:
            self.large.append(made)
        else:
            self.items.setdefault(cell, []).append(made)
            self.kept.pop(cell, None)

    def _leave(self, gone: set[Compiled]) -> None:
        for cell in {cell_of(made.item) for made in gone}:
            found = self.large if cell is None else self.items[cell]
            found[:] = [made for made in found if made not in gone]
            if cell is not None:
                self.kept.pop(cell, None)

    def exchange(self, old: Compiled, new: Compiled) -> None:
        """An item is another one now, at the same depth."""
        before, after = cell_of(old.item), cell_of(new.item)
        if before != after:
            self._leave({old})
            self._enter(new)
        elif before is None:
            self.large[self.large.index(old)] = new
        else:
            found = self.items[before]
            found[found.index(old)] = new
            self.kept.pop(before, None)

    def replace(self, items: Sequence[Compiled], gone: Sequence[Compiled], come: Sequence[Compiled]) -> None:
        """Some items went, others came; `items` are all of them now."""
        self._leave(set(gone))
        for made in come:
            self._enter(made)
        kept = set(self.large)
        self.large = [made for made in items if made in kept]

    def seen(self, exposed: Box) -> Iterator[Cell]:
        """The tiles whose items may meet the box."""
        left, top, right, bottom = (
            int((edge + by) // TILE) for edge, by in zip(exposed, (-SMALL, -SMALL, SMALL, SMALL), strict=True)
        )
        if (right - left + 1) * (bottom - top + 1) > len(self.items):
            return (c for c in self.items if left <= c[0] <= right and top <= c[1] <= bottom)
        return ((i, j) for i in range(left, right + 1) for j in range(top, bottom + 1) if (i, j) in self.items)

    def count(self, exposed: Box) -> int:
        """About how many small items are in the box."""
        return sum(len(self.items[cell]) for cell in self.seen(exposed))

    def strokes(self, exposed: Box, without: Collection[str]) -> list[Strokes]:
        """What the tiles in sight are drawn as, without the items of some owners."""
        found = []
        for cell in self.seen(exposed):
            items = self.items[cell]
            if without and any(made.item.owner in without for made in items):
                found.append(collect(made for made in items if made.item.owner not in without))
                continue
            if cell not in self.kept:
                self.kept[cell] = collect(items)
            found.append(self.kept[cell])
        return found
