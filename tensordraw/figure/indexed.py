"""The record of look-ups of a content, and what its full computation (`index`) and its following of an edit (`reindexing`)
have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeGuard

from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.records import (
    Add,
    Bubble,
    Content,
    Copy,
    Group,
    Id,
    Leg,
    Node,
    Port,
    Region,
    Repeat,
    Wire,
    node_legs,
)


class Index(NamedTuple):
    """Look-ups of one content. `legs` are as they are seen where they end, outside of what they cross: a leg of a matrix in
    an inverse or a transpose lies there in the other leg's space. `target` is the node that a leg leads to, through ports
    where there are any.

    `members` lists the nodes and the regions directly inside each region; `regions` runs from outer to inner;
    `level` is the innermost region that holds both ends of a wire; `ports` names the repeat and port of a port's leg.
    """

    legs: dict[Id, Leg]
    owner: dict[Id, Id]
    wire: dict[Id, Id]
    partner: dict[Id, Id]
    target: dict[Id, Id]
    aims: dict[Id, tuple[Id, ...]]  # node -> nodes that have a leg leading to it
    members: dict[Id, tuple[list[Id], list[Id]]]
    regions: tuple[Id, ...]
    chain: dict[Id, tuple[Id, ...]]  # region -> itself and all around it, ROOT last
    level: dict[Id, Id]
    inside_wires: dict[Id, list[Id]]  # region -> wires of that level
    crossing: dict[Id, list[Id]]  # region -> wires that cross its border
    ports: dict[Id, tuple[Repeat, Port]]
    open_legs: tuple[Id, ...]
    open_in: dict[Id, list[Id]]  # region -> open legs of all nodes in it, however deep
    bundles: dict[Id, tuple[tuple[Leg, ...], ...]]
    signs: tuple[Id, ...]  # adds without legs: drawn as signs between their terms
    labelled: tuple[Id, ...]  # copies, regions (inner ones first) and wires whose labels are placed, in that order
    turns: dict[Id, int]  # the place of each in that order
    equation: dict[Id, Id]  # term -> the equation that it stands in
    consumed: dict[Id, Id]  # open leg -> the bubble whose function consumes it: it ends inside


def bundles(node: Node) -> tuple[tuple[Leg, ...], ...]:
    """Legs that run side by side: one operand or result of an operation, the parts of a group; else each by itself."""
    match node:
        case Copy():
            return tuple(b for b in (node.into, node.out) if b)
        case Add():
            return tuple(b for b in (*(operand.legs for operand in node.operands), node.out) if b)
        case Group():
            return ((node.whole,), node.parts)
        case _:
            return tuple((leg,) for leg in node_legs(node))


def consumed(content: Content, around: Mapping[Id, tuple[Id, ...]]) -> dict[Id, Id]:
    """Open legs that a bubble's function consumes; `around` names the regions around each open leg."""
    reducing = (
        region
        for region in content.regions.values()
        if isinstance(region, Bubble) and region.axes
        and (rule := AXIS_RULES.get(region.function)) is not None and rule.effect == "reduce"
    )  # fmt: skip
    return {axis: region.id for region in reducing for axis in region.axes if region.id in around.get(axis, ())}


def trades(region: Region) -> TypeGuard[Bubble]:
    """Whether this is a bubble whose legs trade places: an inverse, a transpose."""
    rule = AXIS_RULES.get(region.function) if isinstance(region, Bubble) else None
    return rule is not None and rule.effect in ("swap", "invert")


def labelled(content: Content, regions: tuple[Id, ...], wires: Iterable[Id]) -> tuple[Id, ...]:
    """The items whose labels are placed, in their order: copies with a name, regions (given from outer to inner) from the
    inside out, and those wires that have names at them."""
    copies = (node.id for node in content.nodes.values() if isinstance(node, Copy) and node.name)
    return (*copies, *reversed(regions), *wires)


def signs(content: Content, tied: Mapping[Id, tuple[tuple[Leg, ...], ...]]) -> tuple[Id, ...]:
    """The adds without legs; `tied` are the bundles of all nodes."""
    return tuple(node.id for node in content.nodes.values() if isinstance(node, Add) and not tied[node.id])


def wire_text(wire: Wire, legs: Mapping[Id, Leg]) -> tuple[str, str]:
    """The names at a wire: one for the whole in the first place, or else one for each end."""
    if wire.label:
        return wire.label, ""
    first, second = (legs[end].label for end in wire.ends)
    if not first or not second or first == second:
        return first or second, ""
    return first, second
