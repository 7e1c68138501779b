"""Edits that join and split legs, sum over them, and transpose: what is done to the axes of one drawn tensor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_legs import bind_leg, take_places
from tensordraw.diagram.edits_regions import common_scope, free_index, wrap
from tensordraw.diagram.edits_variance import open_scope
from tensordraw.diagram.legs import UNCHOSEN, all_legs, joined, leg_name, map_legs
from tensordraw.diagram.records import ROOT, Diagram, Id, Leg, Repeat, Sum, Tensor
from tensordraw.errors import Error

Point = tuple[float, float]


def _free(diagram: Diagram, leg: Id) -> Leg:
    found = all_legs(diagram).get(leg)
    if found is None:
        raise Error("That leg no longer exists.")
    name = leg_name(diagram, found)
    if leg in joined(diagram):
        raise Error(f"The leg {name} is connected already: detach it first.")
    if found.index is not None:
        raise Error(f"The leg {name} is fixed to an index: free it first.")
    return found


def group_legs(
    diagram: Diagram, legs: Sequence[Id], at: Point | None = None, angle: float | None = None
) -> tuple[Diagram, Id]:
    """Join open legs, in this order, into one of the product dimension (the last varies fastest); returns the bar's id.

    `at` is the place of the bar, `angle` the direction in which the joined leg leaves it.
    """
    if len(legs) < 2:
        raise Error("Select at least two open legs to group them.")
    found = [_free(diagram, leg) for leg in legs]
    scopes = {open_scope(diagram, leg) for leg in legs}
    scope = scopes.pop() if len(scopes) == 1 else common_scope(diagram.content, scopes - {ROOT}) if scopes else ROOT
    spaces = [diagram.content.spaces[leg.space] for leg in found]
    draft = Draft(diagram)
    whole_space = _sized(draft, "_".join(space.name for space in spaces), prod(space.size for space in spaces))
    back = None if angle is None else (angle + 180.0) % 360.0
    whole = draft.leg(whole_space, angle=angle)
    parts = [draft.leg(leg.space, angle=back, shift=_shift(place, len(found), back)) for place, leg in enumerate(found)]
    made = draft.group(whole, parts, at, inside=scope)
    own = {leg.id: () for leg in (whole, *parts)}
    take_places(draft, {**own, **dict.fromkeys(legs[1:], ()), legs[0]: (whole.id,)})
    for leg, part in zip(found, parts, strict=True):
        draft.wire(leg.id, part.id)
    draft.rewire()
    return draft.build(), made.id


def split_leg(
    diagram: Diagram, leg: Id, parts: Sequence[tuple[str, int]], at: Point | None = None, angle: float | None = None
) -> tuple[Diagram, Id]:
    """Split an open leg into parts, each in the space of this name and size (the last varies fastest)."""
    found = _free(diagram, leg)
    space = diagram.content.spaces[found.space]
    if prod(size for _, size in parts) != space.size or not parts:
        product = " · ".join(str(size) for _, size in parts) or "nothing"
        raise Error(f"{product} is not {space.size}, the size of {space.name}: choose sizes that multiply to it.")
    draft = Draft(diagram)
    known = {space.name: space.size for space in draft.spaces.values()}
    for name, size in parts:
        if known.get(name, size) != size:
            raise Error(f"The space {name} has size {known[name]}, not {size}.")
    back = None if angle is None else (angle + 180.0) % 360.0
    made_parts = [
        draft.leg(draft.space(name, size), angle=angle, shift=_shift(place, len(parts), angle))
        for place, (name, size) in enumerate(parts)
    ]
    whole = draft.leg(found.space, angle=back)
    made = draft.group(whole, made_parts, at, inside=open_scope(diagram, leg))
    ids = [part.id for part in made_parts]
    take_places(draft, {**dict.fromkeys((*ids, whole.id), ()), leg: ids})
    draft.wire(leg, whole.id)
    draft.rewire()
    return draft.build(), made.id


def factors(size: int) -> tuple[int, int]:
    """Two factors of a size, as near to each other as can be, the larger first."""
    small = max(n for n in range(1, int(size**0.5) + 1) if size % n == 0)
    return size // small, small


def _shift(place: int, count: int, angle: float | None) -> float:
    """The legs of a bar beside each other: from top to bottom, or from left to right."""
    off = (place - (count - 1) / 2) * 8.0
    return 0.0 if angle is None else -off if angle % 360.0 < 180.0 else off


def _sized(draft: Draft, name: str, size: int) -> Id:
    sizes = {space.name: space.size for space in draft.spaces.values()}
    names = (name, *(f"{name}{number}" for number in range(2, len(sizes) + 3)))
    return draft.space(next(one for one in names if sizes.get(one, size) == size), size)


def bind_around(diagram: Diagram, legs: Iterable[Id]) -> Diagram:
    """Bind each leg to the index of the innermost sum or repeat around it that runs through the leg's space."""
    for leg in legs:
        found = _free(diagram, leg)
        draft = Draft(diagram)
        around = [draft.regions[region] for region in draft.ancestors(draft.scope_of(leg)) if region != ROOT]
        binders = [region for region in around if isinstance(region, Sum | Repeat)]
        fitting = next((region for region in binders if region.space == found.space), None)
        if fitting is None:
            name, space = leg_name(diagram, found), diagram.content.spaces[found.space].name
            if not binders:
                raise Error(f"The leg {name} lies in no sum or repeat: wrap its tensor in one first.")
            raise Error(f"No sum or repeat around the leg {name} runs through its space {space}.")
        diagram = bind_leg(diagram, leg, fitting.id)
    return diagram


