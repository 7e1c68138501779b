"""A way at right angles round the bodies that lie between two legs.

The corners of a short way lie on lines through the two ends and along the edges of what is in between, a margin away from it; so
the search (Dijkstra's, over places and directions) has only these lines' crossings to look at. Bodies in a region that neither
end lies in count as one, with room for its border.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from itertools import pairwise

from tensordraw.diagram.records import ROOT, Id
from tensordraw.figure.display import Anchor, Box, Path
from tensordraw.figure.paths import Point, bounds, direction, flattened, grown, overlap, segment_hits_box, union
from tensordraw.figure.scene import Scene
from tensordraw.figure.wires import rounded_line

AROUND = 60.0  # layout units beyond the direct way in which bodies are looked for, and the way may lead
MARGIN = 6.0  # between the way and a body
BORDER = 14.0  # and the bodies of another region
_SLACK = 2.0  # a direct way that comes so much nearer than the margin is better than one that steps aside
MOST = 40  # bodies; among more no way is looked for
_STUB = 8.0
_BEND = 15.0  # a corner counts as so much way
_ROUND = 4.0


def area(direct: Path) -> Box:
    """Where a way that is not the direct one may lead: what moves here may change it."""
    return grown(bounds(direct), AROUND)


def around(made: Scene, wire_id: Id, direct: Path, a: Anchor, b: Anchor, own: Sequence[Box] = ()) -> Path:
    """The direct way of a wire where it is free, else the shortest one round what is in between; the direct one where there
    is none. `own` are the bodies that the wire joins, where the direct way leads through one of them."""
    obstacles = [*_obstacles(made, wire_id, area(direct)), *(grown(box, MARGIN) for box in own)]
    if not obstacles or len(obstacles) > MOST:
        return direct
    near = [grown(box, -_SLACK) for box in obstacles]
    if not own and not any(_hits(line, near) for line in flattened(direct)):
        return direct
    tight = [grown(box, -0.5) for box in obstacles]
    ends = [_stub(anchor, obstacles) for anchor in (a, b)]
    if ends[0] is None or ends[1] is None:
        return direct
    way = _shortest(ends[0], ends[1], a, b, tight, area(direct))
    return direct if way is None else rounded_line([a.root, *way, b.root], _ROUND)


def _obstacles(made: Scene, wire_id: Id, box: Box) -> list[Box]:
    """The boxes to go round: bodies and foreign regions in the area, a margin larger."""
    content, found = made.diagram.content, made.index
    ends = content.wires[wire_id].ends
    own = {found.owner[end] for end in ends}
    homes = {found.level[wire_id]}
    for owner in own:
        node = content.nodes.get(owner)
        inside = owner if node is None else node.inside
        homes |= {inside, *found.chain.get(inside, ())}
    alone: list[Box] = []
    grouped: dict[Id, list[Box]] = {}
    for item in sorted(made.grid.inside(box)):
        node = content.nodes.get(item)
        if node is None or item in own or item in found.signs or item not in made.node_items:
            continue
        foreign = [
            region for region in (node.inside, *found.chain.get(node.inside, ())) if region not in (ROOT, *homes)
        ]
        body = union(made.grid.boxes[item])  # without the name of a copy: that looks for its place after the wires
        if foreign:
            grouped.setdefault(foreign[-1], []).append(body)
        else:
            alone.append(grown(body, MARGIN))
    return alone + [grown(union(boxes), BORDER) for boxes in grouped.values()]


def _hits(line: Sequence[Point], boxes: Sequence[Box]) -> bool:
    return any(segment_hits_box(p, q, box) for p, q in pairwise(line) for box in boxes)


def _stub(anchor: Anchor, obstacles: Sequence[Box]) -> Point | None:
    """The end of the straight piece at a leg; None where that is not free."""
    u = direction(round(anchor.angle / 90.0) * 90.0 % 360.0)
    end = (anchor.root[0] + u[0] * _STUB, anchor.root[1] + u[1] * _STUB)
    inside = any(box[0] < end[0] < box[2] and box[1] < end[1] < box[3] for box in obstacles)
    return None if inside else end


def _shortest(start: Point, goal: Point, a: Anchor, b: Anchor, boxes: Sequence[Box], limit: Box) -> list[Point] | None:
    """The corners of the shortest way with few bends, both ends included."""
    xs = sorted(
        {start[0], goal[0], *(e for box in boxes for e in (box[0] - 0.5, box[2] + 0.5) if limit[0] <= e <= limit[2])}
    )
    ys = sorted(
        {start[1], goal[1], *(e for box in boxes for e in (box[1] - 0.5, box[3] + 0.5) if limit[1] <= e <= limit[3])}
    )
    spots = {(x, y) for x in xs for y in ys}
    blocked: dict[tuple[Point, Point], bool] = {}

    def free(p: Point, q: Point) -> bool:
        key = (p, q) if p < q else (q, p)
        if key not in blocked:
            box = (key[0][0], min(p[1], q[1]), key[1][0], max(p[1], q[1]))
            blocked[key] = any(overlap(box, other) for other in boxes)
        return not blocked[key]

    out, into = _way(a.angle), _way(b.angle + 180.0)
    place = {(x, y): (i, j) for i, x in enumerate(xs) for j, y in enumerate(ys)}
    best: dict[tuple[Point, tuple[int, int]], float] = {(start, out): 0.0}
    came: dict[tuple[Point, tuple[int, int]], tuple[Point, tuple[int, int]]] = {}
    waiting = [(0.0, start, out)]
    while waiting:
        cost, spot, way = heapq.heappop(waiting)
        if cost > best.get((spot, way), float("inf")):
            continue
        if spot == goal and way == into:
            return _corners((spot, way), came)
        i, j = place[spot]
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            if step == (-way[0], -way[1]):
                continue
            bend = _BEND if step != way else 0.0
            if spot == goal and step == into and bend:
                following, length = spot, 0.0
            else:
                k, m = i + step[0], j + step[1]
                if not (0 <= k < len(xs) and 0 <= m < len(ys)):
                    continue
                following = (xs[k], ys[m])
                length = abs(following[0] - spot[0]) + abs(following[1] - spot[1])
                if following not in spots or not free(spot, following):
                    continue
            total = cost + length + bend
            if total < best.get((following, step), float("inf")) - 1e-9:
                best[following, step] = total
                came[following, step] = (spot, way)
                heapq.heappush(waiting, (total, following, step))
    return None


def _way(angle: float) -> tuple[int, int]:
    u = direction(round(angle / 90.0) * 90.0 % 360.0)
    return round(u[0]), round(u[1])


def _corners(
    at: tuple[Point, tuple[int, int]], came: dict[tuple[Point, tuple[int, int]], tuple[Point, tuple[int, int]]]
) -> list[Point]:
    line = [at[0]]
    while at in came:
        (spot, _), at = at, came[at]
        if at[0] == line[-1]:
            continue
        if len(line) > 1 and (line[-2][0] == spot[0] == at[0][0] or line[-2][1] == spot[1] == at[0][1]):
            line.pop()  # straight on: a corner beside it has room to be round
        line.append(at[0])
    return line[::-1]
