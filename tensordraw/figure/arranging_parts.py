"""One level of a document laid out: nodes and finished regions become a part, which the level around places as a whole.

A `Part` has its own origin. Its `spots` are the places of all nodes in it, however deep, and of the origins of regions; its
`frames` the borders of regions; its `aims` the directions in which legs leave it. A part can be mirrored left to right.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tensordraw.diagram.records import Id
from tensordraw.figure.arranging_net import DOWN, GAP, LEFT, RIGHT, UP, Net
from tensordraw.figure.arranging_shapes import shaped
from tensordraw.figure.display import Box
from tensordraw.figure.grid import Grid
from tensordraw.figure.paths import Point, grown, overlap, segment_hits_box, shifted, union

APART = 28.0  # between networks side by side that nothing joins
_NEAR = 5.0  # bodies this near to the straight line between two others are in its way
_SIGHT = 300.0  # a dot is put where it sees what it joins, as far as that is no farther
_RISE = 30.0  # of a dot above what it joins


@dataclass(frozen=True, slots=True)
class Jog:
    """Where a level wire turns upright: at x, from one height to another."""

    x: float
    before: float
    after: float

    def reversed(self) -> Jog:
        """The turn as met from the other end of the wire."""
        return Jog(self.x, self.after, self.before)


@dataclass(slots=True)
class Part:
    """See the module. `exits` are the spots of legs that leave, where the part is no single node.

    Where operations make a stream: `legs` are directions with shifts downwards, `lanes` the turns of wires, met from a leg
    on, `passes` the legs whose wires run past other items, `ends` the heights at which legs cross the border.
    """

    box: Box
    spots: dict[Id, Point]
    frames: dict[Id, Box] = field(default_factory=dict)
    aims: dict[Id, float] = field(default_factory=dict)
    exits: dict[Id, Point] = field(default_factory=dict)
    light: bool = False
    legs: dict[Id, tuple[float, float]] = field(default_factory=dict)
    lanes: dict[Id, list[Jog]] = field(default_factory=dict)
    passes: set[Id] = field(default_factory=set)
    ends: dict[Id, float] = field(default_factory=dict)

    def mirrored(self) -> Part:
        """The part with left and right exchanged."""
        return Part(
            _flipped(self.box),
            {key: (-x, y) for key, (x, y) in self.spots.items()},
            {key: _flipped(box) for key, box in self.frames.items()},
            {leg: (180.0 - angle) % 360.0 for leg, angle in self.aims.items()},
            {leg: (-x, y) for leg, (x, y) in self.exits.items()},
            self.light,
            {leg: ((180.0 - angle) % 360.0, down) for leg, (angle, down) in self.legs.items()},
            {leg: [Jog(-jog.x, jog.before, jog.after) for jog in jogs] for leg, jogs in self.lanes.items()},
            self.passes,
            self.ends,
        )


@dataclass(slots=True)
class Link:
    """A wire between two items of a level, with the distance that its label wants."""

    ends: tuple[Id, Id]  # legs
    items: tuple[int, int]
    gap: float = GAP


def _flipped(box: Box) -> Box:
    return (-box[2], box[1], -box[0], box[3])


def compose(parts: Sequence[Part], links: Sequence[Link], outs: Mapping[int, Sequence[tuple[float, Id]]]) -> Part:
    """All parts of a level with their links laid out; `outs` are each part's legs that leave the level, with ranks."""
    groups = _components(len(parts), links)
    by_group: dict[int, list[Link]] = {}
    for link in links:
        by_group.setdefault(groups[link.items[0]], []).append(link)
    members: dict[int, list[int]] = {}
    for item, group in enumerate(groups):
        members.setdefault(group, []).append(item)

    def standing(group: int) -> tuple[bool, float, int]:
        ranks = [rank for item in members[group] for rank, _ in outs.get(item, ())]
        return bool(ranks), min(ranks, default=0.0), group

    order = sorted(members, key=standing)
    laid = [_network(parts, members[group], by_group.get(group, []), outs) for group in order]
    return side_by_side(laid)


