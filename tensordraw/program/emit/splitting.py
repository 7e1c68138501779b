"""Einsums that cannot be one line of code are split into several, by the planner's order.

Letters end at 52, and einops, torch and numpy allow no more names either. torch contracts from left to right unless
opt_einsum is installed beside it, which can be exponentially worse than a good order: then the operands are put into that
order, or where no order from left to right is good, the parts are spelled out. einops has numpy run one loop over all
indices at once, which is worse still: the parts are spelled out wherever that is felt.
"""

from __future__ import annotations

import itertools
import keyword
import math
import re
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from tensordraw.program.emit.language import MOST_INDICES, Language
from tensordraw.program.emit.naming import axis_name
from tensordraw.program.flow import reads, types
from tensordraw.program.identifiers import RESERVED
from tensordraw.program.plan import axis_sizes, chain, multiplications, path
from tensordraw.program.statements import Axis, Einsum, Index, Name, Operand, Program, Repeat, Statement, Type

MOST_OPERANDS = 40
BEARABLE = 10_000_000  # multiplications from left to right that nobody minds
WORSE = 2  # times more of them than in a good order: worth another order


def split(program: Program, language: Language) -> tuple[Program, dict[Name, Name]]:
    """The program with einsums that the language can print and compute, and for each part the einsum it is a part of."""
    splitting = _Splitting(program, language)
    return replace(program, body=splitting.block(program.body)), splitting.whole


def parted(program: Program, whole: Callable[[Einsum], bool]) -> tuple[Program, dict[Name, Name]]:
    """The program with every einsum of more than two operands in parts of two, but those that can stay `whole`; and for
    each part the einsum it is a part of."""
    splitting = _Splitting(program, whole)
    return replace(program, body=splitting.block(program.body)), splitting.whole


class _Splitting:
    """One walk over a program: types of what is known so far, names that are taken, the einsum that each part is of."""

    def __init__(self, program: Program, language: Language | Callable[[Einsum], bool]) -> None:
        self.language = language
        self.known = types(program)
        self.taken = {*self.known, *RESERVED}
        self.whole: dict[Name, Name] = {}

    def block(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        """Statements with their einsums as they can be printed."""
        found: list[Statement] = []
        for statement in body:
            if isinstance(statement, Repeat):
                found.append(replace(statement, body=self.block(statement.body)))
            elif isinstance(statement, Einsum) and len(statement.operands) > 2:
                parts = self._arranged(statement)
                self.known.update((part.out, part.type) for part in parts)
                self.whole.update((part.out, statement.out) for part in parts if part.out != statement.out)
                found.extend(parts)
            elif isinstance(statement, Einsum):
                # What a pass has split off has numbers that only the whole needed.
                alone = _labelled(statement, {}, _numbered(statement, self.known))
                found.append(statement if alone.operands == statement.operands else alone)
                self.known[statement.out] = found[-1].type
            else:
                found.append(statement)
        return tuple(found)

    def _arranged(self, einsum: Einsum) -> list[Einsum]:
        """The einsum as it can be printed: itself, itself with operands in another order, or in parts."""
        if not isinstance(self.language, Language):
            return [einsum] if self.language(einsum) else self._parts(einsum)
        sizes, count = axis_sizes(einsum, self.known), len(einsum.operands)
        if self.language.letters and (len(sizes) > MOST_INDICES or count > MOST_OPERANDS):
            return self._parts(einsum)
        if self.language.order == "good" or math.prod(sizes.values()) <= BEARABLE:
            return [einsum]
        if self.language.order == "one loop":
            return self._parts(einsum)
        leftwards = [(0, 1), *((0, left) for left in range(count - 2, 0, -1))]
        terms, output = [frozenset(operand.indices) for operand in einsum.operands], frozenset(einsum.output)
        cost = multiplications(terms, output, sizes, leftwards)
        if cost <= BEARABLE:
            return [einsum]
        steps = path(einsum, self.known)
        if cost <= WORSE * multiplications(terms, output, sizes, steps):
            return [einsum]
        order = _leftwards(steps, count)
        if order is None:
            return self._parts(einsum)
        return [replace(einsum, operands=tuple(einsum.operands[place] for place in order))]

    def _parts(self, einsum: Einsum) -> list[Einsum]:
        """The einsum as einsums of two operands, the parts named after what they are made of."""
        steps = chain(einsum, self.known, self.taken)
        names: dict[Name, Name] = {}
        for step in steps[:-1]:
            wish = _part_name(tuple(names.get(name, name) for name in reads(step)))
            if wish and wish not in self.taken:
                names[step.out] = wish
                self.taken.add(wish)
        numbered = _numbered(einsum, self.known)
        return [_labelled(step, names, numbered) for step in steps]


def _leftwards(steps: Sequence[Sequence[int]], count: int) -> list[int] | None:
    """The operands in the order in which the steps take them, where each step goes on with the result of the last."""
    left = list(range(count))
    order: list[int] = []
    for number, step in enumerate(steps):
        if number and len(left) - 1 not in step:
            return None
        order += [left[place] for place in sorted(step) if not number or place != len(left) - 1]
        left = [operand for place, operand in enumerate(left) if place not in step] + [-1]
    return order


def _numbered(einsum: Einsum, known: Mapping[Name, Type]) -> dict[Index, str]:
    """The name without its number of each index that has one only because the einsum has several of that name."""
    found: dict[Index, str] = {}
    for operand in einsum.operands:
        for index, axis in zip(operand.indices, known[operand.value].axes, strict=True):
            if index != axis.name and index.startswith(axis.name) and index[len(axis.name) :].isdigit():
                found[index] = axis.name
    return found


def _labelled(part: Einsum, names: Mapping[Name, Name], numbered: Mapping[Index, str]) -> Einsum:
    """The part under its name, its indices without numbers that it does not need, its axes called as its indices are,
    which say more than the axes that they came from."""
    stems: dict[str, list[Index]] = {}
    for index in dict.fromkeys(itertools.chain(*(operand.indices for operand in part.operands))):
        stems.setdefault(numbered.get(index, index), []).append(index)
    short = {several[0]: stem for stem, several in stems.items() if len(several) == 1 and several[0] != stem}
    operands, output = part.operands, part.output
    if short or any(operand.value in names for operand in operands):
        operands = tuple(
            Operand(names.get(o.value, o.value), tuple([short.get(i, i) for i in o.indices])) for o in operands
        )
        output = tuple([short.get(i, i) for i in output])
    axes = [_named(axis, index) for index, axis in zip(output, part.type.axes, strict=True)]
    return Einsum(names.get(part.out, part.out), operands, output, Type(tuple(axes)))


def _named(axis: Axis, index: Index) -> Axis:
    return replace(axis, name=index) if axis_name(index) == index and not axis.open else axis


def _part_name(operands: tuple[Name, ...]) -> str:
    """`q` for `resid` times `W_Q`, else both names if that is short, else nothing."""
    weight = [match[1].lower() for name in operands if (match := re.fullmatch(r"W_([A-Za-z]\w*?)(_layer)?", name))]
    if len(weight) == 1 and not keyword.iskeyword(weight[0]):
        return weight[0]
    both = "_".join(operands)
    return both if len(both) <= 24 else ""
