"""How a wire runs between two legs: a cubic that leaves each leg along its direction, a straight line, right angles, or
through the user's way-points; a trace goes round its body.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tensordraw.diagram.records import Curve
from tensordraw.figure.display import Anchor, Box, Path, Segment
from tensordraw.figure.paths import Point, direction, polyline

_STUB = 8.0  # straight part of an orthogonal wire at each end
_ROUND = 4.0  # radius of its corners
_LOOP = 9.0  # distance of a trace from its body


def _handle(distance: float, facing: float) -> float:
    """Length of a cubic's handle: a third of the distance where the leg looks at the other end, more where it looks away."""
    return distance * (0.45 - 0.117 * facing) + 10.0 * max(0.0, -facing)


def _cubic(p: Point, u: Point, q: Point, v: Point) -> tuple[Segment, ...]:
    """From p along u to q, where the curve comes from q + v; a straight line where both look at each other."""
    dx, dy = q[0] - p[0], q[1] - p[1]
    d = math.hypot(dx, dy)
    if d < 1e-6:
        return (("L", *q),)
    a, b = (u[0] * dx + u[1] * dy) / d, -(v[0] * dx + v[1] * dy) / d
    if a > 0.99999 and b > 0.99999:
        return (("L", *q),)
    h, k = _handle(d, a), _handle(d, b)
    return (("C", p[0] + u[0] * h, p[1] + u[1] * h, q[0] + v[0] * k, q[1] + v[1] * k, q[0], q[1]),)


def rounded_line(points: Sequence[Point], radius: float) -> Path:
    """An open line through the points with rounded corners."""
    points = [p for k, p in enumerate(points) if not k or math.dist(p, points[k - 1]) > 1e-9]
    out: list[Segment] = [("M", *points[0])]
    for i in range(1, len(points) - 1):
        (ax, ay), (x, y), (bx, by) = points[i - 1], points[i], points[i + 1]
        la, lb = math.hypot(ax - x, ay - y), math.hypot(bx - x, by - y)
        if abs((x - ax) * (by - y) - (y - ay) * (bx - x)) < 1e-6 * la * lb:
            continue  # straight on
        r = min(radius, la / 2, lb / 2)
        k = r * 0.4477  # what a quarter circle's handle leaves of the corner
        out.append(("L", x + (ax - x) * r / la, y + (ay - y) * r / la))
        out.append((
            "C", x + (ax - x) * k / la, y + (ay - y) * k / la, x + (bx - x) * k / lb, y + (by - y) * k / lb,
            x + (bx - x) * r / lb, y + (by - y) * r / lb,
        ))  # fmt: skip
    out.append(("L", *points[-1]))
    return tuple(out)


def _square(angle: float) -> Point:
    return direction(round(angle / 90.0) * 90.0 % 360.0)


def _past(a: float, b: float) -> float:
    """Where a wire whose legs look away from each other runs back: between the bodies if there is room, else outside."""
    return (a + b) / 2 if abs(a - b) > 5 * _STUB else min(a, b) - 3 * _STUB


def _orthogonal(a: Anchor, b: Anchor, points: Sequence[Point], lane: float = 0.0) -> Path:
    """Right angles from a to b, through way-points; `lane` moves the middle piece aside, clear of parallel wires."""
    u, v = _square(a.angle), _square(b.angle)
    start = (a.root[0] + u[0] * _STUB, a.root[1] + u[1] * _STUB)
    end = (b.root[0] + v[0] * _STUB, b.root[1] + v[1] * _STUB)
    line: list[Point] = [a.root, start]
    here, level = start, u[1] == 0
    for point in points:
        line += [(point[0], here[1]) if level else (here[0], point[1]), point]
        here, level = point, level
    ends_level = v[1] == 0
    if level and ends_level:
        if (end[0] - here[0]) * u[0] >= 0 and (here[0] - end[0]) * v[0] >= 0:
            x = (here[0] + end[0]) / 2 + lane * (u[0] if here[1] < end[1] else -u[0])
            line += [(x, here[1]), (x, end[1])]
        elif u[0] == v[0]:
            x = max(here[0], end[0]) if u[0] > 0 else min(here[0], end[0])
            line += [(x, here[1]), (x, end[1])]
        else:
            y = _past(here[1], end[1])
            line += [(here[0], y), (end[0], y)]
    elif not level and not ends_level:
        if (end[1] - here[1]) * u[1] >= 0 and (here[1] - end[1]) * v[1] >= 0:
            y = (here[1] + end[1]) / 2 + lane * (u[1] if here[0] < end[0] else -u[1])
            line += [(here[0], y), (end[0], y)]
        elif u[1] == v[1]:
            y = max(here[1], end[1]) if u[1] > 0 else min(here[1], end[1])
            line += [(here[0], y), (end[0], y)]
        else:
            x = _past(here[0], end[0])
            line += [(x, here[1]), (x, end[1])]
    else:
        line.append((end[0], here[1]) if level else (here[0], end[1]))
    return rounded_line([*line, end, b.root], _ROUND)


