"""Forms that libraries compute at once, recognised in a program: attention, linear layers with their bias, layer norms.

`fused` is a pass to an equal program; every recognised form carries the plain statements that it stands for, and `unfused`
puts them back. A value that a recognised form would hide stays plain where something else reads it, where it is a result,
or where the caller wants it (`kept`: what is to be captured).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec.structs import replace

from tensordraw.program.flow import reads, types, walk, without_dead
from tensordraw.program.fuse_attention import attention
from tensordraw.program.fuse_layers import linear, norm
from tensordraw.program.fuse_turns import turn
from tensordraw.program.fusing import Block, Found
from tensordraw.program.plan import chain
from tensordraw.program.statements import Apply, Einsum, Fused, Name, Program, Repeat, Select, Statement, Type

Finder: TypeAlias = Callable[[Block, Statement], Found | None]


def fused(program: Program, kept: Iterable[Name] = (), layers: bool = True, turns: bool = False) -> Program:
    """The program with its recognised forms, `layers` (linear layers and norms) among them, and `turns` (rotary positions,
    without the matrices that are drawn for them); captures that they hide leave it."""
    counts = Counter(output.value for output in program.outputs)
    for statement in walk(program.body):
        counts.update(reads(statement))
    weights = {given.out: given.array for given in program.inputs if not (given.type.integer or _opens(given.type))}
    for statement in walk(program.body):
        if isinstance(statement, Select) and statement.value in weights:
            weights[statement.out] = weights[statement.value]
    fusing = _Fusing(types(program), counts, frozenset(kept), weights, dict(program.origin), layers)
    if turns:
        fusing.defined = {statement.out: statement for statement in walk(program.body)}
    body = fusing.block(program.body)
    if not fusing.changed:
        return program
    if turns:
        body = without_dead(body, counts, {*kept, *(output.value for output in program.outputs)})
    made = replace(program, body=body, origin=fusing.origin)
    defined = types(made)
    return replace(made, captures={name: value for name, value in program.captures.items() if value in defined})


def unfused(program: Program) -> Program:
    """The program with plain statements alone; the same object where it has no others."""
    if not any(isinstance(statement, Fused) for statement in walk(program.body)):
        return program
    return replace(program, body=_plain(program.body))


def _plain(body: Iterable[Statement]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for statement in body:
        match statement:
            case Fused(plain=plain):
                found.extend(_plain(plain))
            case Repeat():
                found.append(replace(statement, body=_plain(statement.body)))
            case _:
                found.append(statement)
    return tuple(found)


def _stem(array: str) -> str:
    """What the product with an array is called: `q` for `q_proj`."""
    stem = array.removesuffix(".weight").removesuffix("_proj")
    return stem.rpartition(".")[2] if stem != array and stem.rpartition(".")[2].isidentifier() else ""


def _opens(type: Type) -> bool:
    return any(axis.open and not axis.flexible for axis in type.axes)


@dataclass(slots=True)
class _Fusing:
    """One walk over a program: types of all values, how often each is read, which stay, which are parameters (and the
    array that each is, or is a slice of)."""

    types: dict[Name, Type]
    counts: Counter[Name]
    kept: frozenset[Name]
    weights: Mapping[Name, str]
    origin: dict[Name, tuple[str, ...]]
    layers: bool
    changed: bool = False
    defined: Mapping[Name, Statement] = field(default_factory=dict)  # where turns are wanted

    def block(self, body: Sequence[Statement]) -> tuple[Statement, ...]:
        """The statements of one body, attention first: what it splits off are linear layers."""
        inner = [replace(s, body=self.block(s.body)) if isinstance(s, Repeat) else s for s in body]
        statements = self._pass(inner, attention, Einsum)
        if self.layers:
            statements = self._pass(statements, norm, Apply)
            statements = self._parted(statements)
            if self.defined:
                statements = self._pass(statements, turn, Einsum)
            statements = self._pass(statements, linear, Einsum)
        return tuple(statements)

    def _parted(self, statements: Iterable[Statement]) -> list[Statement]:
        """Products of an activation with several factors as products of two, among which linear layers are found."""
        made: list[Statement] = []
        for statement in statements:
            if not isinstance(statement, Einsum) or len(statement.operands) < 3 or not self._has_weight(statement):
                made.append(statement)
                continue
            self.changed = True
            steps = chain(statement, self.types, {*self.types})
            for step in self._called(steps):
                made.append(step)
                self.types[step.out] = step.type
                self.counts[step.out] += 1
                self.origin.setdefault(step.out, self.origin.get(statement.out, ()))
        return made

    def _has_weight(self, einsum: Einsum) -> bool:
        return any(operand.value in self.weights for operand in einsum.operands)

    def _called(self, steps: Sequence[Einsum]) -> Iterator[Einsum]:
        """The steps of a product, those with a weight called after it: `up` for `up_proj`."""
        called: dict[Name, Name] = {}
        for step in steps:
            operands = tuple(replace(each, value=called.get(each.value, each.value)) for each in step.operands)
            weights = [self.weights[each.value] for each in operands if each.value in self.weights]
            stem = _stem(weights[0]) if len(weights) == 1 else ""
            if all(operand.indices == step.output for operand in step.operands):
                stem = "gated"
            name = step.out
            if step is not steps[-1] and stem:
                wishes = itertools.chain([stem], (f"{stem}{n}" for n in itertools.count(2)))
                name = next(each for each in wishes if each not in self.types and each not in called.values())
                called[step.out] = name
            yield replace(step, out=name, operands=operands)

    def _pass(self, statements: list[Statement], find: Finder, kind: type[Statement]) -> list[Statement]:
        for statement in [each for each in statements if isinstance(each, kind)]:
            if not any(each is statement for each in statements):
                continue  # a form found before stands for it
            block = Block(statements, self.types, self.counts, self.kept, self.weights, self.defined)
            found = find(block, statement)
            if found is not None:
                statements = self._replaced(statements, found)
        return statements

    def _replaced(self, statements: Sequence[Statement], found: Found) -> list[Statement]:
        """The block with the found statements in the place of the last that they stand for."""
        self.changed = True
        made: list[Statement] = []
        for statement in statements:
            if statement.out == found.last:
                made.extend(found.statements)
            elif statement.out not in found.gone:
                made.append(statement)
        # Names that people see only in the drawing still lead to the line that computes them.
        for new in walk(found.statements):
            self.types[new.out] = new.type
            if isinstance(new, Fused):
                for part in new.plain:
                    self.types[part.out] = part.type
                ids = [self.origin.get(part.out, ()) for part in new.plain]
                self.origin[new.out] = tuple(dict.fromkeys(id for each in ids for id in each))
            elif new.out not in self.origin and found.last in self.origin:
                self.origin[new.out] = self.origin[found.last]
        return made
