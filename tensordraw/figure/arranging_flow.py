"""Networks with operations: columns from left to right, each item just before what uses its value.

A wire over several columns runs in a lane of its own, a cell in each of them, so that nothing lies on it; where it changes
its height, it turns in the gap between two columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeAlias

from tensordraw.diagram.records import Id
from tensordraw.figure.arranging_columns import STREAM, Cell, Edge, heights, ordered
from tensordraw.figure.arranging_depths import Flow, count_depths
from tensordraw.figure.arranging_net import DOWN, LEFT, RIGHT, UP
from tensordraw.figure.arranging_parts import Jog, Link, Part, absorb
from tensordraw.figure.display import Box
from tensordraw.figure.paths import Point, shifted, union
from tensordraw.figure.themes import PITCH

GAP = 26.0  # between columns
TRACK = 7.0  # between upright pieces of wires in a gap
REACH = 10.0  # how far a leg may leave from the middle of its side
_STRAIGHT = 0.05
_BODY = 1e6  # the pull of a body in the stream
_WAY = 16.0
_POINT: Box = (0.0, 0.0, 0.0, 0.0)
_PULL = (1.0, 30.0, 1e5)  # how straight the wires should be of bodies, of regions, of operations and lanes


CellKey: TypeAlias = int | tuple[str, Id, int]  # an item, or a wire's lane in the column of a depth


def flowing(flow: Flow, items: Sequence[int]) -> Part:
    """A connected network of a level laid out; the line of its last item lies at y = 0."""
    count_depths(flow, items)
    deepest = max(flow.depth[item] for item in items)
    inside = set(items)
    cells: dict[CellKey, Cell] = {}
    _widen(flow, items)
    for place, item in enumerate(flow.order):
        if item in inside:
            fixed = 1 if flow.parts[item].exits else 2 if flow.parts[item].legs else 0
            cells[item] = Cell(flow.depth[item], flow.parts[item].box, float(place), pull=_PULL[fixed])
    edges: list[Edge] = []
    chains: list[tuple[Id, Id, list[CellKey]]] = []

    def chain(first: CellKey, leg: Id, second: CellKey, other: Id) -> None:
        """Cells and edges from the left one to the right one."""
        keys = [first]
        name = leg or other
        for depth in range(cells[first].depth - 1, cells[second].depth, -1):
            key = ("lane", name, depth)
            cells[key] = Cell(depth, _POINT, cells[first].place, lane=True, pull=_PULL[2])
            keys.append(key)
        if other in flow.aside:
            key = ("lane", name, cells[second].depth)
            below = flow.aside[other] == DOWN
            cells[key] = Cell(key[2], _POINT, cells[second].place + (0.5 if below else -0.5), lane=True)
            cells[key].beside, cells[key].below = second, below
            keys.append(key)
            for lane in keys[1:]:
                cells[lane].loose, cells[lane].pull = True, _PULL[1]
        elif second in flow.values and other not in flow.incoming and other:
            key = ("lane", name, cells[second].depth)  # past it, and back into its right side
            cells[key] = Cell(key[2], _POINT, cells[second].place + 0.5, lane=True)
            keys.append(key)
            chains.append((leg, other, [*keys, second]))
            edges.extend(
                Edge(one, two, flow.offsets.get(leg, 0.0) if not k else 0.0)
                for k, (one, two) in enumerate(pairwise(keys))
            )
            return
        else:
            keys.append(second)
        ends = {0: flow.offsets.get(leg, 0.0), len(keys) - 1: flow.offsets.get(other, 0.0)}
        for k in range(len(keys) - 1):
            edges.append(Edge(keys[k], keys[k + 1], ends.get(k, 0.0), ends.get(k + 1, 0.0)))
        chains.append((leg, other, keys))

    for link in flow.links:
        one, other = link.items
        if one not in inside or one == other:
            continue
        a, b = flow.depth[one], flow.depth[other]
        if a > b:
            chain(one, link.ends[0], other, link.ends[1])
        elif b > a:
            chain(other, link.ends[1], one, link.ends[0])
        elif one in flow.values and other in flow.values:
            chains.append((*link.ends, [one, other]))  # out of one to the right, and back into the other
    for number, (item, leg) in enumerate(flow.leaving):
        if item in inside:
            cells["end", leg, 0] = Cell(0, _POINT, float(number), lane=True, pull=_PULL[2])
            chain(item, leg, ("end", leg, 0), "")
    for number, (item, leg) in enumerate(flow.entering):
        if item in inside:
            cells["start", leg, 0] = Cell(deepest + 1, _POINT, float(number), lane=True, pull=_PULL[2])
            chain(("start", leg, 0), "", item, leg)
    _strengthen(flow, cells, chains)
    level = [link.items for link in flow.links if link.items[0] in inside and _is_level(flow, link)]
    columns = ordered(cells, edges, level)
    ys = heights(cells, columns, edges)
    return _drawn(flow, items, cells, columns, ys, chains)


def _strengthen(flow: Flow, cells: Mapping[CellKey, Cell], chains: Sequence[tuple[Id, Id, list[CellKey]]]) -> None:
    """Give the main stream its pull: from the last item on, through what its operations take straight from the left."""
    into: dict[CellKey, list[list[CellKey]]] = {}
    for _, other, keys in chains:
        if other not in flow.aside and not _comes_back(cells, keys):
            into.setdefault(keys[-1], []).append(keys)
    last = next(item for item in flow.order if item in cells)
    waiting: list[CellKey] = [last, *(key for key in cells if isinstance(key, tuple) and key[0] == "end")]
    seen: set[CellKey] = set()
    while waiting:
        item = waiting.pop()
        if item in seen:
            continue
        seen.add(item)
        takes = not isinstance(item, int) or item in flow.values
        for keys in into.get(item, ()):
            if takes or keys[0] in flow.values:
                for key in keys:  # a body gives way to the lane beside it
                    body = isinstance(key, int) and key not in flow.values
                    cells[key].pull = _BODY if body else STREAM
                waiting.append(keys[0])


def _is_level(flow: Flow, link: Link) -> bool:
    """Whether a link joins two items of one column, neither of which is a value."""
    one, other = link.items
    return one != other and flow.depth[one] == flow.depth[other] and one not in flow.values and other not in flow.values


def _widen(flow: Flow, items: Sequence[int]) -> None:
    """Make room on nodes that several legs leave from one side of."""
    sides: dict[tuple[int, bool], int] = {}
    for link in flow.links:
        for item, other in (link.items, link.items[::-1]):
            if item in flow.depth and other in flow.depth and flow.depth[item] != flow.depth[other]:
                key = (item, flow.depth[item] > flow.depth[other])
                sides[key] = sides.get(key, 0) + 1
    for item, _ in flow.leaving:
        sides[item, True] = sides.get((item, True), 0) + 1
    level = {
        item for link in flow.links if link.items[0] in flow.depth and _is_level(flow, link) for item in link.items
    }
    for item in items:
        part = flow.parts[item]
        if item in level and not part.exits and not part.legs:  # what hangs below may have to stand above
            left, top, right, bottom = part.box
            part = flow.parts[item] = replace(part, box=(left, min(top, -bottom), right, bottom))
        count = max(sides.get((item, True), 0), sides.get((item, False), 0))
        if count < 2 or part.exits or part.legs or part.light:
            continue
        reach = max(REACH, PITCH * (count - 1) / 2) + 5.0
        left, top, right, bottom = part.box
        (node,) = part.spots
        half_x, half_y = flow.halves[node]
        flow.halves[node] = (half_x, max(half_y, reach))
        flow.parts[item] = replace(part, box=(left, min(top, -reach), right, max(bottom, reach)))
        flow.boxed.add(node)


# ----------------------------------------------------------------------------------------------------------- drawing


def _drawn(
    flow: Flow, items: Sequence[int], cells: Mapping[CellKey, Cell],
    columns: Sequence[Sequence[CellKey]], ys: Mapping[CellKey, float],
    chains: Sequence[tuple[Id, Id, list[CellKey]]],
) -> Part:  # fmt: skip
    """The part: places of columns, legs, and the turns of wires in the gaps."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    jogs, shifts = _jogs(flow, cells, ys, chains)
    tracks: dict[int, list[tuple[int, int]]] = {}  # gap -> wires and which of their turns
    for number, turns in enumerate(jogs):
        for place, (depth, _, _) in enumerate(turns):
            tracks.setdefault(depth, []).append((number, place))
    wanted: dict[int, float] = {}
    for link in flow.links:
        a, b = (flow.depth.get(item, 0) for item in link.items)
        if abs(a - b) == 1 and link.items[0] in cells:
            wanted[max(a, b)] = max(wanted.get(max(a, b), 0.0), link.gap)
    for leg, other, keys in chains:
        wide = flow.gaps.get(leg or other, 0.0) if len(keys) == 2 else 0.0
        if (wide and isinstance(keys[0], tuple)) or isinstance(keys[-1], tuple):
            depth = cells[keys[0]].depth
            wanted[depth] = max(wanted.get(depth, 0.0), wide)
    x = 0.0
    at: dict[int, float] = {}
    edge: dict[int, float] = {}  # right ends of columns
    track_x: dict[tuple[int, int], float] = {}
    for k, column in enumerate(columns):
        depth = cells[column[0]].depth
        x += max(-cells[key].box[0] for key in column) if k else 0.0
        at[depth] = x
        x += max(cells[key].box[2] for key in column)
        edge[depth] = x
        crowd = sorted(tracks.get(depth, []), key=lambda t: _track_key(jogs[t[0]][t[1]]))
        ends = all(cells[key].lane for key in column) or (
            depth == 1 and columns[-1] and cells[columns[-1][0]].depth == 0
        )
        gap = max(8.0 if ends else GAP, wanted.get(depth, 0.0), 20.0 + TRACK * (len(crowd) - 1) if crowd else 0.0)
        for n, turn in enumerate(crowd):
            track_x[turn] = x + gap / 2 + (n - (len(crowd) - 1) / 2) * TRACK
        x += gap
    last = next(item for item in flow.order if item in cells)
    low = -ys[last]
    boxes: list[Box] = []
    fed = {keys[-1] for _, _, keys in chains}
    spots: dict[int, Point] = {}
    for item in items:
        depth = cells[item].depth
        # What nothing comes into stands at the right end of its column, near what it leads to.
        spots[item] = (at[depth] if item in fed else edge[depth] - flow.parts[item].box[2], ys[item] + low)
        absorb(made, flow.parts[item], *spots[item])
        boxes.append(shifted(flow.parts[item].box, *spots[item]))
    boxes += [
        (at[cell.depth], ys[key] + low, at[cell.depth], ys[key] + low) for key, cell in cells.items() if cell.lane
    ]
    for number, (leg, other, keys) in enumerate(chains):
        lane = [Jog(track_x[number, place], a + low, b + low) for place, (_, a, b) in enumerate(jogs[number])]
        through = len(keys) > 2 or other in flow.aside or _passes(flow, keys, spots, at, edge, cells)
        if leg:
            made.lanes[leg] = [*made.lanes.get(leg, []), *lane]
            made.legs.setdefault(leg, (RIGHT, flow.offsets.get(leg, shifts.get(leg, 0.0))))
            made.passes.update({leg} if through else ())
        else:
            made.lanes[other] = [*made.lanes.get(other, []), *(jog.reversed() for jog in reversed(lane))]
            made.passes.update({other} if through else ())
        if other and leg and _comes_back(cells, keys):
            made.legs.setdefault(other, (RIGHT, flow.offsets.get(other, shifts.get(other, 0.0))))
            made.passes.add(leg)
        elif other:
            made.legs.setdefault(other, (LEFT, flow.offsets.get(other, shifts.get(other, 0.0))))
    for key, cell in cells.items():
        if cell.lane and isinstance(key, tuple) and key[0] != "lane":
            made.ends[key[1]] = ys[key] + low
    _open_legs(flow, made, items, deepest=max(cells[item].depth for item in items))
    made.box = union(boxes)
    return made


