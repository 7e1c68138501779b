"""The einsum string of a program that is one contraction of its arrays: `i j, j k -> i k`.

Indices are called by the names of their axes where these are different, so that the string reads as the drawing does; in
the classic form they are letters. Programs of more than one contraction have no such string.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

from tensordraw.diagram.records import Content
from tensordraw.errors import Error
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Einsum, Program

NOT_ONE = "This is more than one contraction of arrays, which an einsum string cannot say."


@dataclass(frozen=True, slots=True)
class Spelled:
    """One contraction: the arrays in order, the indices of each and of the result, and the size of each index."""

    names: tuple[str, ...]
    operands: tuple[tuple[str, ...], ...]
    output: tuple[str, ...]
    sizes: dict[str, int]

    @property
    def text(self) -> str:
        """With names of indices: `i j, j k -> i k`."""
        return f"{', '.join(map(' '.join, self.operands))} -> {' '.join(self.output)}".strip()

    @property
    def classic(self) -> str:
        """With one letter an index: `ij,jk->ik`. Raises `Error` where there are more than 52."""
        letters = {index: index for index in self.sizes if re.fullmatch("[A-Za-z]", index)}
        free = (letter for letter in string.ascii_letters if letter not in letters)
        for index in self.sizes:
            if index not in letters:
                letter = next(free, None)
                if letter is None:
                    raise Error(f"{len(self.sizes)} indices are more than the 52 letters of an einsum string.")
                letters[index] = letter
        spelled = ["".join(letters[index] for index in row) for row in (*self.operands, self.output)]
        return f"{','.join(spelled[:-1])}->{spelled[-1]}"


def spelled(content: Content) -> Spelled:
    """The contraction that a content means. Raises `Error` where it is none, or not a single one."""
    program = simplify(lower(content))
    if not program.inputs and not program.body:
        raise Error("The drawing is empty.")
    (result, *more) = program.outputs
    if more:
        raise Error("This has several results, and an einsum string has one.")
    given = {one.out: one.array for one in program.inputs}
    match program.body:
        case ():
            return _itself(program, given, result.value)
        case (Einsum() as einsum,) if einsum.out == result.value and all(o.value in given for o in einsum.operands):
            return _of(einsum, program, given)
        case _:
            raise Error(NOT_ONE)


def _itself(program: Program, given: dict[str, str], value: str) -> Spelled:
    """The string of an array that is the result as it stands."""
    one = next((each for each in program.inputs if each.out == value), None)
    if one is None:
        raise Error(NOT_ONE)
    rows = _distinct([axis.name for axis in one.type.axes])
    sizes = {index: axis.size for index, axis in zip(rows, one.type.axes, strict=True)}
    return Spelled((given[value],), (tuple(rows),), tuple(rows), sizes)


def _of(einsum: Einsum, program: Program, given: dict[str, str]) -> Spelled:
    types = {one.out: one.type for one in program.inputs}
    sizes: dict[str, int] = {}
    hints: dict[str, str] = {}
    for operand in einsum.operands:
        for index, axis in zip(operand.indices, types[operand.value].axes, strict=True):
            sizes.setdefault(index, axis.size)
            hints.setdefault(index, index)
    names = dict(zip(hints, _distinct([hints[index] for index in hints]), strict=True))
    return Spelled(
        tuple(given[operand.value] for operand in einsum.operands),
        tuple(tuple(names[index] for index in operand.indices) for operand in einsum.operands),
        tuple(names[index] for index in einsum.output),
        {names[index]: size for index, size in sizes.items()},
    )


def _distinct(names: list[str]) -> list[str]:
    """The names as identifiers that are all different."""
    found: list[str] = []
    for name in names:
        plain = re.sub(r"\W", "_", name).strip("_") or "i"
        plain = plain if not plain[0].isdigit() else f"i{plain}"
        taken, number = plain, 2
        while taken in found:
            taken, number = f"{plain}{number}", number + 1
        found.append(taken)
    return found
