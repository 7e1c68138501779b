"""From the tape to a program: sizes settled and filled in, names given, what nothing uses left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count

from msgspec.structs import replace

from tensordraw.diagram.records import Relation
from tensordraw.errors import Error
from tensordraw.program.expressions import Expr, Name, compute, variables
from tensordraw.program.flow import reads, walk
from tensordraw.program.formulas import substitute
from tensordraw.program.naming import Hints, name_indices, rename
from tensordraw.program.passes import without_unused
from tensordraw.program.statements import (
    Add,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)
from tensordraw.read.dims import Dim
from tensordraw.read.source.formula import typed
from tensordraw.read.source.machine import Machine

Result = tuple[str, str, Relation]  # of an output: its name, the value, the relation before it


def finish(m: Machine, results: Sequence[Result]) -> tuple[Program, dict[str, int]]:
    """The program with these results, and the sizes that its numbers speak of and that no axis has.

    Error: sizes that contradict each other.
    """
    tape = m.tape
    _settle(m)
    program = Program(
        m.inputs(), tuple(tape.bodies[0]), tuple(Output(name, value, relation) for name, value, relation in results)
    )
    program = without_unused(program)
    used = {output.value for output in program.outputs} | {
        value for statement in walk(program.body) for value in reads(statement)
    }
    program = replace(program, inputs=tuple(given for given in program.inputs if given.out in used))
    filling = _Filling(m, program)
    inputs = tuple(replace(given, type=filling.type(given.type)) for given in program.inputs)
    body = tuple(filling.statement(statement) for statement in program.body)
    hints = _hints(m, body)
    return rename(Program(inputs, body, program.outputs), hints), filling.numbers


def _settle(m: Machine) -> None:
    """Every dim has a size; those that slices relate first, since what is cut has to be long enough."""
    dims, tape = m.tape.dims, m.tape
    pending = [*tape.shorter]
    for part, whole, start in tape.within:
        size, most = dims.size(part), dims.size(whole)
        if size is None and most is not None:
            dims.learn(part, max(1, most - start - 1), "as part of an axis")
        elif most is None:
            if size is None:
                dims.learn(part, 2, "by default")
            least = (dims.size(part) or 2) + start
            others = [s + (dims.size(p) or 2) for p, w, s in tape.within if dims.find(w) == dims.find(whole)]
            dims.learn(whole, max([least + (not start), *others]), "as what is cut")
        elif size is not None and size + start > most:
            raise Error(f"A slice of {size} entries from {start} on is longer than its axis, which has size {most}.")
    for part, whole, less in pending:
        size = dims.size(part)
        if dims.size(whole) is None:
            dims.learn(whole, (size or 3) + less, "as what is cut")
        dims.learn(part, (dims.size(whole) or 0) - less, "as part of an axis")
    dims.settle()


class _Filling:
    """Statements with sizes and names in place of dims."""

    def __init__(self, m: Machine, program: Program) -> None:
        self.m, self.dims = m, m.tape.dims
        self.kept = {s.out for s in walk(program.body)} | {given.out for given in program.inputs}
        every = chain((given.type for given in program.inputs), (statement.type for statement in walk(program.body)))
        axes = [axis for type_ in every for axis in type_.axes]
        self.leaders = {self.dims.find(axis.size) for axis in axes}
        self.numbers: dict[str, int] = {}  # sizes by name that no axis has
        taken = {self.dims.name(axis.size) or axis.name for axis in axes}
        fresh = (
            name for n in count() for c in "ijklmnopqrstuvwxyz" if (name := c if n == 0 else f"{c}{n}") not in taken
        )
        self.letters: dict[Dim, str] = {}
        for axis in axes:
            leader = self.dims.find(axis.size)
            if not axis.name and not self.dims.name(leader) and leader not in self.letters:
                self.letters[leader] = next(fresh)
        self.types: dict[str, Type] = {given.out: given.type for given in program.inputs}
        for statement in walk(program.body):
            self.types[statement.out] = statement.type
            if isinstance(statement, Repeat):
                self.types[statement.state] = statement.type

    def axis(self, axis: Axis) -> Axis:
        name = axis.name or self.dims.name(axis.size) or self.letters.get(self.dims.find(axis.size), "")
        size = self.dims.size(axis.size)
        assert size is not None, "all sizes are settled"
        return Axis(name, size)

    def type(self, type_: Type) -> Type:
        return replace(type_, axes=tuple(map(self.axis, type_.axes)))

    def number(self, tree: Expr) -> tuple[str, float]:
        """A number that is written in sizes, as people type it and as it is."""
        names = {name: int(name) for name in variables(tree)}
        sizes = {name: float(self.dims.size(dim) or 0) for name, dim in names.items()}
        try:
            value = compute(tree, sizes)
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            raise Error("A number in the text has no finite value; give other sizes.") from error
        called = {name: self.dims.name(dim) or self.letters.get(self.dims.find(dim), "") for name, dim in names.items()}
        if not all(called.values()):
            return "", value
        for name, dim in names.items():
            if self.dims.find(dim) not in self.leaders:
                self.numbers[called[name]] = int(sizes[name])
        return typed(substitute(tree, {name: Name(text) for name, text in called.items()})), value

    def index(self, index: str, axis: Axis) -> str:
        """An index with a name to read."""
        name, at, rest = index.partition("@")
        return index if name or not at else f"{self.axis(axis).name}@{rest}"

    def statement(self, statement: Statement) -> Statement:
        """The statement with sizes in place of dims."""
        tape = self.m.tape
        type_ = self.type(statement.type)
        match statement:
            case Constant():
                text, value = self.number(tape.trees[statement.out][0])
                return replace(statement, expression=text or repr(value), value=value)
            case Scale():
                text, value = self.number(tape.trees[statement.out][0])
                return replace(statement, factor=value, expression=text or repr(value), type=type_)
            case Add():
                numbers = [self.number(tree) for tree in tape.trees[statement.out]]
                addends = tuple(
                    replace(addend, coefficient=text or repr(value), factor=value)
                    for addend, (text, value) in zip(statement.addends, numbers, strict=True)
                )
                return replace(statement, addends=addends, type=type_)
            case Einsum():
                names = {
                    index: self.index(index, axis)
                    for operand in statement.operands
                    for index, axis in zip(operand.indices, self.types[operand.value].axes, strict=True)
                }
                operands = tuple(
                    replace(operand, indices=tuple(names[index] for index in operand.indices))
                    for operand in statement.operands
                )
                output = tuple(names[index] for index in statement.output)
                return name_indices(replace(statement, operands=operands, output=output, type=type_))
            case Spread():
                names = {
                    index: self.index(index, axis)
                    for index, axis in zip(statement.output, statement.type.axes, strict=True)
                }
                indices = tuple(names[index] for index in statement.indices)
                output = tuple(names[index] for index in statement.output)
                return name_indices(replace(statement, indices=indices, output=output, type=type_))
            case Select(at=int(at)) if at < 0:
                size = self.dims.size(self.types[statement.value].axes[statement.axis].size) or 0
                return replace(statement, at=at + size, type=type_)
            case Select(at=str(at)):
                return replace(statement, at=at.partition("@")[0], type=type_)
            case Repeat():
                body = tuple(self.statement(inner) for inner in statement.body)
                turns = self.dims.size(statement.count) or 0
                return replace(statement, index=statement.index.partition("@")[0], count=turns, body=body, type=type_)
            case Fixed() | Reshape() | Conj():
                return replace(statement, type=type_)
            case _:
                return replace(statement, type=type_)


# What is drawn without a place for a name, where it is used once: legs and wires of what uses it.
_PLAIN = (Einsum, Select, Reshape, Spread, Scale, Gather)


def _hints(m: Machine, body: Sequence[Statement]) -> Hints:
    """Names of values: what the text calls them, else what they are."""
    hints = Hints()
    given = {each.out for each in m.inputs()}
    counts: dict[str, int] = {}
    for statement in walk(body):
        for value in reads(statement):
            counts[value] = counts.get(value, 0) + 1
    for statement in walk(body):
        out = statement.out
        said = m.tape.said.get(out, "")
        once = counts.get(out, 0) == 1
        plain = isinstance(statement, Fixed | Conj | Constant) or (once and isinstance(statement, _PLAIN))
        if isinstance(statement, Select) and statement.value not in given:
            plain = False  # parts of a computed array, such as queries, keys and values of one product
        hints.say(out, said, capture=not plain)
        hints.think(out, m.tape.thought.get(out, "value"))
        if isinstance(statement, Repeat):
            hints.say(statement.state, m.tape.said.get(statement.state, ""))
    return hints
