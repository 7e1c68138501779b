"""What all levels of a document ask for when it is arranged, and the room that a single node takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tensordraw.diagram.records import Add, Content, Copy, Delta, Group, Id, Look, Node, node_legs
from tensordraw.figure.arranging_parts import Part
from tensordraw.figure.arranging_sizes import leg_width, text_size
from tensordraw.figure.index import Index
from tensordraw.figure.names import latex
from tensordraw.figure.themes import PITCH


@dataclass(slots=True)
class Levels:
    """What all levels ask for: the content and its index, sizes of bodies, ranks of open legs, legs that leave regions."""

    content: Content
    found: Index
    looks: Mapping[Id, Look]
    halves: dict[Id, tuple[float, float]] = field(default_factory=dict)
    ranks: dict[Id, float] = field(default_factory=dict)
    leaving: dict[Id, list[Id]] = field(default_factory=dict)  # region -> legs whose wires cross its border
    flows: dict[Id, bool] = field(default_factory=dict)  # region -> whether operations make a stream of its level
    gaps: dict[Id, float] = field(default_factory=dict)  # wanted by labels of wires to ports, by the leg inside
    incoming: dict[Id, str] = field(default_factory=dict)  # legs through which operations take operands, each named
    boxed: set[Id] = field(default_factory=set)  # nodes that several legs leave from one side of
    repeated: set[str] = field(default_factory=set)  # names of arrays that are drawn more than once

    def home(self, leg: Id) -> Id:
        """The region that a leg's end lies in."""
        owner = self.found.owner[leg]
        node = self.content.nodes.get(owner)
        if node is not None:
            return node.inside
        port = self.found.ports[leg][1]
        return owner if leg in (port.inner_in.id, port.inner_out.id) else self.content.regions[owner].inside

    def item(self, leg: Id, level: Id) -> Id | None:
        """The node or region directly in the level that a leg belongs to; None for an inner end of the level's own port."""
        owner, home = self.found.owner[leg], self.home(leg)
        if home == level:
            return None if owner == level else owner
        chain = self.found.chain[home]
        return chain[chain.index(level) - 1]


def across(node: Node, found: Index) -> float:
    """How far the parallel legs of a node reach from the middle of its side."""
    match node:
        case Copy():
            return (max(len(node.into), len(node.out), 1) - 1) / 2 * PITCH
        case Group():
            return (max(len(node.parts), 1) - 1) / 2 * PITCH
        case Add():
            return (max([len(node.out), *(len(o.legs) for o in node.operands)]) - 1) / 2 * PITCH
        case _:
            pass
    towards: dict[Id, int] = {}
    free = 0
    for leg in node_legs(node):
        partner = found.partner.get(leg.id)
        if partner is None:
            free += leg.index is None
        else:
            towards[found.owner[partner]] = towards.get(found.owner[partner], 0) + 1
    return (max([free - 2, *towards.values(), 1]) - 1) / 2 * PITCH


def leaf(levels: Levels, node: Node) -> Part:
    """A node with room for its loops and its bound legs."""
    half_x, half_y = levels.halves[node.id]
    left, top, right, bottom = -half_x, -half_y, half_x, half_y
    found = levels.found
    loops = 0
    for leg in node_legs(node):
        partner = found.partner.get(leg.id)
        if partner is not None and found.owner[partner] == node.id:
            loops += 1
        elif partner is None and leg.index is not None:
            bottom = half_y + 20.0
            wide = leg_width(leg, levels.content) / 2 + 1.0
            left, right = min(left, -wide), max(right, wide)
    if loops:
        reach = 12.0 + 2.5 * loops
        left, top, right = left - reach, top - reach, right + reach
    if isinstance(node, Copy) and node.name:
        wide = text_size(latex(node.name), 8.0)[0] + 4.0
        left, right = min(left, -wide / 2), max(right, wide / 2)
        top -= 13.0
    dot = isinstance(node, Delta) and len(node.legs) != 2
    return Part(
        (left, top, right, bottom), {node.id: (0.0, 0.0)}, light=dot, line=isinstance(node, Delta) and not dot,
        bar=isinstance(node, Group),
        words={
            leg.id: (node.id, leg_width(leg, levels.content))
            for leg in node_legs(node)
            if leg.index is None and leg.id not in found.partner
        },
    )  # fmt: skip
