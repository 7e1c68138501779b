"""Regions collapsed to boxes and expanded again, as edits of the layout: what stays, what closes up, what makes room.

Collapsing moves nothing: the region gets a place for its box (`folding.spot_of`). Closing up then shortens the empty bands
that the region leaves, to the width of a wire with its label. Expanding puts the content back around the place of the box;
where others have moved in, they move out of the way. What is in a collapsed region always moves along with its box.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec.structs import replace

from tensordraw.diagram.edits_layout import place_at, set_look
from tensordraw.diagram.records import Copy, Diagram, Id
from tensordraw.figure.build import build
from tensordraw.figure.display import Box, Figure
from tensordraw.figure.folding import fronts_of, spot_of
from tensordraw.figure.index import index
from tensordraw.figure.paths import bounds, grown, overlap, shifted, tidy, union

KEPT = (46.0, 34.0)  # of an empty band: to the right, and downwards
_MARGIN = 16.0  # around what expands: its caption, and a wire
_ROUNDS = 8  # of nested regions that are expanded at once

Shift = Callable[[float], float]


def collapse(diagram: Diagram, regions: Iterable[Id], *, close: bool = False) -> Diagram:
    """The diagram with these regions as boxes; `close` takes away the room that they leave empty."""
    wanted = [region for region in regions if not _is_closed(diagram, region)]
    figure = build(diagram)
    seen = _outlines(diagram, figure)
    outlines = {region: seen[region] for region in wanted if region in seen}
    spots = {r: spot_of(diagram, r, figure.anchors, box) for r, box in outlines.items()}
    after = set_look(place_at(diagram, spots), wanted, collapsed=True)
    return close_up(after, outlines.values()) if close and outlines else after


def close_up(diagram: Diagram, within: Iterable[Box]) -> Diagram:
    """The diagram with the empty bands inside these boxes shortened, across the whole drawing."""
    boxes, limits = list(_solid(diagram, build(diagram)).values()), list(within)
    across, down = (
        _shortened([(b[k] - 4.0, b[k + 2] + 4.0) for b in boxes], [(b[k], b[k + 2]) for b in limits], KEPT[k])
        for k in (0, 1)
    )
    return _mapped(diagram, across, down)


def expand(diagram: Diagram, regions: Iterable[Id], *, inner: bool = False) -> Diagram:
    """The diagram with these regions drawn in full, others out of their way; with `inner` all collapsed ones in them too."""
    found = index(diagram.content)
    outer = list(regions)
    for _ in range(_ROUNDS):
        closed = [region for region in found.regions if _is_closed(diagram, region)]
        if inner:
            outer = [r for r in closed if any(around in outer for around in found.chain[r])] if outer else closed
            fronts = set(fronts_of(diagram, found).values())
            now = [region for region in outer if region in fronts]
        else:
            now = [region for region in outer if region in closed]
        if not now:
            break
        diagram = _opened(diagram, now)
    return diagram


def _opened(diagram: Diagram, regions: Collection[Id]) -> Diagram:
    """Regions whose boxes are seen, drawn in full. What lay beside a box or a border around it, and is now covered, moves
    away with all that lies beyond it, until nothing is covered."""
    found, closed = index(diagram.content), build(diagram)
    around = _outlines(diagram, closed)
    before = {**around, **_solid(diagram, closed)}
    grows = list(dict.fromkeys(r for region in regions for r in found.chain[region] if r in around))
    fronts = fronts_of(diagram, found)
    moves: dict[tuple[int, float, float], float] = {}  # (axis, from where on, to which side) -> how far
    opened = _without(diagram, regions)
    for _ in range(_ROUNDS):
        figure = build(opened)
        borders = _outlines(opened, figure)
        now = {**borders, **_solid(opened, figure), **_named(diagram, opened, before)}
        fresh: dict[tuple[int, float, float], float] = {}
        for region in grows:
            own, outline = around[region], borders[region]
            for item, theirs in now.items():
                home = _home(diagram, item)
                if region in found.chain.get(home, ()) or item in found.chain[region] or not overlap(outline, theirs):
                    continue
                front = fronts.get(home, item)
                was = before.get(front)
                if was is None:
                    continue
                # Where both were boxes, one of them moves.
                signs = (-1.0,) if front in regions and region in regions else (-1.0, 1.0)
                box = grown(outline, _MARGIN)
                options = [
                    (far, k, edge, sign)
                    for k in (0, 1)
                    for far, edge, sign, beside in (
                        (theirs[k + 2] - box[k], own[k], -1.0, was[k + 2] <= own[k] + 0.5),
                        (box[k + 2] - theirs[k], own[k + 2], 1.0, was[k] >= own[k + 2] - 0.5),
                    )
                    if beside and sign in signs
                ]
                if options:
                    far, k, edge, sign = min(options)
                    key = (k, round(edge, 2), sign)
                    fresh[key] = max(fresh.get(key, 0.0), far)
        if not fresh:
            break
        for key, far in fresh.items():
            moves[key] = moves.get(key, 0.0) + far
        across, down = ({(start, sign): far for (k, start, sign), far in moves.items() if k == axis} for axis in (0, 1))
        opened = _without(_mapped(diagram, _widened(across), _widened(down)), regions)
    return opened


def _named(closed: Diagram, opened: Diagram, before: Mapping[Id, Box]) -> dict[Id, Box]:
    """The boxes of copies with their names on the side where they were: the name flees from what has grown over it."""
    there, here = closed.layout.places, opened.layout.places
    return {
        item: shifted(before[item], here[item].x - there[item].x, here[item].y - there[item].y)
        for item, node in opened.content.nodes.items()
        if isinstance(node, Copy) and item in before and item in there and item in here
    }


def _without(diagram: Diagram, regions: Collection[Id]) -> Diagram:
    """The diagram with these regions drawn in full; the places of their boxes are forgotten."""
    opened = set_look(diagram, regions, collapsed=False)
    kept = {item: at for item, at in opened.layout.places.items() if item not in regions}
    return replace(opened, layout=replace(opened.layout, places=kept))


def _home(diagram: Diagram, item: Id) -> Id:
    """The region that an item lies in, or itself is."""
    content = diagram.content
    return content.nodes[item].inside if item in content.nodes else item


def _is_closed(diagram: Diagram, region: Id) -> bool:
    look = diagram.layout.looks.get(region)
    return look is not None and look.collapsed


def _solid(diagram: Diagram, figure: Figure) -> dict[Id, Box]:
    """The boxes of what is seen and has a place: bodies, notes, collapsed regions."""
    content, fronts = diagram.content, set(fronts_of(diagram, index(diagram.content)).values())
    out: dict[Id, Box] = {}
    for item in figure.items:
        known = item.owner in content.nodes or item.owner in diagram.layout.notes or item.owner in fronts
        if known and item.box[0] <= item.box[2]:
            out[item.owner] = union((out[item.owner], item.box)) if item.owner in out else item.box
    return out


def _outlines(diagram: Diagram, figure: Figure) -> dict[Id, Box]:
    """The boxes of the borders of all regions that are seen."""
    return {
        item.owner: union(bounds(shape.path) for shape in item.shapes if shape.role in ("region", "body"))
        for item in figure.items
        if item.owner in diagram.content.regions and any(shape.role in ("region", "body") for shape in item.shapes)
    }


def _shortened(spans: list[tuple[float, float]], limits: list[tuple[float, float]], kept: float) -> Shift:
    """How far a coordinate moves when the parts of empty bands that lie within limits are taken away, all but `kept`."""
    cuts: list[tuple[float, float]] = []  # where a band ends, how much of it goes
    reach: float | None = None
    for start, end in sorted(spans):
        if reach is not None and start > reach:
            free = sum(max(0.0, min(start, b) - max(reach, a)) for a, b in _merged(limits))
            cut = start - reach - max(kept, start - reach - free)
            if cut > 0.5:
                cuts.append((start, cut))
        reach = end if reach is None else max(reach, end)
    return lambda at: -sum(cut for start, cut in cuts if at >= start)


def _merged(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def _widened(moves: Mapping[tuple[float, float], float]) -> Shift:
    """How far a coordinate moves; the keys are from where on, and to which side."""

    def at(value: float) -> float:
        up = sum(by for (start, sign), by in moves.items() if sign > 0 and value >= start - 0.5)
        return up - sum(by for (start, sign), by in moves.items() if sign < 0 and value <= start + 0.5)

    return at


def _mapped(diagram: Diagram, across: Shift, down: Shift) -> Diagram:
    """The diagram with everything that has a place moved; what is in a box moves with it."""
    content, layout, found = diagram.content, diagram.layout, index(diagram.content)
    fronts = fronts_of(diagram, found)
    places = dict(layout.places)

    def carrier(item: Id) -> Id:
        inside = item if item in content.regions else content.nodes[item].inside if item in content.nodes else ""
        front = fronts.get(inside, item)
        return front if front in layout.places else item

    for item, at in layout.places.items():
        by = layout.places[carrier(item)]
        places[item] = replace(at, x=tidy(at.x + across(by.x)), y=tidy(at.y + down(by.y)))
    notes = {
        note.id: replace(note, x=tidy(note.x + across(note.x)), y=tidy(note.y + down(note.y)))
        for note in layout.notes.values()
    }
    curves = {}
    for wire, curve in layout.curves.items():
        carriers: Mapping[Id, Id] = {end: carrier(found.owner[end]) for end in content.wires[wire].ends}
        points = tuple((tidy(x + across(x)), tidy(y + down(y))) for x, y in curve.points)
        one, other = carriers.values()
        if one == other and one in layout.places and points:  # hidden in one box
            by = layout.places[one]
            points = tuple((tidy(x + across(by.x)), tidy(y + down(by.y))) for x, y in curve.points)
        curves[wire] = replace(curve, points=points)
    return replace(diagram, layout=replace(layout, places=places, notes=notes, curves=curves))


__all__ = ["close_up", "collapse", "expand"]
