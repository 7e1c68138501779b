"""Passes: programs to equal programs. `simplify` is what everything but tests reads.

Re-indexing of fixed tensors (`reindex`), removal of einsums that do nothing, of statements that nobody reads, and plain
names for indices. A pass walks statements in order with the types and definitions of everything before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.program.flow import reads, walk
from tensordraw.program.naming import name_indices, substitute_in
from tensordraw.program.reindex import Reindexing
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Einsum,
    Name,
    Operand,
    Program,
    Repeat,
    Scale,
    Spread,
    Statement,
    Type,
)


@cached
def simplify(program: Program) -> Program:
    """The program without fixed tensors where re-indexing says the same, without idle statements, with plain indices."""
    return _named(without_unused(broadcast(_Simplifying(program).run())))


class _Simplifying:
    """One walk over the program: re-indexing, and names of values that are another value."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.types: dict[Name, Type] = {entry.out: entry.type for entry in program.inputs}
        self.defined: dict[Name, Statement] = {}
        self.same: dict[Name, Name] = {}
        self.origin = dict(program.origin)
        self.named = frozenset(program.captures.values())
        self.taken = {*self.types, *_defined_names(program.body)}
        self.known: dict[str, Name] = {}  # by what defines it, its names of values and indices aside

    def run(self) -> Program:
        """The whole program, rewritten."""
        body = self._walk(self.program.body)
        outputs = tuple(replace(output, value=self._name(output.value)) for output in self.program.outputs)
        captures = {text: self._name(value) for text, value in self.program.captures.items()}
        return replace(self.program, body=body, outputs=outputs, captures=captures, origin=self.origin)

    def _name(self, name: Name) -> Name:
        return self.same.get(name, name)

    def _new(self, hint: str) -> Name:
        name, number = hint, 2
        while name in self.taken:
            name, number = f"{hint}{number}", number + 1
        self.taken.add(name)
        return name

    def _walk(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        done: list[Statement] = []
        for original in body:
            if isinstance(original, Repeat):
                done.append(self._repeat(original))
                continue
            statement = substitute_in(original, self._name)
            steps: list[Statement] = [statement]
            if isinstance(statement, Einsum):
                statement = self._unpermuted(statement)
                steps = Reindexing(statement, self.types, self.defined, self._new).run()
            for made in steps:
                step = substitute_in(made, self._name)
                if (twin := _alias(step) or self._twin(step)) is not None:
                    self.same[step.out] = twin
                    self.origin[twin] = tuple(
                        dict.fromkeys((*self.origin.get(twin, ()), *self.origin.get(step.out, ())))
                    )
                    continue
                self.types[step.out], self.defined[step.out] = step.type, step
                self.origin.setdefault(step.out, self.origin.get(statement.out, ()))
                done.append(step)
        return tuple(done)

    def _twin(self, statement: Statement) -> Name | None:
        """The value that is known already and computed alike. What the drawing names stays a value of its own."""
        if statement.out in self.named:
            return None
        key = _key(statement)
        return None if (found := self.known.setdefault(key, statement.out)) == statement.out else found

    def _unpermuted(self, einsum: Einsum) -> Einsum:
        """The einsum with arrays in place of those arrays with their axes in another order, which it need not wait for."""
        operands = []
        for operand in einsum.operands:
            before = self.defined.get(operand.value)
            if isinstance(before, Einsum) and _is_permutation(before) and before.out not in self.named:
                (source,) = before.operands
                index = dict(zip(before.output, operand.indices, strict=True))
                operand = Operand(source.value, tuple(index[i] for i in source.indices))
            operands.append(operand)
        return replace(einsum, operands=tuple(operands))

    def _repeat(self, repeat: Repeat) -> Repeat:
        self.types[repeat.state] = self.types[repeat.out] = repeat.type
        outside = self.known
        self.known = dict(outside)
        body = self._walk(repeat.body)
        self.known = outside
        return replace(repeat, body=body, initial=self._name(repeat.initial), result=self._name(repeat.result))


def _is_permutation(einsum: Einsum) -> bool:
    if len(einsum.operands) != 1:
        return False
    indices = einsum.operands[0].indices
    return len(set(indices)) == len(indices) == len(einsum.output)


def _alias(statement: Statement) -> Name | None:
    """The value that this statement only gives another name to."""
    if isinstance(statement, Einsum) and len(statement.operands) == 1:
        operand = statement.operands[0]
        if operand.indices == statement.output and len(set(operand.indices)) == len(operand.indices):
            return operand.value
    if isinstance(statement, Scale) and statement.factor == 1.0 and statement.expression in ("1", "1.0"):
        return statement.value
    return None


def _key(statement: Statement) -> str:
    """What a statement computes, whatever it and its indices are called."""
    number: dict[str, str] = {}

    def plain(indices: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(number.setdefault(index, str(len(number))) for index in indices)

    match statement:
        case Einsum(operands=operands, output=output):
            named = tuple(Operand(operand.value, plain(operand.indices)) for operand in operands)
            statement = replace(statement, operands=named, output=plain(output))
        case Spread(indices=indices, output=output):
            statement = replace(statement, indices=plain(indices), output=plain(output))
        case _:
            pass
    axes = tuple(Axis("", axis.size) for axis in statement.type.axes)
    return repr(replace(statement, out="", type=Type(axes, statement.type.integer)))


def _defined_names(body: tuple[Statement, ...]) -> set[Name]:
    names = {statement.out for statement in body}
    for statement in body:
        if isinstance(statement, Repeat):
            names |= {statement.state, statement.index} | _defined_names(statement.body)
    return names


def broadcast(program: Program) -> Program:
    """Adds take a spread operand as it was before it was spread, where another operand has the axes."""
    spreads: dict[Name, Spread] = {}

    def visit(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        done: list[Statement] = []
        for statement in body:
            match statement:
                case Spread() if len(set(statement.output)) == len(statement.output):
                    spreads[statement.out] = statement
                case Repeat():
                    statement = replace(statement, body=visit(statement.body))
                case Add():
                    statement = replace(statement, addends=_unspread(statement, spreads))
                case _:
                    pass
            done.append(statement)
        return tuple(done)

    return replace(program, body=visit(program.body))


def _unspread(add: Add, spreads: dict[Name, Spread]) -> tuple[Addend, ...]:
    addends = list(add.addends)
    for number, addend in enumerate(addends):
        spread = spreads.get(addend.value)
        if spread is None:
            continue
        source = [spread.indices.index(i) if i in spread.indices else None for i in spread.output]
        axes = tuple(None if axis is None else source[axis] for axis in addend.axes)
        others = [other.axes for n, other in enumerate(addends) if n != number]
        if all(axis is not None or any(o[k] is not None for o in others) for k, axis in enumerate(axes)):
            addends[number] = replace(addend, value=spread.value, axes=axes)
    return tuple(addends)


def without_unused(program: Program) -> Program:
    """The program without statements whose value is neither read, nor a result, nor to be captured."""
    wanted = {output.value for output in program.outputs} | set(program.captures.values())

    def keep(body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        kept: list[Statement] = []
        for statement in reversed(body):
            if isinstance(statement, Repeat):
                inside = _defined_names(statement.body) | {statement.state}
                if statement.out not in wanted and not inside & set(program.captures.values()):
                    continue
                wanted.update((statement.result, statement.initial))
                statement = replace(statement, body=keep(statement.body))
            elif statement.out not in wanted:
                continue
            wanted.update(reads(statement))
            kept.append(statement)
        return tuple(reversed(kept))

    return replace(program, body=keep(program.body))


def trimmed(program: Program) -> Program:
    """The program without what nobody reads, inputs among that."""
    program = without_unused(program)
    read = {name for statement in walk(program.body) for name in reads(statement)}
    read |= {output.value for output in program.outputs} | set(program.captures.values())
    return replace(program, inputs=tuple(item for item in program.inputs if item.out in read))


def upto(program: Program, values: Iterable[Name]) -> Program:
    """What of the program these values need: it has no results, and they are its captures, by their own names."""
    return trimmed(replace(program, outputs=(), captures={value: value for value in values}))


def _named(program: Program) -> Program:
    """Plain index names, and axes of values named by the statement that made them."""
    types: dict[Name, Type] = {entry.out: entry.type for entry in program.inputs}
    return replace(program, body=_map(program.body, types, _with_names))


def _map(
    body: tuple[Statement, ...], types: dict[Name, Type], change: Callable[[Statement, dict[Name, Type]], Statement]
) -> tuple[Statement, ...]:
    done: list[Statement] = []
    for statement in body:
        if isinstance(statement, Repeat):
            shape = types[statement.initial]
            types[statement.state] = types[statement.out] = shape
            inner = _map(statement.body, types, change)
            done.append(replace(statement, body=inner, type=shape))
        else:
            changed = change(statement, types)
            types[changed.out] = changed.type
            done.append(changed)
    return tuple(done)


def _with_names(statement: Statement, types: dict[Name, Type]) -> Statement:
    match statement:
        case Einsum() | Spread():
            return name_indices(statement)
        case Scale() | Conj():
            return replace(statement, type=types[statement.value])
        case Apply():
            source = types[statement.value].axes
            if len(source) == len(statement.type.axes):
                axes = tuple(
                    replace(new, name=old.name) if new.size == old.size else new
                    for old, new in zip(source, statement.type.axes, strict=True)
                )
                return replace(statement, type=Type(axes))
            return statement
        case _:
            return statement
