"""Items of a document as a person calls them, where ids would say nothing: "tensor W", "leg i of W", "bubble relu"."""

from __future__ import annotations

from typing import assert_never

from tensordraw.diagram.identity import cached
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import (
    Add,
    Block,
    Bubble,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Paste,
    Region,
    Repeat,
    Sum,
    Tensor,
    Term,
    node_legs,
    port_legs,
)
from tensordraw.diagram.signs import signed, written


def item_words(item: Id, content: Content) -> str:
    """What an item of the content is called: its kind and its name; the id itself for one that does not exist."""
    if item in content.nodes:
        return node_words(content.nodes[item], content)
    if item in content.regions:
        return region_words(content.regions[item])
    if item in content.spaces:
        return f"space {readable(content.spaces[item].name)}"
    if item in content.equations:
        return "equation"
    if (sign := signed(content, item)) is not None:
        part = sign[0].parts[sign[1]]
        return f"sign {written(part)} before {region_words(content.regions[part.term])}"
    owners = _owners(content)
    if item in content.wires:
        wire = content.wires[item]
        ends = [owners[end] for end in wire.ends if end in owners]
        label = wire.label or next((leg.label for leg, _ in ends if leg.label), "")
        return " ".join(filter(None, ("wire", readable(label), "between", " and ".join(owner for _, owner in ends))))
    if item in owners:
        leg, owner = owners[item]
        space = content.spaces.get(leg.space)
        return f"leg {readable(leg.label or (space.name if space else ''))} of {owner}".replace("  ", " ")
    return item


def node_words(node: Node, content: Content) -> str:
    """What a node is called: its kind and its name."""
    match node:
        case Tensor():
            return f"tensor {readable(node.name)}".strip()
        case Delta():
            return "copy dot"
        case Fixed():
            return " ".join(filter(None, (node.kind.replace("_", " "), readable(node.name) or node.expression)))
        case Group():
            return "grouping"
        case Copy():
            return f"copy {readable(node.name)}".strip()
        case Paste():
            source = content.nodes.get(node.copy)
            return f"paste of {readable(source.name)}" if isinstance(source, Copy) and source.name else "paste"
        case Add():
            return f"add {readable(node.name)}".strip()
        case _:
            assert_never(node)


def region_words(region: Region) -> str:
    """What a region is called: its kind, and its function, index or name."""
    match region:
        case Bubble():
            return f"bubble {readable(region.name) or region.function}"
        case Sum():
            return f"sum over {readable(region.index)}"
        case Repeat():
            return f"repeat over {readable(region.index)}"
        case Block():
            return f"block {readable(region.name)}".strip()
        case Term():
            return f"term {readable(region.name)}".strip()
        case _:
            assert_never(region)


@cached
def _owners(content: Content) -> dict[Id, tuple[Leg, str]]:
    """Each leg with the words of what it belongs to."""
    found: dict[Id, tuple[Leg, str]] = {}
    for node in content.nodes.values():
        words = node_words(node, content)
        found.update((leg.id, (leg, words)) for leg in node_legs(node))
    for region in content.regions.values():
        if isinstance(region, Repeat):
            words = region_words(region)
            found.update((leg.id, (leg, words)) for port in region.ports for leg in port_legs(port))
    return found
