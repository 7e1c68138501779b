"""From a node of the document to its body: which shape, which label, which extents, and its grasp points.

The shape follows the notation: for any tensor a circle, or a rounded box where the label is too long for one (`bodies.circle`),
square for unitary, triangle for an isometry with its tip towards the tip legs, grey for a diagonal, a dot or nothing for a
delta, a bar for groupings and copies, a plus for adds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import assert_never

from tensordraw.diagram.records import (
    Add,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Id,
    Leg,
    LegPlace,
    Look,
    Node,
    Paste,
    Place,
    Tensor,
)
from tensordraw.figure.angles import apart, leg_angles
from tensordraw.figure.bodies import Body, Build, body, circle, root
from tensordraw.figure.display import Anchor, Item, Shape, Stroke
from tensordraw.figure.index import Index
from tensordraw.figure.labels import label
from tensordraw.figure.names import expression, latex
from tensordraw.figure.paths import Point, angle_of, bounds, direction, placed, shifted, union
from tensordraw.figure.themes import Theme

OPEN = 16.0  # length of an open leg where none is given
BOUND = 8.0  # of a leg bound to an index
GRASP = 11.0  # a wired leg is grasped this far from its body
_WEIGHTS = {"thin": 0.6, "normal": 1.0, "bold": 1.8}
_PLAIN = Look()
_SHAPES = frozenset({"circle", "square", "box", "triangle", "diamond", "dot", "bare"})


def weight(look: Look | None) -> float:
    """Factor of line widths that a look asks for."""
    return _WEIGHTS[look.weight] if look is not None else 1.0


def conjugate(text: str) -> str:
    """LaTeX of the conjugate: a star, or a line over a name that has a superscript already."""
    return rf"\overline{{{text}}}" if "^" in text or not text else f"{text}^{{*}}"


def node_text(node: Node, content: Content) -> str:
    """LaTeX of what is written on a node."""
    match node:
        case Tensor():
            return conjugate(latex(node.name)) if node.conj else latex(node.name)
        case Fixed(kind="constant"):
            return expression(node.expression)
        case Fixed(kind="levi_civita"):
            return r"\varepsilon"
        case Fixed(kind="metric"):
            return latex(node.name) or "g"
        case Fixed(kind="inverse_metric"):
            return f"{{{latex(node.name) or 'g'}}}^{{-1}}"
        case Fixed(kind="one_hot"):
            return latex(node.name)
        case Copy() | Add():
            return latex(node.name) if isinstance(node, Copy) else ""
        case Paste():
            source = content.nodes.get(node.copy)
            return latex(source.name) if isinstance(source, Copy) else ""
        case Fixed() | Delta() | Group():
            return ""
        case _:
            assert_never(node)


def _mean_direction(angles: list[float]) -> float | None:
    """Mean of directions, to the nearest quarter turn; None where they cancel."""
    x = sum(direction(a)[0] for a in angles)
    y = sum(direction(a)[1] for a in angles)
    if x * x + y * y < 1e-6:
        return None
    return round(angle_of(x, y) / 90.0) * 90.0 % 360.0


def _tip_angles(node: Tensor, place: Place, given: Mapping[Id, LegPlace], aims: Mapping[Id, Point],
                angles: dict[Id, tuple[float, float]]) -> float:  # fmt: skip
    """Direction of an isometry's tip; legs that have no place of their own are put at the tip and along the base."""
    tips = [leg.id for leg in node.legs if leg.id in node.tip]
    base = [leg.id for leg in node.legs if leg.id not in node.tip]
    known = [angles[leg][0] for leg in tips if leg in given]
    away = [(angles[leg][0] + 180.0) % 360.0 for leg in base if leg in given]
    led = [angle_of(aims[leg][0] - place.x, aims[leg][1] - place.y) for leg in tips if leg in aims]
    back = [angle_of(place.x - aims[leg][0], place.y - aims[leg][1]) for leg in base if leg in aims]
    natural = (180.0 if place.flip else 0.0) + place.turn
    axis = natural % 360.0
    for choice in (known, away, led, back):
        if choice and (found := _mean_direction(choice)) is not None:
            axis = found
            break
    sideways = _sideways(base, place, given, aims, angles, axis)
    for legs, angle in ((tips, axis), (base, (axis + 180.0) % 360.0)):
        free = [leg for leg in legs if leg not in given and leg not in sideways]
        for k, leg in enumerate(free):
            off = (k - (len(free) - 1) / 2) * 8.0
            angles[leg] = (angle, -off if angle < 180.0 else off)
    angles.update({leg: (angle, 0.0) for leg, angle in sideways.items()})
    return axis


