"""Clashes of a figure in words: what lies on what, by the names that a reader sees."""

from __future__ import annotations

from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import Copy, Diagram, Id, Paste, Tensor
from tensordraw.figure.cautions import Caution
from tensordraw.figure.checks import Clash, clashes
from tensordraw.figure.display import Figure
from tensordraw.figure.index import index, wire_text

MOST = 3  # pairs that are named; of the others their number is said


def crowding(diagram: Diagram, figure: Figure) -> tuple[Caution, ...]:
    """One note for each of the first pairs that clash in the diagram's figure, and one for the number of the others."""
    found: dict[frozenset[Id], Clash] = {}
    for clash in clashes(diagram, figure):
        found.setdefault(frozenset((clash.first, clash.second)), clash)
    said = [_sentence(diagram, clash) for clash in found.values()]
    more = len(said) - MOST
    notes = said[:MOST] + ([f"{more} more things lie on each other."] if more > 1 else said[MOST:])
    return tuple(Caution("note", sentence) for sentence in notes)


def _sentence(diagram: Diagram, clash: Clash) -> str:
    one, other = _name(diagram, clash.first), _name(diagram, clash.second)
    if clash.first == clash.second:
        return f"There is a {clash.kind}: {one}; move something aside."
    return f"There is a clash ({clash.kind}): {one} and {other}; move one of them."


def _name(diagram: Diagram, owner: Id) -> str:
    """What a reader calls an item: its label where it has one, else its kind."""
    content, found = diagram.content, index(diagram.content)
    if owner in content.wires:
        wire = content.wires[owner]
        words = [text for text in wire_text(wire, found.legs) if text]
        space = content.spaces[found.legs[wire.ends[0]].space]
        return f"the wire {', '.join(map(readable, words))}" if words else f"a wire of {readable(space.name)}"
    if owner in found.legs:
        leg = found.legs[owner]
        return f"the leg {readable(leg.label or content.spaces[leg.space].name)}"
    if owner in content.regions:
        return f"the region {readable(content.regions[owner].name)}" if content.regions[owner].name else "a region"
    node = content.nodes.get(owner)
    if isinstance(node, Paste):
        node = content.nodes.get(node.copy, node)
    match node:
        case Tensor() | Copy() if node.name:
            return readable(node.name)
        case None:
            return "a note"
        case _:
            return f"a {type(node).__name__.lower()}"
