"""Wires and open legs of a scene: their paths, and then, when all paths are known, their labels."""

from __future__ import annotations

from tensordraw.diagram.records import Curve, Delta, Id
from tensordraw.figure import captions, routing
from tensordraw.figure.arrows import on_leg, on_wire
from tensordraw.figure.behind import bodies_of, pierced
from tensordraw.figure.display import Anchor, Box, Item, Shape, Stroke
from tensordraw.figure.ends import end_of, may_bend
from tensordraw.figure.grid import chords
from tensordraw.figure.labels import Label, label
from tensordraw.figure.names import latex
from tensordraw.figure.nodes import OPEN, node_text, weight
from tensordraw.figure.paths import Point, bounds, direction, grown, polyline, shifted, union
from tensordraw.figure.scene import NOWHERE, Scene
from tensordraw.figure.themes import PITCH
from tensordraw.figure.wires import wire_path

_CURVE = Curve()


def draw_path(made: Scene, wire_id: Id) -> None:
    """The wire's path, where both of its ends are known."""
    wire, found = made.diagram.content.wires[wire_id], made.index
    a, b = (made.anchors.get(end) for end in wire.ends)
    if a is None or b is None:
        return
    first, second = (found.owner[end] for end in wire.ends)
    around: Box | None = None
    rank, above = 0, True
    if first == second and first in made.bodies:
        node = made.diagram.content.nodes[first]
        if not isinstance(node, Delta):
            place = made.places.get(first, NOWHERE)
            around = shifted(made.bodies[first].box, place.x, place.y)
            loops = [w for leg in made.angles[first] if (w := found.wire.get(leg)) and _is_loop(made, w)]
            rank = list(dict.fromkeys(loops)).index(wire_id)
            ups = sum(1 for angle, _ in made.angles[first].values() if 30 < angle < 150)
            downs = sum(1 for angle, _ in made.angles[first].values() if 210 < angle < 330)
            above = ups <= downs
    curve = made.diagram.layout.curves.get(wire_id, _CURVE)
    lane = _lane(made, wire_id, a) if curve.style == "orthogonal" else 0.0
    path = wire_path(a, b, curve, around, rank, above, lane)
    made.routes.pop(wire_id, None)
    if curve.style != "straight" and around is None and not curve.points:
        own = bodies_of(made, first, second) if pierced(made, path, a, b, first, second) else []
        if curve.style == "orthogonal" or own:
            made.routes[wire_id] = routing.area(path)
            path = routing.around(made, wire_id, path, a, b, own)
    made.paths[wire_id] = path
    made.grid.put(wire_id, [bounds(head.path) for head in arrowheads(made, wire_id)], chords(path))


def arrowheads(made: Scene, wire_id: Id) -> list[Shape]:
    """The arrowheads of a wire whose path is known."""
    first, second = (made.index.legs[end] for end in made.diagram.content.wires[wire_id].ends)
    if first.variance == second.variance == "none":
        return []
    stroke = made.strokes[first.space]
    line = Stroke(stroke.colour, stroke.width * weight(made.diagram.layout.looks.get(wire_id)))
    return on_wire(made.paths[wire_id], first.variance, second.variance, line)


def _owner(made: Scene, leg: Id) -> Id:
    """The node, port's repeat or collapsed region that shows a leg."""
    owner = made.index.owner[leg]
    node = made.diagram.content.nodes.get(owner)
    return made.fronts.get(owner if node is None else node.inside, owner)


def _lane(made: Scene, wire_id: Id, at: Anchor) -> float:
    """How far the middle piece of an orthogonal wire keeps from that of its neighbours between the same two bodies."""
    wires = made.diagram.content.wires
    first, second = (_owner(made, end) for end in wires[wire_id].ends)
    dx, dy = direction(at.angle)
    level = abs(dx) > abs(dy)
    spots: list[float] = []
    for leg in made.angles.get(first, ()):
        partner = made.index.partner.get(leg)
        if partner is not None and _owner(made, partner) == second and leg in made.anchors:
            spots.append(made.anchors[leg].root[1] if level else made.anchors[leg].root[0])
    own = at.root[1] if level else at.root[0]
    return ((sum(s > own for s in spots)) - (sum(s < own for s in spots))) * PITCH / 2


def _is_loop(made: Scene, wire_id: Id) -> bool:
    first, second = made.diagram.content.wires[wire_id].ends
    return made.index.owner[first] == made.index.owner[second]


