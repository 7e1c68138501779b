"""A level whose items a stream runs through: what `arranging_flow` needs to know about them, from the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tensordraw.diagram.records import Add, Copy, Group, Id, Node, Paste, Tensor, node_legs
from tensordraw.figure.arranging_depths import Flow
from tensordraw.figure.arranging_document import Levels
from tensordraw.figure.arranging_flow import flowing
from tensordraw.figure.arranging_net import DOWN, LEFT, RIGHT, UP
from tensordraw.figure.arranging_parts import Link, Part, absorb
from tensordraw.figure.arranging_sizes import LEG, text_size
from tensordraw.figure.display import Box
from tensordraw.figure.names import expression
from tensordraw.figure.paths import shifted, union
from tensordraw.figure.themes import PITCH

_ROWS = 30.0  # between networks of a level
_SCALARS = 16.0


def streaming(
    levels: Levels, level: Id, keys: Sequence[Id], parts: Sequence[Part], links: Sequence[Link],
    outs: Mapping[int, Sequence[tuple[float, Id]]],
) -> Part:  # fmt: skip
    """The level's networks below each other, each from left to right; what stands alone to the left of the last."""
    found, content = levels.found, levels.content
    offsets: dict[Id, float] = {}
    aside: dict[Id, float] = {}
    own: list[Part] = []
    values: set[int] = set()
    shy: set[int] = set()
    for number, (key, part) in enumerate(zip(keys, parts, strict=True)):
        node = content.nodes.get(key)
        if node is None:
            values.add(number)
            offsets.update({leg: at[1] for leg, at in part.exits.items()})
            own.append(part)
        else:
            if isinstance(node, Copy | Add):
                values.add(number)
            if isinstance(node, Paste) or (isinstance(node, Tensor) and node.name in levels.repeated):
                shy.add(number)
            own.append(_placed(levels, node, part, offsets, aside))
    free: dict[int, list[tuple[float, Id]]] = {}
    leaving: list[tuple[tuple[float, float], int, Id]] = []
    entering: list[tuple[tuple[float, float], int, Id]] = []
    for number, legs in outs.items():
        for rank, leg in legs:
            if leg not in found.partner:
                free.setdefault(number, []).append((rank, leg))
            else:
                (entering if leg in levels.incoming or rank < 0 else leaving).append((_turn(levels, leg), number, leg))
    flow = Flow(
        own, links, [(number, leg) for _, number, leg in sorted(leaving)],
        [(number, leg) for _, number, leg in sorted(entering)], free, levels.incoming, values, offsets,
        aside, levels.halves, shy, levels.gaps,
    )  # fmt: skip
    groups = _components(len(keys), links)
    rows: list[Part] = []
    scalars: list[Part] = []
    for group in groups:
        single = len(group) == 1 and not outs.get(group[0])
        if single and not any(group[0] in link.items for link in links):
            scalars.append(own[group[0]])
        else:
            rows.append(flowing(flow, group))
    levels.boxed |= flow.boxed
    return _stacked(rows, scalars, bool(entering))


def _turn(levels: Levels, leg: Id) -> tuple[float, float]:
    """Order of legs that cross a border: that of the legs that they lead to, on their item."""
    partner = levels.found.partner[leg]
    owner = levels.found.owner[partner]
    if partner in levels.found.ports:
        region, port = levels.found.ports[partner]
        return (0.0, float(region.ports.index(port)))
    legs = [leg.id for leg in node_legs(levels.content.nodes[owner])]
    return (0.0 if partner in levels.incoming else 1.0, float(legs.index(partner)))


def _placed(
    levels: Levels, node: Node, part: Part, offsets: dict[Id, float], aside: dict[Id, float]
) -> Part:  # fmt: skip
    """A node with the heights of its legs where these are side by side, and room for them."""
    sides: dict[Id, tuple[float, float]] = {}
    match node:
        case Add():
            sides = _operands(levels, node, aside) | _side([leg.id for leg in node.out], RIGHT)
        case Copy():
            sides = _side([leg.id for leg in node.into], LEFT) | _side([leg.id for leg in node.out], RIGHT)
        case Group():
            offsets.update({leg: down for leg, (_, down) in _side([leg.id for leg in node.parts], RIGHT).items()})
            offsets[node.whole.id] = 0.0
            return part
        case _:
            return part
    across = max((abs(down) for angle, down in sides.values() if angle in (LEFT, RIGHT)), default=0.0) + 5.5
    along = max((abs(down) for angle, down in sides.values() if angle not in (LEFT, RIGHT)), default=0.0) + 5.5
    offsets.update({leg: down for leg, (angle, down) in sides.items() if angle in (LEFT, RIGHT)})
    left, top, right, bottom = part.box
    if isinstance(node, Add):
        levels.halves[node.id] = (along, across)
        return Part((-along - 2.0, -across, along + 2.0, across), part.spots, legs=sides)
    levels.halves[node.id] = (levels.halves[node.id][0], across)
    return Part((left, min(top, -across), right, max(bottom, across)), part.spots, legs=sides)