def _passes(
    flow: Flow, keys: Sequence[CellKey], spots: Mapping[int, Point], at: Mapping[int, float],
    edge: Mapping[int, float], cells: Mapping[CellKey, Cell],
) -> bool:  # fmt: skip
    """Whether a wire between neighbouring columns has a way to go in one of them, past what is wider."""
    first, last = keys[0], keys[-1]
    if isinstance(first, int) and edge[cells[first].depth] - spots[first][0] - flow.parts[first].box[2] > _WAY:
        return True
    if isinstance(last, int):
        begins = min(at[cells[last].depth] + cell.box[0] for cell in cells.values() if cell.depth == cells[last].depth)
        return spots[last][0] + flow.parts[last].box[0] - begins > _WAY
    return False


def _comes_back(cells: Mapping[CellKey, Cell], keys: Sequence[CellKey]) -> bool:
    """Whether a wire enters its last item from the right."""
    return isinstance(keys[-1], int) and cells[keys[-2]].depth == cells[keys[-1]].depth


def _track_key(jog: tuple[int, float, float]) -> tuple[int, float]:
    """Order of upright pieces in a gap such that wires that turn the same way do not cross."""
    _, before, after = jog
    return (0, before) if after < before else (1, -before)


def _jogs(
    flow: Flow, cells: Mapping[CellKey, Cell], ys: Mapping[CellKey, float],
    chains: Sequence[tuple[Id, Id, list[CellKey]]],
) -> tuple[list[list[tuple[int, float, float]]], dict[Id, float]]:  # fmt: skip
    """For each wire its turns, as (depth of the column before the gap, height before, height after); and the shifts of
    legs on single nodes, towards where their wires run."""
    wanted: dict[tuple[int, int], list[tuple[float, Id]]] = {}
    for leg, other, keys in chains:
        for side, end, key, to, far in ((0, leg, keys[0], keys[1], other), (1, other, keys[-1], keys[-2], leg)):
            if isinstance(key, int) and end not in flow.offsets:
                reach = ys[to] + (flow.offsets.get(far, 0.0) if len(keys) == 2 else 0.0) - ys[key]
                back = side == 1 and _comes_back(cells, keys)
                wanted.setdefault((key, 0 if back else side), []).append((reach, end))
    shifts: dict[Id, float] = {}  # downwards, from the middle of the side
    for legs in wanted.values():
        legs.sort()
        if len(legs) == 1:
            shifts[legs[0][1]] = 0.0
            continue
        spread = [max(-REACH, min(REACH, reach)) for reach, _ in legs]
        for k in range(1, len(spread)):
            spread[k] = max(spread[k], spread[k - 1] + PITCH)
        over = max(0.0, spread[-1] - max(REACH, PITCH * (len(spread) - 1) / 2))
        for (_, leg), down in zip(legs, spread, strict=True):
            shifts[leg] = down - over
    jogs: list[list[tuple[int, float, float]]] = []
    for leg, other, keys in chains:
        levels = [ys[key] for key in keys]
        if other in flow.aside:
            other = ""  # turns into its leg at the end
        levels[0] += flow.offsets.get(leg, shifts.get(leg, 0.0))
        levels[-1] += flow.offsets.get(other, shifts.get(other, 0.0))
        jogs.append([
            (cells[key].depth, a, b)
            for key, a, b in zip(keys, levels, levels[1:], strict=False)
            if abs(a - b) > _STRAIGHT
        ])  # fmt: skip
    return jogs, shifts


def _open_legs(flow: Flow, made: Part, items: Sequence[int], deepest: int) -> None:
    """Open legs: of the last item to the right, of the first ones to the left, the others up or down."""
    for item in items:
        part = flow.parts[item]
        legs = [leg for _, leg in sorted(flow.free.get(item, ()))]
        if part.exits or not legs:
            continue
        for k, leg in enumerate(legs):
            if item in flow.values or (flow.depth[item] == 1 and (k or len(legs) == 1)):
                made.aims[leg] = RIGHT
            elif flow.depth[item] == deepest and k == 0:
                made.aims[leg] = LEFT
            else:
                made.aims[leg] = UP if made.spots[next(iter(part.spots))][1] < 0 else DOWN


__all__ = ["flowing"]
