"""Where legs leave their bodies: the user's angles where given, else a place of their own for each.

A leg without a place points to the node that it leads to; several that would lie on each other are spread; an open leg
takes the usual side for its number (left and right for a matrix), or opposite the other of two, or else the widest gap.
Bundles (operands of an add, sides of a copy) run side by side, in the same order on both sides of the node so that streams
stay straight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tensordraw.diagram.records import Id, Leg, LegPlace, Place
from tensordraw.figure.display import Anchor
from tensordraw.figure.paths import Point, angle_of
from tensordraw.figure.themes import PITCH

# Of the open legs of a node, by their number.
USUAL: dict[int, tuple[float, ...]] = {
    1: (0.0,),
    2: (180.0, 0.0),
    3: (180.0, 270.0, 0.0),
    4: (180.0, 90.0, 0.0, 270.0),
}
_APART = 32.0  # least angle between neighbours that were not placed by hand


def absolute(given: LegPlace, place: Place) -> tuple[float, float]:
    """Angle and shift of a leg after the body's own flip and turn."""
    if place.flip:
        return (180.0 - given.angle + place.turn) % 360.0, -given.shift
    return (given.angle + place.turn) % 360.0, given.shift


def own_angle(seen: float, place: Place) -> float:
    """The angle that a leg has before the body's flip and turn where it is seen at this one."""
    return (180.0 - seen + place.turn if place.flip else seen - place.turn) % 360.0


def as_seen(anchor: Anchor, place: Place) -> tuple[float, float]:
    """Angle and shift of a leg before the body's flip and turn, of where it is drawn: what `absolute` takes."""
    turn = math.radians(anchor.angle)
    shift = -(anchor.root[0] - place.x) * math.sin(turn) - (anchor.root[1] - place.y) * math.cos(turn)
    return own_angle(anchor.angle, place), -shift if place.flip else shift


def apart(a: float, b: float) -> float:
    """Angle between two directions, at most 180."""
    return abs((a - b + 180.0) % 360.0 - 180.0)


def _spread(wanted: list[tuple[float, int, int]], taken: Sequence[float]) -> dict[int, float]:
    """Angles near the wanted ones, at least `_APART` from each other (less where there are many) and from those taken.

    `wanted` holds (angle, tie-break, key). Neighbours that are too near form a cluster around their mean.
    """
    if not wanted:
        return {}
    least = min(_APART, 300.0 / (len(wanted) + len(taken)))
    order = sorted(wanted)
    clusters: list[list[tuple[float, int, int]]] = [[w] for w in order]

    def middle(cluster: list[tuple[float, int, int]]) -> float:
        return sum(angle for angle, _, _ in cluster) / len(cluster)

    merged = True
    while merged and len(clusters) > 1:
        merged = False
        for i in range(len(clusters)):
            j = (i + 1) % len(clusters)
            turn = 360.0 if j == 0 else 0.0
            a, b = clusters[i], clusters[j]
            gap = middle(b) + turn - middle(a) - least * (len(a) + len(b)) / 2
            if gap < -1e-9:
                clusters[i] = [*a, *((angle + turn, tie, key) for angle, tie, key in b)]
                del clusters[j]
                merged = True
                break
    out: dict[int, float] = {}
    for cluster in clusters:
        centre = middle(cluster)
        for k, (_, _, key) in enumerate(cluster):
            out[key] = (centre + (k - (len(cluster) - 1) / 2) * least) % 360.0
    if taken:
        used = list(taken)
        for key, angle in out.items():
            if any(apart(angle, other) < min(least, 18.0) for other in used):
                out[key] = free(used, angle)
            used.append(out[key])
    return out


def free(used: Sequence[float], liked: float) -> float:
    """The liked direction where it is free; else the one of 24 that is farthest from those used, near the liked one."""
    if all(apart(liked, other) >= _APART for other in used):
        return liked
    options = ((liked + 15.0 * k) % 360.0 for k in range(24))
    return max(options, key=lambda a: (min(60.0, min(apart(a, u) for u in used)), -apart(a, liked)))


def _aside(angle: float, k: int, n: int, pitch: float) -> float:
    """Shift of leg k of n: left to right of an upright stream, top to bottom of a level one, whichever way it looks."""
    off = (k - (n - 1) / 2) * pitch
    return -off if angle % 360.0 < 180.0 else off