def _smooth(a: Anchor, b: Anchor, points: Sequence[Point]) -> Path:
    """A smooth curve through way-points (Catmull-Rom tangents), leaving both legs along their directions."""
    knots = [a.root, *points, b.root]
    out: list[Segment] = [("M", *a.root)]
    (ux, uy), (vx, vy) = direction(a.angle), direction(b.angle)
    for i in range(len(knots) - 1):
        p, q = knots[i], knots[i + 1]
        d = math.hypot(q[0] - p[0], q[1] - p[1])
        if i == 0:
            h = (ux * d / 3, uy * d / 3)
        else:
            x, y = q[0] - knots[i - 1][0], q[1] - knots[i - 1][1]
            n = math.hypot(x, y) or 1.0
            h = (x / n * d / 3, y / n * d / 3)
        if i == len(knots) - 2:
            k = (vx * d / 3, vy * d / 3)
        else:
            x, y = p[0] - knots[i + 2][0], p[1] - knots[i + 2][1]
            n = math.hypot(x, y) or 1.0
            k = (x / n * d / 3, y / n * d / 3)
        out.append(("C", p[0] + h[0], p[1] + h[1], q[0] + k[0], q[1] + k[1], q[0], q[1]))
    return tuple(out)


def _loop(a: Anchor, b: Anchor, box: Box, rank: int, above: bool) -> Path:
    """A trace: out of one leg, round the body outside its box, into the other."""
    u, v = direction(a.angle), direction(b.angle)
    facing = u[0] * v[0] + u[1] * v[1]
    reach = _LOOP + (5.0 * rank if facing < -0.5 else 0.0)
    if facing > -0.5:  # neighbours: one bow outside
        span = math.hypot(a.root[0] - b.root[0], a.root[1] - b.root[1])
        h = max(2.2 * reach, 1.1 * span)
        return (
            ("M", *a.root),
            ("C", a.root[0] + u[0] * h, a.root[1] + u[1] * h, b.root[0] + v[0] * h, b.root[1] + v[1] * h, *b.root),
        )
    left, top, right, bottom = box[0] - reach, box[1] - reach, box[2] + reach, box[3] + reach
    if abs(u[0]) >= abs(u[1]):  # legs to the left and right: over the top, or below
        y = top if above else bottom
        xa, xb = (right, left) if u[0] > 0 else (left, right)
        line = [a.root, (xa, a.root[1]), (xa, y), (xb, y), (xb, b.root[1]), b.root]
    else:
        x = right if above else left
        ya, yb = (bottom, top) if u[1] > 0 else (top, bottom)
        line = [a.root, (a.root[0], ya), (x, ya), (x, yb), (b.root[0], yb), b.root]
    return rounded_line(line, reach + 2.0)


def wire_path(
    a: Anchor,
    b: Anchor,
    curve: Curve,
    around: Box | None = None,
    rank: int = 0,
    above: bool = True,
    lane: float = 0.0,
) -> Path:
    """The path of a wire from leg a to leg b; `around` is the body's box where both legs are on one body,
    `lane` the distance from the middle of a bundle of parallel wires."""
    if curve.style == "orthogonal" and around is None:
        return _orthogonal(a, b, curve.points, lane)
    if curve.style == "straight":
        return polyline([a.root, *curve.points, b.root])
    if curve.points:
        return _smooth(a, b, curve.points)
    if around is not None:
        return _loop(a, b, around, rank, above)
    u, v = direction(a.angle), direction(b.angle)
    dx, dy = b.root[0] - a.root[0], b.root[1] - a.root[1]
    if u[0] * dx + u[1] * dy < 0 < v[0] * dx + v[1] * dy and u[0] * v[0] + u[1] * v[1] < -0.8:
        return _orthogonal(a, b, ())  # the legs look away from each other: round both bodies
    return (("M", *a.root), *_cubic(a.root, u, b.root, v))
