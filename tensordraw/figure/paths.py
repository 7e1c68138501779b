"""Operations on paths: moving, bounding, flattening, and the few outlines that bodies and regions are made of.

A path is the display list's flat tuple of segments (`display.Path`). Points are pairs; y grows downwards. Everything
here is pure geometry and knows nothing of diagrams.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from tensordraw.figure.display import Box, Path, Segment

Point: TypeAlias = tuple[float, float]

EMPTY: Box = (math.inf, math.inf, -math.inf, -math.inf)
_K = 0.5522847498307936  # handle of the cubic that is nearest to a quarter of a unit circle


def direction(angle: float) -> Point:
    """Unit vector of an angle in degrees, 0 right, 90 up as seen."""
    return _DIRECTIONS.get(angle) or (math.cos(math.radians(angle)), -math.sin(math.radians(angle)))


_DIRECTIONS: dict[float, Point] = {  # exact, so that straight wires are exactly straight
    0.0: (1.0, 0.0), 90.0: (0.0, -1.0), 180.0: (-1.0, 0.0), 270.0: (0.0, 1.0), 360.0: (1.0, 0.0), -90.0: (0.0, 1.0),
}  # fmt: skip


def angle_of(dx: float, dy: float) -> float:
    """Angle in [0, 360) of a vector, 90 up as seen; exact for axis-parallel vectors."""
    if abs(dy) < 1e-9:
        return 0.0 if dx >= 0 else 180.0
    if abs(dx) < 1e-9:
        return 90.0 if dy < 0 else 270.0
    return math.degrees(math.atan2(-dy, dx)) % 360.0


def moved(path: Path, dx: float, dy: float) -> Path:
    """The path shifted by (dx, dy)."""
    out: list[Segment] = []
    for s in path:
        n = len(s)
        if n == 3:
            out.append((s[0], s[1] + dx, s[2] + dy))  # type: ignore[misc]
        elif n == 7:
            out.append((s[0], s[1] + dx, s[2] + dy, s[3] + dx, s[4] + dy, s[5] + dx, s[6] + dy))  # type: ignore[misc]
        else:
            out.append(s)
    return tuple(out)


_places: dict[tuple[int, float, float], tuple[Path, Path]] = {}
_MOST = 8_000


def placed(path: Path, dx: float, dy: float) -> Path:
    """`moved` for paths that stay for long, such as glyphs: remembered by identity, so that the same path at the same
    place is the same object."""
    key = (id(path), dx, dy)
    known = _places.get(key)
    if known is not None:
        return known[1]
    if len(_places) >= _MOST:
        _places.clear()
    made = moved(path, dx, dy)
    _places[key] = (path, made)  # the path is kept, so that its identity stays its own
    return made


def polyline(points: Sequence[Point], closed: bool = False) -> Path:
    """Straight segments through the points."""
    first, *rest = points
    out: list[Segment] = [("M", *first), *(("L", *p) for p in rest)]
    return (*out, ("Z",)) if closed else tuple(out)


def ellipse(x: float, y: float, rx: float, ry: float) -> Path:
    """A closed ellipse around (x, y)."""
    kx, ky = rx * _K, ry * _K
    return (
        ("M", x + rx, y),
        ("C", x + rx, y + ky, x + kx, y + ry, x, y + ry),
        ("C", x - kx, y + ry, x - rx, y + ky, x - rx, y),
        ("C", x - rx, y - ky, x - kx, y - ry, x, y - ry),
        ("C", x + kx, y - ry, x + rx, y - ky, x + rx, y),
        ("Z",),
    )


def rounded(box: Box, radius: float) -> Path:
    """A closed rectangle with round corners."""
    left, top, right, bottom = box
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return polyline([(left, top), (right, top), (right, bottom), (left, bottom)], closed=True)
    k = r * (1 - _K)
    return (
        ("M", left + r, top),
        ("L", right - r, top),
        ("C", right - k, top, right, top + k, right, top + r),
        ("L", right, bottom - r),
        ("C", right, bottom - k, right - k, bottom, right - r, bottom),
        ("L", left + r, bottom),
        ("C", left + k, bottom, left, bottom - k, left, bottom - r),
        ("L", left, top + r),
        ("C", left, top + k, left + k, top, left + r, top),
        ("Z",),
    )


def rounded_polygon(points: Sequence[Point], radius: float) -> Path:
    """A closed polygon whose corners are rounded by quadratic arcs that start `radius` before each corner."""
    out: list[Segment] = []
    n = len(points)
    for i, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[i - 1], points[(i + 1) % n]
        la, lb = math.hypot(ax - x, ay - y), math.hypot(bx - x, by - y)
        ra, rb = min(radius, la / 2), min(radius, lb / 2)
        sx, sy = x + (ax - x) * ra / la, y + (ay - y) * ra / la
        ex, ey = x + (bx - x) * rb / lb, y + (by - y) * rb / lb
        out.append(("L" if out else "M", sx, sy))
        out.append(
            ("C", sx + (x - sx) * 2 / 3, sy + (y - sy) * 2 / 3, ex + (x - ex) * 2 / 3, ey + (y - ey) * 2 / 3, ex, ey)
        )
    return (*out, ("Z",))


def cubic_at(p: Sequence[float], t: float) -> Point:
    """Point at t of the cubic (x0, y0, x1, y1, x2, y2, x3, y3)."""
    u = 1 - t
    a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return (a * p[0] + b * p[2] + c * p[4] + d * p[6], a * p[1] + b * p[3] + c * p[5] + d * p[7])


@lru_cache(maxsize=64)
def _shares(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """The shares of a cubic's four points in each of `steps` points along it, as in `cubic_at`."""
    found = []
    for k in range(1, steps + 1):
        t = k / steps
        u = 1 - t
        found.append((u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t))
    return tuple(found)


