"""A diagram in words, for those who cannot see it: the text of an SVG's description and of an image's alternative text."""

from __future__ import annotations

from math import isfinite
from typing import assert_never

from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Block,
    Bubble,
    Content,
    Copy,
    Delta,
    Diagram,
    Equation,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Note,
    Paste,
    Region,
    Repeat,
    Sum,
    Tensor,
    Term,
    node_legs,
)
from tensordraw.figure.index import Index, index
from tensordraw.figure.signs import spoken, words

_MOST = 40  # items named one by one


def said(diagram: Diagram) -> str:
    """The description that was written, else what is drawn."""
    return diagram.description or describe(diagram)


def describe(diagram: Diagram) -> str:
    """What is drawn: tensors with their legs, what is joined to what, regions, open legs."""
    content, found = diagram.content, index(diagram.content)
    charts = [_chart(note) for note in diagram.layout.notes.values()]
    if not content.nodes:
        return " ".join(filter(None, charts)) or "An empty diagram."
    names = {node.id: _name(node, content) for node in content.nodes.values()}
    parts = [f"Tensor network with {_count(len(content.nodes), 'node')}: {_tensors(content, names)}."]
    joints = [_joint(wire.ends, found, content, names) for wire in content.wires.values()]
    if joints:
        parts.append(f"Joined: {_list(joints)}.")
    regions = [content.regions[region] for region in found.regions if region not in found.equation]
    parts += [_region(region, content, found, names) for region in regions][:_MOST]
    parts += [_equation(equation, content, found, names) for equation in content.equations.values()]
    taken = {leg for term in found.equation for leg in found.open_in[term]}
    free = [
        _leg(found.legs[leg], content) for leg in found.open_legs if leg not in taken and found.legs[leg].index is None
    ]
    if free or not content.equations:
        parts.append(f"Open legs: {_list(free)}." if free else "No open legs: a number.")
    return " ".join(filter(None, (*parts, *charts)))


def _chart(note: Note) -> str:
    """A chart: its kind, its title, what is in it, and between which numbers."""
    chart = note.chart
    if chart is None:
        return ""
    kinds = {"heatmap": "heatmap", "line": "line plot", "bars": "bar chart", "top": "list of the largest entries"}
    of = f" of {readable(chart.name)}" if chart.name else ""
    of = f" of the relative error against rank{of and ', from'}{of[3:]}" if chart.error else of
    sides = " by ".join(f"{side.size} {readable(side.name)}".rstrip() for side in chart.sides)
    numbers = [number for number in map(float, chart.numbers) if isfinite(number)]
    reach = f", from {min(numbers):.4g} to {max(numbers):.4g}" if numbers else ""
    title = " ".join(note.text.split())
    log = " on a logarithmic scale" if chart.log and chart.kind in ("line", "bars") else ""
    return f"A {kinds[chart.kind]}{of}{f' titled {title}' if title else ''}: {sides}{reach}{log}."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _list(items: list[str]) -> str:
    shown = items[:_MOST]
    return "; ".join(shown) + (f" and {len(items) - _MOST} more" if len(items) > _MOST else "")


def _leg(leg: Leg, content: Content) -> str:
    space, label = readable(content.spaces[leg.space].name), readable(leg.label)
    if leg.variance != "none":
        space = f"{space}, {leg.variance}"
    return f"{label} in {space}" if label and label != space else space


def _tensors(content: Content, names: dict[Id, str]) -> str:
    described = []
    for node in content.nodes.values():
        legs = [_leg(leg, content) for leg in node_legs(node)]
        form = f", {node.form}" if isinstance(node, Tensor) and node.form != "any" else ""
        described.append((f"{names[node.id]} ({', '.join(legs)})" if legs else names[node.id]) + form)
    return _list(described)


def _name(node: Node, content: Content) -> str:
    match node:
        case Tensor():
            return f"the conjugate of {readable(node.name)}" if node.conj else readable(node.name)
        case Delta():
            return {1: "ones", 2: "identity"}.get(len(node.legs), "copy dot")
        case Fixed(kind="constant"):
            return f"the number {node.expression}"
        case Fixed():
            return f"{node.kind.replace('_', ' ')} {readable(node.name)}".strip()
        case Group():
            return "grouping"
        case Copy():
            return f"copy called {readable(node.name)}"
        case Paste():
            source = content.nodes.get(node.copy)
            return f"paste of {readable(source.name)}" if isinstance(source, Copy) else "paste"
        case Add():
            return "sum" + (f" {readable(node.name)}" if node.name else "")
        case _:
            assert_never(node)


def _joint(ends: tuple[Id, Id], found: Index, content: Content, names: dict[Id, str]) -> str:
    first, second = (names.get(found.owner[end], "the border of a repeat") for end in ends)
    along = readable(content.spaces[found.legs[ends[0]].space].name)
    return f"{first} with {'itself' if found.owner[ends[0]] == found.owner[ends[1]] else second} along {along}"


def _equation(equation: Equation, content: Content, found: Index, names: dict[Id, str]) -> str:
    """The terms with what stands between them, and the open legs of the first, which all terms share."""
    said = []
    for number, part in enumerate(equation.parts):
        term = content.regions[part.term]
        nodes, inner = found.members[part.term]
        held = _list([names[node] for node in nodes] + ([_count(len(inner), "region")] if inner else []))
        sign = spoken(part) if number or words(part, first=True) else ""
        said.append(" ".join(filter(None, (sign, f"the term {readable(term.name)}".rstrip(), f"({held or 'empty'})"))))
    first = [found.legs[leg] for leg in found.open_in[equation.parts[0].term]]
    legs = [_leg(leg, content) for leg in first if leg.index is None]
    related = any(part.sign in ("=", "≈", ":=") for part in equation.parts)
    kind = "An equation" if related else "Terms side by side"
    return f"{kind}: {' '.join(said)}; {f'open legs {_list(legs)}' if legs else 'no open legs'}."


def _region(region: Region, content: Content, found: Index, names: dict[Id, str]) -> str:
    nodes, inner = found.members[region.id]
    held = [names[node] for node in nodes] + ([_count(len(inner), "region")] if inner else [])
    inside = "" if region.inside == ROOT else " inside another region"
    holds = f"holds {_list(held)}" if held else "is empty"
    called = f" called {readable(region.name)}" if region.name else ""
    match region:
        case Bubble():
            return f"A bubble of {region.function.replace('_', ' ')}{called}{inside} {holds}."
        case Sum():
            return f"A sum over {readable(region.index)}{called}{inside} {holds}."
        case Repeat():
            return f"A part{called}, repeated {content.spaces[region.space].size} times{inside}, {holds}."
        case Block():
            return f"A block{called}{inside} {holds}."
        case Term():
            return f"A term{called}{inside} {holds}."
        case _:
            assert_never(region)
