"""What lies under the pointer, and where things are: the editor's questions to the figure.

Distances are in layout units; the callers turn pixels into them. Boxes sort out nearly everything, so that only the few
shapes at the pointer are flattened and measured.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import ROOT, Content, Delta, Diagram, Id
from tensordraw.editor.state import Point
from tensordraw.figure.build import build
from tensordraw.figure.display import Box, Figure, Item, Path, Shape
from tensordraw.figure.hit import items_at, legs_at
from tensordraw.figure.index import index
from tensordraw.figure.near import CELL, Cell, Near, near
from tensordraw.figure.paths import EMPTY, bounds, distance_to_segment, flattened, union

Span: TypeAlias = tuple[int, int, int, int]  # the first column and row of cells, the last ones
Part: TypeAlias = Literal["leg", "item", "border", "canvas"]

LEG = 9.0  # pixels from a leg's tip within which a press takes the leg
SNAP = 14.0  # pixels within which a wire's end joins a leg, or a node joins a wire
WIRE = 8.0  # pixels from a wire's centre line within which it is taken
BORDER = 6.0  # pixels from a region's outline
DRAG = 6.0  # pixels that a press must move to be a drag
SIGN = 4.0  # around a sign of an equation
GROWN = 3.0  # pixels around a body that still take it
GLYPHS = 3.0  # layout units around words without a body that take them, as much as a body would have around them
_NO_CELLS: Span = (0, 0, -1, -1)


@dataclass(frozen=True, slots=True)
class Target:
    """What a press would take: a leg, an item (node, wire, note, sign), a region by its border, or the canvas."""

    part: Part
    item: Id | None = None


def figure_of(diagram: Diagram) -> Figure:
    """The picture of a diagram; `build` remembers it while the diagram lives."""
    return build(diagram)


# ------------------------------------------------------------------------------------------------------------- measuring


@lru_cache(maxsize=4096)
def _lines(path: Path) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple(line) for line in flattened(path))


def _distance(path: Path, at: Point) -> float:
    """How far the outline is from the point."""
    best = math.inf
    for line in _lines(path):
        for a, b in pairwise(line):
            best = min(best, distance_to_segment(at, a, b))
    return best


def _holds(path: Path, at: Point) -> bool:
    """Whether the point lies inside the closed path (even-odd rule)."""
    x, y = at
    inside = False
    for line in _lines(path):
        for (x1, y1), (x2, y2) in pairwise((*line, line[0])):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def _near_box(box: Box, at: Point, reach: float) -> bool:
    return box[0] - reach <= at[0] <= box[2] + reach and box[1] - reach <= at[1] <= box[3] + reach


def _front_to_back(figure: Figure, at: Point, reach: float) -> list[Item]:
    return items_at(figure, at, reach)


def _outline(item: Item, *roles: str) -> Iterator[Shape]:
    return (shape for shape in item.shapes if shape.role in roles)


# ---------------------------------------------------------------------------------------------------------- what is there


def legs_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Legs whose tip is within reach, nearest first."""
    return legs_at(figure, at, reach)


def wires_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Wires whose centre line is within reach, nearest first."""
    found = []
    for item in _front_to_back(figure, at, reach):
        distances = [_distance(shape.path, at) for shape in _outline(item, "wire")]
        if distances and min(distances) <= reach:
            found.append((min(distances), item.owner))
    return [wire for _, wire in sorted(found)]


def items_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Bodies and notes under the point (front first), then wires within reach (nearest first)."""
    found = []
    for item in _front_to_back(figure, at, reach):
        if any(shape.role in ("body", "note") for shape in item.shapes) and _on_body(item, at, 0.0):
            found.append(item.owner)
    return [*dict.fromkeys(found), *wires_near(figure, at, reach)]


def _on_body(item: Item, at: Point, reach: float) -> bool:
    for shape in _outline(item, "body"):
        if _holds(shape.path, at) or _distance(shape.path, at) <= reach:
            return True
    return any(shape.role == "note" for shape in item.shapes) and _near_box(item.box, at, 2.0)


def _on_glyphs(item: Item, at: Point, reach: float) -> bool:
    """Whether the point is at the words of a node that is drawn without a body (a formula, the signs of an add of terms), or at
    the place of one that is drawn by its legs alone (an identity)."""
    if any(shape.role not in ("label", "mark") for shape in item.shapes):
        return False
    boxes = [bounds(shape.path) for shape in item.shapes] or [item.box]
    return any(_near_box(box, at, max(reach, GLYPHS)) for box in boxes)


