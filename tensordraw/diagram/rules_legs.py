"""Rules about legs and wires: spaces, variance, bound indices, operands' wires."""

from __future__ import annotations

from collections.abc import Iterator

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.identity import cached
from tensordraw.diagram.legs import legs_of
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import (
    ROOT,
    Content,
    Copy,
    Delta,
    Id,
    Leg,
    Repeat,
    Sum,
    Wire,
    node_legs,
)
from tensordraw.diagram.scopes import Crossing, Slot, Structure


def leg_rules(content: Content, structure: Structure) -> Iterator[Problem]:
    """Problems of legs and wires."""
    for wire in content.wires.values():
        yield from _wire(content, structure, wire)
    yield from _bound_legs(content, structure)
    yield from _operand_legs(content, structure)
    yield from _general_metric(content)


def space_name(content: Content, space: Id) -> str:
    """A space in words: its name and size."""
    record = content.spaces[space]
    return f"{readable(record.name)} = {record.size}"


def _wire(content: Content, structure: Structure, wire: Wire) -> Iterator[Problem]:
    scope = structure.scopes[structure.wire_scope[wire.id]]
    seen: list[Crossing] = []
    for end in wire.ends:
        crossing = scope.ends.get(end) or _operand_crossing(content, structure, end)
        if crossing is None:
            if legs_of(content)[end].index is None:
                yield Problem(
                    "error", (wire.id, end), "This wire leads to a leg that a function consumes.",
                    "A leg that max, mean or determinant runs over does not cross the bubble's border.",
                    "Remove the wire, or choose another leg for the function.", "remove_wire",
                )  # fmt: skip
            return
        seen.append(crossing)
    first, second = seen
    if first.space != second.space:
        names = " ≠ ".join(space_name(content, crossing.space) for crossing in seen)
        yield Problem(
            "error", (wire.id, *wire.ends), f"This wire joins different spaces: {names}.",
            "Both ends of a wire are the same index.", "Give both legs the same space.", "same_space",
        )  # fmt: skip
    elif content.spaces[first.space].metric == "general" and first.variance == second.variance != "none":
        yield Problem(
            "error", (wire.id, *wire.ends), f"This wire joins two {first.variance} legs.",
            "A wire joins an upper and a lower leg where the space is not euclidean.",
            "Insert the metric." if first.variance == "upper" else "Insert the inverse metric.", "insert_metric",
        )  # fmt: skip


def _operand_crossing(content: Content, structure: Structure, end: Id) -> Crossing | None:
    """What a wire finds at an operand's leg, None where the end belongs to no operand."""
    if end not in _slot_of(structure):
        return None
    leg = legs_of(content)[end]
    return Crossing(leg.space, leg.variance) if leg.index is None else None


@cached
def _slot_of(structure: Structure) -> dict[Id, Slot]:
    return {leg: slot for slot, legs in structure.slots.items() for leg in legs}


def _bound_legs(content: Content, structure: Structure) -> Iterator[Problem]:
    inside: dict[Id, set[Id]] = {ROOT: set()}

    def around(scope: Id) -> set[Id]:
        trail = []
        at = scope
        while at not in inside:
            trail.append(at)
            at = structure.scopes[at].parent or ROOT
        for passed in reversed(trail):
            inside[passed] = inside[structure.scopes[passed].parent or ROOT] | {passed}
        return inside[scope]

    for node in content.nodes.values():
        for leg in node_legs(node):
            if leg.index is None:
                continue
            yield from _bound_leg(content, structure, leg, around(structure.scope_of[node.id]))
    for leg in legs_of(content).values():
        if leg.index is not None and leg.id in structure.wire_of:
            yield Problem(
                "error", (leg.id, structure.wire_of[leg.id]), "This leg is bound to an index and also wired.",
                "A leg that is bound to an index is never wired.", "Remove the wire or the index.", "free_leg",
            )  # fmt: skip


def _bound_leg(content: Content, structure: Structure, leg: Leg, around: set[Id]) -> Iterator[Problem]:
    space = content.spaces[leg.space]
    if isinstance(leg.index, int):
        if not 0 <= leg.index < space.size:
            yield Problem(
                "error", (leg.id,), f"This leg is fixed to {leg.index}, outside {readable(space.name)}, which has {space.size}.",
                "An index runs from 0 to the size less one.", f"Choose 0 to {space.size - 1}.", "last_index",
            )  # fmt: skip
        return
    region = content.regions[leg.index or ""]
    if leg.index not in around:
        yield Problem(
            "error", (leg.id, region.id), "This leg is bound to the index of a region that it is not inside.",
            "Only what is inside a sum or repeat sees its index.", "Move the tensor into the region or free the leg.",
            "free_leg",
        )  # fmt: skip
    elif isinstance(region, Sum | Repeat) and region.space != leg.space:
        names = f"{space_name(content, leg.space)} ≠ {space_name(content, region.space)}"
        yield Problem(
            "error", (leg.id, region.id), f"This leg and the index that it is bound to lie in different spaces: {names}.",
            "A bound leg runs through the space of the region's index.", "Give both the same space.", "space_of_index",
        )  # fmt: skip


def _operand_legs(content: Content, structure: Structure) -> Iterator[Problem]:
    for slot, legs in structure.slots.items():
        if not legs:
            continue
        inner = slot.number == 1 and slot.op in content.regions
        home = slot.op if inner else structure.scope_of[slot.op]
        for leg in legs:
            wire = structure.wire_of.get(leg)
            if wire is None:
                yield Problem(
                    "error", (slot.op, leg), f"{_operand_words(content, slot)} has a leg with nothing joined to it.",
                    "An operation needs its whole operand.", "Join the leg to a tensor or a value.",
                )  # fmt: skip
                continue
            other = next((end for end in content.wires[wire].ends if end != leg), leg)
            if structure.wire_scope[wire] != home:
                yield Problem(
                    "error", (slot.op, wire), f"{_operand_words(content, slot)} takes a wire from outside its scope.",
                    "An operand's wire may not come from outside its scope.", "Copy the value there and paste it here.",
                )  # fmt: skip
            elif other in _slot_of(structure):
                yield Problem(
                    "error", (slot.op, wire), "This wire joins two operands, and no value comes to either.",
                    "An operand takes the value of tensors or of another operation's result.", "Insert an identity tensor.",
                    "insert_identity",
                )  # fmt: skip


def _operand_words(content: Content, slot: Slot) -> str:
    node = content.nodes.get(slot.op)
    if node is None:
        return "What comes into the repeat" if slot.number == 0 else "What a turn of the repeat gives"
    return f"The copy {readable(node.name)}" if isinstance(node, Copy) else f"Operand {slot.number + 1} of the add"


def _general_metric(content: Content) -> Iterator[Problem]:
    general = {space.id for space in content.spaces.values() if space.metric == "general"}
    if not general:
        return
    for leg in legs_of(content).values():
        if leg.space in general and leg.variance == "none":
            yield Problem(
                "error", (leg.id,), f"This leg in {readable(content.spaces[leg.space].name)} is neither upper nor lower.",
                "Unspecified variance needs a euclidean space.", "Make the leg upper or lower.", "orient",
            )  # fmt: skip
    for node in content.nodes.values():
        if not isinstance(node, Delta) or not any(leg.space in general for leg in node.legs):
            continue
        if sorted(leg.variance for leg in node.legs) != ["lower", "upper"]:
            yield Problem(
                "error", (node.id,), "In a space with a general metric a delta has one upper and one lower leg, and this has not.",
                "Other deltas depend on the coordinates.", "Use the metric, or make the space euclidean.", "euclidean",
            )  # fmt: skip
