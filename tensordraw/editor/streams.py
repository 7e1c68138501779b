"""Which way values flow: what is upstream and downstream of an item.

Operations have sides: an add takes operands and gives a sum, a copy names what comes in and a paste gives it again, a repeat has
ports.
A bubble or a sum is upstream of what its value is multiplied with. Within one product there is no order: everything that hangs
together there counts both ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Block,
    Content,
    Copy,
    Diagram,
    Id,
    Paste,
    Repeat,
    node_legs,
    port_legs,
)
from tensordraw.figure.index import index

Way: TypeAlias = Literal["up", "down"]


def reached(diagram: Diagram, start: Iterable[Id], way: Way) -> frozenset[Id]:
    """The nodes and repeats that are reached from these items going up or down, with the wires between them."""
    content, wired = diagram.content, joined(diagram)
    sides = _sides(content)
    pastes: dict[Id, list[Id]] = {}
    for node in content.nodes.values():
        if isinstance(node, Paste):
            pastes.setdefault(node.copy, []).append(node.id)
    begun = _starts(content, start)
    seen = set(begun)
    waiting = list(begun)
    owner = index(content).owner
    while waiting:
        item = waiting.pop()
        following: list[Id] = []
        for leg in _legs_of(content, item):
            if sides.get(leg) not in (None, "into" if way == "up" else "out") or leg not in wired:
                continue
            ends = content.wires[wired[leg]].ends
            other = ends[1] if ends[0] == leg else ends[0]
            if sides.get(other) in (None, "out" if way == "up" else "into") and _may_go(content, leg, other, way):
                following.append(owner[other])
        named = content.nodes.get(item)
        if way == "up" and isinstance(named, Paste):
            following.append(named.copy)
        elif way == "down" and isinstance(named, Copy):
            following += pastes.get(item, [])
        for other in following:
            if other not in seen and (other in content.nodes or other in content.regions):
                seen.add(other)
                waiting.append(other)
    wires = {wire.id for wire in content.wires.values() if all(owner.get(end) in seen for end in wire.ends)}
    return frozenset(seen | wires)


def _starts(content: Content, items: Iterable[Id]) -> list[Id]:
    """The nodes and repeats meant by a selection: of a wire or leg the nodes at its ends, of a region all that is in it."""
    owner = index(content).owner
    found: dict[Id, None] = {}
    for item in items:
        if item in content.wires:
            found.update((owner[end], None) for end in content.wires[item].ends)
        elif item in content.nodes:
            found[item] = None
        elif item in content.regions:
            if isinstance(content.regions[item], Repeat):
                found[item] = None
            else:
                found.update(
                    (node.id, None) for node in content.nodes.values() if item in _around(content, node.inside)
                )
        elif item in owner:
            found[owner[item]] = None
    return list(found)


def _sides(content: Content) -> dict[Id, Literal["into", "out"]]:
    """The legs of operations by their sides."""
    found: dict[Id, Literal["into", "out"]] = {}
    for node in content.nodes.values():
        match node:
            case Add():
                found.update((leg.id, "into") for operand in node.operands for leg in operand.legs)
                found.update((leg.id, "out") for leg in node.out)
            case Copy():
                found.update((leg.id, "into") for leg in node.into)
                found.update((leg.id, "out") for leg in node.out)
            case _:
                pass
    for region in content.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                found[port.outer_in.id] = found[port.inner_out.id] = "into"
                found[port.outer_out.id] = found[port.inner_in.id] = "out"
    return found


def _legs_of(content: Content, item: Id) -> Iterator[Id]:
    if item in content.nodes:
        yield from (leg.id for leg in node_legs(content.nodes[item]))
    elif isinstance(region := content.regions.get(item), Repeat):
        for port in region.ports:
            yield from (leg.id for leg in port_legs(port))


def _around(content: Content, region: Id) -> set[Id]:
    """The regions around a place that make a value of their own."""
    found = set()
    while region != ROOT:
        if not isinstance(content.regions[region], Block):
            found.add(region)
        region = content.regions[region].inside
    return found


def _home(content: Content, leg: Id) -> Id:
    owner = index(content).owner[leg]
    node = content.nodes.get(owner)
    if node is not None:
        return node.inside
    region = content.regions[owner]
    inner = isinstance(region, Repeat) and any(leg in (p.inner_in.id, p.inner_out.id) for p in region.ports)
    return owner if inner else region.inside


def _may_go(content: Content, leg: Id, other: Id, way: Way) -> bool:
    """Up leads into bubbles and never out of one, down the other way."""
    here, there = _around(content, _home(content, leg)), _around(content, _home(content, other))
    return here <= there if way == "up" else there <= here