def target_at(diagram: Diagram, at: Point, scale: float) -> Target:
    """What a press at the point takes. In front of a body lies only a free leg; a wired one lies behind it."""
    figure, content = figure_of(diagram), diagram.content
    wired = index(diagram.content).wire
    legs = legs_near(figure, at, LEG / scale)
    for leg in legs:
        if leg not in wired and not _is_nearer_to_body(diagram, figure, leg, at):
            return Target("leg", leg)
    for item in _front_to_back(figure, at, GROWN / scale):
        if item.owner in content.nodes or item.owner in diagram.layout.notes:
            # A dot is too small to be hit exactly.
            reach = GROWN / scale if isinstance(content.nodes.get(item.owner), Delta) else 0.0
            if _on_body(item, at, reach):
                return Target("item", item.owner)
    for item in _front_to_back(figure, at, max(GROWN / scale, GLYPHS)):
        if item.owner in content.nodes and _on_glyphs(item, at, GROWN / scale):
            return Target("item", item.owner)
    collapsed = _collapsed(diagram, figure, at)
    if collapsed is not None:
        return Target("border", collapsed)
    if legs:
        return Target("leg", legs[0])
    for sign, box in figure.signs.items():
        if _near_box(box, at, SIGN / scale):
            return Target("item", sign)
    reach = WIRE / scale
    for item in _front_to_back(figure, at, reach):
        if item.owner in content.nodes and any(_distance(shape.path, at) <= reach for shape in _outline(item, "leg")):
            return Target("item", item.owner)
    for wire in wires_near(figure, at, reach):
        if wire in content.wires:
            return Target("item", wire)
    for item in _front_to_back(figure, at, reach):
        if item.owner in figure.anchors and any(_distance(s.path, at) <= reach for s in _outline(item, "leg")):
            return Target("leg", item.owner)
    for item in _front_to_back(figure, at, 0.0):
        if item.owner in content.wires and any(_near_box(bounds(s.path), at, 1.0) for s in _outline(item, "label")):
            return Target("item", item.owner)
    for item in _front_to_back(figure, at, reach):
        if item.owner in content.regions and _on_border(item, at, BORDER / scale):
            return Target("border", item.owner)
    return Target("canvas")


def _is_nearer_to_body(diagram: Diagram, figure: Figure, leg: Id, at: Point) -> bool:
    """Whether the point lies on the leg's own body, nearer to its middle than to the tip: from afar both are within reach."""
    owner = index(diagram.content).owner[leg]
    place = diagram.layout.places.get(owner)
    if place is None or math.dist(at, (place.x, place.y)) >= math.dist(at, figure.anchors[leg].tip):
        return False
    node = diagram.content.nodes.get(owner)
    if isinstance(node, Delta) and len(node.legs) == 2:  # an identity is a line without a body, and held by its middle
        return True
    return any(_on_body(item, at, 0.0) for item in _front_to_back(figure, at, 0.0) if item.owner == owner)


def _collapsed(diagram: Diagram, figure: Figure, at: Point) -> Id | None:
    """A region drawn as one box is a body."""
    for item in _front_to_back(figure, at, 0.0):
        look = diagram.layout.looks.get(item.owner)
        if look is None or not look.collapsed or item.owner not in diagram.content.regions:
            continue
        if any(_holds(shape.path, at) for shape in _outline(item, "region", "body")):
            return item.owner
    return None


def _on_border(item: Item, at: Point, reach: float) -> bool:
    if any(_distance(shape.path, at) <= reach for shape in _outline(item, "region")):
        return True
    # The name and the signs of a region are handles too.
    return any(_holds(shape.path, at) or _distance(shape.path, at) <= 1.0 for shape in _outline(item, "label", "mark"))


def region_at(diagram: Diagram, figure: Figure, at: Point, skip: frozenset[Id] = frozenset()) -> Id:
    """The innermost region around the point, ROOT where there is none; `skip` are regions that do not count."""
    best, depth = ROOT, -1
    for item in _front_to_back(figure, at, 0.0):
        region = item.owner
        if region not in diagram.content.regions or region in skip:
            continue
        look = diagram.layout.looks.get(region)
        if look is not None and look.collapsed:
            continue
        if any(_holds(shape.path, at) for shape in _outline(item, "region")):
            level = _depth(diagram, region)
            if level > depth:
                best, depth = region, level
    return best


def _depth(diagram: Diagram, region: Id) -> int:
    level = 0
    while region != ROOT:
        region = diagram.content.regions[region].inside
        level += 1
    return level


# ------------------------------------------------------------------------------------------------------------ boxes


def boxes(figure: Figure) -> dict[Id, Box]:
    """The box of the body (or of all that is drawn) of every owner."""
    found: dict[Id, Box] = {}
    for item in figure.items:
        found[item.owner] = union((found[item.owner], item.box)) if item.owner in found else item.box
    return found


def box_of(figure: Figure, owner: Id) -> Box | None:
    """The box of one owner, None where nothing of it is drawn."""
    found = [item.box for item in near(figure).of(owner)]
    return union(found) if found else None


@dataclass(frozen=True, slots=True)
class _Block:
    """What can be selected in one cell: for each owner the box that takes it, the box around these, and the owners."""

    each: tuple[tuple[Id, Box], ...]
    around: Box
    owners: frozenset[Id]


@dataclass(slots=True)
class _Blocks:
    """What `within` remembers of a drawing: its blocks by cell, None for items without cells, filled as they are needed; the
    columns and rows that there are (first and last of each); and of the last box, since a rubber band mostly grows: itself,
    its cells, those of them that were not wholly inside, and what was."""

    by_cell: dict[Cell | None, _Block]
    bounds: Span
    last: Box
    span: Span
    open: list[Cell | None]
    found: frozenset[Id]


