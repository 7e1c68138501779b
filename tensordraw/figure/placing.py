"""Labels that look for room: names of copies, captions of regions, labels of wires.

They are placed in one fixed order (`Index.labelled`) after all lines are known, each clear of everything drawn and of the
labels before it. So where a label stands depends only on what is in its reach, and after a small change just the labels in
reach of what changed are placed again, with the same result as placing all.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from tensordraw.diagram.records import Copy, Id, Repeat
from tensordraw.figure import captions
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.display import Box, Item, Path, Shape, Stroke
from tensordraw.figure.index import wire_text
from tensordraw.figure.labels import Label, label
from tensordraw.figure.lines import arrowheads, copy_label
from tensordraw.figure.names import latex
from tensordraw.figure.nodes import weight
from tensordraw.figure.paths import EMPTY, bounds, grown, overlap, shifted, union
from tensordraw.figure.regions import caption, caption_labels, colour, kind, port_marks
from tensordraw.figure.scene import NOWHERE, Scene
from tensordraw.figure.sums import in_front

_MIDDLE = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)
_STARTS = (0.2, 0.3, 0.12, 0.4)
_ENDS = (0.8, 0.7, 0.88, 0.6)
_AIR = 1.6  # wanted around the label of a wire: less than `captions.GAP`, since its own line is that near
_AWAY = (7.0, 13.0)  # how much farther from its wire a label stands that finds no room beside it


def place_labels(made: Scene, dirty: Iterable[Id], disturbed: Iterable[Box]) -> set[Id]:
    """Place the labels of the dirty items and all that this or the disturbed boxes reach; the items whose labels moved."""
    turns, order = made.index.turns, made.index.labelled
    waiting = {turns[item] for item in dirty if item in turns}
    if made.reach.boxes:
        for box in disturbed:
            waiting.update(turns[item] for item in made.reach.inside(grown(box, captions.ROOM)))
    heap = list(waiting)
    heapq.heapify(heap)
    moved: set[Id] = set()
    while heap:
        turn = heapq.heappop(heap)
        item = order[turn]
        before = made.placed.get(item, ())
        after = _place(made, item, turn)
        if before == after:
            continue
        moved.add(item)
        made.placed[item] = after
        made.words.take(item)
        made.words.put(item, after)
        for box in (*before, *after):
            for other in made.reach.inside(grown(box, captions.ROOM)):
                if turns[other] > turn and turns[other] not in waiting:
                    waiting.add(turns[other])
                    heapq.heappush(heap, turns[other])
    return moved


def _place(made: Scene, item: Id, turn: int) -> tuple[Box, ...]:
    """The boxes of an item's labels; notes their reach."""
    turns, words, fixed = made.index.turns, made.words, made.grid
    boxes: list[Box] = []
    reach: list[Box] = []

    def taken(box: Box) -> int:
        earlier = sum(
            turns[other] < turn and any(overlap(box, b) for b in words.boxes[other]) for other in words.near(box)
        )
        return fixed.hits(box) + earlier + sum(overlap(box, own) for own in boxes)

    for candidates, farther in _candidates(made, item):
        if candidates:
            tried, airy = candidates, None
            if farther is not None:
                airy = next((box for box in candidates if not taken(grown(box, _AIR))), None)
                if airy is None and all(taken(grown(box, captions.ROOM)) for box in candidates):
                    tried = [*candidates, *farther()]
            boxes.append(captions.first_free(tried, taken) if airy is None else airy)
            reach.append(grown(union(tried), _AIR))
    made.reach.take(item)
    made.reach.put(item, reach)
    return tuple(boxes)


def _candidates(made: Scene, item: Id) -> list[tuple[list[Box], Callable[[], list[Box]] | None]]:
    """For each label of an item the boxes where it may stand, best first, and for one of a wire, which wants air around it,
    what gives those for where all of them are taken."""
    content = made.diagram.content
    if item in content.wires:
        path = made.paths.get(item)
        if path is None:
            return []
        wide = made.strokes[made.index.legs[content.wires[item].ends[0]].space].width
        return [
            (captions.beside(path, words, wide, shares), partial(_farther, path, words, wide, shares[:3]))
            for words, shares in _wire_labels(made, item)
        ]
    if item in content.regions:
        row = _row(made, item)
        drawn = made.outlines.get(item)
        return [(captions.around(drawn, row, kind(content.regions[item]) == "bubble"), None)] if row and drawn else []
    if item not in made.bodies:
        return []
    words, usual = copy_label(made, item)
    place = made.places.get(item, NOWHERE)
    return [(captions.beside_copy(usual, shifted(made.bodies[item].box, place.x, place.y)), None)] if words.path else []


