"""The contraction of a network, shown: a figure for each step, the pair that is contracted marked, with what it costs.

The order is the planner's, as evaluation has it. A network here is tensors, wires and dots without regions, adds, copies
and groupings, so that all of it is one einsum.
"""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_contract import contracted, indices
from tensordraw.diagram.mathematics import latex, text
from tensordraw.diagram.records import Content, Delta, Diagram, Fixed, Id, Look, Tensor, node_legs
from tensordraw.errors import Error
from tensordraw.program.cost import Cost, cost
from tensordraw.program.plan import chain
from tensordraw.program.statements import Axis, Einsum, Input, Operand, Output, Program, Type

MARKED = "orange"
BELOW = 18.0  # from the drawing to the note on costs


def steps(diagram: Diagram) -> list[Diagram]:
    """The network before each step of its contraction, and what is left in the end, each with a note on its cost.

    errors.Error where the document is more than one contraction of two tensors or more.
    """
    whole = _einsum(diagram.content)
    program = _program(whole, diagram.content)
    known = {item.out: item.type for item in program.inputs}
    chained = chain(whole, known, {*known, whole.out}) if len(whole.operands) > 2 else [whole]
    spent = cost(replace(program, body=tuple(chained)))
    node_of = {operand.value: operand.value for operand in whole.operands}
    shown, now = [], diagram
    for number, (step, priced) in enumerate(zip(chained, spent.path, strict=True), 1):
        pair = [node_of[operand.value] for operand in step.operands]
        names = r"\,".join(_name(now.content, node) for node in pair)
        shown.append(_marked(now, pair, f"${_result(number)} = {names}$: {priced.flops:,} operations"))
        now, node_of[step.out] = contracted(now, pair, _result(number))
    return [*shown, _noted(now, _total(spent))]


def _result(number: int) -> str:
    return f"r_{{{number}}}"


def _name(content: Content, node: Id) -> str:
    match content.nodes[node]:
        case Tensor(name=name):
            return latex(name)
        case Fixed(kind=kind):
            return text(kind.replace("_", " "))
        case _:
            raise ValueError(node)


def _total(spent: Cost) -> str:
    return f"{spent.flops:,} operations in all, largest array {spent.largest:,} entries"


def _einsum(content: Content) -> Einsum:
    """The whole network as one einsum of its nodes by id."""
    operands = [node for node in content.nodes.values() if isinstance(node, Tensor | Fixed)]
    if content.regions or len(operands) + sum(isinstance(n, Delta) for n in content.nodes.values()) < len(
        content.nodes
    ):
        raise Error(
            "Steps are shown of one network: tensors, wires and dots without regions, adds, copies and groupings."
        )
    if len(operands) < 2:
        raise Error("There is nothing to contract: steps are shown of two tensors or more.")
    index_of = indices(content)
    wired = {end for wire in content.wires.values() for end in wire.ends}
    free = [
        leg for node in content.nodes.values() for leg in node_legs(node) if leg.index is None and leg.id not in wired
    ]
    held = {index_of[leg.id] for node in operands for leg in node_legs(node)}
    if any(index_of[leg.id] not in held for leg in free):
        raise Error("Steps are shown of tensors: here a line or a dot is joined to none.")
    output = tuple(dict.fromkeys(index_of[leg.id] for leg in free))
    sizes = {index_of[leg.id]: content.spaces[leg.space].size for node in operands for leg in node_legs(node)}
    named = [
        Operand(node.id, tuple(index_of[leg.id] for leg in node_legs(node) if leg.index is None)) for node in operands
    ]
    return Einsum("result", tuple(named), output, Type(tuple(Axis(index, sizes[index]) for index in output)))


def _program(whole: Einsum, content: Content) -> Program:
    inputs = []
    for operand in whole.operands:
        legs = [leg for leg in node_legs(content.nodes[operand.value]) if leg.index is None]
        axes = tuple(Axis(leg.id, content.spaces[leg.space].size) for leg in legs)
        inputs.append(Input(operand.value, operand.value, Type(axes)))
    return Program(tuple(inputs), (whole,), (Output("", whole.out),))


def _marked(diagram: Diagram, pair: list[Id], words: str) -> Diagram:
    """The diagram with a pair of nodes and the wires between them in colour, and a note."""
    draft = Draft(diagram)
    owners = draft.owners()
    for item in (*pair, *(w.id for w in draft.wires.values() if {owners[end] for end in w.ends} <= set(pair))):
        draft.looks[item] = replace(draft.looks.get(item, Look()), colour=MARKED, weight="bold")
    return _noted(draft.build(), words)


def _noted(diagram: Diagram, words: str) -> Diagram:
    """The diagram with a note in the middle below it, and no other."""
    from tensordraw.figure.build import build

    draft = Draft(diagram)
    draft.notes = {}
    left, _, right, bottom = build(draft.build()).box
    note = draft.note(words, 0.0, bottom + BELOW)
    (item,) = (item for item in build(draft.build()).items if item.owner == note.id)
    draft.change(note.id, x=round((left + right) / 2 - (item.box[0] + item.box[2]) / 2, 2))
    return draft.build()
