"""A spatial index of what lies where: boxes and chords in square cells, so that only neighbours are ever compared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Box, Path
from tensordraw.figure.paths import Point, flattened, overlap, segment_hits_box

CELL = 40.0
_MOST = 4096  # cells that one box or chord may fill
_FAR = 1e12

Chord: TypeAlias = tuple[Point, Point]
Cell: TypeAlias = tuple[int, int]


def chords(path: Path, steps: int = 8) -> list[Chord]:
    """The path as straight pieces."""
    return [pair for line in flattened(path, steps) for pair in pairwise(line)]


def _box(chord: Chord) -> Box:
    (ax, ay), (bx, by) = chord
    left, right = (ax, bx) if ax < bx else (bx, ax)
    return (left, ay, right, by) if ay < by else (left, by, right, ay)


class Grid:
    """Owners by cell. A thing is put as boxes (solid) or chords (lines); `near` lists the owners in the cells of a box."""

    def __init__(self) -> None:
        self.cells: dict[Cell, dict[Id, list[Chord]]] = {}  # with the chords of each owner that pass through the cell
        self.boxes: dict[Id, list[Box]] = {}
        self.chords: dict[Id, list[Chord]] = {}
        self.wide: dict[Id, list[Chord]] = {}  # owners over so many cells that they count as everywhere
        self.log: dict[tuple[Id, Box | Chord], int] = {}  # what was put less what was taken since `changes` was asked
        self.disturbed: list[Box] = []

    @staticmethod
    def _over(box: Box) -> list[Cell] | None:
        """The cells that a box touches; None where they are too many to be listed."""
        x, y, x2, y2 = box
        if not ((x2 - x) * (y2 - y) < _MOST * CELL * CELL and -_FAR < x < _FAR and -_FAR < y < _FAR
                and -_FAR < x2 < _FAR and -_FAR < y2 < _FAR):  # fmt: skip
            return None
        left, top, right, bottom = int(x // CELL), int(y // CELL), int(x2 // CELL), int(y2 // CELL)
        if left == right and top == bottom:
            return [(left, top)]
        if (right - left) * (bottom - top) > 2 * _MOST or right - left + bottom - top > 2 * _MOST:
            return None
        return [(i, j) for i in range(left, right + 1) for j in range(top, bottom + 1)]

    def _along(self, chord: Chord, box: Box) -> list[Cell] | None:
        """The cells that a chord with this box touches: a long slanting one is followed piece by piece."""
        (ax, ay), (bx, by) = chord
        if min(box[2] - box[0], box[3] - box[1]) <= CELL:
            return self._over(box)
        length = math.hypot(bx - ax, by - ay)
        if not length < _MOST * CELL:
            return None
        pieces = math.ceil(length / CELL)
        found: dict[Cell, None] = {}
        for k in range(pieces):
            x, y, s, t = (c + (d - c) * q / pieces for q in (k, k + 1) for c, d in ((ax, bx), (ay, by)))
            found.update(dict.fromkeys(self._over((min(x, s), min(y, t), max(x, s), max(y, t))) or ()))
        return list(found)

    def _enter(self, owner: Id, cells: list[Cell] | None) -> None:
        for table in [self.wide] if cells is None else [self.cells.setdefault(cell, {}) for cell in cells]:
            table.setdefault(owner, [])

    def put(self, owner: Id, boxes: Sequence[Box] = (), lines: Sequence[Chord] = ()) -> None:
        """Add boxes and lines of an owner."""
        if boxes:
            self.boxes[owner] = [*self.boxes.get(owner, ()), *boxes]
            for box in boxes:
                self.log[owner, box] = self.log.get((owner, box), 0) + 1
                self._enter(owner, self._over(box))
        if lines:
            self.chords[owner] = [*self.chords.get(owner, ()), *lines]
            log, cells = self.log, self.cells
            for line in lines:
                log[owner, line] = log.get((owner, line), 0) + 1
                over = self._along(line, _box(line))
                if over is None:
                    self.wide.setdefault(owner, []).append(line)
                    continue
                for cell in over:
                    if cell not in cells:
                        cells[cell] = {owner: [line]}
                    elif owner in cells[cell]:
                        cells[cell][owner].append(line)
                    else:
                        cells[cell][owner] = [line]

    def take(self, owner: Id) -> None:
        """Remove all of an owner."""
        boxes, lines = self.boxes.pop(owner, []), self.chords.pop(owner, [])
        gone: list[Box | Chord] = [*boxes, *lines]
        for one in gone:
            self.log[owner, one] = self.log.get((owner, one), 0) - 1
        self.wide.pop(owner, None)
        for cells in (*map(self._over, boxes), *map(self._along, lines, map(_box, lines))):
            for cell in cells or ():
                held = self.cells.get(cell)
                if held is not None:
                    held.pop(owner, None)
                    if not held:
                        del self.cells[cell]

    def disturb(self, box: Box) -> None:
        """Count what is in a box as changed, though its box is as it was."""
        self.disturbed.append(box)

    def changes(self) -> list[Box]:
        """Where something is that was not there when this was last asked, or the other way round, or was disturbed."""
        found = [one if len(one) == 4 else _box(one) for (_, one), count in self.log.items() if count]
        found += self.disturbed
        self.log, self.disturbed = {}, []
        return found

    def near(self, box: Box) -> dict[Id, object]:
        """As keys, the owners in the cells that the box touches, and those that are everywhere."""
        cells = self._over(box)
        if cells is None:
            return {**self.boxes, **self.chords}
        found: dict[Id, object] = dict(self.wide)
        for cell in cells:
            if cell in self.cells:
                found.update(self.cells[cell])
        return found

    def hits(self, box: Box) -> int:
        """How many owners have a box or a line in the box."""
        cells = self._over(box)
        tables = [self.chords] if cells is None else [self.wide, *(self.cells[c] for c in cells if c in self.cells)]
        left, top, right, bottom = box
        hit = {
            owner
            for owner in self.near(box)
            for b in self.boxes.get(owner, ())
            if left < b[2] and b[0] < right and top < b[3] and b[1] < bottom
        }
        for table in tables:
            for owner, lines in table.items():
                if owner not in hit and any(segment_hits_box(p, q, box) for p, q in lines):
                    hit.add(owner)
        return len(hit)

    def inside(self, box: Box) -> list[Id]:
        """The owners with a box that overlaps this one."""
        return [owner for owner in self.near(box) if any(overlap(box, other) for other in self.boxes.get(owner, ()))]
