"""Sums of products in Julia: `@tensor` where every index stands twice, else a comprehension with its sum written out.

`@tensor` (TensorOperations.jl) takes strict Einstein sums: an index is open once, or joined once. What is shared by more,
a dot in the drawing, is what comprehensions say best: `[sum(q[h, i, e] * k[h, j, e] for e in axes(q, 3)) for h in ...]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tensordraw.program.emit import einsums
from tensordraw.program.emit.julia_file import KEYWORDS, RESERVED, index_letter
from tensordraw.program.emit.naming import index_names
from tensordraw.program.emit.pieces import ATOM, PRODUCT, Piece, at_least, compose
from tensordraw.program.emit.script import Facts
from tensordraw.program.identifiers import Names
from tensordraw.program.plan import path
from tensordraw.program.statements import Einsum, Index, Name, Operand, Type


@dataclass(frozen=True, slots=True)
class _Array:
    """An array with its indices as it stands in a product: its variable, conjugated or not."""

    text: str
    indices: einsums.Indices
    conjugated: bool = False

    def at(self, names: Mapping[Index, str]) -> str:
        """`A[i, j]`, or `conj(A[i, j])`."""
        entry = f"{self.text}[{', '.join(names[index] for index in self.indices)}]"
        return f"conj({entry})" if self.conjugated else entry

    def whole(self) -> str:
        """`A`, or `conj(A)`."""
        return f"conj({self.text})" if self.conjugated else self.text


def whole(einsum: Einsum) -> bool:
    """Whether an einsum is one statement although it has more than two operands."""
    arrays = [operand.indices for operand in einsum.operands if operand.indices]
    alone = einsums.lone(arrays, einsum.output)
    left = [tuple(index for index in indices if index not in alone) for indices in arrays]
    return len(arrays) <= 2 or einsums.is_plain(left, einsum.output) or _is_product(left, einsum.output)


class Sums:
    """Einsums of one program: `pieces` and `conjugates` (the array that is conjugated, by the value) are filled by others.

    `contracted` has the open indices of those values whose text is the right side of an `@tensor`, `before` the lines
    that have to stand before the next statement.
    """

    def __init__(self, facts: Facts, pieces: Mapping[Name, Piece], conjugates: Mapping[Name, Piece]) -> None:
        self.facts, self.pieces, self.conjugates = facts, pieces, conjugates
        self.contracted: dict[Name, tuple[str, ...]] = {}
        self.before: list[str] = []

    def piece(self, einsum: Einsum) -> Piece:
        """The einsum as an expression."""
        operands, scalars = einsums.arrays_and_scalars(einsum)
        factors = [self.pieces[operand.value] for operand in scalars]
        used = compose("", *factors, *(self.pieces[operand.value] for operand in operands))
        if not operands:
            return times_all(factors) if factors else Piece("1.0")
        arrays = self._alone(operands, einsum)
        factors += [Piece(array.text) for array in arrays if not array.indices]
        arrays = [array for array in arrays if array.indices]
        text, level = self._product(einsum, arrays, factors)
        return Piece(text.text, level, used.needs, used.values, used.remark, text.broken)

    def _product(self, einsum: Einsum, arrays: Sequence[_Array], factors: Sequence[Piece]) -> tuple[Piece, int]:
        given, output = [array.indices for array in arrays], einsum.output
        if not arrays:
            made = times_all(factors)
        elif len(arrays) == 1 and given[0] == output and len(set(output)) == len(output):
            made = times_all([*factors, Piece(arrays[0].whole())])
        elif len(arrays) == 1 and (summed := _summed(arrays[0], output)):
            made = times_all([*factors, Piece(summed)])
        elif einsums.is_plain(given, output):
            made = self._tensor(einsum, arrays, factors)
        elif _broadcasts(given, output):
            product = Piece(" .* ".join(array.whole() for array in arrays), PRODUCT)
            made = times_all([*factors, product])
        else:
            made = times_all([*factors, self._comprehension(einsum, arrays)])
        return made, made.level

    def _alone(self, operands: Sequence[Operand], einsum: Einsum) -> list[_Array]:
        """The arrays; those of several that have indices of their own are added up over them on a line before."""
        given = [operand.indices for operand in operands]
        alone = einsums.lone(given, einsum.output)
        found = []
        for operand in operands:
            conjugated = self.conjugates.get(operand.value)
            piece = self.pieces[operand.value] if conjugated is None else conjugated
            array = _Array(piece.text, operand.indices, conjugated is not None)
            left = tuple(index for index in operand.indices if index not in alone)
            if len(operands) > 1 and left != operand.indices and len(set(operand.indices)) == len(operand.indices):
                name = self.facts.names.take(f"{array.text}_sum")
                self.before.append(f"{name} = {_summed(array, left)}")
                array = _Array(name, left)
            found.append(array)
        return found

    # ------------------------------------------------------------------------------------------------------ @tensor

    def _tensor(self, einsum: Einsum, arrays: Sequence[_Array], factors: Sequence[Piece]) -> Piece:
        wished = {i: index_letter(name) for i, name in index_names(einsum, self.facts.types).items()}
        names = distinct(wished, Names(KEYWORDS))
        self.contracted[einsum.out] = tuple(names[index] for index in einsum.output)
        before = "".join(f"{at_least(factor, ATOM).text} * " for factor in factors)
        return Piece(before + _ordered(einsum, [array.at(names) for array in arrays], self.facts.types), PRODUCT)

    # ------------------------------------------------------------------------------------------------ comprehensions

    def _comprehension(self, einsum: Einsum, arrays: Sequence[_Array]) -> Piece:
        wished = {i: index_letter(name) for i, name in index_names(einsum, self.facts.types).items()}
        names = loop_names(wished, [array.text for array in arrays])
        ranges: dict[Index, str] = {}
        for array in arrays:
            for place, index in enumerate(array.indices):
                ranges.setdefault(index, f"axes({array.text}, {place + 1})")
        entry = " * ".join(array.at(names) for array in arrays)
        summed = [index for index in ranges if index not in einsum.output]
        if summed:
            entry = f"sum({entry} for {_loops(summed, names, ranges)})"
        if not einsum.output:
            return Piece(entry)
        loops = _loops(einsum.output, names, ranges)
        # A line may end in `for`, but not begin with it: in square brackets a new line is a new row.
        return Piece(f"[{entry} for {loops}]", broken=("[", f"    {entry} for", f"    {loops}", "]"))


def loop_names(wished: Mapping[Index, str], arrays: Iterable[str]) -> dict[Index, str]:
    """Loop variables of a comprehension, which must not hide the arrays in it."""
    return distinct(wished, Names({*arrays, *RESERVED}))


def _summed(array: _Array, output: einsums.Indices) -> str:
    """An array added up over some of its axes, if that is all; else nothing."""
    indices = array.indices
    kept = tuple(index for index in indices if index in output)
    if len(set(indices)) < len(indices) or kept != output or kept == indices:
        return ""
    gone = [place + 1 for place, index in enumerate(indices) if index not in output]
    if not kept:
        return f"sum({array.whole()})"
    dims = f"{gone[0]}" if len(gone) == 1 else f"({', '.join(map(str, gone))})"
    total = f"sum({array.whole()}; dims={dims})"
    return f"vec({total})" if len(kept) == 1 else f"dropdims({total}; dims={dims})"


def _is_product(indices: Sequence[einsums.Indices], output: einsums.Indices) -> bool:
    """Whether nothing is summed; diagonals are as good in a comprehension."""
    return all(set(own) <= set(output) for own in indices)


def distinct(wished: Mapping[Index, str], taken: Names) -> dict[Index, str]:
    """The wished names, changed where they are taken."""
    return {index: taken.take(name) for index, name in wished.items()}


def times_all(factors: Sequence[Piece]) -> Piece:
    """The factors multiplied, all but one of them numbers."""
    if len(factors) == 1:
        return factors[0]
    parts = [at_least(factor, PRODUCT) for factor in factors]
    made = compose(" * ".join("{}" for _ in parts), *parts, level=PRODUCT)
    before, last = "".join(f"{part.text} * " for part in parts[:-1]), parts[-1]
    return replace(made, broken=(before + last.broken[0], *last.broken[1:])) if last.broken else made


def _loops(indices: Sequence[Index], names: Mapping[Index, str], ranges: Mapping[Index, str]) -> str:
    return ", ".join(f"{names[index]} in {ranges[index]}" for index in indices)


def _broadcasts(indices: Sequence[einsums.Indices], output: einsums.Indices) -> bool:
    """Whether dots say it: every array has the first axes of the result, in its order, and one has all of them."""
    return output in indices and all(output[: len(own)] == own for own in indices)


def _ordered(einsum: Einsum, terms: Sequence[str], types: Mapping[Name, Type]) -> str:
    """The product in brackets that give a good order of contraction; without brackets it goes from left to right."""
    arrays = [operand for operand in einsum.operands if operand.indices]
    if len(terms) <= 2 or len(arrays) != len(terms):
        return " * ".join(terms)
    only = Einsum(einsum.out, tuple(arrays), einsum.output, einsum.type)
    left = list(enumerate(terms))  # the place of the first array of each part, and its text
    for step in path(only, types):
        taken = sorted(left[place] for place in step)
        left = [part for place, part in enumerate(left) if place not in step]
        texts = [text for _, text in taken]
        if texts[0].startswith("("):
            texts[0] = texts[0][1:-1]
        left.append((taken[0][0], f"({' * '.join(texts)})"))
    [(_, text)] = left
    return text[1:-1]
