"""Rings and lattices: items in columns and rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from tensordraw.figure.arranging_net import (
    DOWN,
    GAP,
    LEFT,
    LEVEL,
    RIGHT,
    UP,
    Net,
    Shape,
    branches,
    walk,
)

SLANT = 315.0  # of a leg in the middle of a lattice


def ring(net: Net) -> Shape:
    """Two rows; three items as a triangle; two dots or bars opposite each other to the left and right."""
    sides = net.light | net.bars
    start = min(range(len(net.near)), key=lambda item: (item in sides, net.first(item), item))
    order = walk(net, start, next(iter(net.near[start])))
    if len(order) == 3:
        top = next((k for k in order if k in net.light), max(order, key=lambda k: (-len(net.outs[k]), k)))
        low = sorted((k for k in order if k != top), key=lambda k: (net.first(k), k))
        return on_grid(net, {low[0]: (0, 1), low[1]: (2, 1), top: (1, 0)})
    if len(order) == 4 and [k in sides for k in order] == [False, True, False, True]:
        left, right = sorted((order[1], order[3]), key=net.first)
        return on_grid(net, {order[0]: (1, 0), left: (0, 1), right: (2, 1), order[2]: (1, 2)})
    half = (len(order) + 1) // 2
    upper, lower = order[:half], order[half:][::-1]
    cells = {item: (2 * k, 0) for k, item in enumerate(upper)}
    off = len(upper) - len(lower)
    cells.update({item: (2 * k + off, 1) for k, item in enumerate(lower)})
    return on_grid(net, cells)


_ENOUGH = 6  # corners tried


def lattice(net: Net) -> dict[int, tuple[int, int]] | None:
    """Columns and rows where all links join neighbours of a square lattice; what hangs at it as a chain goes outwards."""
    core = _core(net)
    degrees = {item: sum(other in core for other in net.near[item]) for item in core}
    if not core or max(degrees.values()) > 4:
        return None
    corners = [item for item in sorted(core) if degrees[item] == 2][:_ENOUGH]
    for corner in corners:
        far_corner = _within(net, corner, core)
        for other in (o for o in corners if o != corner):
            found = _cells(net, core, far_corner, _within(net, other, core), other)
            if found is not None:
                return _with_chains(net, _upright(net, found))
    return None


def _core(net: Net) -> set[int]:
    """What is left when ends are taken off again and again."""
    degree = [len(near) for near in net.near]
    core = set(range(len(net.near)))
    ends = [item for item in core if degree[item] == 1]
    while ends:
        item = ends.pop()
        core.discard(item)
        for other in net.near[item]:
            degree[other] -= 1
            if other in core and degree[other] == 1:
                ends.append(other)
    return core


def _within(net: Net, start: int, core: set[int]) -> dict[int, int]:
    far, queue = {start: 0}, deque([start])
    while queue:
        item = queue.popleft()
        for other in net.near[item]:
            if other in core and other not in far:
                far[other] = far[item] + 1
                queue.append(other)
    return far


def _cells(
    net: Net, core: set[int], one: dict[int, int], two: dict[int, int], other: int
) -> dict[int, tuple[int, int]] | None:
    """Cells by the distances from two corners of one side; None where links do not join neighbours."""
    side = one[other]
    cells: dict[int, tuple[int, int]] = {}
    for item in core:
        double = one[item] + side - two[item]
        if double % 2 or not 0 <= double <= 2 * side:
            return None
        cells[item] = (double // 2, one[item] - double // 2)
    if len(set(cells.values())) < len(cells):
        return None
    for item in core:
        x, y = cells[item]
        for near in net.near[item]:
            if near in core and abs(cells[near][0] - x) + abs(cells[near][1] - y) != 1:
                return None
    return cells


def _upright(net: Net, cells: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The lattice wider than high, with the result's first legs to the left and above."""
    columns, rows = (max(cell[axis] for cell in cells.values()) for axis in (0, 1))
    owners = sorted((item for item in cells if net.outs[item]), key=net.first)
    if columns < rows:
        cells = {item: (y, x) for item, (x, y) in cells.items()}
        columns, rows = rows, columns
    first = owners[0] if owners else min(cells)
    last = owners[-1] if len(owners) > 1 else max(cells)
    if columns == rows and len(owners) > 1 and cells[owners[1]][0] == cells[first][0]:
        cells = {item: (y, x) for item, (x, y) in cells.items()}
    if cells[first][0] > cells[last][0]:
        cells = {item: (columns - x, y) for item, (x, y) in cells.items()}
    if cells[first][1] > cells[last][1] or (cells[first][1] == cells[last][1] == rows > 0 and not owners):
        cells = {item: (x, rows - y) for item, (x, y) in cells.items()}
    return cells


