"""On which side of its body a leg leaves, in words, and putting it on another.

A side is a quarter of the directions around a body, as one sees it, whatever the body's own turn and flip. Legs of one side
stand in a row, from left to right or from top to bottom: side by side where the body has straight edges, as a fan on round
ones. What runs side by side stays so: the operands of an add, the two sides of a copy or of a grouping, which stay opposite as
do the ends of an identity, and the legs at the tip of a triangle, which turns with them. Other legs stay where they are seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from tensordraw.diagram import edits_layout
from tensordraw.diagram.identity import cached
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Add, Copy, Delta, Diagram, Group, Id, Look, Node, Tensor, node_legs
from tensordraw.editor import grasp
from tensordraw.errors import Error
from tensordraw.figure.angles import apart, own_angle
from tensordraw.figure.build import scene_for
from tensordraw.figure.folding import fronts_of
from tensordraw.figure.index import index
from tensordraw.figure.indexed import bundles
from tensordraw.figure.themes import PITCH

Side: TypeAlias = Literal["right", "up", "left", "down"]
Seen: TypeAlias = tuple[float, float]  # angle in degrees, and shift to the left of it, of a leg as it is seen

SIDES: Mapping[Side, float] = {"right": 0.0, "up": 90.0, "left": 180.0, "down": 270.0}
FAN = 32.0  # degrees between neighbours of a fan; less where there are many
WIDEST = 80.0  # degrees of a whole fan, so that each of its legs is on that side
ALONE = 24.0  # degrees from the middle of a side beyond which a leg leaves room there
HIDDEN = "It is in a collapsed region, which is drawn as one box: expand that first."
BORDER = "The legs of a repeat's border turn with it."
_PLAIN = Look()


def side_of(angle: float) -> Side:
    """The side to which a direction belongs."""
    return tuple(SIDES)[math.floor((angle + 45.0) / 90.0) % 4]


@cached
def sides(diagram: Diagram) -> dict[Id, Side]:
    """The side of each leg of a node that is seen."""
    found, fronts = index(diagram.content), fronts_of(diagram, index(diagram.content))
    anchors, nodes = grasp.figure_of(diagram).anchors, diagram.content.nodes
    return {
        leg: side_of(anchor.angle)
        for leg, anchor in anchors.items()
        if (node := nodes.get(found.owner[leg])) is not None and node.inside not in fronts
    }


def why_not(diagram: Diagram, leg: Id) -> str | None:
    """Why a leg cannot be put on another side; None where it can."""
    if leg in sides(diagram):
        return None
    return HIDDEN if index(diagram.content).owner.get(leg) in diagram.content.nodes else BORDER


def put(diagram: Diagram, leg: Id, side: str) -> Diagram:
    """The diagram with a leg on a side of its body ("right", "up", "left", "down"), beside those that are there. Error for
    other words, and for a leg that has no place of its own."""
    wanted = next((one for one in SIDES if one == side), None)
    if wanted is None:
        raise Error(f"{side or 'Nothing'} is no side of a body: take left, right, up or down.")
    reason = why_not(diagram, leg)
    if reason is not None:
        raise Error(reason)
    if sides(diagram)[leg] == wanted:
        return diagram
    scene = scene_for(diagram)
    owner = scene.index.owner[leg]
    node, seen = diagram.content.nodes[owner], scene.angles[owner]
    given = diagram.layout.legs
    moving, across, turns = _together(node, leg, diagram.layout.looks.get(owner, _PLAIN), seen)
    there = [one for one in seen if one not in moving and one not in across and side_of(seen[one][0]) == wanted]
    flat = scene.bodies[owner].hull and not (scene.bodies[owner].radius or isinstance(node, Add))
    fan = not flat and all(len(bundle) == 1 for bundle in bundles(node))
    seen = {one.id: seen[one.id] for one in node_legs(node) if one.id in seen}  # ties fall in their order
    placed = _row(moving, there, seen, SIDES[wanted], fan=fan)
    if any(one in given for one in across):
        placed.update(_row(across, [], seen, (SIDES[wanted] + 180.0) % 360.0, fan=False))
    after = _placed(diagram, owner, placed)
    if turns:
        return after
    now, wired = scene_for(after).angles[owner], {} if isinstance(node, Tensor) and node.tip else joined(diagram)
    still = [one for one in seen if one not in placed and one not in wired]
    strayed = {one: seen[one] for one in still if apart(seen[one][0], now[one][0]) > 0.5}
    return _placed(after, owner, strayed)


def _together(node: Node, leg: Id, look: Look, seen: Mapping[Id, Seen]) -> tuple[list[Id], list[Id], bool]:
    """The legs that go with a leg, in order; those that then go to the opposite side, where they have places; and whether
    the body turns with them, so that its other legs find places anew."""
    own = [one.id for one in node_legs(node)]
    if isinstance(node, Tensor) and node.form == "isometry" and node.tip and look.shape in (None, "triangle"):
        tip, base = [one for one in own if one in node.tip], [one for one in own if one not in node.tip]
        if leg in tip:
            return tip, [one for one in base if apart(seen[one][0], seen[leg][0]) > 130.0], True
        return [leg], tip if len(base) == 1 else [], len(base) == 1
    tied = [[one.id for one in bundle] for bundle in bundles(node)]
    moving = next(bundle for bundle in tied if leg in bundle)
    if isinstance(node, Copy | Group | Delta) and len(tied) == 2:
        return moving, next(bundle for bundle in tied if bundle is not moving), True
    return moving, [], False


def _row(
    moving: Sequence[Id], there: Sequence[Id], seen: Mapping[Id, Seen], side: float, *, fan: bool
) -> dict[Id, Seen]:
    """Angles and shifts of legs that come to a side, and of those that stand there and have to make room."""
    if fan and all(apart(seen[one][0], side) >= ALONE for one in there):
        return dict.fromkeys(moving, (side, 0.0))
    middle = sum(_along(seen[one], side) for one in moving) / len(moving)
    keys = {one: round(middle if one in moving else _along(at, side), 2) for one, at in seen.items()}
    row = sorted((one for one in seen if one in moving or one in there), key=lambda one: keys[one])
    least = min(FAN, WIDEST / max(len(row) - 1, 1)) if fan else PITCH
    out: dict[Id, Seen] = {}
    for place, one in enumerate(row):
        off = (place - (len(row) - 1) / 2) * least
        off = -off if side < 180.0 else off
        out[one] = ((side + off) % 360.0, 0.0) if fan else (side, off)
    return out


def _along(at: Seen, side: float) -> float:
    """How far to the right, or down, a leg leaves its body, as the rows of this side are read."""
    turn = math.radians(at[0])
    if side in (90.0, 270.0):
        return 10.0 * math.cos(turn) - at[1] * math.sin(turn)
    return -10.0 * math.sin(turn) - at[1] * math.cos(turn)


def _placed(diagram: Diagram, owner: Id, placed: Mapping[Id, Seen]) -> Diagram:
    """The diagram with legs of a node where they shall be seen."""
    place = diagram.layout.places.get(owner, edits_layout.ORIGIN)
    for leg, (angle, shift) in placed.items():
        old = diagram.layout.legs.get(leg)
        length = old.length if old is not None else None
        diagram = edits_layout.place_leg(
            diagram, leg, round(own_angle(angle, place), 2), round(-shift if place.flip else shift, 2) + 0.0, length
        )
    return diagram


__all__ = ["SIDES", "Side", "put", "side_of", "sides", "why_not"]
