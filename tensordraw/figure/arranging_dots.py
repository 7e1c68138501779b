"""Copy dots beside a network that holds together without them, and what hangs at such a dot alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tensordraw.figure.arranging_parts import Link, Part
from tensordraw.figure.display import Box
from tensordraw.figure.grid import Grid
from tensordraw.figure.paths import Point, grown, overlap, segment_hits_box, shifted

_NEAR = 5.0  # bodies this near to the straight line between two others are in its way
_SIGHT = 300.0  # a dot is put where it sees what it joins, as far as that is no farther
_RISE = 30.0  # of a dot above what it joins
_APART = 16.0  # between bodies beyond one dot


def satellites_of(parts: Sequence[Part], items: Sequence[int], links: Sequence[Link]) -> dict[int, list[int]]:
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
    degree: dict[int, int] = {}
    for link in links:
        for item in link.items:
            degree[item] = degree.get(item, 0) + 1
    for dot in sorted(dots):
        riders = [far for far in joined[dot] if degree[far] == 1 and not parts[far].exits]
        firm = [far for far in joined[dot] if far not in riders]
        if (
            riders
            and len(set(firm)) > 1
            and len({find(far) for far in firm}) == 1
            and not dots.intersection(joined[dot])
        ):
            out[dot] = firm  # what hangs at the dot alone goes beyond it
            out.update({rider: [dot] for rider in riders})
            continue
        ends = {find(far) for far in joined[dot]}
        if len(ends) == 1 and len(joined[dot]) > 1 and not dots.intersection(joined[dot]):
            out[dot] = joined[dot]
            continue
        for end in ends:
            parent[find(end)] = find(dot)
    return out


def place_satellites(
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
        if not parts[dot].light:
            continue
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
        riders = [item for item, ends_of in satellites.items() if ends_of == [dot] and not parts[item].light]
        up = best[1] <= middle_y
        for k, rider in enumerate(riders):
            left, top, right, bottom = parts[rider].box
            x = best[0] + (k - (len(riders) - 1) / 2) * (right - left + _APART)
            y = best[1] - _RISE - bottom if up else best[1] + _RISE - top
            while any(overlap(grown(shifted(parts[rider].box, x, y), 7.0), where[name])
                      for name in grid.near(grown(shifted(parts[rider].box, x, y), 7.0))):  # fmt: skip
                y += -_RISE if up else _RISE
            spots[rider] = (x, y)
            boxes[rider] = where[str(rider)] = shifted(parts[rider].box, x, y)
            grid.put(str(rider), [boxes[rider]])


_ASIDE = (0.0, -14.0, 14.0, -28.0, 28.0, -50.0, 50.0)
_AWAY = (0.0, *(side * rise for rise in (_RISE, 45.0, 60.0, 80.0, 110.0, 150.0, 220.0) for side in (-1.0, 1.0)))
_TRIES = sorted(((dx, dy) for dx in _ASIDE for dy in _AWAY), key=lambda d: (abs(d[0]) + abs(d[1]), d[1], d[0]))


def _span(p: Point, q: Point) -> Box:
    return (min(p[0], q[0]), min(p[1], q[1]), max(p[0], q[0]), max(p[1], q[1]))
