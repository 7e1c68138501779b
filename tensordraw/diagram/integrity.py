"""Whether a diagram's references hold together: what `file.decode` checks and every edit keeps true.

This is about records naming each other, not about meaning: a diagram with integrity may still have `problems`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tensordraw.diagram.chart import chart_fault
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Bubble,
    Content,
    Copy,
    Diagram,
    Id,
    Leg,
    Paste,
    Repeat,
    Sum,
    Tensor,
    Term,
    node_legs,
    port_legs,
)


def faults(diagram: Diagram) -> Iterator[str]:
    """A sentence for each broken reference, most basic first; none where the diagram holds together."""
    content, layout = diagram.content, diagram.layout
    for table in (content.spaces, content.nodes, content.wires, content.regions, content.equations, layout.notes):
        for key, record in table.items():
            if key != record.id:
                yield f"the item {record.id} is filed under {key}"
    broken_nesting = list(_nesting(content))
    yield from broken_nesting
    if broken_nesting:
        return
    legs = list(_legs(content))
    names = {leg.id for leg in legs}
    if len(names) < len(legs):
        seen: set[Id] = set()
        double = next(leg.id for leg in legs if leg.id in seen or seen.add(leg.id))  # type: ignore[func-returns-value]
        yield f"the leg {double} stands twice"
    for space in content.spaces.values():
        if space.size < 1:
            yield f"the space {space.name} has size {space.size}; a size is at least 1"
    for leg in legs:
        if leg.space not in content.spaces:
            yield f"the leg {leg.id} lies in the space {leg.space}, which does not exist"
        if isinstance(leg.index, str) and not isinstance(content.regions.get(leg.index), Sum | Repeat):
            yield f"the leg {leg.id} is bound to {leg.index}, which is no sum and no repeat"
    yield from _wires(content, names)
    yield from _names_of_legs(content, names)
    yield from _operands(content)
    yield from _equations(content)
    for note in layout.notes.values():
        if note.chart is not None and (fault := chart_fault(note.chart)):
            yield f"the chart {note.id} cannot be drawn: {fault}"
    for leg_id in [*layout.legs, *content.open_order]:
        if leg_id not in names:
            yield f"the leg {leg_id} is given a place or a rank but does not exist"
    unknown = layout.remarks.keys() - content.nodes.keys() - content.wires.keys() - content.regions.keys() - names
    for item in sorted(unknown):
        yield f"something is noted of {item}, which is no node, wire, region or leg of it"


def _nesting(content: Content) -> Iterator[str]:
    parents = {region.id: region.inside for region in content.regions.values()}
    for item in [*content.nodes.values(), *content.regions.values()]:
        if item.inside != ROOT and item.inside not in parents:
            yield f"{item.id} is inside {item.inside}, which does not exist"
    done: set[Id] = {ROOT}
    for region in parents:
        trail: list[Id] = []
        while region not in done and region in parents:
            if region in trail:
                yield f"the region {region} is inside itself"
                break
            trail.append(region)
            region = parents[region]
        done.update(trail)


def _legs(content: Content) -> Iterator[Leg]:
    for node in content.nodes.values():
        yield from node_legs(node)
    for region in content.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                yield from port_legs(port)


def _wires(content: Content, legs: set[Id]) -> Iterator[str]:
    joined: set[Id] = set()
    for wire in content.wires.values():
        for end in wire.ends:
            if end not in legs:
                yield f"the wire {wire.id} ends on {end}, which does not exist"
            elif end in joined:
                yield f"the leg {end} has two wires"
            joined.add(end)
        if wire.inside is not None and wire.inside != ROOT and wire.inside not in content.regions:
            yield f"the wire {wire.id} is contracted in {wire.inside}, which does not exist"


def _names_of_legs(content: Content, legs: set[Id]) -> Iterator[str]:
    for region in content.regions.values():
        if isinstance(region, Bubble):
            for axis in region.axes:
                if axis not in legs:
                    yield f"the bubble {region.id} runs along {axis}, which does not exist"
        if isinstance(region, Sum | Repeat) and region.space not in content.spaces:
            yield f"the region {region.id} runs through the space {region.space}, which does not exist"
    for node in content.nodes.values():
        if isinstance(node, Tensor) and not set(node.tip) <= {leg.id for leg in node.legs}:
            yield f"the tensor {node.id} has a leg at its tip that is not its own"


def _operands(content: Content) -> Iterator[str]:
    for node in content.nodes.values():
        if isinstance(node, Paste) and not isinstance(content.nodes.get(node.copy), Copy):
            yield f"the paste {node.id} is of {node.copy}, which is no copy"
        named = [node.of] if isinstance(node, Copy) else [o.of for o in node.operands] if isinstance(node, Add) else []
        for term in named:
            if term is not None and not isinstance(content.regions.get(term), Term):
                yield f"{node.id} takes its value from {term}, which is no term"


def _equations(content: Content) -> Iterator[str]:
    for equation in content.equations.values():
        if not equation.parts:
            yield f"the equation {equation.id} has no terms"
        elif equation.parts[0].sign not in ("+", "-"):
            yield f"the equation {equation.id} begins with the relation {equation.parts[0].sign}"
        for part in equation.parts:
            if not isinstance(content.regions.get(part.term), Term):
                yield f"the equation {equation.id} has {part.term} as a term, which is none"
