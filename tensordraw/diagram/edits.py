"""Edits of wires, and removal: `Diagram -> Diagram`, the same object where nothing changed.

Each edit opens a `Draft`, changes it and builds. What cannot be done raises `Error` with one sentence. Names and spaces
are edited in `edits_names`, legs in `edits_legs`, regions in `edits_regions`, the layout in `edits_layout`; parts of
documents are in `fragments`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_equations import dissolve_equations, take_out
from tensordraw.diagram.edits_legs import add_leg, remove_leg, set_leg_space
from tensordraw.diagram.edits_regions import staying
from tensordraw.diagram.legs import UNCHOSEN, all_legs, joined, leg_name, mismatch
from tensordraw.diagram.ports import settle_ports
from tensordraw.diagram.records import Add, Delta, Diagram, Fixed, Id, Repeat, Sum, node_legs
from tensordraw.diagram.signs import signed
from tensordraw.errors import Error


def why_not(diagram: Diagram, one: Id, other: Id) -> str | None:
    """Why two legs cannot be connected, None where they can."""
    legs = all_legs(diagram)
    if one not in legs or other not in legs:
        return "That leg no longer exists."
    if one == other:
        return "A leg cannot be connected to itself."
    wired = joined(diagram)
    for leg in (one, other):
        if leg in wired:
            name = leg_name(diagram, legs[leg])
            return f"The leg {name} is connected already: detach it, or drop on its wire to copy."
    return mismatch(diagram, legs[one], legs[other])


def connect(diagram: Diagram, one: Id, other: Id, label: str = "") -> Diagram:
    """Join two free legs. A border of a repeat between them gets a port."""
    reason = why_not(diagram, one, other)
    if reason is not None:
        raise Error(reason)
    draft = Draft(adopted(diagram, one, other))
    draft.wire(one, other, label)
    settle_ports(draft)
    return draft.build()


def adopted(diagram: Diagram, one: Id, other: Id) -> Diagram:
    """The diagram with both legs in one space where that of either was not chosen yet; all that hangs on it follows."""
    legs, spaces = all_legs(diagram), diagram.content.spaces
    mine, theirs = legs[one].space, legs[other].space
    if mine == theirs:
        return diagram
    if spaces[theirs].description == UNCHOSEN:
        return without_unused(set_leg_space(diagram, other, mine), theirs)
    return (
        without_unused(set_leg_space(diagram, one, theirs), mine) if spaces[mine].description == UNCHOSEN else diagram
    )


def without_unused(diagram: Diagram, space: Id) -> Diagram:
    """The diagram without a space that was not chosen yet, where nothing lies in it any more."""
    if space not in diagram.content.spaces:
        return diagram
    if any(leg.space == space for leg in all_legs(diagram).values()):
        return diagram
    if any(isinstance(region, Sum | Repeat) and region.space == space for region in diagram.content.regions.values()):
        return diagram
    draft = Draft(diagram)
    del draft.spaces[space]
    return draft.build()


def without_left(diagram: Diagram, space: Id) -> Diagram:
    """The diagram without a space that its last leg has left, unless somebody has said more of it than name and size, or a
    constant or a coefficient is written in its size."""
    content = diagram.content
    found = content.spaces.get(space)
    if found is None or found.description not in ("", UNCHOSEN) or found.flexible or found.metric != "euclidean":
        return diagram
    written = [node.expression for node in content.nodes.values() if isinstance(node, Fixed)]
    written += [part.coefficient for node in content.nodes.values() if isinstance(node, Add) for part in node.operands]
    written += [part.coefficient for equation in content.equations.values() for part in equation.parts]
    return diagram if any(found.name in one for one in written) else without_unused(diagram, space)


def disconnect(diagram: Diagram, wires: Iterable[Id]) -> Diagram:
    """Take wires away; their ends become open legs."""
    draft = Draft(diagram)
    draft.remove(wire for wire in wires if wire in diagram.content.wires)
    return draft.build()


def detach(diagram: Diagram, leg: Id) -> Diagram:
    """Open both ends of the leg's wire."""
    wire = joined(diagram).get(leg)
    return diagram if wire is None else disconnect(diagram, (wire,))


def remove(diagram: Diagram, items: Iterable[Id]) -> Diagram:
    """Remove nodes, wires, notes, regions with their content, and legs.

    Without its sign a term stands no longer in its equation, and without an equation its terms stand alone.
    """
    wanted = set(items)
    found = [signed(diagram.content, item) for item in wanted]
    diagram = take_out(diagram, [one[0].parts[one[1]].term for one in found if one is not None])
    diagram = dissolve_equations(diagram, wanted & diagram.content.equations.keys())
    content = diagram.content
    legs = wanted & all_legs(diagram).keys()
    whole = wanted & {*content.nodes, *content.wires, *content.regions, *diagram.layout.notes}
    draft = Draft(diagram)
    draft.remove(whole)
    after = staying(diagram, draft.build())
    for space in [one.id for one in content.spaces.values() if one.description == UNCHOSEN]:
        after = without_unused(after, space)
    for leg in sorted(legs & all_legs(after).keys()):
        if leg in all_legs(after):  # a set of corresponding legs goes together
            after = remove_leg(after, leg)
    return after


