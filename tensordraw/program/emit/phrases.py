"""Each statement of a program as one expression: the wording that the languages share, over `Language` where they differ."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from typing import assert_never

from msgspec.structs import replace as altered

from tensordraw.errors import Error
from tensordraw.program.emit import fixed
from tensordraw.program.emit.binding import is_product
from tensordraw.program.emit.fused import Wording, fused_piece
from tensordraw.program.emit.language import MOST_INDICES, Contraction, Group, Language, Names, Regroup, widened
from tensordraw.program.emit.naming import Letters, axis_name, axis_names, distinct, index_names
from tensordraw.program.emit.pieces import ATOM, PRODUCT, SUM, UNARY, Piece, at_least, compose, listed, product
from tensordraw.program.emit.scalars import opposite, scalar, times
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.forms import written
from tensordraw.program.functions import function
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Index,
    Name,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

HEAVY = 1_000_000  # multiplications from which a contraction is worth numpy's optimize=True


class Phrases:
    """Expressions for the statements of one program in one language.

    `pieces` says how each value that exists so far is written; the printer of lines fills it. `like` are the keyword
    arguments that give new arrays the dtype and device of the inputs, `sizes` the sizes by axis name, `size_names` the
    variables for them.
    """

    def __init__(
        self, program: Program, language: Language, like: str, sizes: dict[str, int], size_names: dict[str, str]
    ) -> None:
        self.language, self.library = language, language.library
        self.like, self.sizes, self.size_names = like, sizes, size_names
        self.types = types(program)
        self.pieces: dict[Name, Piece] = {}
        self.loops: dict[str, str] = {}
        self.slices: dict[str, tuple[Piece, dict[int, str]]] = {}  # text of a slice: of what, and what at which axes
        self.plain = _plain(program)
        self.indices: dict[Name, dict[Index, str]] = {
            s.out: index_names(s, self.types) for s in walk(program.body) if isinstance(s, Einsum)
        }
        self.letters = Letters(name for names in self.indices.values() for name in names.values())

    def piece(self, statement: Statement) -> Piece:
        """The expression of any statement but a repeat."""
        match statement:
            case Constant():
                number = self._scalar(statement.expression, statement.value)
                number = replace(number, remark=number.remark.removeprefix(f"{number.text} is "))
                return number if statement.out in self.plain else self._scalar_array(number)
            case Fixed():
                ids = None if statement.ids is None else self.pieces[statement.ids]
                lengths = listed(self._extents(statement.type))
                return fixed.fixed_array(statement, ids, self.like, self.library, lengths)
            case Einsum():
                return self._einsum(statement)
            case Spread():
                return self._spread(statement)
            case Apply():
                return self._apply(statement)
            case Add():
                return self._add(statement)
            case Scale():
                value = at_least(self.pieces[statement.value], PRODUCT)
                scaled = times(value, self._scalar(statement.expression, statement.factor))
                return replace(scaled, remark="; ".join(filter(None, [scaled.remark, statement.note])))
            case Reshape():
                return self._reshape(statement)
            case Select():
                return self._select(statement)
            case Gather():
                colons = ":, " * statement.axis
                return compose(
                    f"{{}}[{colons}{{}}]", at_least(self.pieces[statement.value], ATOM), self.pieces[statement.ids]
                )
            case Conj():
                return compose("{}.conj()", at_least(self.pieces[statement.value], ATOM))
            case Fused():
                return fused_piece(statement, Wording(self.pieces, self.types, self._extent, self._scalar))
            case Repeat():
                raise AssertionError("a repeat is several lines")
            case _:
                assert_never(statement)

    def _select(self, select: Select) -> Piece:
        """A slice; one of a slice that is printed in place takes both at once, `A[0, 2]`."""
        value = at_least(self.pieces[select.value], ATOM)
        whole, taken = self.slices.get(value.text, (value, {}))
        free = (axis for axis in itertools.count() if axis not in taken)
        axis = next(itertools.islice(free, select.axis, None))
        at = {**taken, axis: str(select.at if isinstance(select.at, int) else self.loops[select.at])}
        places = ", ".join(at.get(axis, ":") for axis in range(max(at) + 1))
        made = compose(f"{{}}[{places}]", whole)
        self.slices[made.text] = (whole, at)
        return made

    def _scalar(self, expression: str, value: float) -> Piece:
        return scalar(expression, value, self.sizes, self.size_names)

    def _scalar_array(self, number: Piece) -> Piece:
        return compose("{}", replace(fixed.scalar_array(number.text, self.like, self.library), remark=number.remark,
                                     needs=number.needs | {self.library.need}))  # fmt: skip

    def _extent(self, axis: Axis) -> Piece:
        name = axis.name if axis.open else axis.flexible
        if name and name in self.size_names:
            return Piece(self.size_names[name], needs=frozenset({f"size {name}"}))
        return Piece(str(axis.size))

    def _extents(self, type: Type) -> tuple[Piece, ...]:
        return tuple(map(self._extent, type.axes))

    # ------------------------------------------------------------------------------------------------------- einsum

    def _einsum(self, einsum: Einsum) -> Piece:
        scalars = [self.pieces[o.value] for o in einsum.operands if not o.indices]
        arrays = [o for o in einsum.operands if o.indices]
        if not arrays:
            return product(scalars) if scalars else self._scalar_array(Piece("1.0"))
        names = self.indices[einsum.out]
        axes = tuple(tuple(names[index] for index in operand.indices) for operand in arrays)
        output = tuple(names[index] for index in einsum.output)
        pieces = tuple(self.pieces[operand.value] for operand in arrays)
        if is_product(einsum):
            return product([*scalars, *pieces])
        made = self._single(pieces[0], axes[0], output) if len(arrays) == 1 else None
        if made is None:
            along = {names[i]: a for o in arrays for i, a in zip(o.indices, self.types[o.value].axes, strict=True)}
            made = self.language.einsum(self._contraction(pieces, axes, output, along))
        return product([*scalars, made])

    def _contraction(
        self, pieces: tuple[Piece, ...], axes: tuple[Names, ...], output: Names, along: dict[str, Axis]
    ) -> Contraction:
        """An einsum of arrays; `along` is an axis by each of its names."""
        if self.language.letters and len(along) > MOST_INDICES:
            raise Error(f"A product has {len(along)} indices, and {self.language.name} takes {MOST_INDICES} at once.")
        sizes = {name: axis.size for name, axis in along.items()}
        heavy = len(axes) > 1 and math.prod(sizes.values()) >= HEAVY and len(sizes) > len(output)
        extents = {name: self._extent(axis) for name, axis in along.items()}
        return Contraction(pieces, axes, output, self.letters, heavy, sizes, extents, self.like)

    def _single(self, value: Piece, axes: tuple[str, ...], output: tuple[str, ...]) -> Piece | None:
        """One operand as a transpose or a sum, where it is one and the language has a shorter form for it."""
        if len(set(axes)) < len(axes):
            return None
        if axes == output:
            return value
        if len(axes) == len(output):
            return self.language.permute(value, axes, tuple(axes.index(name) for name in output))
        return self.language.total(value, axes, output)

    def _spread(self, statement: Spread) -> Piece:
        value, indices = self.pieces[statement.value], statement.indices
        wishes = tuple(index if axis_name(index) == index else "" for index in dict.fromkeys(statement.output))
        names = dict(zip(dict.fromkeys(statement.output), distinct(wishes), strict=True))
        if len(set(indices)) < len(indices):
            kept = tuple(dict.fromkeys(indices))
            axes, output = tuple(names[i] for i in indices), tuple(names[i] for i in kept)
            along = dict(zip(axes, self.types[statement.value].axes, strict=True))
            value, indices = self.language.einsum(self._contraction((value,), (axes,), output, along)), kept
        extents = self._extents(statement.type)
        return fixed.spread(value, indices, statement.output, extents, self.language, names, self.like)

    # ------------------------------------------------------------------------------------------------ elementwise

    def _apply(self, statement: Apply) -> Piece:
        value = at_least(self.pieces[statement.value], ATOM)
        form = written(
            function(statement.function), self.library.name, value.text, statement.axes,
            len(self.types[statement.value].axes), statement.params, statement.expression,
        )  # fmt: skip
        text = private(form.text, form.prelude)
        return replace(
            value, text=text, level=SUM, needs=value.needs | set(form.imports) | {f"_{p}" for p in form.prelude}
        )

    def _add(self, statement: Add) -> Piece:
        if not statement.addends:
            text = f"{self.library.module}.zeros({fixed.shape_text(statement.type.shape)}, {self.like})"
            return Piece(text, needs=frozenset({self.library.need}))
        kept = [k for k in range(len(statement.type.axes)) if any(a.axes[k] is not None for a in statement.addends)]
        terms = [
            self._addend(altered(addend, axes=tuple(addend.axes[k] for k in kept))) for addend in statement.addends
        ]
        texts = [term.text for term in terms[:1]]
        for term in terms[1:]:
            texts.append(f"- {term.text[1:]}" if term.text.startswith("-") else f"+ {term.text}")
        made = replace(compose(" ".join("{}" for _ in terms), *terms, level=SUM), text=" ".join(texts))
        if len(kept) < len(statement.type.axes):
            names = axis_names(statement.type)
            extents = dict(zip(names, self._extents(statement.type), strict=True))
            return self.language.repeat(made, tuple(names[k] for k in kept), names, extents)
        return replace(made, broken=("(", *(f"    {text}" for text in texts), ")"))

    def _addend(self, addend: Addend) -> Piece:
        value = self.pieces[addend.value]
        kept = [axis for axis in addend.axes if axis is not None]
        if kept != sorted(kept):
            value = self.language.permute(value, axis_names(self.types[addend.value]), tuple(kept))
        value = widened(value, addend.axes)
        if addend.factor == 1:
            return at_least(value, PRODUCT)
        if addend.factor == -1:
            return compose("-{}", at_least(value, PRODUCT), level=UNARY)
        if after := opposite(addend.coefficient, addend.factor, self.sizes):
            made = self._weighted(self._scalar(after, -addend.factor), value)
            return replace(made, text=f"-{made.text}")
        return self._weighted(self._scalar(addend.coefficient, addend.factor), value)

    def _weighted(self, factor: Piece, value: Piece) -> Piece:
        if factor.text.startswith("1 / "):
            return times(at_least(value, PRODUCT), factor)
        if factor.level in (SUM, PRODUCT) or (factor.level == UNARY and not re.fullmatch(r"-[\w.]+", factor.text)):
            factor = at_least(replace(factor, level=SUM), ATOM)
        return compose("{} * {}", factor, at_least(value, UNARY), level=PRODUCT)

    def _reshape(self, statement: Reshape) -> Piece:
        before, after = self.types[statement.value].axes, statement.type.axes
        value = self.pieces[statement.value]
        finest = [
            [] if not (ins and outs) else [before[p] for p in ins] if len(ins) > len(outs) else [after[q] for q in outs]
            for ins, outs in statement.pattern
        ]
        names = iter(distinct(tuple(axis_name(axis.name) for axes in finest for axis in axes)))
        groups = tuple(
            Group(
                tuple((next(names), self._extent(axis)) for axis in axes), len(ins) != len(axes), len(outs) != len(axes)
            )
            for axes, (ins, outs) in zip(finest, statement.pattern, strict=True)
        )
        return self.language.reshape(Regroup(value, groups, self._extents(statement.type)))


def private(text: str, preludes: tuple[str, ...]) -> str:
    """The text with an underscore before each of these function names: `forward` is the only public one."""
    for name in preludes:
        text = re.sub(rf"(?<![\w.]){name}\(", f"_{name}(", text)
    return text


def _plain(program: Program) -> frozenset[Name]:
    """Constants that may stay Python numbers: all that read them multiply or add them to an array."""
    constants = {s.out for s in walk(program.body) if isinstance(s, Constant)}
    kept = constants - {output.value for output in program.outputs}
    for statement in walk(program.body):
        among = set(reads(statement))
        if not isinstance(statement, Einsum | Add) or among <= constants:
            kept -= among
    return frozenset(kept)
