"""Editing the einsum string of a drawing edits the drawing: `i j, j k -> i k` becomes `i j, j k -> k i`.

It is for drawings of one contraction: tensors and dots, no regions. Tensors that stay keep their place, array and look; legs
that keep their index keep their place too; wires and dots are drawn anew where the string says so.
"""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram import edits, edits_layout, edits_legs, edits_names
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Delta, Diagram, Id, Leg, Tensor
from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.program.spelled import Spelled, spelled
from tensordraw.read.spec import parse

APART = 60.0  # layout units between the last tensor and a new one
Rows = tuple[tuple[str, ...], ...]


def simple(diagram: Diagram) -> Spelled:
    """The contraction that a drawing is. Raises `Error` where its string cannot be edited."""
    content = diagram.content
    if content.regions or content.equations or not all(isinstance(n, Tensor | Delta) for n in content.nodes.values()):
        raise Error("Only a drawing of tensors and dots has one einsum string.")
    if any(leg.index is not None for leg in all_legs(diagram).values()):
        raise Error("A leg that is fixed to an index has no place in an einsum string.")
    found = spelled(content)
    names = [node.name for node in content.nodes.values() if isinstance(node, Tensor)]
    if sorted(names) != sorted(found.names):
        raise Error("Some tensors of the drawing are not in its einsum string.")
    return found


def rows_of(text: str) -> tuple[Rows, tuple[str, ...]]:
    """The indices of each operand and of the result. Raises `Error` for what this cannot draw."""
    if not text.strip():
        raise Error("Write what is contracted, such as i j, j k -> i k.")
    spec = parse(text)
    rows = []
    for axes in (*spec.operands, spec.output):
        if not all(isinstance(axis, str) and axis.isidentifier() for axis in axes):
            raise Error("Ellipses and groups in brackets cannot be edited here: write the name of each index.")
        rows.append(tuple(axis for axis in axes if isinstance(axis, str)))
    stray = set(rows[-1]) - {index for row in rows[:-1] for index in row}
    if stray:
        raise Error(f"The result has the index {min(stray)}, which no tensor has.")
    if len(set(rows[-1])) < len(rows[-1]):
        raise Error("The result has an index twice.")
    return tuple(rows[:-1]), rows[-1]


def respelled(diagram: Diagram, text: str) -> Diagram:
    """The diagram that the string says, as near to this one as it can be. Raises `Error` for a faulty string."""
    old = simple(diagram)
    rows, output = rows_of(text)
    if (rows, output) == (old.operands, old.output):
        return diagram
    tensors = _in_order(diagram, old)
    spaces = {
        index: leg.space
        for node, row in zip(tensors, old.operands, strict=True)
        for leg, index in zip(node.legs, row, strict=True)
    }
    gone = [node.id for node in tensors[len(rows) :]]
    dots = [node.id for node in diagram.content.nodes.values() if isinstance(node, Delta)]
    made = edits.disconnect(diagram, tuple(diagram.content.wires))
    made = edits.remove(made, {*dots, *gone}) if dots or gone else made
    legs: dict[str, list[Id]] = {}
    for place, row in enumerate(rows):
        before = old.operands[place] if place < len(tensors) else ()
        node = tensors[place].id if place < len(tensors) else ""
        made, ends = _relegged(made, node, before, row, spaces)
        for index, leg in zip(row, ends, strict=True):
            legs.setdefault(index, []).append(leg)
    opened: dict[str, Id] = {}
    for index, ends in legs.items():
        made, open_leg = _joined(made, index, ends, index in output)
        if open_leg:
            opened[index] = open_leg
    return edits_legs.set_open_order(made, [opened[index] for index in output])


def _in_order(diagram: Diagram, old: Spelled) -> list[Tensor]:
    """The tensors in the order of the string's operands."""
    waiting = [node for node in diagram.content.nodes.values() if isinstance(node, Tensor)]
    found = []
    for name in old.names:
        node = next(one for one in waiting if one.name == name)
        waiting.remove(node)
        found.append(node)
    return found


def _relegged(
    diagram: Diagram, node: Id, before: tuple[str, ...], row: tuple[str, ...], spaces: dict[str, Id]
) -> tuple[Diagram, list[Id]]:
    """The diagram with the legs of a tensor as the row wants them (a new tensor where `node` is ""), and their ids."""
    draft = Draft(diagram)
    old = diagram.content.nodes.get(node)
    kept = list(zip(before, old.legs, strict=True)) if isinstance(old, Tensor) else []
    ends: list[Leg] = []
    for index in row:
        own = next((pair for pair in kept if pair[0] == index), None)
        if own is not None:
            kept.remove(own)
            ends.append(own[1])
            continue
        if index not in spaces:
            spaces[index] = draft.space(index, None)
        ends.append(draft.leg(spaces[index], index))
    if isinstance(old, Tensor):
        if len(ends) != len(old.legs) and old.name in diagram.content.sources:
            raise Error(f"{old.name} comes from a file, whose array has {len(old.legs)} axes.")
        tip = tuple(leg for leg in old.tip if any(leg == end.id for end in ends))
        draft.nodes[node] = replace(old, legs=tuple(ends), tip=tip if tip or not old.tip else ())
        if old.tip and not tip:
            draft.nodes[node] = replace(old, legs=tuple(ends), tip=(), form="any")
        draft.rewire()  # what is said of the legs that went goes with them
    else:
        right = max((place.x for place in diagram.layout.places.values()), default=-APART)
        down = max((place.y for place in diagram.layout.places.values()), default=0.0)
        draft.tensor(edits_names.free_name(diagram), ends, (right + APART, down))
    return draft.build(), [leg.id for leg in ends]


def _joined(diagram: Diagram, index: str, ends: list[Id], shown: bool) -> tuple[Diagram, Id]:
    """Join the legs of an index: a wire for two, a dot for more (or for one that ends); the open leg, "" where there is none."""
    if len(ends) == 1 and shown:
        return diagram, ends[0]
    if len(ends) == 2 and not shown:
        return edits.connect(diagram, *ends), ""
    anchors = build(diagram).anchors
    tips = [anchors[end].tip for end in ends]
    at = (sum(x for x, _ in tips) / len(tips), sum(y for _, y in tips) / len(tips) + (18.0 if len(tips) == 2 else 0.0))
    draft = Draft(diagram)
    space = all_legs(diagram)[ends[0]].space
    own = [draft.leg(space) for _ in ends]
    out = draft.leg(space, index) if shown else None
    dot = draft.delta([*own, *([out] if out is not None else [])], at)
    made = draft.build()
    for one, other in zip(ends, own, strict=True):
        made = edits.connect(made, one, other.id)
    return edits_layout.place_at(made, {dot.id: at}), "" if out is None else out.id
