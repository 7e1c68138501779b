"""Nodes seen as their legs, whatever the kind of node; and which legs of a document can be the same index.

The legs of operations come in sets that correspond by position (a copy's two sides and its pastes, an add's operands
and its result); a leg is added to or taken from all of a set at once, so that the node stays well formed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import (
    Add,
    Content,
    Copy,
    Delta,
    Diagram,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Operand,
    Paste,
    Port,
    Region,
    Repeat,
    Tensor,
    node_legs,
    port_legs,
)

Change = Callable[[Leg], Leg]

# The description of the space that new legs lie in until they are joined to something: it fits any other space.
UNCHOSEN = "not chosen yet"


def map_legs(node: Node, change: Change) -> Node:
    """The node with `change` applied to each leg; the same object where no leg changed."""
    match node:
        case Tensor() | Delta() | Fixed() | Paste():
            legs = _mapped(node.legs, change)
            return node if legs is node.legs else replace(node, legs=legs)
        case Group():
            whole, parts = change(node.whole), _mapped(node.parts, change)
            same = whole == node.whole and parts is node.parts
            return node if same else replace(node, whole=whole, parts=parts)
        case Copy():
            into, out = _mapped(node.into, change), _mapped(node.out, change)
            return node if into is node.into and out is node.out else replace(node, into=into, out=out)
        case Add():
            operands = tuple(_operand(operand, change) for operand in node.operands)
            out = _mapped(node.out, change)
            same = out is node.out and all(a is b for a, b in zip(operands, node.operands, strict=True))
            return node if same else replace(node, operands=operands, out=out)
        case _:
            assert_never(node)


def map_port(port: Port, change: Change) -> Port:
    """The port with `change` applied to its four ends."""
    return Port(port.id, change(port.outer_in), change(port.inner_in), change(port.inner_out), change(port.outer_out))


def _mapped(legs: tuple[Leg, ...], change: Change) -> tuple[Leg, ...]:
    after = tuple(change(leg) for leg in legs)
    return legs if after == legs else after


def _operand(operand: Operand, change: Change) -> Operand:
    legs = _mapped(operand.legs, change)
    return operand if legs is operand.legs else replace(operand, legs=legs)


def leg_sets(node: Node) -> list[tuple[Leg, ...]]:
    """The tuples of legs of a node that correspond to each other by position: one for most nodes."""
    match node:
        case Tensor() | Delta() | Fixed() | Paste():
            return [node.legs]
        case Group():
            return [node.parts]
        case Copy():
            return [node.into, node.out] if node.out else [node.into]
        case Add():
            return [*(operand.legs for operand in node.operands), node.out]
        case _:
            assert_never(node)


def with_leg_sets(node: Node, sets: list[tuple[Leg, ...]]) -> Node:
    """The node with other tuples of legs, in the order of `leg_sets`."""
    match node:
        case Tensor():
            names = {leg.id for leg in sets[0]}
            return replace(node, legs=sets[0], tip=tuple(leg for leg in node.tip if leg in names))
        case Delta() | Fixed() | Paste():
            return replace(node, legs=sets[0])
        case Group():
            return replace(node, parts=sets[0])
        case Copy():
            return replace(node, into=sets[0], out=sets[1] if len(sets) > 1 else ())
        case Add():
            operands = tuple(replace(o, legs=legs) for o, legs in zip(node.operands, sets, strict=False))
            return replace(node, operands=operands, out=sets[-1])
        case _:
            assert_never(node)


def position(node: Node, leg: Id) -> int | None:
    """Where the leg stands in its tuple, None for a group's whole and for legs of other nodes."""
    for legs in leg_sets(node):
        for place, candidate in enumerate(legs):
            if candidate.id == leg:
                return place
    return None


def all_legs(diagram: Diagram) -> Mapping[Id, Leg]:
    """Every leg of the document, ends of ports included."""
    return legs_of(diagram.content)


@cached
def legs_of(content: Content) -> dict[Id, Leg]:
    """Every leg of the content by id."""
    found = {leg.id: leg for node in content.nodes.values() for leg in node_legs(node)}
    for region in content.regions.values():
        if isinstance(region, Repeat):
            found.update((leg.id, leg) for port in region.ports for leg in port_legs(port))
    return found


@cached
def owner_of(content: Content) -> dict[Id, Id]:
    """Leg id to the id of its node or repeat."""
    return owners_among(content.nodes, content.regions)


def owners_among(nodes: Mapping[Id, Node], regions: Mapping[Id, Region]) -> dict[Id, Id]:
    """Leg id to the id of that of these nodes and repeats which has it."""
    found = {leg.id: node.id for node in nodes.values() for leg in node_legs(node)}
    for region in regions.values():
        if isinstance(region, Repeat):
            found.update((leg.id, region.id) for port in region.ports for leg in port_legs(port))
    return found


def joined(diagram: Diagram) -> Mapping[Id, Id]:
    """Leg id to the id of its wire, for the legs that have one."""
    return _joined(diagram.content)


@cached
def _joined(content: Content) -> dict[Id, Id]:
    return {end: wire.id for wire in content.wires.values() for end in wire.ends}


def leg_name(diagram: Diagram, leg: Leg) -> str:
    """What a person would call the leg."""
    space = diagram.content.spaces.get(leg.space)
    return leg.label or (space.name if space is not None else leg.id)


def mismatch(diagram: Diagram, one: Leg, other: Leg) -> str | None:
    """Why two free legs cannot be the same index, None where they can."""
    spaces = diagram.content.spaces
    a, b = spaces[one.space], spaces[other.space]
    if one.index is not None or other.index is not None:
        return f"The leg {leg_name(diagram, one if one.index is not None else other)} is fixed to an index."
    if a.id != b.id and UNCHOSEN in (a.description, b.description):
        return None
    if a.size != b.size:
        return f"{a.name} = {a.size} ≠ {b.name} = {b.size}"
    if a.id != b.id:
        return f"The spaces {a.name} and {b.name} differ, though both have size {a.size}."
    if a.metric == "general" and one.variance == other.variance != "none":
        return (
            f"Both legs are {one.variance} in the general metric of {a.name}: "
            "select both (Shift), then Insert the metric."
        )
    return None
