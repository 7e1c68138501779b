"""What mends a problem at once: edits by the name that `Problem.remedy` gives, each for the first of the problem's items.

A remedy is offered only where there is one evident thing to do; where a person has to choose, the problem says so in
words. Remedies that need more than the diagram (metrics, equations, charts) are in the editor's `actions/mending.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from math import prod

from msgspec.structs import replace

from tensordraw.diagram import edits, edits_copies, edits_legs, edits_names, edits_regions, edits_variance, ports
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import UNCHOSEN, all_legs, leg_sets
from tensordraw.diagram.records import (
    Bubble,
    Delta,
    Diagram,
    Fixed,
    Group,
    Id,
    Paste,
    Repeat,
    Space,
    Sum,
    Tensor,
    Variance,
    node_legs,
)
from tensordraw.diagram.rules_regions import bindable_leg
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

# ----------------------------------------------------------------------------------------------------- legs and wires


def same_space(diagram: Diagram, wire: Id) -> Diagram:
    """Give the second leg of a wire the space of its first."""
    first, second = (all_legs(diagram)[end] for end in diagram.content.wires[wire].ends)
    return edits_legs.set_leg_space(diagram, second.id, first.space)


def forget_region(diagram: Diagram, wire: Id) -> Diagram:
    """Let a wire contract where its ends meet."""
    draft = Draft(diagram)
    draft.change(wire, inside=None)
    return draft.build()


def last_index(diagram: Diagram, leg: Id) -> Diagram:
    """Fix a leg to the last index of its space."""
    return edits_legs.bind_leg(diagram, leg, _space(diagram, leg).size - 1)


def space_of_index(diagram: Diagram, leg: Id) -> Diagram:
    """Put a bound leg into the space that its sum or repeat runs through."""
    region = diagram.content.regions[str(all_legs(diagram)[leg].index)]
    assert isinstance(region, Sum | Repeat)
    return edits_legs.set_leg_space(diagram, leg, region.space)


def orient(diagram: Diagram, leg: Id) -> Diagram:
    """Say of each leg in the space of this leg whether it is upper or lower."""
    return edits_variance.orient(diagram, all_legs(diagram)[leg].space)


def insert_identity(diagram: Diagram, operation: Id) -> Diagram:
    """Put an identity on each wire that joins this operation to another operand, where no value comes from."""
    content = diagram.content
    operands = {leg: slot.op for slot, legs in analyse(content).slots.items() for leg in legs}
    own = {leg for leg, op in operands.items() if op == operation}
    draft = Draft(diagram)
    for wire in content.wires.values():
        one, other = wire.ends
        if operands.keys() >= {one, other} and {one, other} & own:
            legs = tuple(draft.leg(all_legs(diagram)[end].space) for end in wire.ends)
            made = draft.delta(
                legs, _between(diagram, operands[one], operands[other]), inside=_home(diagram, operation)
            )
            draft.remove((wire.id,))
            for end, leg in zip(wire.ends, made.legs, strict=True):
                draft.wire(end, leg)
    return draft.build()


def _home(diagram: Diagram, operation: Id) -> Id:
    node = diagram.content.nodes.get(operation)
    return diagram.content.regions[operation].inside if node is None else node.inside


def _between(diagram: Diagram, one: Id, other: Id) -> tuple[float, float] | None:
    places = [diagram.layout.places.get(item) for item in (one, other)]
    found = [place for place in places if place is not None]
    return (sum(p.x for p in found) / len(found), sum(p.y for p in found) / len(found)) if found else None


def _space(diagram: Diagram, leg: Id) -> Space:
    return diagram.content.spaces[all_legs(diagram)[leg].space]


# -------------------------------------------------------------------------------------------------------------- nodes


def rename_apart(diagram: Diagram, tensor: Id) -> Diagram:
    """Make an array of its own of the one tensor: its name with the first number that is free."""
    old, taken = getattr(diagram.content.nodes.get(tensor), "name", ""), edits_names.names_in(diagram)
    number = next(n for n in count(2) if f"{old}{n}" not in taken)
    return edits_names.rename(diagram, tensor, f"{old}{number}")


def share_spaces(diagram: Diagram, node: Id) -> Diagram:
    """Put the legs of a node into the spaces of the first of its name, by position. A leg without a label keeps the name of
    the space that it was in as its label; that space goes with it where nothing else is in it."""
    mine = diagram.content.nodes[node]
    name = getattr(mine, "name", "")
    first = next(one for one in diagram.content.nodes.values() if getattr(one, "name", "") == name and one.id != node)
    for leg, other in zip(node_legs(mine), node_legs(first), strict=True):
        old = diagram.content.spaces[all_legs(diagram)[leg.id].space]
        if old.id != other.space:
            diagram = edits_legs.set_leg_space(diagram, leg.id, other.space)
            if not leg.label and old.description != UNCHOSEN:
                diagram = edits_legs.label_leg(diagram, leg.id, old.name)
            diagram = edits.without_left(diagram, old.id)
    return diagram


def name_it(diagram: Diagram, tensor: Id) -> Diagram:
    """Give a tensor the first letter that is free."""
    return edits_names.rename(diagram, tensor, edits_names.free_name(diagram))


def two_sides(diagram: Diagram, tensor: Id) -> Diagram:
    """Choose the tip of a form that needs one; a tensor of fewer than two legs is drawn without the form."""
    node = diagram.content.nodes[tensor]
    assert isinstance(node, Tensor)
    if len(node.legs) < 2:
        return edits_names.set_form(diagram, tensor, "any", ())
    plain = replace(node, tip=())
    content = replace(diagram.content, nodes={**diagram.content.nodes, tensor: plain})
    return edits_names.set_form(replace(diagram, content=content), tensor, node.form)


def flip(diagram: Diagram, tensor: Id) -> Diagram:
    """Exchange tip and base of a triangle."""
    return edits_names.flip_form(diagram, (tensor,))


def not_square(diagram: Diagram, tensor: Id) -> Diagram:
    """Draw what was to be unitary as an isometry, its tip on the smaller side."""
    diagram = edits_names.set_form(diagram, tensor, "isometry")
    node = diagram.content.nodes[tensor]
    assert isinstance(node, Tensor)
    sizes = {leg.id: _space(diagram, leg.id).size for leg in node.legs if not isinstance(leg.index, str)}
    tip = prod(size for leg, size in sizes.items() if leg in node.tip)
    base = prod(size for leg, size in sizes.items() if leg not in node.tip)
    return edits_names.flip_form(diagram, (tensor,)) if tip > base else diagram


def remove(diagram: Diagram, item: Id) -> Diagram:
    """Take the item away."""
    return edits.remove(diagram, (item,))


def bare(diagram: Diagram, constant: Id) -> Diagram:
    """Take the legs off a constant."""
    return edits_names.set_fields(diagram, constant, legs=())


def class_leg(diagram: Diagram, one_hot: Id) -> Diagram:
    """Give a one-hot tensor a leg for its class."""
    draft = Draft(diagram)
    draft.change(one_hot, legs=(draft.leg(draft.space("classes")),))
    return draft.build()


def one_space(diagram: Diagram, item: Id) -> Diagram:
    """Give legs that must agree one space: of a dot, of a copy, a paste or an add, of a repeat's ports."""
    content = diagram.content
    region = content.regions.get(item)
    if isinstance(region, Repeat):
        for port in region.ports:
            diagram = edits_legs.set_leg_space(diagram, port.outer_in.id, port.outer_in.space)
        return diagram
    node = content.nodes[item]
    leading = content.nodes[node.copy] if isinstance(node, Paste) else node
    for leg in leg_sets(leading)[0]:
        diagram = edits_legs.set_leg_space(diagram, leg.id, leg.space)
    return diagram