def rejoin_ends(diagram: Diagram, node: Id) -> tuple[Id, Id]:
    """The two far ends that remain when the node is taken out of its wire. Raises `Error` where there is no such
    pair."""
    item = diagram.content.nodes.get(node)
    if item is None:
        raise Error("Only a tensor or dot can be deleted and its neighbours rejoined.")
    wired = joined(diagram)
    own = {leg.id for leg in node_legs(item)}
    ends = []
    for leg in node_legs(item):
        if leg.id in wired:
            ends += [end for end in diagram.content.wires[wired[leg.id]].ends if end not in own]
    if len(ends) != 2:
        raise Error(f"Rejoining needs exactly two neighbours; here there are {len(ends)}.")
    legs = all_legs(diagram)
    reason = mismatch(diagram, legs[ends[0]], legs[ends[1]])
    if reason is not None:
        raise Error(f"The neighbours cannot be rejoined: {reason}")
    return ends[0], ends[1]


def remove_and_rejoin(diagram: Diagram, nodes: Sequence[Id]) -> Diagram:
    """Remove nodes with two neighbours each and join the neighbours."""
    for node in nodes:
        one, other = rejoin_ends(diagram, node)
        diagram = connect(remove(diagram, (node,)), one, other)
    return diagram


def splice(diagram: Diagram, node: Id, wire: Id) -> Diagram:
    """Put a node with two fitting free legs into a wire."""
    first, second = splice_legs(diagram, node, wire)
    one, other = diagram.content.wires[wire].ends
    return connect(connect(disconnect(diagram, (wire,)), one, first), second, other)


def splice_legs(diagram: Diagram, node: Id, wire: Id) -> tuple[Id, Id]:
    """The legs of the node that would meet the wire's first and second end. Raises `Error` where it does not fit."""
    item = diagram.content.nodes[node]
    wired, legs = joined(diagram), all_legs(diagram)
    free = [leg for leg in node_legs(item) if leg.id not in wired and leg.index is None]
    if len(free) != 2 or wire in {wired.get(leg.id) for leg in node_legs(item)}:
        raise Error("Only a node with exactly two free legs can be put into a wire.")
    one, other = (legs[end] for end in diagram.content.wires[wire].ends)
    reason = None
    for first, second in ((free[0], free[1]), (free[1], free[0])):
        reason = mismatch(diagram, one, first) or mismatch(diagram, other, second)
        if reason is None:
            return first.id, second.id
    raise Error(str(reason))


def branch(diagram: Diagram, leg: Id, wire: Id, at: tuple[float, float]) -> tuple[Diagram, Id]:
    """Drop a free leg on a wire: a copy dot at `at` that joins all three. Returns the dot's id too.

    A wire that ends on a copy dot in the same scope lends it one more leg instead of getting a second dot.
    """
    content, legs = diagram.content, all_legs(diagram)
    ends = content.wires[wire].ends
    if leg in joined(diagram):
        raise Error("The leg is connected already.")
    if leg in ends:
        raise Error("A leg cannot be copied onto itself.")
    reason = mismatch(diagram, legs[leg], legs[ends[0]])
    if reason is not None:
        raise Error(reason)
    diagram = adopted(diagram, leg, ends[0])
    content, legs = diagram.content, all_legs(diagram)
    draft = Draft(diagram)
    label, inside = content.wires[wire].label, content.wires[wire].inside
    scope = scope_of_wire(diagram, wire)
    for node in content.nodes.values():
        if isinstance(node, Delta) and node.inside == scope and any(own.id in ends for own in node_legs(node)):
            return join_dot(diagram, leg, node.id), node.id
    draft.remove((wire,))
    arms = [draft.leg(legs[leg].space) for _ in range(3)]
    dot = draft.delta(arms, at, inside=scope)
    for arm, end, name in zip(arms, (*ends, leg), (label, "", ""), strict=True):
        draft.wire(end, arm, name, inside=inside)
    draft.rewire()
    settle_ports(draft)
    return draft.build(), dot.id


def join_dot(diagram: Diagram, leg: Id, dot: Id) -> Diagram:
    """Connect a free leg to a copy dot by one more leg of the dot."""
    node = diagram.content.nodes.get(dot)
    if not isinstance(node, Delta):
        raise Error("Only a copy dot takes one more leg.")
    legs = all_legs(diagram)
    wired = joined(diagram)
    free = [own.id for own in node.legs if own.id not in wired and own.id != leg]
    if free:
        return connect(diagram, leg, free[0])
    reason = mismatch(diagram, legs[leg], node.legs[0])
    if leg in wired or reason is not None:
        raise Error(reason or "The leg is connected already.")
    diagram = adopted(diagram, leg, node.legs[0].id)
    after = add_leg(diagram, dot, all_legs(diagram)[leg].space)
    grown = after.content.nodes[dot]
    return connect(after, leg, [own.id for own in node_legs(grown)][-1])


def scope_of_wire(diagram: Diagram, wire: Id) -> Id:
    """The innermost region (blocks too) that holds both ends of the wire."""
    content = diagram.content
    named = content.wires[wire].inside
    if named is not None:
        return named
    draft = Draft(diagram)
    chains = [draft.ancestors(draft.scope_of(end)) for end in content.wires[wire].ends]
    return next(region for region in chains[0] if region in chains[1])