def sum_over(diagram: Diagram, legs: Sequence[Id]) -> tuple[Diagram, Id]:
    """Put a sum around the tensors that these open legs belong to, and bind the legs to its index."""
    found = [_free(diagram, leg) for leg in legs]
    if len({leg.space for leg in found}) != 1:
        raise Error("Select open legs in one space: a sum runs through one index.")
    space = diagram.content.spaces[found[0].space]
    if space.description == UNCHOSEN:
        raise Error("The space of this leg is not chosen yet: name it first.")
    draft = Draft(diagram)
    owners = draft.owners()
    index = next((leg.label for leg in found if leg.label), "") or free_index(diagram.content)
    after, region = wrap(diagram, [owners[leg.id] for leg in found], "sum", space=space.id, index=index)
    for leg in found:
        after = bind_leg(after, leg.id, region)
    return after, region


def transpose(diagram: Diagram, tensors: Iterable[Id]) -> Diagram:
    """Exchange what the two legs of each matrix lead to, in this occurrence only.

    A leg takes the other's wire, direction, label, index and place among the open legs: the lines of the drawing stay, and
    a triangle turns over.
    """
    for tensor in tensors:
        node = diagram.content.nodes.get(tensor)
        if not isinstance(node, Tensor) or len(node.legs) != 2:
            raise Error("Only a tensor with two legs is transposed: reorder the legs of others.")
        diagram = _transposed(diagram, node)
    return diagram


def _transposed(diagram: Diagram, node: Tensor) -> Diagram:
    one, other = node.legs
    draft = Draft(diagram)
    swap = {one.id: other.id, other.id: one.id}
    spaces = diagram.content.spaces
    wired = [leg for leg in node.legs if draft.partner(leg.id) not in (None, one.id, other.id)]
    if wired and one.space != other.space:
        a, b = spaces[one.space], spaces[other.space]
        raise Error(
            f"{node.name} leads from {b.name} = {b.size} to {a.name} = {a.size}: detach it before transposing it."
        )
    for wire in list(draft.wires.values()):
        if not swap.keys() >= set(wire.ends):  # a trace stays what it is
            first, second = wire.ends
            draft.wires[wire.id] = replace(wire, ends=(swap.get(first, first), swap.get(second, second)))
    take_places(draft, {leg: (heir,) for leg, heir in swap.items()})
    told = {one.id: other, other.id: one}
    draft.nodes[node.id] = map_legs(
        node, lambda leg: replace(leg, label=told[leg.id].label, index=told[leg.id].index) if leg.id in told else leg
    )
    places = {leg: draft.leg_places.pop(old) for leg, old in swap.items() if old in draft.leg_places}
    draft.leg_places.update(places)
    return draft.build()
