"""Directions of all legs of a laid-out document: wires towards what they join, clear of bodies; the rest into free room.

Wires between two bodies are parallel; one whose straight way is blocked bulges aside. Bars, copies and adds have their legs side
by side, across from each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tensordraw.diagram.records import Add, Content, Copy, Curve, Delta, Group, Id, LegPlace, Node, node_legs
from tensordraw.figure.angles import apart
from tensordraw.figure.arranging_net import DOWN, LEFT, RIGHT, UP
from tensordraw.figure.arranging_parts import Part
from tensordraw.figure.display import Anchor, Box
from tensordraw.figure.grid import Grid, chords
from tensordraw.figure.index import Index, index
from tensordraw.figure.paths import Point, angle_of, direction, grown, segment_hits_box, tidy
from tensordraw.figure.themes import PITCH
from tensordraw.figure.wires import wire_path

FAN = 50.0  # degrees between wires from one body to one dot
_CLEAR = 3.0
_BULGES = (30.0, -30.0, 55.0, -55.0, 80.0, -80.0, 110.0, -110.0)
_FAR = 400.0  # a longer wire goes straight, whatever is in its way
_LEVEL = 0.3
_LEAST = 24.0  # degrees between an open leg and another one
_REACH = 26.0  # of an open leg with its label
_OPEN = (DOWN, UP, RIGHT, LEFT, 315.0, 225.0, 45.0, 135.0)


def aim_legs(
    content: Content, whole: Part, halves: Mapping[Id, tuple[float, float]], kept: Mapping[Id, float]
) -> tuple[dict[Id, LegPlace], dict[Id, Curve]]:
    """The places of all legs, and the curves of wires that need one; `kept`: the directions that legs had before."""
    aiming = _Aiming(content, whole, halves)
    aiming.streams()
    for node in content.nodes.values():
        aiming.fixed(node)
    aiming.wires()
    aiming.ports()
    for node in content.nodes.values():
        aiming.free(node, kept)
    return aiming.legs, aiming.curves()


class _Aiming:
    def __init__(self, content: Content, whole: Part, halves: Mapping[Id, tuple[float, float]]) -> None:
        self.content, self.whole, self.halves = content, whole, halves
        self.found: Index = index(content)
        self.legs: dict[Id, LegPlace] = {}
        self.grid = Grid()
        self.boxes: dict[Id, Box] = {}
        signs = set(self.found.signs)
        for node, (half_x, half_y) in halves.items():
            if node not in signs:
                x, y = whole.spots[node]
                self.boxes[node] = (x - half_x, y - half_y, x + half_x, y + half_y)
                self.grid.put(node, [self.boxes[node]])

    def streams(self) -> None:
        """Legs that the flow of a level has placed."""
        for leg, (angle, down) in self.whole.legs.items():
            if leg not in self.found.ports:
                self.legs[leg] = LegPlace(angle, (-down if angle < 180.0 else down) + 0.0)

    def curves(self) -> dict[Id, Curve]:
        """Wires that run past other items, in their lanes."""
        out: dict[Id, Curve] = {}
        lanes, passes = self.whole.lanes, self.whole.passes
        for wire in self.content.wires.values():
            one, other = wire.ends
            if one in passes or other in passes:
                turns = [*lanes.get(one, ()), *(jog.reversed() for jog in reversed(lanes.get(other, ())))]
                sides = [self.legs[end].angle % 180.0 for end in wire.ends if end in self.legs]
                if turns or sides in ([0.0, 90.0], [90.0, 0.0]):
                    points = tuple((tidy(jog.x), tidy(jog.after)) for jog in turns)
                    out[wire.id] = Curve("orthogonal", points)
        return out

    # ------------------------------------------------------------------------------------- legs that lie side by side

    def fixed(self, node: Node) -> None:
        """Legs of nodes that a stream runs through."""
        match node:
            case Group():
                axis = self._axis([node.whole.id], [leg.id for leg in node.parts], LEFT)
                self._bundle([node.whole.id], axis)
                self._bundle([leg.id for leg in node.parts], (axis + 180.0) % 360.0, sort=True)
            case Copy():
                axis = self._axis([leg.id for leg in node.into], [leg.id for leg in node.out], LEFT)
                self._bundle([leg.id for leg in node.into], axis)
                self._bundle([leg.id for leg in node.out], (axis + 180.0) % 360.0)
            case Add():
                self._add(node)
            case Delta() if len(node.legs) == 2:
                first, second = node.legs
                axis = self._axis([first.id], [second.id], LEFT, quarter=False)
                self._bundle([first.id], axis)
                self._bundle([second.id], (axis + 180.0) % 360.0)
            case _:
                pass

    def _add(self, node: Add) -> None:
        operands = [[leg.id for leg in operand.legs] for operand in node.operands if operand.legs]
        if any(leg in self.legs for legs in operands for leg in legs):
            return
        out = [leg.id for leg in node.out]
        axis = self._axis([leg for legs in operands for leg in legs], out, LEFT)
        self._bundle(out, (axis + 180.0) % 360.0)
        free = [axis, (axis + 90.0) % 360.0, (axis - 90.0) % 360.0]
        for k, legs in enumerate(operands):
            if k < 3:
                wanted = self._towards(legs, free[0] if free else axis)
                side = min(free, key=lambda s: apart(s, wanted))
                free.remove(side)
                self._bundle(legs, side)
            else:
                start = len(operands[0]) * PITCH
                for i, leg in enumerate(legs):
                    self.legs[leg] = LegPlace(axis, start + (k - 3) * start + i * PITCH)

    def _towards(self, legs: Sequence[Id], otherwise: float) -> float:
        """The mean direction of where legs lead."""
        x = y = 0.0
        for leg in legs:
            at, to = self._spot(self.found.owner[leg]), self._target(leg)
            if to is not None and at != to:
                dx, dy = to[0] - at[0], to[1] - at[1]
                length = math.hypot(dx, dy)
                x, y = x + dx / length, y + dy / length
        return angle_of(x, y) if math.hypot(x, y) > 1e-6 else otherwise

    def _axis(self, first: Sequence[Id], second: Sequence[Id], otherwise: float, quarter: bool = True) -> float:
        """The direction of the first side of a node that is straight through."""
        x = y = 0.0
        for legs, sign in ((first, 1.0), (second, -1.0)):
            if any(self._target(leg) is not None for leg in legs):
                dx, dy = direction(self._towards(legs, otherwise))
                x, y = x + sign * dx, y + sign * dy
        if math.hypot(x, y) < 1e-6:
            return otherwise
        angle = angle_of(x, y)
        return round(angle / 90.0) * 90.0 % 360.0 if quarter else round(angle, 3) % 360.0

    def _bundle(self, legs: Sequence[Id], angle: float, sort: bool = False) -> None:
        """Legs side by side along one direction, from left to right or from top to bottom."""
        if any(leg in self.legs for leg in legs):
            return
        dx, dy = direction(angle)
        if sort:
            spots = {leg: self._target(leg) for leg in legs}
            legs = sorted(legs, key=lambda leg: _aside(spots[leg], dx, dy))
        for k, leg in enumerate(legs):
            off = (k - (len(legs) - 1) / 2) * PITCH
            self.legs[leg] = LegPlace(angle, (-off if angle < 180.0 else off) + 0.0)

    def ports(self) -> None:
        """Streams go into a repeat from the left and leave it to the right."""
        for _, port in self.found.ports.values():
            flipped = self.whole.aims.get(port.outer_in.id) == RIGHT
            for outer, within, angle in (
                (port.outer_in.id, port.inner_in.id, RIGHT if flipped else LEFT),
                (port.outer_out.id, port.inner_out.id, LEFT if flipped else RIGHT),
            ):
                self.legs[outer] = LegPlace(angle, self._port_shift(outer, within, angle))

    def _port_shift(self, outer: Id, within: Id, angle: float) -> float:
        """How far from the middle of the border a port must be told to be; 0 where what it meets inside says so."""
        partner = self.found.partner.get(within)
        height, frame = self.whole.ends.get(outer), self.whole.frames.get(self.found.owner[outer])
        if height is None or frame is None:
            return 0.0
        if partner is not None and partner not in self.found.ports and partner in self.legs:
            place = self.legs[partner]
            down = place.shift if place.angle == LEFT else -place.shift
            if place.angle in (LEFT, RIGHT) and abs(self._end(partner)[1] + down - height) < _LEVEL:
                return 0.0
        down = round(height - (frame[1] + frame[3]) / 2, 2)
        return (down if angle == LEFT else -down) + 0.0

    # --------------------------------------------------------------------------------------------------------- wires

    def wires(self) -> None:
        """Directions of wired legs."""
        bundles: dict[tuple[Id, Id], list[Id]] = {}
        for wire in self.content.wires.values():
            first, second = (self.found.owner[end] for end in wire.ends)
            bundles.setdefault((first, second) if first < second else (second, first), []).append(wire.id)
        for (first, second), wires in bundles.items():
            if first == second:
                self._loops(first, wires)
            else:
                self._between(first, second, wires)

    def _between(self, first: Id, second: Id, wires: Sequence[Id]) -> None:
        """Parallel wires from one body to another one; a port's leg has its own place."""
        wires = self._in_order(first, second, wires)
        dots = isinstance(self.content.nodes.get(first), Delta) or isinstance(self.content.nodes.get(second), Delta)
        for k, wire in enumerate(wires):
            ends = self.content.wires[wire].ends
            one, other = ends if self.found.owner[ends[0]] == first else (ends[1], ends[0])
            p, q = self._end(one), self._end(other)
            off = k - (len(wires) - 1) / 2
            turn = FAN * off if dots else 0.0
            shift = 0.0 if dots else PITCH * off
            there, back = _angle(p, q), _angle(q, p)
            if one not in self.legs and other not in self.legs and not turn:
                turn = self._bulge(one, other, p, q, first, second)
            if one not in self.legs:
                self.legs[one] = LegPlace(round(there + turn, 2) % 360.0, shift)
            if other not in self.legs:
                self.legs[other] = LegPlace(round(back - turn, 2) % 360.0, -shift + 0.0)

    def _in_order(self, first: Id, second: Id, wires: Sequence[Id]) -> Sequence[Id]:
        """Wires between two bodies as their fixed ends have them, so that they do not cross."""
        if len(wires) < 2:
            return wires
        dx, dy = direction(_angle(self._spot(first), self._spot(second)))
        keys: list[float] = []
        for wire in wires:
            places = [self.legs[end] for end in self.content.wires[wire].ends if end in self.legs]
            if len(places) != 1:
                return wires
            ux, uy = direction(places[0].angle)
            keys.append(places[0].shift * (uy * dy + ux * dx))  # how far to the left of the way from first to second
        return [wire for _, wire in sorted(zip(keys, wires, strict=True))]

    def _bulge(self, one: Id, other: Id, p: Point, q: Point, first: Id, second: Id) -> float:
        """How far a wire must turn aside at its ends so that it meets no other body; 0 where no way is better."""
        if math.dist(p, q) > _FAR or not self._blocked([(p, q)], first, second):
            return 0.0
        best, least = 0.0, math.inf
        there, back = _angle(p, q), _angle(q, p)
        for turn in _BULGES:
            a, b = there + turn, back - turn
            path = wire_path(
                Anchor(one, p, self._root(first, p, a), a), Anchor(other, q, self._root(second, q, b), b), Curve()
            )
            count = self._blocked(chords(path, 8), first, second)
            if count < least:
                best, least = turn, count
            if not count:
                break
        return best

    def _root(self, owner: Id, p: Point, angle: float) -> Point:
        half_x, half_y = self.halves.get(owner, (0.0, 0.0))
        dx, dy = direction(angle % 360.0)
        reach = min(half_x / abs(dx) if dx else math.inf, half_y / abs(dy) if dy else math.inf)
        reach = 0.0 if math.isinf(reach) else reach
        return (p[0] + dx * reach, p[1] + dy * reach)

    def _blocked(self, lines: Sequence[tuple[Point, Point]], first: Id, second: Id) -> int:
        """How many foreign bodies lines meet."""
        hit: set[Id] = set()
        for p, q in lines:
            for node in self.grid.near(grown(_span(p, q), _CLEAR)):
                new = node not in hit and node not in (first, second)
                if new and segment_hits_box(p, q, grown(self.boxes[node], _CLEAR)):
                    hit.add(node)
        return len(hit)

    def _loops(self, node: Id, wires: Sequence[Id]) -> None:
        """Traces: round the body from side to side where both sides are free, else bows on top."""
        ends = [self.content.wires[wire].ends for wire in wires]
        if node not in self.content.nodes:
            return
        own = {leg for pair in ends for leg in pair}
        others = [self._aim(leg.id) for leg in node_legs(self.content.nodes[node]) if leg.id not in own]
        level = not any(a is not None and min(apart(a, LEFT), apart(a, RIGHT)) < 35.0 for a in others)
        for k, (one, other) in enumerate(ends):
            if one in self.legs or other in self.legs:
                continue
            if level and k == 0:
                self.legs[one], self.legs[other] = LegPlace(LEFT), LegPlace(RIGHT)
            else:
                middle = (UP, DOWN, 45.0, 135.0, 225.0, 315.0)[k % 6]
                self.legs[one], self.legs[other] = LegPlace((middle + 35.0) % 360.0), LegPlace((middle - 35.0) % 360.0)

    def _aim(self, leg: Id) -> float | None:
        """Where a leg will look, as far as that is known."""
        if leg in self.legs:
            return self.legs[leg].angle
        if leg in self.found.partner:
            return _angle(self._end(leg), self._end(self.found.partner[leg]))
        return self.whole.aims.get(leg)

    # ----------------------------------------------------------------------------------------------------- open legs

    def free(self, node: Node, kept: Mapping[Id, float]) -> None:
        """Open legs: where they were, or where the shape wants them, if that is free, else where there is most room."""
        legs = [leg for leg in node_legs(node) if leg.id not in self.legs]
        if not legs:
            return
        taken = [self.legs[leg.id].angle for leg in node_legs(node) if leg.id in self.legs]
        rays: dict[float, list[Id]] = {}
        for leg in legs:
            wanted = DOWN if leg.index is not None else self.whole.aims.get(leg.id, DOWN)
            before = kept.get(leg.id, wanted)
            if all(apart(before, other) >= _LEAST for other in taken) and self._open(node.id, before):
                wanted = before
            if any(apart(wanted, other) < _LEAST for other in taken):
                wanted = _roomiest([*taken, *rays])
            rays.setdefault(wanted, []).append(leg.id)
        for angle, row in rays.items():
            for k, leg_id in enumerate(row):
                off = (k - (len(row) - 1) / 2) * PITCH
                self.legs[leg_id] = LegPlace(angle, (-off if angle < 180.0 else off) + 0.0)

    def _open(self, node: Id, angle: float) -> bool:
        """Whether an open leg of this direction meets no other body."""
        p = self._spot(node)
        (x, y), (dx, dy) = self._root(node, p, angle), direction(angle)
        return not self._blocked([(p, (x + dx * _REACH, y + dy * _REACH))], node, node)

    # ---------------------------------------------------------------------------------------------------------- spots

    def _spot(self, owner: Id) -> Point:
        return self.whole.spots.get(owner, (0.0, 0.0))

    def _end(self, leg: Id) -> Point:
        """Where a leg's wire ends: the middle of its body, or a port's place on its border."""
        if leg in self.found.ports:
            region, port = self.found.ports[leg]
            x, y = self._spot(region.id)
            left, top, right, bottom = self.whole.frames.get(region.id, (x, y, x, y))
            incoming = leg in (port.outer_in.id, port.inner_in.id)
            flipped = self.whole.aims.get(port.outer_in.id) == RIGHT
            within = self.found.partner.get(port.inner_in.id if incoming else port.inner_out.id)
            height = (top + bottom) / 2
            crossing = self.whole.ends.get(port.outer_in.id if incoming else port.outer_out.id)
            if crossing is not None:
                height = crossing
            elif within is not None and within not in self.found.ports:
                height = self._spot(self.found.owner[within])[1]
            return (left if incoming != flipped else right, height)
        return self._spot(self.found.owner[leg])

    def _target(self, leg: Id) -> Point | None:
        partner = self.found.partner.get(leg)
        return None if partner is None else self._end(partner)


def _aside(spot: Point | None, dx: float, dy: float) -> float:
    """Position across a direction: left to right where it is upright, top to bottom where it is level."""
    if spot is None:
        return 0.0
    return spot[0] if abs(dy) > abs(dx) else spot[1]


def _angle(p: Point, q: Point) -> float:
    return angle_of(q[0] - p[0], q[1] - p[1]) if p != q else 0.0


def _span(p: Point, q: Point) -> Box:
    return (min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))


def _roomiest(taken: Sequence[float]) -> float:
    """The direction that is farthest from those taken; a fresh ray between the two widest apart where all are near one."""
    if not taken:
        return _OPEN[0]
    best = max(_OPEN, key=lambda angle: min(min(apart(angle, other) for other in taken), 89.0))
    if min(apart(best, other) for other in taken) >= _LEAST:
        return best
    ring = sorted(set(taken))
    gap, start = max(((b - a) % 360 or 360, a) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))
    return round((start + gap / 2) % 360, 2)
