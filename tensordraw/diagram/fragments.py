"""Parts of documents: what copy, cut, paste and duplicate carry.

A fragment is a small `Diagram` of its own: the selected nodes and regions with everything in them, the wires among
them, their spaces, sources and layout. Putting it into a document gives every record a fresh id there.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tensordraw.diagram.custom import Custom
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_layout import forgotten_layout, shift
from tensordraw.diagram.edits_regions import contents
from tensordraw.diagram.legs import map_legs, map_port
from tensordraw.diagram.macros import with_more
from tensordraw.diagram.ports import settle_ports
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Bubble,
    Content,
    Copy,
    Diagram,
    Equation,
    Fixed,
    Id,
    Leg,
    Node,
    Paste,
    Port,
    Region,
    Repeat,
    Sum,
    Tensor,
    id_order,
    node_legs,
    port_legs,
)


def extract(diagram: Diagram, items: Iterable[Id], *, at_home: bool = False) -> Diagram:
    """The selected items as a document of their own. Pastes whose copy is not among them are left out, and legs bound to a
    region outside are freed, unless all goes back into the same regions (`at_home`)."""
    content, layout = diagram.content, diagram.layout
    kept = contents(content, items)
    pastes = [n for n in content.nodes.values() if isinstance(n, Paste) and n.id in kept]
    if not at_home:
        kept -= {paste.id for paste in pastes if paste.copy not in kept}
    regions: dict[Id, Region] = {}
    for item in content.regions.values():
        if item.id in kept:
            regions[item.id] = item if item.inside in kept else replace(item, inside=ROOT)
    nodes: dict[Id, Node] = {}
    for node in content.nodes.values():
        if node.id in kept:
            nodes[node.id] = node if node.inside in kept else replace(node, inside=ROOT)
    legs = {leg.id for node in nodes.values() for leg in node_legs(node)}
    for region in regions.values():
        if isinstance(region, Repeat):
            legs.update(leg.id for port in region.ports for leg in port_legs(port))
    wires = {w.id: w for w in content.wires.values() if set(w.ends) <= legs}
    wires = {w.id: w if w.inside in (None, *kept) else replace(w, inside=None) for w in wires.values()}
    notes = {item for item in layout.notes if item in kept}
    all_kept = {*nodes, *regions, *wires, *notes, *legs}
    spaces = {leg.space for node in nodes.values() for leg in node_legs(node)}
    spaces |= {r.space for r in regions.values() if isinstance(r, Sum | Repeat)}
    spaces |= {leg.space for r in regions.values() if isinstance(r, Repeat) for p in r.ports for leg in port_legs(p)}
    names = {node.name for node in nodes.values() if isinstance(node, Tensor | Fixed)}
    part = Content(
        {space.id: space for space in content.spaces.values() if space.id in spaces},
        nodes,
        wires,
        regions,
        tuple(leg for leg in content.open_order if leg in legs),
        {name: source for name, source in content.sources.items() if name in names},
        content.serial,
        {e.id: e for e in content.equations.values() if all(part.term in regions for part in e.parts)},
        {name: recipe for name, recipe in content.recipes.items() if name in names},
    )
    draft = Draft(
        Diagram(part, forgotten_layout(layout, all_kept), home=diagram.home, custom=Custom(diagram.custom.macros))
    )
    _cut_loose_operands(draft)
    draft.rewire()
    if at_home:
        bound = {leg.id: leg.index for node in nodes.values() for leg in node_legs(node)}
        for node in list(draft.nodes.values()):
            draft.nodes[node.id] = map_legs(node, lambda leg: replace(leg, index=bound[leg.id]))
    return draft.build()


def pictured(part: Diagram, diagram: Diagram, items: Iterable[Id]) -> Diagram:
    """What `extract` made of these items, as they look in the whole drawing.

    All spaces stay, since widths and colours of wires go by their ranks, and terms of an equation stay terms of one, which have
    no parentheses. Signs stand between terms that are there.
    """
    chosen = set(items)
    equations = dict(part.content.equations)
    for equation in diagram.content.equations.values():
        parts = [one for one in equation.parts if one.term in part.content.regions]
        if parts and equation.id not in equations:
            told = f"{equation.id}.{parts[0].term}" in chosen  # its coefficient is selected too
            parts[0] = replace(parts[0], sign="+", coefficient=parts[0].coefficient if told else "1")
            equations[equation.id] = replace(equation, parts=tuple(parts))
    return replace(part, content=replace(part.content, spaces=diagram.content.spaces, equations=equations))


def _cut_loose_operands(draft: Draft) -> None:
    """Operands that name a term which was left behind name nothing."""
    for node in list(draft.nodes.values()):
        if isinstance(node, Copy) and node.of is not None and node.of not in draft.regions:
            draft.nodes[node.id] = replace(node, of=None)
        elif isinstance(node, Add) and any(o.of is not None and o.of not in draft.regions for o in node.operands):
            operands = tuple(o if o.of is None or o.of in draft.regions else replace(o, of=None) for o in node.operands)
            draft.nodes[node.id] = replace(node, operands=operands)


def insert(
    diagram: Diagram, fragment: Diagram, dx: float = 0.0, dy: float = 0.0, inside: Id = ROOT
) -> tuple[Diagram, tuple[Id, ...]]:
    """Put a fragment into a document, shifted, in the region `inside`; returns the ids of its outermost items too.

    A space of the same name and size is shared; one of the same name and another size gets a number after its name. Macros
    that the document does not have come along.
    """
    draft = Draft(diagram)
    names = put(draft, fragment, dx, dy, inside)
    draft.rewire()
    settle_ports(draft)
    content = fragment.content
    tops = [n.id for n in content.nodes.values() if n.inside == ROOT]
    tops += [r.id for r in content.regions.values() if r.inside == ROOT]
    tops += list(fragment.layout.notes)
    made, macros = draft.build(), fragment.custom.macros
    if macros and (lines := with_more(made.custom.macros, macros)) != made.custom.macros:
        made = replace(made, custom=replace(made.custom, macros=lines))
    return made, tuple(names[item] for item in tops)


def put(draft: Draft, fragment: Diagram, dx: float, dy: float, inside: Id) -> dict[Id, Id]:
    """Put a fragment into a draft, shifted, in the region `inside`; returns the id that each of its ids has there."""
    names = _spaces(draft, fragment)
    content, layout = fragment.content, fragment.layout
    for table in (content.nodes, content.regions, content.wires, content.equations, layout.notes):
        for item in sorted(table, key=id_order):
            names[item] = draft.new_id(item[0])
    legs = [leg for node in content.nodes.values() for leg in node_legs(node)]
    ports = [port for region in content.regions.values() if isinstance(region, Repeat) for port in region.ports]
    legs += [leg for port in ports for leg in port_legs(port)]
    for leg in legs:
        names[leg.id] = draft.new_id("l")
    for port in ports:
        names[port.id] = draft.new_id("q")
    names[ROOT] = inside
    for node in content.nodes.values():
        draft.nodes[names[node.id]] = _renamed_node(node, names)
    for region in content.regions.values():
        draft.regions[names[region.id]] = _renamed_region(region, names)
    for wire in content.wires.values():
        ends = (names[wire.ends[0]], names[wire.ends[1]])
        within = None if wire.inside is None else names[wire.inside]
        draft.wires[names[wire.id]] = replace(wire, id=names[wire.id], ends=ends, inside=within)
    if inside == ROOT:  # elsewhere terms are operands of what is there, or stand alone
        for equation in content.equations.values():
            parts = tuple(replace(part, term=names[part.term]) for part in equation.parts)
            draft.equations[names[equation.id]] = Equation(names[equation.id], parts)
    draft.open_order += [names[leg] for leg in content.open_order]
    for name, source in content.sources.items():
        draft.sources.setdefault(name, source)
    for name, recipe in content.recipes.items():
        draft.recipes.setdefault(name, recipe)
    moved = shift(fragment, (*content.nodes, *content.regions, *layout.notes), content.wires, dx, dy).layout
    draft.places.update({names[item]: place for item, place in moved.places.items() if item in names})
    draft.leg_places.update({names[item]: place for item, place in moved.legs.items() if item in names})
    draft.curves.update({names[item]: curve for item, curve in moved.curves.items() if item in names})
    draft.looks.update({names[item]: look for item, look in moved.looks.items() if item in names})
    draft.labels.update({names[item]: at for item, at in moved.labels.items() if item in names})
    draft.remarks.update({names[item]: text for item, text in moved.remarks.items() if item in names})
    for note in moved.notes.values():
        frame = tuple(names[item] for item in note.frame if item in names)
        draft.notes[names[note.id]] = replace(note, id=names[note.id], frame=frame)
    return names


def _spaces(draft: Draft, fragment: Diagram) -> dict[Id, Id]:
    """Ids of the fragment's spaces to ids in the draft, made where needed."""
    names: dict[Id, Id] = {}
    for space in fragment.content.spaces.values():
        name, number = space.name, 1
        while True:
            same = next((s for s in draft.spaces.values() if s.name == name), None)
            if same is None or (same.size, same.metric) == (space.size, space.metric):
                break
            number += 1
            name = f"{space.name}{number}"
        if same is None:
            made = draft.new_id("s")
            draft.spaces[made] = replace(space, id=made, name=name)
            names[space.id] = made
        else:
            names[space.id] = same.id
    return names


