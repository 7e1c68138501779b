"""Paints a display list with QPainter: only what is exposed, from compiled paths, with less detail when small.

A `Sheet` holds a figure and, for each of its items, the Qt paths, pens and brushes, made when first needed and kept for
as long as the same item stays in the list. It computes no geometry: shapes come from the figure as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from operator import is_not

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Box, Figure, Item
from tensordraw.figure.near import near
from tensordraw.ui.compiled import Compiled
from tensordraw.ui.far import Strokes, Tiles, collect, paint_strokes

DETAIL = 5.5  # px: an item smaller than this is drawn as lines and plain rectangles
THINNEST = 0.6  # px: of a line in a thumbnail
READABLE = 2.5  # px: a label lower than this is left out
CROWDED = 0.5  # px a unit, below which many items are drawn from afar
MANY = 2000  # items in sight


class Sheet:
    """A figure ready to be painted."""

    def __init__(self, colours: dict[str, str] | None = None) -> None:
        self.figure: Figure | None = None
        self.items: list[Compiled] = []
        self.colours = colours or {}
        self._tiles: Tiles | None = None
        self.crowded = False

    def recolour(self, colours: dict[str, str]) -> None:
        """Paint with other colours: `colours` says what each colour of the figure becomes."""
        self.colours = colours
        for made in self.items:
            made.colours, made.detail, made.far = colours, None, None
        if self._tiles is not None:
            self._tiles.kept = {}

    def show(self, figure: Figure) -> list[Item]:
        """Take a new figure; the items that are new, changed or gone (old and new versions of each)."""
        if figure is self.figure:
            return []
        before, self.figure = self.figure, figure
        if before is not None and len(figure.items) == len(before.items):
            changes = list(compress(range(len(before.items)), map(is_not, figure.items, before.items)))
            if all(figure.items[k].owner == before.items[k].owner for k in changes):
                return self._patch(figure, changes)
        return self._replace(figure)

    def _patch(self, figure: Figure, changes: list[int]) -> list[Item]:
        """The same owners in the same order: only these items are others."""
        damaged = []
        for k in changes:
            item, old = figure.items[k], self.items[k].item
            if item == old:  # the builder may give equal items anew
                self.items[k].item = item
                continue
            damaged += [old, item]
            made, self.items[k] = self.items[k], Compiled(item, self.colours)
            if self._tiles is not None:
                self._tiles.exchange(made, self.items[k])
        return damaged

    def _replace(self, figure: Figure) -> list[Item]:
        """Items came or went: those that stay keep what was made for them."""
        known = {id(made.item): made for made in self.items}
        found = [known.get(id(item)) for item in figure.items]
        stay = {id(item) for item in figure.items}
        gone = [made for made in self.items if id(made.item) not in stay]
        by_owner: dict[Id, list[Item]] = {}
        for old in gone:
            by_owner.setdefault(old.item.owner, []).append(old.item)
        items: list[Compiled] = []
        fresh: list[Compiled] = []
        for item, made in zip(figure.items, found, strict=True):
            if made is None:
                made = Compiled(item, self.colours)
                fresh.append(made)
            items.append(made)
        damaged = []
        same = set()
        for made in fresh:
            twin = next((old for old in by_owner.get(made.item.owner, ()) if old == made.item), None)
            if twin is None:
                damaged.append(made.item)
            else:
                same.add(id(twin))
        damaged += [old.item for old in gone if id(old.item) not in same]
        self.items = items
        if self._tiles is not None:
            self._tiles.replace(items, gone, fresh)
        return damaged

    def owned(self, *owners: Id) -> list[Compiled]:
        """The items of these owners, back to front."""
        if self.figure is None or not owners:
            return []
        places = near(self.figure).owned
        return [self.items[k] for k in sorted(k for owner in owners for k in places.get(owner, ()))]

    def owned_in(self, owners: Collection[Id], box: Box) -> list[Compiled]:
        """The items of these owners that meet the box, back to front."""
        return [made for made in self.owned(*owners) if _meets(made.item.box, box)]

    def paint(
        self,
        painter: QPainter,
        exposed: Box,
        scale: float,
        *,
        without: Collection[Id] = (),
        items: Sequence[Compiled] | None = None,
        sketch: bool = True,
    ) -> int:
        """Paint the items (all whose boxes meet `exposed`) at `scale` px a unit; how many one by one.

        With `sketch`, what is too small to be seen well is drawn as plain lines and rectangles.
        """
        afar: list[Strokes] = []
        if items is None:
            items, afar = self._seen(exposed, without, sketch)
        far: list[Compiled] = []
        for made in items:
            box = made.item.box
            if without and made.item.owner in without:
                continue
            if sketch and max(box[2] - box[0], box[3] - box[1]) * scale < DETAIL:
                far.append(made)
                continue
            for path, pen, brush, label in made.detailed():
                if sketch and label and (box[3] - box[1]) * scale < READABLE * 2:
                    continue
                if not sketch and 0 < pen.widthF() * scale < THINNEST:
                    pen = QPen(pen)
                    pen.setWidthF(THINNEST / scale)
                painter.setPen(pen)
                painter.setBrush(brush)
                painter.drawPath(path)
        if far or afar:
            paint_strokes(painter, [*afar, collect(far)])
        return len(items)

    def look_at(self, seen: Box, scale: float) -> None:
        """The whole view is `seen` at `scale` px a unit: find out whether it is crowded, so that parts that are painted later
        look like the rest."""
        self.crowded = False
        if scale < CROWDED and len(self.items) > MANY:
            if self._tiles is None:
                self._tiles = Tiles(self.items)
            self.crowded = self._tiles.count(seen) > MANY

    def _seen(self, exposed: Box, without: Collection[Id], sketch: bool) -> tuple[list[Compiled], list[Strokes]]:
        """The items whose boxes meet `exposed`; where they are many and small, only the large ones and the rest from afar."""
        if self.figure is None:
            return [], []
        if sketch and self.crowded and self._tiles is not None:
            large = [made for made in self._tiles.large if _meets(made.item.box, exposed)]
            return large, self._tiles.strokes(exposed, without)
        return [self.items[k] for k in near(self.figure).touching(exposed)], []


def _meets(box: Box, other: Box) -> bool:
    return box[0] <= other[2] and box[2] >= other[0] and box[1] <= other[3] and box[3] >= other[1]


def union(boxes: Iterable[Box]) -> Box | None:
    """The box around boxes, None around none."""
    found = list(boxes)
    if not found:
        return None
    return (min(b[0] for b in found), min(b[1] for b in found), max(b[2] for b in found), max(b[3] for b in found))


def picture(
    figure: Figure,
    width: int,
    height: int,
    ratio: float = 1.0,
    colours: dict[str, str] | None = None,
    *,
    margin: int = 8,
    most: float = 2.0,
) -> QPixmap:
    """The whole figure fitted into a transparent pixmap of `width` x `height` px, at most `most` px a unit."""
    pixmap = QPixmap(int(width * ratio), int(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    left, top, right, bottom = figure.box
    scale = min((width - 2 * margin) / max(right - left, 1), (height - 2 * margin) / max(bottom - top, 1), most)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(QPointF(width / 2, height / 2))
    painter.scale(scale, scale)
    painter.translate(QPointF(-(left + right) / 2, -(top + bottom) / 2))
    sheet = Sheet(colours)
    sheet.show(figure)
    sheet.paint(painter, figure.box, scale, sketch=False)
    painter.end()
    return pixmap
