"""Where the items of a figure are: a grid of their numbers, so that a point or a box is answered from a few cells.

A figure that follows another by a small change (a step of a drag, an edit) takes its table over and exchanges only what differs,
for cells are tuples that are never changed in place.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from itertools import compress
from operator import is_not
from typing import TypeAlias

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Box, Figure, Item

CELL = 120.0  # layout units
WIDE = 64  # cells; an item over more of them is looked at for every question
_FEW = 400  # changed items; more are worth a new table

Cell: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Near:
    """Numbers of items by cell, those that are too large for that, and by owner."""

    items: tuple[Item, ...]
    cells: dict[Cell, tuple[int, ...]]
    wide: frozenset[int]
    owned: dict[Id, tuple[int, ...]]

    def touching(self, box: Box) -> list[int]:
        """The numbers of items whose box meets this one, in drawing order."""
        found = set(self.wide)
        for _, numbers in self.in_cells(box):
            found.update(numbers)
        left, top, right, bottom = box
        items = self.items
        return [
            k
            for k in sorted(found)
            if (b := items[k].box)[0] <= right and b[2] >= left and b[1] <= bottom and b[3] >= top
        ]

    def in_cells(self, box: Box) -> list[tuple[Cell, tuple[int, ...]]]:
        """The cells that the box touches, with the numbers of items in each."""
        cells = _over(box, len(self.cells))
        if cells is not None:
            return [(cell, self.cells[cell]) for cell in cells if cell in self.cells]
        left, top, right, bottom = (edge // CELL for edge in box)
        return [(c, found) for c, found in self.cells.items() if left <= c[0] <= right and top <= c[1] <= bottom]

    def of(self, owner: Id) -> list[Item]:
        """The items of one owner."""
        return [self.items[k] for k in self.owned.get(owner, ())]


def _over(box: Box, most: int = 1 << 14) -> list[Cell] | None:
    """The cells that a box touches, none of an empty one; None where they are more than `most`."""
    if box[0] > box[2] or box[1] > box[3]:
        return []
    left, top, right, bottom = (edge // CELL for edge in box)
    if not (right - left + 1) * (bottom - top + 1) <= most:
        return None
    return [(i, j) for i in range(int(left), int(right) + 1) for j in range(int(top), int(bottom) + 1)]


_last: list[tuple[weakref.ref[Figure], Near]] = []  # of the last figures: the document and its previews


def near(figure: Figure) -> Near:
    """The table of a figure."""
    for known, table in _last:
        if known() is figure:
            return table
    made = None
    for known, table in reversed(_last):
        if known() is not None and (made := _following(table, figure.items)) is not None:
            break
    made = made or _made(figure.items)
    _last[:] = [(known, table) for known, table in _last if known() is not None][-2:]
    _last.append((weakref.ref(figure), made))
    return made


def _made(items: tuple[Item, ...]) -> Near:
    cells: dict[Cell, list[int]] = {}
    wide = []
    for k, item in enumerate(items):
        over = _over(item.box, WIDE)
        if over is None:
            wide.append(k)
        else:
            for cell in over:
                cells.setdefault(cell, []).append(k)
    return Near(items, {cell: tuple(numbers) for cell, numbers in cells.items()}, frozenset(wide), _owned(items))


def _following(old: Near, items: tuple[Item, ...]) -> Near | None:
    """The table of items of which few are others than the old ones; None where it is easier made anew."""
    if len(items) != len(old.items):
        return _renumbered(old, items)
    changes = list(compress(range(len(items)), map(is_not, items, old.items)))
    if any(items[k].owner != old.items[k].owner for k in changes[:_FEW]):
        return _renumbered(old, items)
    if len(changes) > _FEW:
        return None
    cells, wide = dict(old.cells), set(old.wide)
    for k in changes:
        before, after = _over(old.items[k].box, WIDE), _over(items[k].box, WIDE)
        if before != after:
            _leave(cells, wide, k, before)
            _enter(cells, wide, k, after)
    return Near(items, cells, frozenset(wide), old.owned)


def _renumbered(old: Near, items: tuple[Item, ...]) -> Near | None:
    """The table after items came or went in between, so that those behind them have other numbers."""
    numbers = {id(item): k for k, item in enumerate(items)}
    now = [numbers.get(id(item), -1) for item in old.items]  # of the old items, -1 of one that is gone
    gone = [k for k, number in enumerate(now) if number < 0]
    come = set(range(len(items))).difference(now)
    if len(gone) + len(come) > _FEW:
        return None
    cells, wide = dict(old.cells), set(old.wide)
    for k in gone:
        _leave(cells, wide, k, _over(old.items[k].box, WIDE))
    cells = {cell: tuple([now[k] for k in found]) for cell, found in cells.items()}
    wide = {now[k] for k in wide}
    for k in come:
        _enter(cells, wide, k, _over(items[k].box, WIDE))
    return Near(items, cells, frozenset(wide), _owned(items))


def _leave(cells: dict[Cell, tuple[int, ...]], wide: set[int], k: int, over: list[Cell] | None) -> None:
    wide.discard(k)
    for cell in over or ():
        cells[cell] = tuple(number for number in cells[cell] if number != k)


def _enter(cells: dict[Cell, tuple[int, ...]], wide: set[int], k: int, over: list[Cell] | None) -> None:
    if over is None:
        wide.add(k)
    for cell in over or ():
        cells[cell] = (*cells.get(cell, ()), k)


def _owned(items: tuple[Item, ...]) -> dict[Id, tuple[int, ...]]:
    owned: dict[Id, tuple[int, ...]] = {item.owner: (k,) for k, item in enumerate(items)}
    if len(owned) < len(items):
        owned = {}
        for k, item in enumerate(items):
            owned[item.owner] = (*owned.get(item.owner, ()), k)
    return owned