def _operands(levels: Levels, node: Add, aside: dict[Id, float]) -> dict[Id, tuple[float, float]]:
    """Legs of an add's operands: the stream's straight from the left, the others from below and above in turn.

    A coefficient stands between the first two legs of its operand.
    """
    bundles = [operand for operand in node.operands if operand.legs]
    main = next(
        (o for o in bundles if any(_streams(levels, leg.id) for leg in o.legs)), bundles[0] if bundles else None
    )
    sides: dict[Id, tuple[float, float]] = {}
    rows: dict[float, list[tuple[Id, float]]] = {DOWN: [], UP: []}
    room = 0.0  # for the coefficient to the right of the last leg
    for operand in bundles:
        legs = [leg.id for leg in operand.legs]
        factor = operand.coefficient.strip()
        wide, high = text_size(expression(factor), LEG) if factor not in ("1", "") else (0.0, 0.0)
        wide = wide + 4.0 if wide else 0.0
        if operand is main:
            sides.update(_side(legs, LEFT, max(0.0, high + 4.0 - PITCH)))
            continue
        angle = DOWN if len(rows[DOWN]) <= len(rows[UP]) else UP
        row = rows[angle]
        # A wire nearer to the plus turns before those that pass farther away from it.
        alone = wide if len(legs) == 1 else 0.0
        x = row[-1][1] + PITCH + 4.0 + (room if angle == DOWN else alone) if row else 0.0
        turned = legs if angle == DOWN else legs[::-1]
        for k, leg in enumerate(turned):
            x += PITCH if k else 0.0
            x += wide if k == (1 if angle == DOWN else len(legs) - 1) and len(legs) > 1 else 0.0
            row.append((leg, x))
        room = alone
    for angle, row in rows.items():
        for leg, x in row:
            sides[leg] = (angle, x - (row[0][1] + row[-1][1]) / 2)
            aside[leg] = angle
    return sides


def _streams(levels: Levels, leg: Id) -> bool:
    """Whether a leg takes what a copy passes on, another add gives, or a repeat brings in or gives."""
    partner = levels.found.partner.get(leg)
    if partner is None:
        return False
    owner = levels.content.nodes.get(levels.found.owner[partner])
    return owner is None or isinstance(owner, Copy | Add)


def _side(legs: Sequence[Id], angle: float, room: float = 0.0) -> dict[Id, tuple[float, float]]:
    """Legs side by side around the middle, with more room after the first."""
    places = [k * PITCH + (room if k else 0.0) for k in range(len(legs))]
    return {leg: (angle, at - (places[0] + places[-1]) / 2) for leg, at in zip(legs, places, strict=True)}


def _components(count: int, links: Sequence[Link]) -> list[list[int]]:
    """Items that links join, each network in the order of its items."""
    near: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        one, other = link.items
        near[one].append(other)
        near[other].append(one)
    seen: set[int] = set()
    out: list[list[int]] = []
    for start in range(count):
        if start in seen:
            continue
        seen.add(start)
        queue = [start]
        for item in queue:
            for other in near[item]:
                if other not in seen:
                    seen.add(other)
                    queue.append(other)
        out.append(sorted(queue))
    return out


def _stacked(rows: Sequence[Part], scalars: Sequence[Part], entered: bool) -> Part:
    """Networks below each other from one left side; the line of the last is at y = 0, and scalars stand to its left."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    boxes: list[Box] = []
    y = 0.0
    for part in reversed(rows):
        if boxes:
            y = min(box[1] for box in boxes) - _ROWS - part.box[3]
        absorb(made, part, -part.box[0], y)
        boxes.append(shifted(part.box, -part.box[0], y))
    if scalars:
        # Where something comes in from the left, they stand below.
        blocked = bool(rows) and (entered or any(aim == LEFT for aim in made.aims.values()))
        low = max((box[3] for box in boxes), default=0.0)
        x = 0.0 if blocked or not rows else -_SCALARS
        for part in scalars if blocked or not rows else reversed(scalars):
            left, top, right, _ = part.box
            at = (x - left, low + 12.0 - top) if blocked else (x - left, 0.0) if not rows else (x - right, 0.0)
            absorb(made, part, *at)
            boxes.append(shifted(part.box, *at))
            x = at[0] + right + _SCALARS if blocked or not rows else at[0] + left - _SCALARS
    made.box = union(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
    return made
