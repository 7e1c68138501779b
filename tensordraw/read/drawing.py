"""The diagram of a program with one einsum: tensors, wires, dots, groupings and open legs."""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg
from tensordraw.figure.arranging import arrange
from tensordraw.program.statements import Axis, Conj, Einsum, Program, Reshape, Select, Spread


def lift(program: Program, title: str = "") -> Diagram:
    """The diagram of a program of one einsum, with reshapes and selections around it."""
    draft = Draft()
    draft.title = title
    # Made here and not by `draft.space`, which looks through all spaces for a name: 1,000 operands would be quadratic.
    ids: dict[Axis, Id] = {}

    def space(axis: Axis) -> Id:
        if axis not in ids:
            ids[axis] = draft.new_id("s")
            draft.spaces[ids[axis]] = draft_space(ids[axis], axis)
        return ids[axis]

    inputs = {entry.out: entry for entry in program.inputs}
    made = {statement.out: statement for statement in program.body}
    einsum = next(statement for statement in program.body if isinstance(statement, Einsum))
    ends: dict[str, list[Leg]] = {}
    for operand in einsum.operands:
        chain = []
        value = operand.value
        while value in made:
            chain.append(made[value])
            value = made[value].value  # type: ignore[union-attr]
        entry = inputs[value]
        legs = [draft.leg(space(axis)) for axis in entry.type.axes]
        open_legs: list[Leg] = list(legs)
        labels: dict[Id, str] = {}
        fixed: dict[Id, int] = {}
        groups: list[tuple[Leg, list[Leg]]] = []
        conj = False
        for step in reversed(chain):
            match step:
                case Conj():
                    conj = True
                case Select():
                    fixed[open_legs.pop(step.axis).id] = int(step.at)
                case Reshape():
                    new: list[Leg] = []
                    for ins, outs in step.pattern:
                        whole = open_legs[ins[0]]
                        if len(outs) == 1:
                            new.append(whole)
                            continue
                        parts = [draft.leg(space(step.type.axes[k])) for k in outs]
                        groups.append((draft.leg(whole.space), parts))
                        groups[-1] = (groups[-1][0], parts)
                        draft.wire(whole, groups[-1][0])
                        new += parts
                    open_legs = new
                case _:
                    raise AssertionError(step)
        for leg, index in zip(open_legs, operand.indices, strict=True):
            labels[leg.id] = "" if draft.spaces[leg.space].name == index else index
        finished = {leg.id: replace(leg, label=labels.get(leg.id, ""), index=fixed.get(leg.id)) for leg in legs}
        draft.tensor(entry.array, list(finished.values()), conj=conj)
        for whole, parts in groups:
            named = [replace(part, label=labels.get(part.id, "")) for part in parts]
            finished |= {part.id: part for part in named}
            draft.group(whole, named)
        for leg, index in zip(open_legs, operand.indices, strict=True):
            ends.setdefault(index, []).append(finished[leg.id])
    places: dict[str, list[int]] = {}
    for place, index in enumerate(einsum.output):
        places.setdefault(index, []).append(place)
    order: list[Leg | None] = [None] * len(einsum.output)
    for index, inner in ends.items():
        outer = places.get(index, [])
        if len(inner) == 2 and not outer:
            draft.wire(inner[0], inner[1], index)
        elif len(inner) == 1 and len(outer) == 1:
            order[outer[0]] = inner[0]
        else:
            dot = [draft.leg(inner[0].space, inner[0].label) for _ in range(len(inner) + len(outer))]
            draft.delta(dot)
            for number, (leg, end) in enumerate(zip(inner, dot, strict=False)):
                draft.wire(leg, end, index if number == 0 else "")
            for place, end in zip(outer, dot[len(inner) :], strict=True):
                order[place] = end
    result = [leg for leg in order if leg is not None]
    last = program.body.index(einsum) + 1
    indices = einsum.output
    for step in program.body[last:]:
        match step:
            case Spread():
                known = dict(zip(indices, result, strict=True))
                result = []
                for index, axis in zip(step.output, step.type.axes, strict=True):
                    if index not in known:
                        known[index] = draft.leg(space(axis))
                        draft.delta([known[index]])
                    result.append(known[index])
            case Reshape():
                new = []
                for ins, outs in step.pattern:
                    if len(ins) == 1:
                        new.append(result[ins[0]])
                        continue
                    parts = [draft.leg(result[k].space, result[k].label) for k in ins]
                    whole = draft.leg(space(step.type.axes[outs[0]]))
                    draft.group(whole, parts)
                    for k, part in zip(ins, parts, strict=True):
                        draft.wire(result[k], part)
                    new.append(whole)
                result = new
            case _:
                raise AssertionError(step)
    draft.open_order = [leg.id for leg in result]
    arrange(draft)
    return draft.build()


def draft_space(identity: Id, axis: Axis):  # type: ignore[no-untyped-def]
    from tensordraw.diagram.records import Space

    return Space(identity, axis.name, axis.size)
