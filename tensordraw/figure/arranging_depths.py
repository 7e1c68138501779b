"""How far each item of a level with operations is from its result.

An operation takes whole pieces of a network. So depths are counted from the result: within a piece by distance from the item
that the result leaves from; a value (a region, the result of an operation) lies to the left of all that it meets.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tensordraw.diagram.records import Id
from tensordraw.figure.arranging_parts import Link, Part


@dataclass(slots=True)
class Flow:
    """A level with operations. `incoming` are legs through which an operation takes its operands, each with the name of the
    operand; `values` the items whose legs all leave to the right, `offsets` the heights of legs that are fixed on their
    items, `aside` the legs that are entered from below or above, `free` the open legs, `halves` half the size of nodes;
    `shy` are inputs, which the result had better not leave from; `gaps` the room for labels of wires to ports."""

    parts: list[Part]
    links: Sequence[Link]
    leaving: Sequence[tuple[int, Id]]  # items and legs whose wires leave the level, in order
    entering: Sequence[tuple[int, Id]]  # the same for legs that take what comes in from the left
    free: Mapping[int, Sequence[tuple[float, Id]]]
    incoming: Mapping[Id, Hashable]
    values: Collection[int]
    offsets: Mapping[Id, float]
    aside: Mapping[Id, float] = field(default_factory=dict)
    halves: dict[Id, tuple[float, float]] = field(default_factory=dict)
    shy: Collection[int] = ()
    gaps: Mapping[Id, float] = field(default_factory=dict)
    depth: dict[int, int] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    boxed: set[Id] = field(default_factory=set)  # nodes with several legs on one side


def count_depths(flow: Flow, items: Sequence[int]) -> None:
    """The depth of each item, counted from the right, and an order of items in which neighbours are near."""
    near: dict[int, list[tuple[Id, int, Id]]] = {item: [] for item in items}
    for link in flow.links:
        (one, other), (leg, end) = link.items, link.ends
        if one in near and one != other:
            near[one].append((leg, other, end))
            near[other].append((end, one, leg))
    waiting: list[
        tuple[int, list[int]]
    ] = []  # depth of what takes a piece, and the items on whose legs the piece hangs
    leaving = [item for item, _ in flow.leaving if item in near]
    if leaving:
        waiting.append((0, leaving))
    free = sorted((rank, item) for item in items for rank, _ in flow.free.get(item, ()))
    roots = [item for item in items if not any(end in flow.incoming for _, _, end in near[item])]
    fed = [item for item in items if any(leg in flow.incoming for leg, _, _ in near[item])]
    results = [
        item for item in fed if not any(end in flow.incoming for leg, _, end in near[item] if leg not in flow.incoming)
    ]
    if not leaving:
        waiting.append((0, [item for _, item in free] or results[-1:] or roots[-1:] or list(items[-1:])))
    while True:
        while waiting:
            depth, starts = waiting.pop()  # the stream first, and all that leads to it, then what joins it
            waiting += reversed(_piece(flow, near, depth, starts))
        left = [item for item in (*results, *items) if item not in flow.depth]
        if not left:
            return
        waiting.append((0, left[:1]))


def _growing(queue: list[int], starts: Sequence[int], depths: dict[int, int], depth: int) -> Iterator[int]:
    """The items of a queue while it grows, and then the starts that it has not met: a product of several networks."""
    done = 0
    for start in (queue[0], *reversed(starts)):
        if start not in depths:
            depths[start] = depth
            queue.append(start)
        while done < len(queue):
            done += 1
            yield queue[done - 1]


def _piece(
    flow: Flow, near: Mapping[int, Sequence[tuple[Id, int, Id]]], depth: int, starts: Sequence[int]
) -> list[tuple[int, list[int]]]:
    """Count the depths of a piece; what its operations take next."""
    starts = [item for item in starts if item not in flow.depth]
    if not starts:
        return []
    plain = [item for item in starts if item not in flow.values]
    queue = [([item for item in plain if item not in flow.shy] or plain or starts)[-1]]
    flow.depth[queue[0]] = depth + 1
    fed: list[int] = []
    for item in _growing(queue, starts, flow.depth, depth + 1):
        flow.order.append(item)
        here = flow.depth[item]
        if any(leg in flow.incoming for leg, _, _ in near[item]):
            fed.append(item)
        for leg, other, end in near[item]:
            if leg in flow.incoming or end in flow.incoming or other in flow.depth:
                continue
            step = 1 if item not in flow.values else 0 if other in flow.values else -1
            flow.depth[other] = max(here + step, depth + 1)
            queue.append(other)
    for item in queue:  # a value lies to the left of all that it meets
        if item in flow.values:
            ends = [(leg, o, end) for leg, o, end in near[item] if o in flow.depth and o not in flow.values]
            met = [flow.depth[o] for leg, o, end in ends if leg not in flow.incoming and end not in flow.incoming]
            flow.depth[item] = max([flow.depth[item], *(d + 1 for d in met)])
    out: dict[tuple[int, Hashable], list[int]] = {}
    for item in fed:
        for leg, other, _ in near[item]:
            if leg in flow.incoming:
                out.setdefault((flow.depth[item], flow.incoming[leg]), []).append(other)
    aside = {flow.incoming[leg] for leg in flow.aside}
    return [(depth, starts) for (depth, name), starts in sorted(out.items(), key=lambda entry: entry[0][1] in aside)]