def _renamed_leg(leg: Leg, names: dict[Id, Id]) -> Leg:
    index = names.get(leg.index, leg.index) if isinstance(leg.index, str) else leg.index
    return replace(leg, id=names[leg.id], space=names[leg.space], index=index)


def _renamed_node(node: Node, names: dict[Id, Id]) -> Node:
    own = replace(map_legs(node, lambda leg: _renamed_leg(leg, names)), id=names[node.id], inside=names[node.inside])
    match own:
        case Tensor():
            return replace(own, tip=tuple(names[leg] for leg in own.tip))
        case Paste():
            # A paste that came without its copy is one more paste of the copy in the document.
            return replace(own, copy=names.get(own.copy, own.copy))
        case Copy():
            return replace(own, of=names.get(own.of) if own.of else None)
        case Add():
            return replace(own, operands=tuple(replace(o, of=names.get(o.of) if o.of else None) for o in own.operands))
        case _:
            return own


def _renamed_region(region: Region, names: dict[Id, Id]) -> Region:
    own = replace(region, id=names[region.id], inside=names[region.inside])
    match own:
        case Bubble():
            return replace(own, axes=tuple(names[axis] for axis in own.axes))
        case Sum():
            return replace(own, space=names[own.space])
        case Repeat():
            ports = tuple(_renamed_port(port, names) for port in own.ports)
            return replace(own, space=names[own.space], ports=ports)
        case _:
            return own


def _renamed_port(port: Port, names: dict[Id, Id]) -> Port:
    return replace(map_port(port, lambda leg: _renamed_leg(leg, names)), id=names[port.id])


def duplicate(diagram: Diagram, items: Iterable[Id], dx: float, dy: float) -> tuple[Diagram, tuple[Id, ...]]:
    """Copies of the items beside them, each in the region of its original; pastes stay pastes of the same copy."""
    items = set(items)
    by_scope: dict[Id, list[Id]] = {}
    content = diagram.content
    whole = contents(content, items)
    for item in sorted(whole, key=id_order):
        record = content.nodes.get(item) or content.regions.get(item)
        inside = ROOT if record is None else record.inside
        if inside not in whole and (record is not None or item in diagram.layout.notes):
            by_scope.setdefault(inside, []).append(item)
    made: list[Id] = []
    scopes = list(by_scope.items())
    if len(scopes) == 1:
        scope, tops = scopes[0]
        part = extract(diagram, tops, at_home=True)
        after, ids = insert(diagram, part, dx, dy, scope)
        return after, ids
    for scope, tops in scopes:
        part = extract(diagram, tops, at_home=True)
        diagram, ids = insert(diagram, part, dx, dy, scope)
        made += ids
    return diagram, tuple(made)