def leg_angles(
    bundles: Sequence[Sequence[Leg]], place: Place, given: Mapping[Id, LegPlace], aims: Mapping[Id, Point],
    ranks: Mapping[Id, int], through: bool, sides: bool = False,
) -> dict[Id, tuple[float, float]]:  # fmt: skip
    """Absolute angle and shift of every leg of a node.

    `aims` are the places that wired legs lead to, `ranks` break ties between parallel wires (mirrored at their other
    ends), `through` says that the first and the last bundle lie opposite (copies, two-leg deltas, groups), `sides` that legs
    leave at right angles, side by side (boxes).
    """
    out: dict[Id, tuple[float, float]] = {}
    if all(leg.id in given for bundle in bundles for leg in bundle):
        return _distinct({leg.id: absolute(given[leg.id], place) for bundle in bundles for leg in bundle})
    angles: dict[int, float] = {}
    wanted: list[tuple[float, int, int]] = []
    for k, bundle in enumerate(bundles):
        placed = [leg for leg in bundle if leg.id in given]
        for leg in placed:
            out[leg.id] = absolute(given[leg.id], place)
        if placed:
            angles[k] = out[placed[0].id][0]
        elif any(leg.id in aims for leg in bundle):
            leg = next(leg for leg in bundle if leg.id in aims)
            x, y = aims[leg.id]
            angle = angle_of(x - place.x, y - place.y)
            if len(bundle) > 1:
                angle = round(angle / 90.0) * 90.0 % 360.0
            wanted.append((angle, ranks.get(leg.id, 0), k))
    if through and len(bundles) == 2:
        _oppose(bundles, angles, wanted)
    else:
        angles.update(_spread(wanted, list(angles.values())))
        usual = USUAL.get(len(bundles)) or tuple((180.0 - 360.0 * k / len(bundles)) % 360 for k in range(len(bundles)))
        for k in range(len(bundles)):
            if k not in angles:
                liked, used = (usual[k] + place.turn) % 360.0, list(angles.values())
                if len(bundles) == 2 and used and apart(liked, used[0]) < _APART:
                    liked = (used[0] + 180.0) % 360.0  # its usual side is taken: opposite
                angles[k] = free(used, liked)
    if sides:
        _beside(bundles, angles, place, out)
    for k, bundle in enumerate(bundles):
        for i, leg in enumerate(bundle):
            if leg.id not in out:
                out[leg.id] = (angles[k], _aside(angles[k], i, len(bundle), PITCH))
    return _distinct(out)


def _beside(
    bundles: Sequence[Sequence[Leg]], angles: Mapping[int, float], place: Place, out: dict[Id, tuple[float, float]]
) -> None:
    """Put free single legs at right angles to the nearest side of a box, in the order of their directions."""
    free_legs = [k for k in range(len(bundles)) if len(bundles[k]) == 1 and bundles[k][0].id not in out]
    rows: dict[float, list[tuple[float, int]]] = {}
    for k in free_legs:
        turned = (angles[k] - place.turn) % 360.0
        side = round(turned / 90.0) % 4 * 90.0
        rows.setdefault(side, []).append(((turned - side + 180.0) % 360.0 - 180.0, k))
    for side, row in rows.items():
        angle = (side + place.turn) % 360.0
        taken = sum(1 for other, _ in out.values() if apart(other, angle) < 1.0)
        for i, (_, k) in enumerate(sorted(row)):
            shift = (i - (len(row) - 1) / 2) * PITCH + (PITCH * (taken + len(row)) / 2 if taken else 0.0)
            out[bundles[k][0].id] = (angle, shift)


def _oppose(bundles: Sequence[Sequence[Leg]], angles: dict[int, float], wanted: list[tuple[float, int, int]]) -> None:
    """Give both sides of a straight-through node one line: its given side's, or the mean of where the sides lead."""
    if len(angles) == 2:
        return
    if angles:
        ((k, angle),) = angles.items()
        angles[1 - k] = (angle + 180.0) % 360.0
        return
    found = {k: angle for angle, _, k in wanted}
    if not found:
        angles[0], angles[1] = 180.0, 0.0
    elif len(found) == 1:
        ((k, angle),) = found.items()
        angles[k], angles[1 - k] = angle, (angle + 180.0) % 360.0
    else:  # the bisector of the second direction and the reverse of the first
        back = (found[0] + 180.0) % 360.0
        turn = (found[1] - back + 180.0) % 360.0 - 180.0
        line = (back + turn / 2) % 360.0
        if any(len(bundle) > 1 for bundle in bundles):
            line = round(line / 90.0) * 90.0 % 360.0
        angles[0], angles[1] = (line + 180.0) % 360.0, line


def _distinct(placed: dict[Id, tuple[float, float]]) -> dict[Id, tuple[float, float]]:
    """Move legs that lie exactly on another one aside."""
    if len(set(placed.values())) == len(placed):
        return placed
    seen: dict[tuple[float, float], int] = {}
    for leg, (angle, shift) in placed.items():
        key = (round(angle, 3), round(shift, 3))
        while key in seen:
            shift += PITCH / 2
            key = (key[0], round(shift, 3))
        seen[key] = 1
        placed[leg] = (angle, shift)
    return placed