def grouped_size(diagram: Diagram, group: Id) -> Diagram:
    """Give the grouped leg's space the product of the sizes of its parts."""
    node = diagram.content.nodes[group]
    assert isinstance(node, Group)
    return edits_names.change_space(
        diagram, node.whole.space, size=prod(_space(diagram, leg.id).size for leg in node.parts)
    )


def metric_legs(diagram: Diagram, metric: Id) -> Diagram:
    """Make the legs of a metric lower, of an inverse metric upper."""
    node = diagram.content.nodes[metric]
    assert isinstance(node, Fixed)
    wanted: Variance = "lower" if node.kind == "metric" else "upper"
    for leg in node.legs:
        diagram = edits_legs.set_variance(diagram, leg.id, wanted)
    return diagram


def euclidean(diagram: Diagram, item: Id) -> Diagram:
    """Make the spaces of a dot euclidean."""
    node = diagram.content.nodes[item]
    assert isinstance(node, Delta)
    for space in {leg.space for leg in node.legs}:
        diagram = edits_names.change_space(diagram, space, metric="euclidean")
    return diagram


# ------------------------------------------------------------------------------------------------------------ regions


def choose_legs(diagram: Diagram, bubble: Id) -> Diagram:
    """Let a bubble's function run along the last legs that cross its border."""
    region = diagram.content.regions[bubble]
    assert isinstance(region, Bubble)
    needed = AXIS_RULES[region.function].count
    axes = tuple(edits_regions.border_legs(diagram.content, bubble))[-needed:]
    if len(axes) < needed:
        raise Error(f"{region.function} needs {needed} legs that cross the border, and there are {len(axes)}.")
    return edits_regions.set_function(diagram, bubble, region.function, axes=axes)


