"""One level of a document laid out as networks side by side, each in the shape that suits it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tensordraw.diagram.records import Id
from tensordraw.figure.arranging_dots import place_satellites, satellites_of
from tensordraw.figure.arranging_net import DOWN, GAP, LEFT, RIGHT, UP, Net
from tensordraw.figure.arranging_parts import Link, Part, absorb, reach
from tensordraw.figure.arranging_shapes import shaped
from tensordraw.figure.display import Box
from tensordraw.figure.paths import Point, shifted, union

LINES = 20.0  # between lines below each other
BELOW = 16.0  # between a row and the scalars below it
APART = 28.0  # between networks side by side that nothing joins
_BETWEEN = 8.0  # between labels of legs


def compose(
    parts: Sequence[Part], links: Sequence[Link], outs: Mapping[int, Sequence[tuple[float, Id]]], outer: bool = True
) -> Part:  # fmt: skip
    """All parts of a level with their links laid out; `outs` are each part's legs that leave the level, with ranks.

    `outer` says that no border is around it.
    """
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
    laid = _lines_stacked(parts, [members[group] for group in order], laid)
    return side_by_side(laid, below=not outer)


def _lines_stacked(parts: Sequence[Part], groups: Sequence[Sequence[int]], laid: list[Part]) -> list[Part]:
    """The networks with identities, which are drawn as mere lines, below each other instead of side by side."""
    lines = [k for k, group in enumerate(groups) if len(group) == 1 and parts[group[0]].line and laid[k].aims]
    if len(lines) < 2:
        return laid
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    for row, k in enumerate(lines):
        absorb(made, laid[k], 0.0, (row - (len(lines) - 1) / 2) * LINES)
    high = (len(lines) - 1) / 2 * LINES
    made.box = (-1.0, -high - 1.0, 1.0, high + 1.0)
    return [*(part for k, part in enumerate(laid) if k not in lines), made]


def side_by_side(parts: Sequence[Part], apart: float = APART, below: bool = False) -> Part:
    """Parts in a row; only the first one's legs leave to the left, and only the last one's to the right.

    With `below`, parts without legs stand below the others where these leave to the left: a border is there to be reached.
    """
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    parts = list(parts)
    loose: list[Part] = []
    if below and any(LEFT in part.aims.values() for part in parts):
        loose = [part for part in parts if not part.aims and not part.exits]
        parts = [part for part in parts if part.aims or part.exits]
    legged = [k for k, part in enumerate(parts) if part.aims]
    if len(legged) > 1:
        first, last = legged[0], legged[-1]
        if LEFT not in parts[first].aims.values() and RIGHT in parts[first].aims.values():
            parts[first] = parts[first].mirrored()
        if RIGHT not in parts[last].aims.values() and LEFT in parts[last].aims.values():
            parts[last] = parts[last].mirrored()
    x = 0.0
    boxes: list[Box] = []
    for k, part in enumerate(parts):
        if len(legged) > 1:
            for leg, angle in part.aims.items():
                if leg in part.exits:
                    continue
                if (angle == LEFT and k != legged[0]) or (angle == RIGHT and k != legged[-1]):
                    part.aims[leg] = DOWN
        left, right = reach(part)
        if k:
            x += max(apart - part.box[0], _BETWEEN - left)
        absorb(made, part, x, 0.0)
        boxes.append(shifted(part.box, x, 0.0))
        x += max(part.box[2], right + _BETWEEN - apart)
    made.box = union(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
    x, low = made.box[0], made.box[3] + BELOW
    for part in loose:
        absorb(made, part, x - part.box[0], low - part.box[1])
        made.box = union([made.box, shifted(part.box, x - part.box[0], low - part.box[1])])
        x += part.box[2] - part.box[0] + apart
    return made


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
    satellites = satellites_of(parts, items, links)
    heavy = [item for item in items if item not in satellites]
    number = {item: k for k, item in enumerate(heavy)}
    net = Net(
        [parts[item].box for item in heavy],
        [{} for _ in heavy],
        [sorted(rank for rank, _ in outs.get(item, ())) for item in heavy],
        light={k for k, item in enumerate(heavy) if parts[item].light},
        bars={k for k, item in enumerate(heavy) if parts[item].bar},
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
    place_satellites(parts, satellites, links, spots, boxes)
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
    made = Part(part.box, dict(part.spots), light=part.light, line=part.line, words=part.words)
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
