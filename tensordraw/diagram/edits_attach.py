"""A copy dot, or a node with two free legs, that lies on a wire is attached to it: the wire then leads through it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations
from math import dist

from tensordraw.diagram import edits, edits_legs
from tensordraw.diagram.legs import all_legs, joined, mismatch
from tensordraw.diagram.records import Delta, Diagram, Id, Node, node_legs
from tensordraw.errors import Error

Point = tuple[float, float]


def could_attach(diagram: Diagram, node: Id, wire: Id) -> bool:
    """Whether the wire could lead through the node as it is."""
    found = diagram.content.nodes[node]
    if found.inside != edits.scope_of_wire(diagram, wire):
        return False
    legs = all_legs(diagram)
    if isinstance(found, Delta) and found.legs:
        return all(mismatch(diagram, legs[end], found.legs[0]) is None for end in diagram.content.wires[wire].ends)
    if len(_free(diagram, found)) != 2:
        return False
    try:
        edits.splice_legs(diagram, node, wire)
    except Error:
        return False
    return True


def attach(diagram: Diagram, node: Id, wire: Id, tips: Mapping[Id, Point]) -> Diagram:
    """Lead the wire through the node. A dot meets its ends with the free legs that lie nearest to them (`tips`: where legs
    end, in layout units), and grows legs where it has none left."""
    found = diagram.content.nodes[node]
    if not isinstance(found, Delta):
        return edits.splice(diagram, node, wire)
    ends = diagram.content.wires[wire].ends
    while len(_free(diagram, diagram.content.nodes[node])) < 2:
        diagram = edits_legs.add_leg(diagram, node, found.legs[0].space)
    free = _free(diagram, diagram.content.nodes[node])

    def far(pair: Iterable[Id]) -> float:
        known = [(tips[end], tips[leg]) for end, leg in zip(ends, pair, strict=True) if end in tips and leg in tips]
        return sum(dist(end, leg) for end, leg in known)

    for end, leg in zip(ends, min(permutations(free, 2), key=far), strict=True):
        diagram = edits.connect(edits.detach(diagram, end), end, leg)
    return diagram


def _free(diagram: Diagram, node: Node) -> list[Id]:
    wired = joined(diagram)
    return [leg.id for leg in node_legs(node) if leg.id not in wired and leg.index is None]