def _with_chains(net: Net, cells: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]] | None:
    """The cells with what hangs at the lattice put outwards in straight chains; None where there is no room."""
    columns, rows = (max(cell[axis] for cell in cells.values()) for axis in (0, 1))
    taken = {cell: item for item, cell in cells.items()}
    made = dict(cells)
    for item, (x, y) in cells.items():
        ways = [(-1, 0)] * (x == 0) + [(1, 0)] * (x == columns) + [(0, -1)] * (y == 0) + [(0, 1)] * (y == rows)
        for start in net.near[item]:
            if start in made:
                continue
            if not ways or branches(net, start, item):
                return None
            dx, dy = ways.pop(0)
            for k, link in enumerate(walk(net, start, item), 1):
                cell = (x + dx * k, y + dy * k)
                if cell in taken:
                    return None
                made[link] = cell
                taken[cell] = link
    return made


def on_grid(net: Net, cells: dict[int, tuple[int, int]]) -> Shape:
    """Columns as wide and rows as high as what is in them; outs outwards, in parallel along each side."""
    columns, rows = sorted({x for x, _ in cells.values()}), sorted({y for _, y in cells.values()})
    taken = {cell: item for item, cell in cells.items()}
    wide = {x: [0.0, 0.0] for x in columns}
    high = {y: [0.0, 0.0] for y in rows}
    for item, (x, y) in cells.items():
        left, top, right, bottom = net.boxes[item]
        wide[x] = [max(wide[x][0], -left), max(wide[x][1], right)]
        high[y] = [max(high[y][0], -top), max(high[y][1], bottom)]
    gap_x, gap_y = GAP, LEVEL
    for (one, other), wanted in net.gaps.items():
        if one in cells and other in cells and cells[one][1] == cells[other][1]:
            gap_x = max(gap_x, wanted)
    halved = any(abs(x2 - x) == 1 and (x2, y) in taken for (x, y) in taken for x2 in (x - 1, x + 1))
    step = gap_x if halved else gap_x / 2
    at_x, at_y = {}, {}
    position = 0.0
    for k, x in enumerate(columns):
        position += wide[x][0] + (step * (x - columns[k - 1]) + wide[columns[k - 1]][1] if k else 0.0)
        at_x[x] = position
    if not halved:  # columns between others do not push these apart
        at_x = _even(columns, wide, gap_x)
    position = 0.0
    for k, y in enumerate(rows):
        position += high[y][0] + (gap_y + high[rows[k - 1]][1] if k else 0.0)
        at_y[y] = position
    spots = {item: (at_x[x], at_y[y]) for item, (x, y) in cells.items()}
    aims = {
        item: _lattice_aims(len(net.outs[item]), cells[item], taken, (columns, rows))
        for item in cells
        if net.outs[item]
    }
    return Shape(spots, aims)


def _even(columns: Sequence[int], wide: dict[int, list[float]], gap: float) -> dict[int, float]:
    """Columns at equal steps of half a place, so wide that items two steps apart keep the gap."""
    step = max(
        ((wide[x][1] + wide[x2][0] + gap) / (x2 - x) for x in columns for x2 in columns if x < x2 <= x + 2),
        default=gap,
    )
    return {x: step * x for x in columns}


def _lattice_aims(
    count: int, cell: tuple[int, int], taken: dict[tuple[int, int], int], sides: tuple[list[int], list[int]]
) -> list[float]:
    """Directions of an item's outs: out of the lattice where it ends, else slanting."""
    (x, y), (columns, rows) = cell, sides
    if len(rows) <= 3 and (y in (rows[0], rows[-1])):
        upright = UP if y == rows[0] else DOWN
        return [upright] * count if count < 2 or columns[0] < x < columns[-1] else [
            *([LEFT] if x == columns[0] else []), *[upright] * (count - 1), *([RIGHT] if x != columns[0] else [])
        ]  # fmt: skip
    if len(rows) <= 3 and x in (columns[0], columns[-1]) and (x + 1 not in columns or x - 1 not in columns):
        return [LEFT if x == columns[0] else RIGHT] * count
    ways = [UP] * (y == rows[0]) + [DOWN] * (y == rows[-1]) + [LEFT] * (x == columns[0]) + [RIGHT] * (x == columns[-1])
    if count == 1 or not ways:
        return [SLANT] * count
    return [SLANT, *(ways[k % len(ways)] for k in range(count - 1))]