def flattened(path: Path, steps: int = 8) -> list[list[Point]]:
    """Each subpath as a list of points; a cubic gives `steps` chords."""
    out: list[list[Point]] = []
    x = y = 0.0
    for s in path:
        if len(s) == 3:
            if s[0] == "M":
                out.append([])
            out[-1].append((s[1], s[2]))
            x, y = s[1], s[2]
        elif len(s) == 7:
            _, x1, y1, x2, y2, x3, y3 = s
            out[-1] += [
                (a * x + b * x1 + c * x2 + d * x3, a * y + b * y1 + c * y2 + d * y3) for a, b, c, d in _shares(steps)
            ]
            x, y = x3, y3
        elif out and out[-1]:
            out[-1].append(out[-1][0])
    return out


def _extremes(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Least and greatest value of a one-dimensional cubic on [0, 1]."""
    low, high = (a, d) if a < d else (d, a)
    if low <= b <= high and low <= c <= high:
        return low, high
    # derivative / 3 = qa t^2 + qb t + qc
    qa, qb, qc = d - a + 3 * (b - c), 2 * (a - 2 * b + c), b - a
    roots: list[float] = []
    if abs(qa) < 1e-12:
        if abs(qb) > 1e-12:
            roots.append(-qc / qb)
    elif (disc := qb * qb - 4 * qa * qc) >= 0:
        root = math.sqrt(disc)
        roots += [(-qb + root) / (2 * qa), (-qb - root) / (2 * qa)]
    for t in roots:
        if 0 < t < 1:
            u = 1 - t
            v = u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d
            low, high = min(low, v), max(high, v)
    return low, high


def bounds(path: Path) -> Box:
    """Tight box of the path (without stroke); EMPTY where it has no points."""
    left, top, right, bottom = EMPTY
    x = y = 0.0
    for s in path:
        if len(s) == 7:
            _, ax, ay, bx, by, cx, cy = s
            # a curve lies between its control points: where these are inside already it adds nothing
            if not (left <= ax <= right and left <= bx <= right and left <= cx <= right):
                low, high = _extremes(x, ax, bx, cx)
                left, right = min(left, low), max(right, high)
            if not (top <= ay <= bottom and top <= by <= bottom and top <= cy <= bottom):
                low, high = _extremes(y, ay, by, cy)
                top, bottom = min(top, low), max(bottom, high)
            x, y = cx, cy
        elif len(s) == 3:
            _, x, y = s
            if x < left:
                left = x
            if x > right:
                right = x
            if y < top:
                top = y
            if y > bottom:
                bottom = y
    return (left, top, right, bottom)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all boxes; EMPTY of none."""
    all_boxes = list(boxes)
    if not all_boxes:
        return EMPTY
    lefts, tops, rights, bottoms = zip(*all_boxes, strict=True)
    return (min(lefts), min(tops), max(rights), max(bottoms))


def grown(box: Box, by: float) -> Box:
    """The box with a margin on all sides."""
    return (box[0] - by, box[1] - by, box[2] + by, box[3] + by)


def shifted(box: Box, dx: float, dy: float) -> Box:
    """The box moved by (dx, dy)."""
    return (box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy)


def tidy(number: float) -> float:
    """To a hundredth of a unit, so that files stay short; no minus before a zero."""
    return round(number, 2) + 0.0


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than a border."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def segment_hits_box(p: Point, q: Point, box: Box) -> bool:
    """Whether the segment from p to q meets the box (Liang-Barsky clipping)."""
    (px, py), (qx, qy), (left, top, right, bottom) = p, q, box
    if (
        (px < left and qx < left)
        or (px > right and qx > right)
        or (py < top and qy < top)
        or (py > bottom and qy > bottom)
    ):
        return False  # most are
    t0, t1 = 0.0, 1.0
    dx, dy = q[0] - p[0], q[1] - p[1]
    for delta, near, far in ((dx, box[0] - p[0], box[2] - p[0]), (dy, box[1] - p[1], box[3] - p[1])):
        if abs(delta) < 1e-12:
            if near > 0 or far < 0:
                return False
            continue
        a, b = near / delta, far / delta
        if a > b:
            a, b = b, a
        t0, t1 = max(t0, a), min(t1, b)
        if t0 > t1:
            return False
    return True


def distance_to_segment(p: Point, a: Point, b: Point) -> float:
    """Distance of p from the segment a-b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def crosses(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments a-b and c-d cross in their interiors."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d
    ux, uy, vx, vy = bx - ax, by - ay, dx - cx, dy - cy
    if (ux * (cy - ay) - uy * (cx - ax)) * (ux * (dy - ay) - uy * (dx - ax)) >= -1e-9:  # both ends on one side
        return False
    return (vx * (ay - cy) - vy * (ax - cx)) * (vx * (by - cy) - vy * (bx - cx)) < -1e-9


def segment_meets_polygon(p: Point, q: Point, polygon: Sequence[Point], clear: float) -> bool:
    """Whether the segment from p to q comes nearer than `clear` to a convex polygon (or lies in it)."""
    lefts = rights = 0
    px, py = p
    left, right = (px, q[0]) if px < q[0] else (q[0], px)
    top, bottom = (py, q[1]) if py < q[1] else (q[1], py)
    left, top, right, bottom = left - clear, top - clear, right + clear, bottom + clear
    for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], *polygon[:1]], strict=True):
        side = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
        lefts, rights = lefts + (side > 1e-9), rights + (side < -1e-9)
        # Boxes tell of nearly every edge that it is far away.
        if max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < top or min(ay, by) > bottom:
            continue
        if crosses(p, q, (ax, ay), (bx, by)) or distance_to_segment((ax, ay), p, q) < clear:
            return True
        if min(distance_to_segment(p, (ax, ay), (bx, by)), distance_to_segment(q, (ax, ay), (bx, by))) < clear:
            return True
    return bool(polygon) and not (lefts and rights)