def _sideways(base: list[Id], place: Place, given: Mapping[Id, LegPlace], aims: Mapping[Id, Point],
              angles: Mapping[Id, tuple[float, float]], axis: float) -> dict[Id, float]:  # fmt: skip
    """Legs at the base of a triangle that leave its side, with their directions: where another one leads on behind it, the
    open ones (the physical leg in a chain) and those that lead aside."""
    towards = {leg: angle_of(aims[leg][0] - place.x, aims[leg][1] - place.y) for leg in base if leg in aims}
    behind = {leg for leg, angle in towards.items() if apart(angles[leg][0] if leg in given else angle, axis) > 130.0}
    free = [leg for leg in base if leg not in given and leg not in behind]
    if not behind:
        return {}
    sides, taken = ((axis + 90.0) % 360.0, (axis - 90.0) % 360.0), {angles[leg][0] for leg in base if leg in given}
    found: dict[Id, float] = {}
    for leg in free:
        wanted = towards.get(leg, angles[leg][0])
        if leg in towards and apart(wanted, axis) < 50.0:
            continue
        side = min(sides, key=lambda one: (one in taken, one in found.values(), apart(one, wanted), one != 270.0))
        found[leg] = side
        if len(found) == 2:
            break
    return found


def _is_wide(text: str, theme: Theme) -> bool:
    """Whether a label needs a box, not a circle."""
    if not text:
        return False
    left, top, right, bottom = label(text, theme.body, theme.font).box
    return circle(right - left, bottom - top) is None


def legs_span(angles: Mapping[Id, tuple[float, float]]) -> tuple[float, float]:
    """Half extents, horizontally and vertically, that a body needs for its shifted legs."""
    horizontal = vertical = 0.0
    for angle, shift in angles.values():
        if shift:
            dx, dy = direction(angle)
            horizontal, vertical = max(horizontal, abs(dy * shift)), max(vertical, abs(dx * shift))
    return horizontal, vertical


def aims_of(node: Id, index: Index, given: Mapping[Id, LegPlace], places: Mapping[Id, Place]) -> dict[Id, Point]:
    """Where the nodes are that the legs of a node without a place of their own lead to."""
    return {
        leg.id: (places[to].x, places[to].y)
        for bundle in index.bundles[node]
        for leg in bundle
        if leg.id not in given and (to := index.target.get(leg.id, node)) != node and to in places
    }


def geometry(
    node: Node, content: Content, index: Index, place: Place, given: Mapping[Id, LegPlace], aims: Mapping[Id, Point],
    ranks: Mapping[Id, int], look: Look | None, strokes: Mapping[Id, Stroke], theme: Theme,
) -> tuple[Body, dict[Id, tuple[float, float]]]:  # fmt: skip
    """The node's body around the origin and the absolute angle and shift of each leg."""
    tied = index.bundles[node.id]
    through = isinstance(node, Copy | Group) or (isinstance(node, Delta) and len(node.legs) == 2)
    look = look or _PLAIN
    shape, tone, glyph, colour, axis = "circle", "body", "", look.colour, 0.0
    text = node_text(node, content)
    round_shape = "box" if _is_wide(text, theme) else "circle"
    sides = isinstance(node, Tensor | Fixed | Paste) and (
        look.shape in ("box", "square")
        or (look.shape is None and (round_shape == "box" or getattr(node, "form", "") in ("unitary", "orthogonal")))
        or getattr(node, "kind", "") in ("causal_mask", "shift", "one_hot")
    )
    angles = leg_angles(tied, place, given, aims, ranks, through, sides)
    match node:
        case Tensor():
            if look.shape in _SHAPES:
                shape = look.shape or shape
            elif node.form == "isometry" and node.tip:
                shape = "triangle"
            elif node.form in ("unitary", "orthogonal"):
                shape = "square"
            if node.form == "diagonal":
                tone = "diagonal"
            if shape == "triangle":
                axis = _tip_angles(node, place, given, aims, angles)
        case Delta():
            shape = "line" if len(node.legs) == 2 else "dot"
            if colour is None and node.legs:
                colour = strokes[node.legs[0].space].colour
        case Fixed():
            shape = "bare" if node.kind == "constant" else "circle"
            glyph = node.kind
            if glyph in ("causal_mask", "shift", "one_hot"):
                shape = "square" if glyph != "one_hot" else "box"
            if look.shape in _SHAPES:
                shape = look.shape or shape
        case Group():
            shape, axis = "bar", angles[node.whole.id][0]
            colour = colour or strokes[node.whole.space].colour
        case Copy():
            shape, colour = "bar", colour or "pink"
            axis = angles[node.into[0].id][0] if node.into else 90.0
        case Paste():
            shape, tone, colour = "circle", "tint", colour or "pink"
            if look.shape in _SHAPES:
                shape = look.shape or shape
        case Add():
            shape, colour = "plus", colour or "blue"
            first = node.out or next((o.legs for o in node.operands if o.legs), ())
            axis = angles[first[0].id][0] if first else 0.0
        case _:
            assert_never(node)
    if shape == "circle":
        shape = round_shape
    across = max((abs(shift) for _, shift in angles.values()), default=0.0)
    widest = max((strokes[leg.space].width for bundle in tied for leg in bundle), default=0.6)
    return body(
        Build(
            shape=shape, theme=theme.name, text=text, axis=axis, across=across, span=legs_span(angles),
            width=place.width, height=place.height, turn=place.turn, flip=place.flip, colour=colour, weight=weight(look),
            line=widest * weight(look), tone=tone, glyph=glyph,
        )
    ), angles  # fmt: skip


