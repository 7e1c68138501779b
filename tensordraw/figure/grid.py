"""A spatial index of what lies where: boxes and chords in square cells, so that only neighbours are ever compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Box, Path
from tensordraw.figure.paths import Point, flattened, overlap, segment_hits_box

CELL = 40.0

Chord = tuple[Point, Point]


def chords(path: Path, steps: int = 8) -> list[Chord]:
    """The path as straight pieces."""
    return [pair for line in flattened(path, steps) for pair in pairwise(line)]


class Grid:
    """Owners by cell. A thing is put as boxes (solid) or chords (lines); `near` lists the owners in the cells of a box."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], dict[Id, None]] = {}
        self.boxes: dict[Id, list[Box]] = {}
        self.chords: dict[Id, list[Chord]] = {}
        self.log: list[Box] = []  # where things were put and taken since the log was last emptied

    @staticmethod
    def _over(box: Box) -> Iterator[tuple[int, int]]:
        left, top, right, bottom = (int(v // CELL) for v in box)
        for i in range(left, right + 1):
            for j in range(top, bottom + 1):
                yield i, j

    def _enter(self, owner: Id, box: Box) -> None:
        self.log.append(box)
        for cell in self._over(box):
            self.cells.setdefault(cell, {})[owner] = None

    def put(self, owner: Id, boxes: Sequence[Box] = (), lines: Sequence[Chord] = ()) -> None:
        """Add boxes and lines of an owner."""
        if boxes:
            self.boxes[owner] = [*self.boxes.get(owner, ()), *boxes]
            for box in boxes:
                self._enter(owner, box)
        if lines:
            self.chords[owner] = [*self.chords.get(owner, ()), *lines]
            for (ax, ay), (bx, by) in lines:
                self._enter(owner, (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)))

    def take(self, owner: Id) -> None:
        """Remove all of an owner."""
        boxes = self.boxes.pop(owner, [])
        for (ax, ay), (bx, by) in self.chords.pop(owner, []):
            boxes = [*boxes, (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))]
        self.log += boxes
        for box in boxes:
            for cell in self._over(box):
                self.cells[cell].pop(owner, None)

    def near(self, box: Box) -> dict[Id, None]:
        """Owners in the cells that the box touches."""
        found: dict[Id, None] = {}
        for cell in self._over(box):
            found.update(self.cells.get(cell, ()))
        return found

    def hits(self, box: Box) -> int:
        """How many owners have a box or a line in the box."""
        count = 0
        for owner in self.near(box):
            if any(overlap(box, other) for other in self.boxes.get(owner, ())) or any(
                segment_hits_box(p, q, box) for p, q in self.chords.get(owner, ())
            ):
                count += 1
        return count

    def inside(self, box: Box) -> list[Id]:
        """The owners with a box that overlaps this one."""
        return [owner for owner in self.near(box) if any(overlap(box, other) for other in self.boxes.get(owner, ()))]
