"""Which variable of the printed function holds each value of a program.

Values are defined once, variables may be assigned again: the state of a repeat, its last value, its result in the body and
what it starts as share one variable wherever no other value is lost by it, so that `resid = resid + mlp` can be printed;
and a value without a name in the drawing takes the name of what it becomes at once: `q = einsum(...)`, `q = q + b_Q`.
Slices, conjugates and gathered rows that are used once, and products that are only scaled, have no variable; they are
printed where they are used.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from tensordraw.program.flow import reads, walk
from tensordraw.program.identifiers import RESERVED, Names, identifier, parameters
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Conj,
    Einsum,
    Fused,
    Gather,
    Name,
    Program,
    Repeat,
    Scale,
    Select,
    Statement,
    Turn,
)

Leaders: TypeAlias = dict[Name, Name]  # by a value, the value whose variable it shares


@dataclass(frozen=True, slots=True)
class Binding:
    """`variables` of all values that have one (inputs: their parameter), `loops` the loop variable by a repeat's `out`,
    `inlined` the values printed in place, `parameters` the parameter of each array name, `returned` the value whose
    expression is what the function returns."""

    parameters: dict[str, str]
    variables: dict[Name, str]
    loops: dict[Name, str]
    inlined: frozenset[Name]
    returned: Name | None = None


def bind(program: Program, reserved: Iterable[str] = ()) -> Binding:
    """Variables for a program; `reserved` are names that no parameter may have."""
    given = parameters((each.array for each in program.inputs), reserved)
    names = Names({*given.values(), *RESERVED})
    loops, open_loops = dict[Name, str](), dict[str, str]()
    for statement in walk(program.body):
        if isinstance(statement, Repeat):
            # Loops that follow each other share a variable; nested ones need two.
            nested = any(isinstance(inner, Repeat) and inner.index == statement.index for inner in walk(statement.body))
            if nested or statement.index not in open_loops:
                open_loops[statement.index] = names.take(identifier(statement.index, "step"))
            loops[statement.out] = open_loops[statement.index]
            if nested:
                del open_loops[statement.index]
    counts = _counts(program)
    inlined = _inlined(program, counts)
    leader = _shared(program, inlined, counts)
    returned = _returned(program)
    leader |= _becoming(program, inlined, counts, {*leader, *filter(None, [returned])})
    variables = {each.out: given[each.array] for each in program.inputs}
    stream = {s.state: _common(s.state, s.result) for s in walk(program.body) if isinstance(s, Repeat)}
    held: dict[Name, str] = {}
    for statement in walk(program.body):
        if statement.out in inlined:
            continue
        for value in (statement.out, *([statement.state] if isinstance(statement, Repeat) else [])):
            first = leader.get(value, value)
            if first not in held:
                held[first] = names.take(identifier(stream.get(first, first)))
            variables[value] = held[first]
    return Binding(given, variables, loops, inlined, returned)


def is_product(einsum: Einsum) -> bool:
    """Whether `*` says the same: nothing is summed, and each array has the last axes of the result, in its order."""
    arrays = [operand.indices for operand in einsum.operands if operand.indices]
    if len(arrays) < 2 or einsum.output not in arrays:
        return False
    return all(einsum.output[-len(indices) :] == indices for indices in arrays)


def _common(state: Name, result: Name) -> Name:
    """What a state is called that becomes the result: `resid` for `resid_pre` and `resid_post`."""
    words = zip(state.split("_"), result.split("_"), strict=False)
    return "_".join(a for a, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], words)) or state


def _counts(program: Program) -> Counter[Name]:
    """How often each value is read, results of the program and of bodies included."""
    results = (output.value for output in program.outputs)
    read = (value for statement in walk(program.body) for value in reads(statement))
    return Counter(itertools.chain(results, read))


def _blocks(program: Program) -> list[tuple[Statement, ...]]:
    """The body of the program and those of its repeats."""
    return [program.body, *(statement.body for statement in walk(program.body) if isinstance(statement, Repeat))]


def _inlined(program: Program, counts: Counter[Name]) -> frozenset[Name]:
    found = {statement.out for statement in walk(program.body) if isinstance(statement, Select | Conj)}
    for block in _blocks(program):
        # Gathered rows are neither moved into a loop, nor into a function, which may read them twice.
        read = {value for statement in block if not isinstance(statement, Apply) for value in reads(statement)}
        found |= {s.out for s in block if isinstance(s, Gather) and s.out in read}
        for before, after in itertools.pairwise(block):
            if isinstance(before, Einsum) and isinstance(after, Scale) and after.value == before.out:
                found.add(before.out)
    results = {output.value for output in program.outputs}
    return frozenset(value for value in found if counts[value] == 1 and value not in results)


def _becoming(program: Program, inlined: frozenset[Name], counts: Counter[Name], shared: Container[Name]) -> Leaders:
    """For each value that the drawing does not name, and that the next statement changes entry by entry into the only
    thing it is used for: the value whose variable it gets."""
    drawn, leader = set(program.captures.values()), dict[Name, Name]()
    for block in _blocks(program):
        shown = [statement for statement in block if statement.out not in inlined]
        for before, after in reversed(list(itertools.pairwise(shown))):
            value = before.out
            free = counts[value] == 1 and value not in drawn and value not in shared and after.out not in shared
            if free and not isinstance(before, Repeat) and (_changed(after) == value or _turned(before, after)):
                leader[value] = leader.get(after.out, after.out)
    return leader


def _changed(statement: Statement) -> Name | None:
    """The value that a statement adds something to, or multiplies with something, entry by entry."""
    match statement:
        case Add(addends=[Addend(factor=1.0, value=value), *_]):
            return value
        case Scale(value=value):
            return value
        case Einsum() if is_product(statement):
            return next(operand.value for operand in statement.operands if operand.indices)
        case _:
            return None


def _turned(before: Statement, after: Statement) -> bool:
    """Whether a statement only turns the result of a linear layer along its axes: `q = F.linear(...)`, `q = einsum(turn, q)`."""
    if not isinstance(before, Fused):
        return False
    if isinstance(after, Fused) and isinstance(after.form, Turn):
        return after.form.value.value == before.out
    if not isinstance(after, Einsum) or len(after.operands) != 2:
        return False
    turned = [operand for operand in after.operands if operand.value == before.out]
    return len(turned) == 1 and sorted(before.type.shape) == sorted(after.type.shape) and not is_product(after)


def _returned(program: Program) -> Name | None:
    """The only result, where the last statement makes it and the drawing has no name for it."""
    if len(program.outputs) != 1 or not program.body or isinstance(program.body[-1], Repeat):
        return None
    value = program.outputs[0].value
    return value if program.body[-1].out == value and value not in program.captures.values() else None


def _shared(program: Program, inlined: frozenset[Name], counts: Counter[Name]) -> Leaders:
    """For each value that shares a variable with others, the state whose name the variable gets."""
    results = {output.value for output in program.outputs}
    by_name = {statement.out: statement for statement in walk(program.body)}
    leader: dict[Name, Name] = {}

    def read_by(statement: Statement) -> set[Name]:
        """What a statement needs when it runs, the parts of pieces printed in place included."""
        found = set(reads(statement))
        if isinstance(statement, Repeat):
            for inner in statement.body:
                found |= read_by(inner)
        for value in found & inlined:
            found |= read_by(by_name[value])
        return found

    def visit(block: tuple[Statement, ...]) -> None:
        here = {statement.out for statement in block} - inlined
        for repeat in block:
            if not isinstance(repeat, Repeat):
                continue
            alone = counts[repeat.initial] == 1 and repeat.initial in here and repeat.initial not in results
            first = leader.get(repeat.initial, repeat.state) if alone else repeat.state
            if alone:
                leader[repeat.initial] = first
            leader[repeat.state] = leader[repeat.out] = first
            if _last_word(repeat, read_by, inlined):
                leader[repeat.result] = first
            visit(repeat.body)

    visit(program.body)
    return leader


def _last_word(repeat: Repeat, read_by: Callable[[Statement], set[Name]], inlined: frozenset[Name]) -> bool:
    """Whether the result may overwrite the state at once: nothing after it in the body reads the old state."""
    places = [place for place, statement in enumerate(repeat.body) if statement.out == repeat.result]
    if not places or repeat.result in inlined or isinstance(repeat.body[places[0]], Repeat):
        return False
    later = (s for s in repeat.body[places[0] + 1 :] if s.out not in inlined)
    return not any(repeat.state in read_by(statement) for statement in later)