def _farther(path: Path, words: Label, width: float, shares: Sequence[float]) -> list[Box]:
    return [box for away in _AWAY for box in captions.beside(path, words, width + 2 * away, shares)]


def _row(made: Scene, region: Id) -> list[Label]:
    content = made.diagram.content
    if region in made.fronts or in_front(content, made.index, content.regions[region]):
        return []
    return caption_labels(content.regions[region], content, made.theme)


def _wire_labels(made: Scene, wire: Id) -> list[tuple[Label, tuple[float, ...]]]:
    whole, other = wire_text(made.diagram.content.wires[wire], made.index.legs)
    texts = [(whole, _MIDDLE)] if not other else [(whole, _STARTS), (other, _ENDS)]
    out = [(label(latex(words), made.theme.leg, made.theme.font), shares) for words, shares in texts if words]
    return [(words, shares) for words, shares in out if words.path]


# ------------------------------------------------------------------------------------------------------------- items


def wire_item(made: Scene, wire_id: Id) -> None:
    """The item of a wire: its line and its labels."""
    path = made.paths.get(wire_id)
    if path is None:
        made.wire_items[wire_id] = Item(wire_id, (), EMPTY)
        return
    content, layout = made.diagram.content, made.diagram.layout
    wire = content.wires[wire_id]
    space = made.strokes[made.index.legs[wire.ends[0]].space]
    line = Stroke(space.colour, space.width * weight(layout.looks.get(wire_id)))
    shapes = [Shape(path, "wire", stroke=line), *arrowheads(made, wire_id)]
    boxes = [grown(bounds(path), line.width / 2)]
    offset = layout.labels.get(wire_id, (0.0, 0.0))
    if wire_id in made.index.turns:
        for (words, _), box in zip(_wire_labels(made, wire_id), made.placed.get(wire_id, ()), strict=False):
            shape, ink = captions.drawn(words, box, line.colour, offset)
            shapes.append(shape)
            boxes.append(ink)
    text = ", ".join(latex(words) for words in wire_text(wire, made.index.legs) if words)
    made.wire_items[wire_id] = Item(wire_id, tuple(shapes), union(boxes), text)


def region_item(made: Scene, region_id: Id) -> None:
    """The item of a region: its border, the marks of its ports, its caption."""
    content, layout, theme = made.diagram.content, made.diagram.layout, made.theme
    region, look = content.regions[region_id], layout.looks.get(region_id)
    shapes = list(made.outlines[region_id].shapes)
    ink = theme.colour(colour(region, look), "grey")
    if isinstance(region, Repeat):
        shapes += port_marks(region, made.anchors, theme, ink)
    for box in made.placed.get(region_id, ()):
        shapes += captions.row(_row(made, region_id), shifted(box, *layout.labels.get(region_id, (0.0, 0.0))), ink)
    text = r"\ ".join(caption(region, content))
    box = union([ink_box(shapes), made.outlines[region_id].box])
    made.region_items[region_id] = Item(region_id, tuple(shapes), box, text)


def copy_item(made: Scene, node_id: Id) -> None:
    """The item of a copy: its mark with its name beside it."""
    content, layout = made.diagram.content, made.diagram.layout
    node, item = content.nodes[node_id], made.node_items[node_id]
    if not isinstance(node, Copy) or not made.placed.get(node_id):
        return
    words, _ = copy_label(made, node_id)
    look = layout.looks.get(node_id)
    ink = made.theme.colour((look.colour if look else None) or "pink")
    offset = layout.labels.get(node_id, (0.0, 0.0))
    name, _ = captions.drawn(words, made.placed[node_id][0], ink, offset)
    shapes = (*(shape for shape in item.shapes if shape.role != "label"), name)
    made.node_items[node_id] = Item(node_id, shapes, ink_box(shapes), item.text)
