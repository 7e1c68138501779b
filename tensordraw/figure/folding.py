"""Collapsed regions: one box each, with the legs that cross its border.

`fronts` of the scene leads from each hidden region to the outermost collapsed one around it, whose box stands for it. A leg
leaves the box by the side from which what it is joined to looks at it, and where it arrives straight; between two boxes it
leaves as the hidden leg does. `spot_of` says where the box stands best, so that the stream through it stays straight.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from tensordraw.diagram.records import (
    Copy,
    Diagram,
    Id,
    Leg,
    LegPlace,
    Look,
    Node,
    Paste,
    Place,
    Region,
    Repeat,
    id_order,
)
from tensordraw.figure.angles import absolute
from tensordraw.figure.arranging_sizes import BODY, text_size
from tensordraw.figure.bodies import Body, Build, body
from tensordraw.figure.display import Anchor, Box, Item, Shape
from tensordraw.figure.index import Index, index
from tensordraw.figure.names import latex
from tensordraw.figure.names import text as upright
from tensordraw.figure.nodes import aims_of, geometry, legs_span, node_anchors
from tensordraw.figure.paths import Point, angle_of, direction, moved, shifted
from tensordraw.figure.regions import Outline, caption, colour, kind
from tensordraw.figure.scene import NOWHERE, Scene
from tensordraw.figure.themes import PITCH

_WIDEST = 60.0  # between the outermost legs of a side; those that are farther apart are brought together
_LEAST = 3.0  # between neighbours
_AWAY = 24.0  # from what its legs are joined to, where they leave by one side


def fronts_of(diagram: Diagram, found: Index) -> dict[Id, Id]:
    """Each region that is hidden, and each that is collapsed, to the outermost collapsed region around it."""
    looks = diagram.layout.looks
    if not any(look.collapsed for look in looks.values()):
        return {}
    out: dict[Id, Id] = {}
    for region in found.regions:
        closed = [r for r in found.chain[region] if r in looks and looks[r].collapsed]
        if closed:
            out[region] = closed[-1]
    return out


def hide(made: Scene) -> set[Id]:
    """The nodes in collapsed regions; each is looked for where the box that stands for it is."""
    found, places = made.index, made.diagram.layout.places
    inside: dict[Id, list[Id]] = {}
    for region, front in made.fronts.items():
        inside.setdefault(front, []).extend(found.members[region][0])
    for front, nodes in inside.items():
        at = places.get(front)
        if at is None:
            there = [made.places[node] for node in nodes if node in made.places] or [NOWHERE]
            xs, ys = [p.x for p in there], [p.y for p in there]
            at = Place((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        made.places.update(dict.fromkeys([front, *nodes], at))
        made.angles.update({node: {} for node in nodes})
    return {node for nodes in inside.values() for node in nodes}


def draw_fronts(made: Scene, fronts: Collection[Id]) -> None:
    """The boxes of these collapsed regions, which are seen, with their legs."""
    if not fronts:
        return
    outer: dict[Id, list[Leg]] = {front: [] for front in fronts}
    for leg_id, leg in made.index.legs.items():
        front = _front_of(made, leg_id)
        if front not in outer or leg.index is not None:
            continue
        partner = made.index.partner.get(leg_id)
        if _is_inner(made.index, leg_id) if partner is None else _front_of(made, partner) == front:
            continue
        outer[front].append(leg)
    for front, legs in outer.items():
        _draw(made, front, legs)


def _draw(made: Scene, front: Id, legs: list[Leg]) -> None:
    content, layout = made.diagram.content, made.diagram.layout
    region, place = content.regions[front], made.places[front]
    angles = _angles(made, place, legs)
    made.angles[front] = angles
    drawn = _box(made, region, layout.looks.get(front), angles)
    for anchor in node_anchors(drawn, angles, place, {}, made.index.legs, made.index.partner):
        made.anchors[anchor.leg] = anchor
    shapes = tuple(
        Shape(moved(s.path, place.x, place.y), s.role, s.fill, s.stroke, s.words) for s in drawn.shapes
    )  # fmt: skip
    box = shifted(drawn.ink, place.x, place.y)
    made.outlines[front] = Outline((), box, tuple((x + place.x, y + place.y) for x, y in drawn.hull), shapes)
    made.region_items[front] = Item(front, shapes, box, words_of(made.diagram, front))
    made.grid.take(front)
    made.grid.put(front, [box])


def _box(made: Scene, region: Region, look: Look | None, angles: Mapping[Id, tuple[float, float]]) -> Body:
    words = words_of(made.diagram, region.id)
    return body(
        Build(
            shape="box", theme=made.theme.name, text=words, span=legs_span(angles), colour=colour(region, look), tone="tint"
        )
    )  # fmt: skip


def words_of(diagram: Diagram, region: Id) -> str:
    """What stands in the box of a collapsed region: its caption, and the values that it reads by pastes."""
    content, found = diagram.content, index(diagram.content)
    words = r"\ ".join(caption(content.regions[region], content)) or upright(kind(content.regions[region]))
    read = dict.fromkeys(
        node.copy
        for node in content.nodes.values()
        if isinstance(node, Paste) and region in found.chain[node.inside]
        and region not in found.chain[content.nodes[node.copy].inside]
    )  # fmt: skip
    copies = [content.nodes[copy] for copy in read]
    names = [latex(copy.name) for copy in copies if isinstance(copy, Copy) and copy.name]
    return rf"{words}\ ({', '.join(names)})" if 0 < len(names) < 3 else words


# ------------------------------------------------------------------------------------------------------------- legs


def _angles(made: Scene, place: Place, legs: list[Leg]) -> dict[Id, tuple[float, float]]:
    """Angle and shift of each leg of a box."""
    sides: dict[float, list[tuple[float, int, Id]]] = {}
    for leg in legs:
        side, (x, y) = _ray(made, place, leg.id)
        sides.setdefault(side, []).append((x if side in (90.0, 270.0) else y, id_order(leg.id), leg.id))
    out: dict[Id, tuple[float, float]] = {}
    for side, row in sides.items():
        row.sort()
        spots = [at for at, _, _ in row]
        near = any(b - a < _LEAST for a, b in pairwise(spots))
        if near or spots[-1] - spots[0] > _WIDEST:
            spots = [k * PITCH for k in range(len(row))]
        middle = (spots[0] + spots[-1]) / 2
        for at, (_, _, leg_id) in zip(spots, row, strict=True):
            # A shift is to the left of the leg's direction.
            out[leg_id] = (side, (middle - at) if side in (0.0, 90.0) else (at - middle))
    return out


def _ray(made: Scene, place: Place, leg: Id) -> tuple[float, Point]:
    """The side by which a leg leaves a box (its angle), and where what it leads to, or the hidden leg itself, is."""
    partner = made.index.partner.get(leg)
    # A port of a region that is seen is put where the box's legs are, so it says nothing.
    anchor = None if partner is None or partner in made.index.ports else made.anchors.get(partner)
    if anchor is not None and _front_of(made, anchor.leg) is None:
        dx, dy = direction(anchor.angle)
        if dx * (place.x - anchor.root[0]) + dy * (place.y - anchor.root[1]) > 0.0:
            return _quarter(anchor.angle + 180.0), anchor.root
    own = _own(made, leg)
    if own is not None:
        return own
    to = made.places.get(made.index.target.get(leg, ""))
    if to is None or (to.x, to.y) == (place.x, place.y):
        return 0.0, (place.x, place.y)
    return _quarter(angle_of(to.x - place.x, to.y - place.y)), (to.x, to.y)


def _own(made: Scene, leg: Id) -> tuple[float, Point] | None:
    """How the hidden leg leaves its body, or, for a port, how what is joined to it from within does."""
    layout, found = made.diagram.layout, made.index
    if leg in found.ports:
        _, port = found.ports[leg]
        inner = {port.outer_in.id: port.inner_in.id, port.outer_out.id: port.inner_out.id}.get(leg, "")
        leg = found.partner.get(inner, "")
    at: LegPlace | None = layout.legs.get(leg)
    place = layout.places.get(found.owner.get(leg, ""))
    if place is None or (at is None and (leg in found.partner or leg in found.ports)):
        return None
    angle, shift = _free(made, leg, place) if at is None else absolute(at, place)
    side = _quarter(angle)
    dx, dy = direction(side)
    return side, (place.x + dy * shift, place.y - dx * shift)


def _free(made: Scene, leg: Id, place: Place) -> tuple[float, float]:
    """Angle and shift that a hidden open leg without a place has where its body is seen."""
    content, layout, found = made.diagram.content, made.diagram.layout, made.index
    node = content.nodes[found.owner[leg]]
    aims = aims_of(node.id, found, layout.legs, layout.places)
    look = layout.looks.get(node.id)
    _, angles = geometry(node, content, found, place, layout.legs, aims, made.ranks, look, made.strokes, made.theme)
    return angles[leg]


def _quarter(angle: float) -> float:
    return round(angle / 90.0) * 90.0 % 360.0


def _front_of(made: Scene, leg: Id) -> Id | None:
    """The collapsed region that hides a leg, or whose border it lies on."""
    owner = made.index.owner[leg]
    node: Node | None = made.diagram.content.nodes.get(owner)
    return made.fronts.get(owner if node is None else node.inside)


def _is_inner(found: Index, leg: Id) -> bool:
    """Whether this is an inner end of a port."""
    port = found.ports.get(leg)
    return port is not None and leg in (port[1].inner_in.id, port[1].inner_out.id)


# ------------------------------------------------------------------------------------------------------------- places


def spot_of(diagram: Diagram, region: Id, anchors: Mapping[Id, Anchor], outline: Box) -> Point:
    """Where the box of a region stands best when it is collapsed, from the picture in which it is not: in line with the
    stream that runs through it, and near the side that all its legs leave by; else in the middle of its `outline`."""
    found = index(diagram.content)
    sides: dict[float, list[Point]] = {}  # where what the legs of a side are joined to is
    for leg in _crossing(diagram, found, region):
        anchor = anchors.get(found.partner[leg])
        if anchor is not None:
            sides.setdefault(_quarter(anchor.angle + 180.0), []).append(anchor.root)
    left, top, right, bottom = outline
    x, y = (left + right) / 2, (top + bottom) / 2
    upright = max((sides.get(side, []) for side in (270.0, 90.0)), key=len)
    level = max((sides.get(side, []) for side in (180.0, 0.0)), key=len)
    x = sum(at[0] for at in upright) / len(upright) if upright else x
    y = sum(at[1] for at in level) / len(level) if level else y
    if len(sides) == 1:
        (side,) = sides
        (dx, dy), near = direction(side), sides[side][0]
        wide = min(text_size(words_of(diagram, region), BODY)[0] / 2 + 8.0, (right - left) / 2)
        half, edge = (wide, left if dx < 0 else right) if dx else (10.0, top if dy < 0 else bottom)
        # From the edge inwards, and far enough from what is there for wires to turn.
        start = min(edge, near[0 if dx else 1] - _AWAY) if dx + dy > 0 else max(edge, near[0 if dx else 1] + _AWAY)
        x, y = (start - dx * half, y) if dx else (x, start - dy * half)
    return x, y


def _crossing(diagram: Diagram, found: Index, region: Id) -> Iterator[Id]:
    """The ends inside of the wires that cross a region's border, and the outer ends of its ports."""
    content = diagram.content
    record = content.regions[region]
    for wire_id in found.crossing[region]:
        for end in content.wires[wire_id].ends:
            owner = found.owner[end]
            home = content.nodes[owner].inside if owner in content.nodes else content.regions[owner].inside
            if _is_inner(found, end):
                home = owner
            if region in found.chain[home]:
                yield end
    if isinstance(record, Repeat):
        for port in record.ports:
            yield from (leg.id for leg in (port.outer_in, port.outer_out) if leg.id in found.partner)


__all__ = ["draw_fronts", "fronts_of", "hide", "spot_of", "words_of"]
