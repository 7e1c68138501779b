"""What recognisers of forms share: a block of statements with what is known of its values, and what they find in it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tensordraw.program.flow import reads
from tensordraw.program.statements import Axis, Fixed, Index, Name, Operand, Statement, Type


@dataclass(frozen=True, slots=True)
class Found:
    """Statements that stand for those of a block called `gone` and `last`, in the place of `last`."""

    last: Name
    gone: frozenset[Name]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The statements of one body, the types of all values of the program, how often each is read, values that have to
    stay (`kept`), and those that are a model's parameters or slices of them (`weights`: the array that each is of).
    `defined` has the statements outside too."""

    statements: Sequence[Statement]
    types: Mapping[Name, Type]
    counts: Mapping[Name, int]
    kept: frozenset[Name]
    weights: Mapping[Name, str]
    defined: Mapping[Name, Statement] = field(default_factory=dict)

    def maker(self, value: Name) -> Statement | None:
        """The statement of this block that makes a value which one statement reads, and nothing else wants."""
        if self.counts.get(value, 0) != 1 or value in self.kept:
            return None
        return next((statement for statement in self.statements if statement.out == value), None)

    def reader(self, value: Name) -> Statement | None:
        """The only statement of this block that reads a value which nothing else wants."""

        if self.counts.get(value, 0) != 1 or value in self.kept:
            return None
        return next((statement for statement in self.statements if value in reads(statement)), None)

    def kind(self, value: Name) -> str:
        """Which kind of fixed tensor a value is, "" for others."""
        statement = self.defined.get(value)
        return statement.kind if isinstance(statement, Fixed) else ""

    def fresh(self, wish: Name) -> Name:
        """The wish, with a number where a value has that name."""
        wishes = itertools.chain([wish], (f"{wish}{n}" for n in itertools.count(2)))
        return next(each for each in wishes if each not in self.types)

    def axes(self, operands: Sequence[Operand]) -> dict[Index, Axis]:
        """The axis of each index."""
        return {
            index: axis
            for operand in operands
            for index, axis in zip(operand.indices, self.types[operand.value].axes, strict=True)
        }


def distinct(operands: Sequence[Operand]) -> bool:
    """Whether no operand takes a diagonal, and none is a scalar."""
    return all(operand.indices and len(set(operand.indices)) == len(operand.indices) for operand in operands)