def _end_text(made: Scene, leg_id: Id) -> tuple[str, float]:
    """What stands at an open leg's end: LaTeX and font size."""
    leg, content = made.index.legs[leg_id], made.diagram.content
    if isinstance(leg.index, int):
        return str(leg.index), made.theme.index
    if leg.index is not None:
        region = content.regions.get(leg.index)
        return latex(getattr(region, "index", "")), made.theme.index
    # An index of the result always says which one it is: by its label, else by its space.
    return latex(leg.label or content.spaces[leg.space].name), made.theme.leg


def _line_of(made: Scene, leg_id: Id) -> Stroke:
    """The line of an open leg: that of its space, heavier where the leg says so."""
    stroke = made.strokes[made.index.legs[leg_id].space]
    return Stroke(stroke.colour, stroke.width * weight(made.diagram.layout.looks.get(leg_id)))


def leg_end(made: Scene, leg_id: Id) -> tuple[str, float, Box]:
    """What stands at an open leg's end (LaTeX and font size), and the box of the leg with it."""
    at = made.anchors[leg_id]
    words, size = _end_text(made, leg_id)
    made_label = label(words, size, made.theme.font)
    box = union([bounds(polyline([at.root, at.tip]))])
    if made_label.path:
        box = union([box, captions.at_end(at.tip, at.angle, made_label, _line_of(made, leg_id).width)])
    return words, size, box


def span(made: Scene, leg_id: Id) -> None:
    """Note where an open leg with its label is where nothing bends it."""
    made.spans.take(leg_id)
    at = made.anchors.get(leg_id)
    if at is None:
        return
    if may_bend(made, leg_id):  # it may be bent or lengthened as of the last time
        (x, y), (dx, dy) = at.root, direction(at.angle)
        made.anchors[leg_id] = Anchor(leg_id, (x + dx * OPEN, y + dy * OPEN), at.root, at.angle)
    made.spans.put(leg_id, [leg_end(made, leg_id)[2]])


def open_leg(made: Scene, leg_id: Id) -> None:
    """Line and label of an open leg; it reaches out of the regions around its node."""
    layout, theme = made.diagram.layout, made.theme
    at, leg = made.anchors.get(leg_id), made.index.legs[leg_id]
    if at is None:
        return
    made.grid.take(leg_id)
    words, size = _end_text(made, leg_id)
    made_label = label(words, size, theme.font)
    path, angle = polyline([at.root, at.tip]), at.angle
    line = _line_of(made, leg_id)
    if may_bend(made, leg_id):

        def label_at(tip: Point, angle: float) -> Box | None:
            return captions.at_end(tip, angle, made_label, line.width) if made_label.path else None

        end = end_of(made, leg_id, label_at)
        path, angle, at = end.path, end.angle, Anchor(leg_id, end.tip, at.root, at.angle)
        made.anchors[leg_id] = at
    variance = "none" if _is_continued(made, leg_id) else leg.variance  # the wire has the arrowhead
    shapes = [Shape(path, "leg", stroke=line), *on_leg(path, variance, line)]
    boxes: list[Box] = [bounds(head.path) for head in shapes[1:]]
    if made_label.path:
        place = captions.at_end(at.tip, angle, made_label, line.width)
        shape, ink = captions.drawn(made_label, place, line.colour, layout.labels.get(leg_id, (0.0, 0.0)))
        shapes.append(shape)
        boxes.append(ink)
    made.grid.put(leg_id, boxes, chords(path))
    box = union([grown(bounds(path), line.width / 2), *boxes])
    made.leg_items[leg_id] = Item(leg_id, tuple(shapes), box, words)


def _is_continued(made: Scene, leg_id: Id) -> bool:
    """Whether an open leg is one line with a wire: it belongs to an identity whose other end is joined."""
    node = made.diagram.content.nodes.get(made.index.owner[leg_id])
    return (
        isinstance(node, Delta)
        and len(node.legs) == 2
        and any(leg.id in made.index.partner for leg in node.legs if leg.id != leg_id)
    )


def copy_label(made: Scene, node_id: Id) -> tuple[Label, Box]:
    """The name of a copy, and its usual place: beyond the right end of an upright stream's mark, above a level one's;
    flipped on the other side."""
    place = made.places.get(node_id, NOWHERE)
    words = label(
        node_text(made.diagram.content.nodes[node_id], made.diagram.content), made.theme.region, made.theme.font
    )
    hx, hy = captions.size(words)
    _, top, right, bottom = made.bodies[node_id].box
    upright = right >= (bottom - top) / 2
    x, y = (right + 3.0 + hx, 0.0) if upright else (0.0, top - 3.0 - hy)
    if place.flip:
        x, y = -x, -y
    return words, (place.x + x - hx, place.y + y - hy, place.x + x + hx, place.y + y + hy)
