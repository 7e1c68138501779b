"""Curves around convex hulls: what the border of a region is drawn as.

Points in layout units, y downwards; hulls run so that the outside is on the right-hand side.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import cast

from tensordraw.figure.display import Path, Segment
from tensordraw.figure.paths import Point, ellipse

_ROUND = math.radians(32.0)  # corners that turn less are samples of a curve


def convex_hull(points: Iterable[Point]) -> list[Point]:
    """Corners of the convex hull (Andrew's monotone chain), one turn around, without collinear points."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(seq: Iterable[Point]) -> list[Point]:
        out: list[Point] = []
        for p in seq:
            while len(out) > 1:
                (ax, ay), (bx, by) = out[-2], out[-1]
                if (bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax) > 1e-9:
                    break
                out.pop()
            out.append(p)
        return out[:-1]

    return half(ordered) + half(reversed(ordered))


def inflated_hull(points: Iterable[Point], margin: float) -> Path:
    """The curve at distance `margin` around the convex hull of the points.

    A real corner becomes an arc around it; between corners that hardly turn, which are samples of a round shape, the
    curve is smooth: around the points of a circle it is a circle.
    """
    hull = convex_hull(points)
    if not hull:
        return ()
    if len(hull) == 1:
        return ellipse(*hull[0], margin, margin)
    n = len(hull)
    sides = [(hull[(i + 1) % n][0] - x, hull[(i + 1) % n][1] - y) for i, (x, y) in enumerate(hull)]
    lengths = [math.hypot(*side) for side in sides]
    # Outward normal of the side after each corner; corners run so that the outside is on the right-hand side.
    normals = [math.atan2(-x, y) for x, y in sides]
    turns = [(normals[i] - normals[i - 1]) % (2 * math.pi) for i in range(n)]
    smooth = [turn < _ROUND for turn in turns]
    beyond = [
        margin * math.tan(turns[i] / 2) if smooth[i] else 0.0 for i in range(n)
    ]  # from a side's end to the corner
    out: list[Segment] = []
    for i, corner in enumerate(hull):
        start, turn = normals[i - 1], turns[i]
        if smooth[i]:
            room = []  # along the sides before and after, as far as the half that the next corner leaves
            for side, other in ((i - 1, i - 1), (i, (i + 1) % n)):
                whole = lengths[side] + beyond[i] + beyond[other]
                room.append(whole / 2 if smooth[other] else whole)
            out += _smooth_corner(corner, margin, start, turn, min(room), "L" if out else "M")
        else:
            out += _round_corner(corner, margin, start, turn, "L" if out else "M")
    return (*_without_nothing(out), ("Z",))


def _smooth_corner(corner: Point, margin: float, start: float, turn: float, room: float, first: str) -> list[Segment]:
    """From the side before to the side after, beginning and ending `room` from where their lines meet."""
    middle, reach = start + turn / 2, margin / math.cos(turn / 2)
    x, y = corner[0] + reach * math.cos(middle), corner[1] + reach * math.sin(middle)
    # A side runs a quarter turn on from its normal. The handles are those of a circle that touches both sides.
    (ax, ay), (bx, by) = (
        (x + sign * room * -math.sin(angle), y + sign * room * math.cos(angle))
        for sign, angle in ((-1.0, start), (1.0, start + turn))
    )
    share = 4 / 3 * math.tan(turn / 4) / math.tan(turn / 2) if turn > 1e-9 else 2 / 3
    return [
        (first, ax, ay),
        ("C", ax + share * (x - ax), ay + share * (y - ay), bx + share * (x - bx), by + share * (y - by), bx, by),
    ]


def _round_corner(corner: Point, margin: float, start: float, turn: float, first: str) -> list[Segment]:
    """An arc around the corner, in pieces of at most a quarter turn."""
    x, y = corner
    pieces = max(1, math.ceil(turn / (math.pi / 2) - 1e-6))
    step = turn / pieces
    handle = 4 / 3 * math.tan(step / 4) * margin
    out: list[Segment] = [(first, x + margin * math.cos(start), y + margin * math.sin(start))]
    for k in range(pieces):
        a, b = start + k * step, start + (k + 1) * step
        ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
        out.append((
            "C", x + margin * ca - handle * sa, y + margin * sa + handle * ca,
            x + margin * cb + handle * sb, y + margin * sb - handle * cb, x + margin * cb, y + margin * sb,
        ))  # fmt: skip
    return out


def _without_nothing(path: Sequence[Segment]) -> list[Segment]:
    """The path without lines that lead nowhere: corners of a round shape end where the next begins."""
    kept = list(path[:1])
    for before, segment in pairwise(path):
        ends = cast("tuple[Point, Point]", (before[-2:], segment[-2:]))
        if segment[0] != "L" or math.dist(*ends) > 1e-6:
            kept.append(segment)
    return kept