@cached
def _blocks(diagram: Diagram) -> _Blocks:
    table = near(figure_of(diagram))
    columns, rows = [i for i, _ in table.cells] or [0], [j for _, j in table.cells] or [0]
    bounds = (min(columns), min(rows), max(columns), max(rows))
    return _Blocks({None: _block(diagram, table, None, table.wide)}, bounds, EMPTY, _NO_CELLS, [None], frozenset())


def within(diagram: Diagram, box: Box) -> frozenset[Id]:
    """What lies wholly in the box: nodes (by their middles), notes, wires and regions.

    Each owner is in one block, so that a block inside the box gives its owners at once and only those at the edge are asked.
    What the last box held is kept while the box grows, and only the blocks at its edge and beyond are looked at.
    """
    table, known = near(figure_of(diagram)), _blocks(diagram)
    left, top, right, bottom = box
    last = known.last
    if not (left <= last[0] and top <= last[1] and last[2] <= right and last[3] <= bottom):
        known.span, known.open, known.found = _NO_CELLS, [None], frozenset()
    span = _span(box, known.bounds)
    blocks, opened = known.by_cell, known.open
    whole: list[frozenset[Id]] = []
    edge: list[Id] = []
    known.open = []
    for cell in (*opened, *_beyond(span, known.span, table.cells)):
        block = blocks.get(cell)
        if block is None:
            block = blocks[cell] = _block(diagram, table, cell, table.cells.get(cell, ()) if cell else ())
        b = block.around
        if left <= b[0] and top <= b[1] and b[2] <= right and b[3] <= bottom:
            whole.append(block.owners)
            continue
        known.open.append(cell)
        if b[0] <= right and left <= b[2] and b[1] <= bottom and top <= b[3]:
            edge += [o for o, b in block.each if left <= b[0] and top <= b[1] and b[2] <= right and b[3] <= bottom]
    known.last, known.span, known.found = box, span, known.found.union(edge, *whole)
    return known.found


def _span(box: Box, bounds: Span) -> Span:
    """The cells that a box touches, of those that there are."""
    left, top = max(box[0] // CELL, bounds[0]), max(box[1] // CELL, bounds[1])
    right, bottom = min(box[2] // CELL, bounds[2]), min(box[3] // CELL, bounds[3])
    return (int(left), int(top), int(right), int(bottom)) if left <= right and top <= bottom else _NO_CELLS


def _beyond(span: Span, known: Span, filled: Collection[Cell]) -> Iterator[Cell]:
    """The cells of a span outside another. Where it has more than are filled, as between items far apart, these alone."""
    left, top, right, bottom = known
    if (span[2] - span[0] + 1) * (span[3] - span[1] + 1) > 4 * len(filled):
        for i, j in filled:
            within = span[0] <= i <= span[2] and span[1] <= j <= span[3]
            if within and not (left <= i <= right and top <= j <= bottom):
                yield i, j
        return
    for i in range(span[0], span[2] + 1):
        if known[0] <= i <= known[2]:
            yield from ((i, j) for j in range(span[1], known[1]))
            yield from ((i, j) for j in range(known[3] + 1, span[3] + 1))
        else:
            yield from ((i, j) for j in range(span[1], span[3] + 1))


@cached
def _selectable(content: Content) -> frozenset[Id]:
    """What a rubber band can take, besides notes."""
    return frozenset((*content.nodes, *content.wires, *content.regions))


def _block(diagram: Diagram, table: Near, cell: Cell | None, numbers: Iterable[int]) -> _Block:
    """The owners among these items whose home is the cell."""
    selectable, notes = _selectable(diagram.content), diagram.layout.notes
    each = []
    for owner in dict.fromkeys(table.items[k].owner for k in numbers):
        if owner in selectable or owner in notes:
            needs, home = _needed(diagram, table, owner)
            if home == cell:
                each.append((owner, needs))
    return _Block(tuple(each), union(needs for _, needs in each), frozenset(owner for owner, _ in each))


def _needed(diagram: Diagram, table: Near, owner: Id) -> tuple[Box, Cell | None]:
    """The box that takes an owner when it is inside, and its home: a cell of one of its items that such a box cannot miss,
    None where that item has no cells."""
    numbers = table.owned[owner]
    place = diagram.layout.places.get(owner) if owner in diagram.content.nodes else None
    if place is None:
        first = numbers[0]
        box = table.items[first].box
        needs = box if len(numbers) == 1 else union(table.items[k].box for k in numbers)
        x, y = box[:2]
    else:
        x, y = place.x, place.y
        needs = (x, y, x, y)
        over = [k for k in numbers if _near_box(table.items[k].box, (x, y), 0.0)]
        first = over[0] if over else numbers[0]
        if not over:  # drawn apart from its middle: both are asked for
            x, y = table.items[first].box[:2]
            needs = union(((place.x, place.y, place.x, place.y), (x, y, x, y)))
    return needs, None if first in table.wide else (int(x // CELL), int(y // CELL))