def node_anchors(
    made: Body, angles: Mapping[Id, tuple[float, float]], place: Place, given: Mapping[Id, LegPlace],
    legs: Mapping[Id, Leg], wired: Mapping[Id, Id], pill: bool = False,
) -> list[Anchor]:  # fmt: skip
    """Grasp points of all legs of a node at its place."""
    out: list[Anchor] = []
    widest: dict[float, float] = {}
    for angle, shift in angles.values():
        widest[angle] = max(widest.get(angle, 0.0), abs(shift))
    squeezed: dict[float, float] = {}
    for leg, (angle, shift) in angles.items():
        if shift:
            if angle not in squeezed:
                squeezed[angle] = _squeeze(made, angle, widest[angle], pill)
            shift *= squeezed[angle]
        x, y = root(made, angle, shift)
        dx, dy = direction(angle)
        length = GRASP
        if leg not in wired:
            where = given.get(leg)
            length = BOUND if legs[leg].index is not None else OPEN
            if where is not None and where.length is not None:
                length = where.length
        x, y = x + place.x, y + place.y
        out.append(Anchor(leg, (x + dx * length, y + dy * length), (x, y), angle))
    return out


def _squeeze(made: Body, angle: float, widest: float, pill: bool) -> float:
    """Factor that brings parallel legs of one side onto the body; the round ends of a pill take them near the middle."""
    dx, dy = direction(angle)
    across = max((abs(x * dy - y * dx) for x, y in made.hull), default=math.inf)
    along = max((abs(x * dx + y * dy) for x, y in made.hull), default=0.0)
    room = across * (0.62 if pill and along > across else 0.94)
    return min(1.0, room / widest)


def node_item(node: Node, made: Body, angles: Mapping[Id, tuple[float, float]], place: Place, text: str,
              theme: Theme, offset: Point = (0.0, 0.0)) -> Item:  # fmt: skip
    """The display item of a node: its body at its place, its label moved by the user's offset, and the coefficients of an
    add beside their operands."""
    x, y = place.x, place.y
    dx, dy = offset
    shapes = [
        Shape(placed(s.path, x + dx, y + dy), s.role, s.fill, s.stroke, s.words)
        if s.role == "label"
        else Shape(placed(s.path, x, y), s.role, s.fill, s.stroke)
        for s in made.shapes
    ]
    box = shifted(made.ink, x, y) if made.shapes else (x, y, x, y)
    if offset != (0.0, 0.0):
        box = union([box, *(bounds(s.path) for s in shapes)])
    if isinstance(node, Add):
        for operand in node.operands:
            if operand.coefficient.strip() in ("1", "") or not operand.legs:
                continue
            angle, shift = angles[operand.legs[0].id]
            sign = "-" if operand.coefficient.strip() == "-1" else expression(operand.coefficient)
            drawn = label(rf"\displaystyle {sign}", theme.leg, theme.font)
            (rx, ry), (dx, dy) = root(made, angle, shift), direction(angle)
            wide, high = (drawn.box[2] - drawn.box[0]) / 2, (drawn.box[3] - drawn.box[1]) / 2
            # Beside the leg, just off the body.
            out, aside = abs(dx) * wide + abs(dy) * high + 2.5, abs(dy) * wide + abs(dx) * high + 2.0
            path, ink = drawn.centred(x + rx + dx * out + dy * aside, y + ry + dy * out - dx * aside)
            shapes.append(Shape(path, "label", fill=theme.colour("blue"), words=drawn.words))
            box = union((box, ink))
    return Item(node.id, tuple(shapes), box, text)