def side_by_side(parts: Sequence[Part], apart: float = APART) -> Part:
    """Parts in a row; only the first one's legs leave to the left, and only the last one's to the right."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    open_ones = [k for k, part in enumerate(parts) if part.aims]
    x = 0.0
    boxes: list[Box] = []
    for k, part in enumerate(parts):
        if len(parts) > 1:
            for leg, angle in part.aims.items():
                if leg in part.exits:
                    continue
                if (angle == LEFT and k != open_ones[0]) or (angle == RIGHT and k != open_ones[-1]):
                    part.aims[leg] = DOWN
        if k:
            x += apart - part.box[0]
        absorb(made, part, x, 0.0)
        boxes.append(shifted(part.box, x, 0.0))
        x += part.box[2]
    made.box = union(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
    return made


def absorb(made: Part, part: Part, x: float, y: float) -> None:
    """Put a part into another one at (x, y)."""
    made.spots.update({key: (a + x, b + y) for key, (a, b) in part.spots.items()})
    if part.frames:
        made.frames.update({key: shifted(box, x, y) for key, box in part.frames.items()})
    if part.exits:
        made.exits.update({leg: (a + x, b + y) for leg, (a, b) in part.exits.items()})
    made.aims.update(part.aims)
    made.legs.update(part.legs)
    if part.lanes:
        made.lanes.update({
            leg: [Jog(jog.x + x, jog.before + y, jog.after + y) for jog in jogs] for leg, jogs in part.lanes.items()
        })  # fmt: skip
    made.passes |= part.passes
    made.ends.update({leg: end + y for leg, end in part.ends.items()})


def _components(count: int, links: Sequence[Link]) -> list[int]:
    """The connected component of each item: its first item."""
    near: list[list[int]] = [[] for _ in range(count)]
    for link in links:
        one, other = link.items
        near[one].append(other)
        near[other].append(one)
    found = [-1] * count
    for start in range(count):
        if found[start] >= 0:
            continue
        found[start] = start
        queue = [start]
        for item in queue:
            for other in near[item]:
                if found[other] < 0:
                    found[other] = start
                    queue.append(other)
    return found


# ------------------------------------------------------------------------------------------------- connected networks


def _network(
    parts: Sequence[Part], items: Sequence[int], links: Sequence[Link], outs: Mapping[int, Sequence[tuple[float, Id]]]
) -> Part:
    """A connected network laid out; the middle of its box, or the line of its row, lies at y = 0."""
    if len(items) == 1 and not parts[items[0]].exits and not parts[items[0]].frames:
        return _alone(parts[items[0]], sorted(outs.get(items[0], ())))
    satellites = _satellites(parts, items, links)
    heavy = [item for item in items if item not in satellites]
    number = {item: k for k, item in enumerate(heavy)}
    net = Net(
        [parts[item].box for item in heavy],
        [{} for _ in heavy],
        [sorted(rank for rank, _ in outs.get(item, ())) for item in heavy],
        light={k for k, item in enumerate(heavy) if parts[item].light},
    )
    for link in links:
        one, other = link.items
        if one == other or one in satellites or other in satellites:
            continue
        a, b = number[one], number[other]
        net.near[a][b] = net.near[a].get(b, 0) + 1
        net.near[b][a] = net.near[a][b]
        key = (min(a, b), max(a, b))
        net.gaps[key] = max(net.gaps.get(key, GAP), link.gap)
        for k, item, far, end in ((a, one, b, link.ends[0]), (b, other, a, link.ends[1])):
            if end in parts[item].exits:
                net.ports.setdefault((k, far), parts[item].exits[end][1])
    shape = shaped(net)
    spots = {heavy[k]: spot for k, spot in shape.spots.items()}
    turned = {item: _turned(parts[item], item, spots, links, outs) for item in heavy}
    boxes = {item: shifted(turned[item].box, *spots[item]) for item in heavy}
    _place_satellites(parts, satellites, links, spots, boxes)
    made = Part(union(boxes.values()), {})
    middle = 0.0 if _is_row(shape.spots) else -(made.box[1] + made.box[3]) / 2
    for item in items:
        x, y = spots[item]
        absorb(made, turned.get(item, parts[item]), x, y + middle)
        leaving = [leg for _, leg in sorted(outs.get(item, ()))]
        if not turned.get(item, parts[item]).exits:
            aims = shape.aims.get(number[item], []) if item in number else []
            if item in satellites:
                centre = sum(spots[o][1] for o in satellites[item]) / len(satellites[item])
                aims = [UP if y <= centre else DOWN] * len(leaving)
            made.aims.update(zip(leaving, aims, strict=False))
    made.box = shifted(made.box, 0.0, middle)
    return made


def _alone(part: Part, outs: Sequence[tuple[float, Id]]) -> Part:
    """A single node: its first leg to the left, its last to the right, the others down."""
    made = Part(part.box, dict(part.spots), light=part.light)
    for k, (_, leg) in enumerate(outs):
        made.aims[leg] = LEFT if k == 0 else RIGHT if k == len(outs) - 1 else DOWN
    return made


def _is_row(spots: Mapping[int, Point]) -> bool:
    return sum(abs(y) < 1e-9 for _, y in spots.values()) * 2 > len(spots)


def _turned(
    part: Part, item: int, spots: Mapping[int, Point], links: Sequence[Link],
    outs: Mapping[int, Sequence[tuple[float, Id]]],
) -> Part:  # fmt: skip
    """The part, mirrored where its legs then look more towards where they lead."""
    if not part.exits:
        return part
    towards = 0.0
    for link in links:
        for k in (0, 1):
            other = link.items[1 - k]
            if link.items[k] == item and other != item and other in spots:
                pull = (
                    math.copysign(1.0, spots[other][0] - spots[item][0]) if spots[other][0] != spots[item][0] else 0.0
                )
                towards += pull * _side(part, link.ends[k])
    if towards == 0.0:
        xs = [x for x, _ in spots.values()]
        pull = 1.0 if spots[item][0] >= (min(xs) + max(xs)) / 2 and len(spots) > 1 else 0.0
        towards = sum(pull * _side(part, leg) for _, leg in outs.get(item, ()))
    return part.mirrored() if towards < 0 else part


def _side(part: Part, leg: Id) -> float:
    """1 for a leg that leaves the part to the right, -1 to the left, 0 upright."""
    aim = part.aims.get(leg)
    if aim in (LEFT, RIGHT):
        return 1.0 if aim == RIGHT else -1.0
    return 0.0


# ----------------------------------------------------------------------------------------------------- copy dots


def _satellites(parts: Sequence[Part], items: Sequence[int], links: Sequence[Link]) -> dict[int, list[int]]:
    """Dots that the network holds together without, and what each joins: they go beside it, not into it."""
    dots = {item for item in items if parts[item].light}
    if not dots or len(dots) == len(items):
        return {}
    parent = {item: item for item in items}

    def find(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    joined: dict[int, list[int]] = {dot: [] for dot in dots}
    for link in links:
        one, other = link.items
        for dot, far in ((one, other), (other, one)):
            if dot in dots and far != dot:
                joined[dot].append(far)
        if one not in dots and other not in dots:
            parent[find(one)] = find(other)
    out: dict[int, list[int]] = {}
    for dot in sorted(dots):
        ends = {find(far) for far in joined[dot]}
        if len(ends) == 1 and len(joined[dot]) > 1 and not dots.intersection(joined[dot]):
            out[dot] = joined[dot]
            continue
        for end in ends:
            parent[find(end)] = find(dot)
    return out


def _place_satellites(
    parts: Sequence[Part], satellites: Mapping[int, Sequence[int]], links: Sequence[Link], spots: dict[int, Point],
    boxes: dict[int, Box],
) -> None:  # fmt: skip
    """Put each dot near the middle of what it joins, where it lies on nothing and sees what it joins."""
    if not satellites:
        return
    grid = Grid()
    where = {str(item): box for item, box in boxes.items()}
    for name, box in where.items():
        grid.put(name, [box])
    lines = Grid()
    for link in links:
        if link.items[0] in spots and link.items[1] in spots and link.items[0] != link.items[1]:
            lines.put(f"{link.ends[0]}", lines=[(spots[link.items[0]], spots[link.items[1]])])
    for dot, ends in satellites.items():
        middle_x = sum(spots[o][0] for o in ends) / len(ends)
        middle_y = sum(spots[o][1] for o in ends) / len(ends)
        sees = {o for o in ends if abs(spots[o][0] - middle_x) + abs(spots[o][1] - middle_y) < _SIGHT}
        best, least = (middle_x, middle_y), math.inf
        for number, (dx, dy) in enumerate(_TRIES):
            x, y = middle_x + dx, middle_y + dy
            box = shifted(parts[dot].box, x, y)
            cost = number * 0.5 + (abs(dx) + abs(dy)) / 20.0
            if cost >= least:
                break
            cost += 1000.0 * sum(overlap(grown(box, 7.0), where[name]) for name in grid.near(grown(box, 7.0)))
            if cost >= least:
                continue
            cost += 6.0 * lines.hits(grown(box, 4.0))
            for other in sees:
                if cost >= least:  # it only grows
                    break
                near = grid.near(_span((x, y), spots[other]))
                blocked = [
                    n
                    for n in near
                    if n != str(other) and segment_hits_box((x, y), spots[other], grown(where[n], _NEAR))
                ]
                cost += 12.0 * len(blocked)
            if cost < least:
                best, least = (x, y), cost
        spots[dot] = best
        boxes[dot] = where[str(dot)] = shifted(parts[dot].box, *best)
        grid.put(str(dot), [boxes[dot]])
        for k, other in enumerate(dict.fromkeys(ends)):
            if math.dist(best, spots[other]) < _SIGHT:
                lines.put(f"{dot}.{k}", lines=[(best, spots[other])])


_ASIDE = (0.0, -14.0, 14.0, -28.0, 28.0, -50.0, 50.0)
_AWAY = (0.0, *(side * rise for rise in (_RISE, 45.0, 60.0, 80.0, 110.0, 150.0, 220.0) for side in (-1.0, 1.0)))
_TRIES = sorted(((dx, dy) for dx in _ASIDE for dy in _AWAY), key=lambda d: (abs(d[0]) + abs(d[1]), d[1], d[0]))


def _span(p: Point, q: Point) -> Box:
    return (min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))
