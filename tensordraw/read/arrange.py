"""Places for a network that was read from text: columns by distance from the first tensor, legs towards what they join.

Breadth-first columns make a chain a row, a ring two rows and a ladder a ladder; separate parts stand side by side.
Linear in the number of legs, so that a thousand tensors take no time.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Delta, Id, LegPlace, Place, node_legs

COLUMN, ROW = 70.0, 60.0
OPEN = 26.0  # length of an open leg that carries a label
PARALLEL = 8.0  # between legs of one body that leave in one direction
FAN = 50.0  # degrees between wires from one body to one dot
_DIRECTIONS = (90.0, 270.0, 180.0, 0.0, 45.0, 135.0, 225.0, 315.0)


def arrange(draft: Draft) -> None:
    """Give every node of the draft a place, and every leg a direction."""
    owner = {leg.id: node.id for node in draft.nodes.values() for leg in node_legs(node)}
    partner: dict[Id, Id] = {}
    for wire in draft.wires.values():
        partner[wire.ends[0]], partner[wire.ends[1]] = wire.ends[1], wire.ends[0]
    near: dict[Id, list[Id]] = {
        node.id: [owner[partner[leg.id]] for leg in node_legs(node) if leg.id in partner]
        for node in draft.nodes.values()
    }
    left = 0.0
    for part in _parts(near):
        columns = _columns(part, near)
        left = _place(draft, columns, near, left)
    for node in draft.nodes.values():
        _aim(draft, node.id, [leg.id for leg in node_legs(node)], owner, partner)


def _parts(near: Mapping[Id, Sequence[Id]]) -> Iterable[list[Id]]:
    """Connected parts, each in the order of creation."""
    seen: set[Id] = set()
    for start in near:
        if start in seen:
            continue
        seen.add(start)
        found, queue = [start], deque([start])
        while queue:
            for other in near[queue.popleft()]:
                if other not in seen:
                    seen.add(other)
                    found.append(other)
                    queue.append(other)
        yield found


def _columns(part: Sequence[Id], near: Mapping[Id, Sequence[Id]]) -> list[list[Id]]:
    """Nodes by their distance from the first node with the fewest neighbours."""
    start = min(part, key=lambda node: len(set(near[node]) - {node}))
    distance = {start: 0}
    columns: list[list[Id]] = [[start]]
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other in near[node]:
            if other not in distance:
                distance[other] = distance[node] + 1
                if len(columns) == distance[other]:
                    columns.append([])
                columns[distance[other]].append(other)
                queue.append(other)
    return columns


def _place(draft: Draft, columns: Sequence[list[Id]], near: Mapping[Id, Sequence[Id]], left: float) -> float:
    """Set the places of one part, whose first column is at `left`; the x of the next part."""
    for number, column in enumerate(columns):
        # Each node as high as the mean of its neighbours to the left, so that wires cross little.
        def height(node: Id) -> float:
            known = [draft.places[other].y for other in near[node] if other in draft.places]
            return sum(known) / len(known) if known else 0.0

        column.sort(key=height)
        for row, node in enumerate(column):
            draft.places[node] = Place(left + COLUMN * number, ROW * (row - (len(column) - 1) / 2))
    return left + COLUMN * (len(columns) - 1) + 1.6 * COLUMN


def _aim(draft: Draft, node: Id, legs: Sequence[Id], owner: Mapping[Id, Id], partner: Mapping[Id, Id]) -> None:
    """Directions of a node's legs: wires towards the other body, the others where there is most room."""
    here = draft.places[node]
    toward: dict[float, list[Id]] = {}
    loops: list[Id] = []
    free: list[Id] = []
    for leg in legs:
        if leg not in partner:
            free.append(leg)
        elif owner[partner[leg]] == node:
            loops.append(leg)
        else:
            there = draft.places[owner[partner[leg]]]
            toward.setdefault(_direction(here, there), []).append(leg)
    dot = isinstance(draft.nodes[node], Delta)
    for angle, group in toward.items():
        # The body with the smaller id counts from the left, the other from the right: parallel wires stay parallel.
        group.sort(key=lambda leg: min(leg, partner[leg]))
        sign = 1.0 if node < owner[partner[group[0]]] else -1.0
        for place, leg in enumerate(group):
            off = sign * (place - (len(group) - 1) / 2)
            # Several wires to one dot meet there in a point, so they bulge; two bodies are joined by parallel wires.
            if dot or isinstance(draft.nodes[owner[partner[leg]]], Delta):
                draft.leg_places[leg] = LegPlace((angle + FAN * off) % 360)
            else:
                draft.leg_places[leg] = LegPlace(angle, PARALLEL * off)
    taken = list(toward)
    for first, second in zip(loops[::2], loops[1::2], strict=True):
        angle = _roomiest(taken)
        taken.append(angle)
        draft.leg_places[first] = LegPlace((angle + 40) % 360)
        draft.leg_places[second] = LegPlace((angle - 40) % 360)
    for leg in free:
        angle = _roomiest(taken)
        taken.append(angle)
        draft.leg_places[leg] = LegPlace(angle, 0.0, OPEN)


def _direction(here: Place, there: Place) -> float:
    """Degrees from one place to another, 0 right, 90 up as seen."""
    return round(math.degrees(math.atan2(here.y - there.y, there.x - here.x)), 3) % 360


def _roomiest(taken: Sequence[float]) -> float:
    """The direction that is farthest from those taken; a fresh ray between the two widest apart where all eight are."""
    if not taken:
        return _DIRECTIONS[0]
    best = max(_DIRECTIONS, key=lambda angle: min(_apart(angle, other) for other in taken))
    if min(_apart(best, other) for other in taken) > 0:
        return best
    ring = sorted(set(taken))
    gap, start = max(((b - a) % 360 or 360, a) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return (start + gap / 2) % 360


def _apart(one: float, other: float) -> float:
    """The angle between two directions, 0 to 180."""
    return abs((one - other + 180) % 360 - 180)
