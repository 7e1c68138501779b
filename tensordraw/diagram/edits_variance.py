"""Edits of variance: which legs are upper and lower, and the metric that raises and lowers them.

In a space with a general metric a leg is lowered by joining the metric to it, and raised by joining the inverse metric; the
other leg of that metric is then the leg of the result. What is undone this way is taken away again: a leg that went through
the one metric does not go through the other besides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits import scope_of_wire
from tensordraw.diagram.edits_legs import set_variance, take_places
from tensordraw.diagram.legs import all_legs, joined, leg_name, map_legs, owner_of
from tensordraw.diagram.ports import settle_ports
from tensordraw.diagram.records import (
    ROOT,
    Diagram,
    Fixed,
    FixedKind,
    Id,
    Leg,
    Node,
    Repeat,
    Tensor,
    Variance,
    node_legs,
)
from tensordraw.diagram.signs import equation_of
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

Point: TypeAlias = tuple[float, float]
Side: TypeAlias = Literal["upper", "lower"]

_KIND: dict[Side, FixedKind] = {"upper": "inverse_metric", "lower": "metric"}  # what gives a leg of this variance
_OTHER: dict[Variance, Variance] = {"upper": "lower", "lower": "upper", "none": "none"}
_APART = 44.0  # layout units between the middles of two metrics on one wire


def declare(diagram: Diagram, legs: Iterable[Id], variance: Variance) -> Diagram:
    """Make legs upper, lower, or neither. What they are joined to follows where it is neither yet."""
    for leg in legs:
        diagram = set_variance(diagram, leg, variance)
        draft = Draft(diagram)
        other = draft.partner(leg)
        if other is not None and all_legs(diagram)[other].variance == "none":
            diagram = set_variance(diagram, other, _OTHER[variance])
    return diagram


def orient(diagram: Diagram, space: Id) -> Diagram:
    """Say of each leg in a space that is neither whether it is upper or lower.

    What is joined to a leg that is one becomes the other. Of all others the first leg of a node is upper, as the result of
    a linear map is, and the rest are lower.
    """
    for node in diagram.content.nodes.values():
        metric = isinstance(node, Fixed) and node.kind in ("metric", "inverse_metric")
        for place, leg in enumerate(node_legs(node)):
            legs = all_legs(diagram)
            if leg.space != space or legs[leg.id].variance != "none":
                continue
            other = Draft(diagram).partner(leg.id)
            there: Variance = "none" if other is None else legs[other].variance
            variance: Variance = "lower" if place else "upper"
            if isinstance(node, Fixed) and metric:
                variance = "lower" if node.kind == "metric" else "upper"
            elif there != "none":
                variance = _OTHER[there]
            diagram = set_variance(diagram, leg.id, variance)
    return diagram


def move_leg(
    diagram: Diagram, leg: Id, to: Side, at: Point | None = None, angle: float | None = None
) -> tuple[Diagram, Id]:
    """Raise (`to` upper) or lower a leg; returns the leg of the result too.

    A leg that goes through a metric already stands for the other leg of that metric. On a wire between an upper and a lower
    leg both metrics are inserted, so that the value stays. `at` is the place of the metric, `angle` the direction in which
    the leg leaves (degrees).
    """
    leg = _outermost(diagram, leg)
    legs = all_legs(diagram)
    if leg not in legs:
        raise Error("That leg no longer exists.")
    found, space = legs[leg], diagram.content.spaces[legs[leg].space]
    name = leg_name(diagram, found)
    if found.index is not None:
        raise Error(f"The leg {name} is fixed to an index: free it first.")
    if space.metric != "general":
        raise Error(
            f"The space {space.name} is euclidean, where upper and lower are the same: make its metric general first."
        )
    now = variance_of(diagram, leg)
    if now == "none":
        raise Error(f"The leg {name} is neither upper nor lower: say first which it is.")
    if now == to:
        raise Error(f"The leg {name} is {to} already.")
    undone = _without_inverse(diagram, leg, to)
    if undone is not None:
        return undone
    wire = joined(diagram).get(leg)
    return _on_open(diagram, leg, to, at, angle) if wire is None else _on_wire(diagram, wire, leg, to, at, angle)


def insert_metric(diagram: Diagram, wire: Id, at: Point | None = None, angle: float | None = None) -> Diagram:
    """Put the metric into a wire that joins two upper legs, or the inverse metric between two lower ones."""
    record = diagram.content.wires.get(wire)
    if record is None:
        raise Error("That wire no longer exists.")
    first, second = (variance_of(diagram, end) for end in record.ends)
    if first != second:
        raise Error("This wire joins an upper and a lower leg: no metric is needed there.")
    if first == "none":
        raise Error("The legs of this wire are neither upper nor lower: say first what they are.")
    to: Side = "lower" if first == "upper" else "upper"
    return _on_wire(diagram, wire, record.ends[0], to, at, angle)[0]


def why_not_through(diagram: Diagram, one: Id, other: Id) -> str | None:
    """Why two legs cannot be joined through the metric or its inverse, None where they can."""
    legs, wired = all_legs(diagram), joined(diagram)
    if one not in legs or other not in legs or one == other:
        return "The metric joins two legs."
    for leg in (one, other):
        if leg in wired:
            return f"The leg {leg_name(diagram, legs[leg])} is connected already."
        if legs[leg].index is not None:
            return f"The leg {leg_name(diagram, legs[leg])} is fixed to an index."
    first, second = legs[one], legs[other]
    space = diagram.content.spaces[first.space]
    if first.space != second.space:
        return f"The legs lie in different spaces: {space.name} and {diagram.content.spaces[second.space].name}."
    if space.metric != "general":
        return f"The space {space.name} is euclidean: its legs are joined without a metric."
    if first.variance != second.variance or first.variance == "none":
        return "The metric joins two upper legs, and its inverse two lower ones."
    return None


def join_through(diagram: Diagram, one: Id, other: Id, at: Point | None = None, angle: float | None = None) -> Diagram:
    """Join two open upper legs through the metric, or two lower ones through its inverse.

    `at` is the place of the metric, `angle` the direction from the first leg to the second (degrees).
    """
    reason = why_not_through(diagram, one, other)
    if reason is not None:
        raise Error(reason)
    draft = Draft(diagram)
    wire = draft.wire(one, other)
    settle_ports(draft)  # a border of a repeat between them gets a port, and the wire becomes two
    joining = draft.build()
    return insert_metric(joining, wire.id if wire.id in joining.content.wires else joined(joining)[one], at, angle)


def variance_of(diagram: Diagram, leg: Id) -> Variance:
    """The variance of a leg at its wire: the inverse and the transpose of a matrix exchange it on the way out."""
    wire = joined(diagram).get(leg)
    if wire is not None:
        structure = analyse(diagram.content)
        crossing = structure.scopes[structure.wire_scope[wire]].ends.get(leg)
        if crossing is not None:
            return crossing.variance
    return all_legs(diagram)[leg].variance


def _metric_with(diagram: Diagram, leg: Id) -> Fixed | None:
    """The metric or inverse metric that this is a leg of."""
    node = diagram.content.nodes.get(owner_of(diagram.content)[leg])
    metric = isinstance(node, Fixed) and node.kind in ("metric", "inverse_metric") and len(node.legs) == 2
    return node if isinstance(node, Fixed) and metric else None


def _across(metric: Fixed, leg: Id) -> Id:
    first, second = metric.legs
    return second.id if leg == first.id else first.id


def _outermost(diagram: Diagram, leg: Id) -> Id:
    """The leg of the result: a leg of a tensor that leads into metrics stands for the far leg of the last of them."""
    seen = {leg}
    while leg in all_legs(diagram) and _metric_with(diagram, leg) is None:
        other = Draft(diagram).partner(leg)
        metric = None if other is None else _metric_with(diagram, other)
        if other is None or metric is None or (far := _across(metric, other)) in seen:
            return leg
        partner = Draft(diagram).partner(far)
        if partner is not None and _metric_with(diagram, partner) is None:
            return leg  # the metric mends a wire between two tensors: it belongs to neither
        leg = far
        seen.add(leg)
    return leg


def _without_inverse(diagram: Diagram, leg: Id, to: Side) -> tuple[Diagram, Id] | None:
    """The drawing without the metric that the leg goes through, where that is the inverse of what would be inserted."""
    metric = _metric_with(diagram, leg)
    if metric is None or metric.kind != _KIND[_side(_OTHER[to])]:
        return None
    draft = Draft(diagram)
    back, outer = draft.partner(_across(metric, leg)), draft.partner(leg)
    if back is None:
        return None
    gone, beyond = [metric.id], outer
    label = all_legs(diagram)[leg].label
    if outer is not None:
        second = _metric_with(diagram, outer)
        if second is None or second.kind != _KIND[to]:
            raise Error("The wire needs this metric: without it, it would join two legs of one variance.")
        far = _across(second, outer)
        gone.append(second.id)
        beyond, label = draft.partner(far), all_legs(diagram)[far].label
        leg = far
    own = {end for end, owner in draft.owners().items() if owner in gone}
    through = [wire for wire in diagram.content.wires.values() if not own.isdisjoint(wire.ends)]
    words = next((wire.label for wire in through if wire.label), "")
    inside = next((wire.inside for wire in through if wire.inside), None)
    if beyond is None:
        take_places(draft, {leg: (back,)})
    draft.remove(gone)
    if beyond is None:
        if label:
            _relabel(draft, back, label)
    else:
        draft.wire(back, beyond, words, inside=inside)
        draft.rewire()
    return draft.build(), back


def _side(variance: Variance) -> Side:
    return "upper" if variance == "upper" else "lower"


def _relabel(draft: Draft, leg: Id, label: str) -> None:
    for node in list(draft.nodes.values()):
        draft.nodes[node.id] = _with_label(node, leg, label)


def _with_label(node: Node, leg: Id, label: str) -> Node:
    return map_legs(node, lambda own: replace(own, label=label) if own.id == leg else own)


def metric_name(diagram: Diagram, space: Id) -> str:
    """The name of a space's metric: that of one that is drawn, else g, or g with the space's name where g is taken."""
    fixed = [node for node in diagram.content.nodes.values() if isinstance(node, Fixed)]
    for node in fixed:
        if node.kind in ("metric", "inverse_metric") and node.name and node.legs and node.legs[0].space == space:
            return node.name
    taken = {node.name for node in diagram.content.nodes.values() if isinstance(node, Tensor | Fixed)}
    return "g" if "g" not in taken else f"g_{diagram.content.spaces[space].name}"


def _metric(
    draft: Draft, diagram: Diagram, to: Side, space: Id, inside: Id, at: Point | None, angle: float | None,
    label: str = "",
) -> tuple[Leg, Leg]:  # fmt: skip
    """A metric whose second leg has the variance `to`; its first leg lies towards where the leg came from."""
    back = None if angle is None else (angle + 180.0) % 360.0
    legs = draft.leg(space, variance=to, angle=back), draft.leg(space, label, variance=to, angle=angle)
    name = metric_name(diagram, space)
    draft.fixed(_KIND[to], legs, at, inside=inside, name=name)
    return legs


def _on_open(diagram: Diagram, leg: Id, to: Side, at: Point | None, angle: float | None) -> tuple[Diagram, Id]:
    found = all_legs(diagram)[leg]
    draft = Draft(diagram)
    inner, outer = _metric(draft, diagram, to, found.space, open_scope(diagram, leg), at, angle, found.label)
    if found.label:
        _relabel(draft, leg, "")
    take_places(draft, {leg: (outer.id,), inner.id: (), outer.id: ()})
    draft.wire(leg, inner)
    draft.rewire()
    return draft.build(), outer.id


def open_scope(diagram: Diagram, leg: Id) -> Id:
    """The scope that an open leg ends in: beyond all borders that it crosses, but inside its term of an equation."""
    content = diagram.content
    owner = owner_of(content)[leg]
    at = content.nodes[owner].inside if owner in content.nodes else content.regions[owner].inside
    while at != ROOT and not isinstance(content.regions[at], Repeat) and equation_of(content, at) is None:
        at = content.regions[at].inside
    return at


def _on_wire(
    diagram: Diagram, wire: Id, leg: Id, to: Side, at: Point | None, angle: float | None
) -> tuple[Diagram, Id]:  # fmt: skip
    record = diagram.content.wires[wire]
    other = next((end for end in record.ends if end != leg), leg)
    scope, space = scope_of_wire(diagram, wire), all_legs(diagram)[leg].space
    draft = Draft(diagram)
    draft.remove((wire,))
    pair = variance_of(diagram, other) == to
    if pair and at is not None:
        (dx, dy) = _step(angle)
        places: list[Point | None] = [(at[0] - dx, at[1] - dy), (at[0] + dx, at[1] + dy)]
    else:
        places = [at, None]
    inner, outer = _metric(draft, diagram, to, space, scope, places[0], angle)
    draft.wire(leg, inner, record.label, inside=record.inside)
    last = outer
    if pair:
        first, last = _metric(draft, draft.build(), _side(_OTHER[to]), space, scope, places[1], angle)
        draft.wire(outer, first, inside=record.inside)
    draft.wire(last, other, inside=record.inside)
    draft.rewire()
    return draft.build(), outer.id


def _step(angle: float | None) -> Point:
    turn = math.radians(angle or 0.0)
    return _APART / 2 * math.cos(turn), -_APART / 2 * math.sin(turn)