def entry_itself(diagram: Diagram, bubble: Id) -> Diagram:
    """Begin an empty expression with x, the entry itself."""
    return edits_names.set_fields(diagram, bubble, expression="x")


def take_in(diagram: Diagram, bubble: Id) -> Diagram:
    """Draw a bubble around what its content is contracted with, too, as far as that lies beside the bubble."""
    content = diagram.content
    own = {leg.id for node in content.nodes.values() if node.inside == bubble for leg in node_legs(node)}
    ends = [end for wire in content.wires.values() if own & set(wire.ends) for end in wire.ends]
    beside = content.regions[bubble].inside
    joined = [
        node.id
        for node in content.nodes.values()
        if node.inside == beside and isinstance(node, Tensor | Delta | Fixed | Paste)
        and any(leg.id in ends for leg in node_legs(node))
    ]  # fmt: skip
    if not joined:
        raise Error("What is inside is contracted with a region; draw the bubble around that by hand.")
    return edits_regions.put_inside(diagram, joined, bubble)


def bind_to_index(diagram: Diagram, region: Id) -> Diagram:
    """Bind the open leg in a sum that lies in the space of its index."""
    binder = diagram.content.regions[region]
    assert isinstance(binder, Sum)
    leg = bindable_leg(diagram.content, analyse(diagram.content), binder)
    if leg is None:
        raise Error("No open leg in this sum lies in the space of its index.")
    return edits_legs.bind_leg(diagram, leg, region)


def through_ports(diagram: Diagram, repeat: Id) -> Diagram:
    """Lead wires across a repeat's border, and the legs that are open inside it, through ports."""
    draft = Draft(diagram)
    ports.settle_ports(draft)
    ports.enclose_open_legs(draft, repeat)
    return draft.build()


# A remedy by its name: what its button says, and the edit of the first item.
REMEDIES: dict[str, tuple[str, Callable[[Diagram, Id], Diagram]]] = {
    "same_space": ("Give both legs one space", same_space),
    "remove_wire": ("Remove the wire", lambda diagram, wire: edits.disconnect(diagram, (wire,))),
    "forget_region": ("Forget the region", forget_region),
    "free_leg": ("Free the leg", lambda diagram, leg: edits_legs.bind_leg(diagram, leg, None)),
    "last_index": ("Choose the last index", last_index),
    "space_of_index": ("Give the leg the index's space", space_of_index),
    "orient": ("Make all upper and lower", orient),
    "insert_identity": ("Insert an identity", insert_identity),
    "rename_apart": ("Rename this one", rename_apart),
    "share_spaces": ("Give both the same spaces", share_spaces),
    "name_it": ("Name it", name_it),
    "two_sides": ("Choose the tip", two_sides),
    "flip": ("Flip it", flip),
    "not_square": ("Draw it as an isometry", not_square),
    "remove": ("Remove it", remove),
    "bare": ("Remove its legs", bare),
    "class_leg": ("Add the leg", class_leg),
    "one_space": ("Give all legs one space", one_space),
    "grouped_size": ("Change the grouped size", grouped_size),
    "metric_legs": ("Make its legs agree", metric_legs),
    "euclidean": ("Make the space euclidean", euclidean),
    "insert_copy": ("Insert a copy", edits_copies.copy_at_dots),
    "choose_legs": ("Choose the last leg", choose_legs),
    "entry_itself": ("Begin with x", entry_itself),
    "take_in": ("Widen the bubble", take_in),
    "bind_to_index": ("Bind the open leg", bind_to_index),
    "through_ports": ("Lead it through a port", through_ports),
}
