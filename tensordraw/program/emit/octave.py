"""MATLAB and Octave: sums of products by `ncon(tensors, legs)`, everything else by operations of arrays.

ncon (arXiv:1402.0939) takes networks in which every leg is joined to one other or open. Legs are numbered in the order in
which it pays to contract them. Elementwise and outer products, sums over legs and diagonals are written without it, and
what two tensors share with each other and with the result, a dot in the drawing, is a copy tensor (`delta`).
"""

from __future__ import annotations

import re
from typing import assert_never

from tensordraw.program.emit import einsums
from tensordraw.program.emit.arithmetic import OCTAVE, OCTAVE_ELEMENTWISE, arithmetic, scalar
from tensordraw.program.emit.counting import counted, end
from tensordraw.program.emit.forms_octave import FORMS
from tensordraw.program.emit.octave_axes import indexed, moved, placed, regrouped, shape, without
from tensordraw.program.emit.octave_file import RESERVED, file, spell
from tensordraw.program.emit.octave_sums import diagonal, product, sum_of_products
from tensordraw.program.emit.pieces import ATOM, PRODUCT, SUM, UNARY, Piece, at_least, compose
from tensordraw.program.emit.printer import Printer
from tensordraw.program.emit.scalars import opposite, times, weighted
from tensordraw.program.emit.script import WIDTH, Dialect, Facts, Said, printed
from tensordraw.program.expressions import elementwise, variables
from tensordraw.program.forms import parameters
from tensordraw.program.formulas import number
from tensordraw.program.functions import AXES, function
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)


class _Phrases:
    """Expressions for the statements of one program."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.types = facts, facts.types
        self.pieces: dict[str, Piece] = {}
        self.loops: dict[str, str] = {}

    def said(self, statement: Statement, variable: str) -> Said:
        """The assignment, on several lines where it is long."""
        piece = self.inline(statement)
        lines = [f"{variable} = {piece.text};"]
        if len(lines[0]) > WIDTH and len(piece.broken) > 1:
            first, *others = piece.broken
            lines = [f"{line} ..." for line in (f"{variable} = {first}", *others[:-1])]
            lines.append(f"{others[-1]};")
        return Said(tuple(lines), piece.needs, piece.values, piece.remark)

    def inline(self, statement: Statement) -> Piece:
        """The expression of any statement but a repeat."""
        match statement:
            case Constant():
                return self._scalar(statement.expression, statement.value)
            case Fixed():
                return self._fixed(statement)
            case Einsum():
                return sum_of_products(statement, self.facts, self.pieces)
            case Spread():
                return self._spread(statement)
            case Apply():
                return self._apply(statement)
            case Add():
                return self._add(statement)
            case Scale():
                value = at_least(self.pieces[statement.value], PRODUCT)
                scaled = times(value, self._scalar(statement.expression, statement.factor))
                return _remarked(scaled, statement.note)
            case Reshape():
                value, sizes = self.pieces[statement.value], self.types[statement.value].shape
                return regrouped(value, statement, sizes, self._lengths(statement))
            case Select():
                at = str(statement.at + 1) if isinstance(statement.at, int) else self.loops[statement.at]
                sizes = self.types[statement.value].shape
                return without(
                    indexed(self.pieces[statement.value], statement.axis, len(sizes), at), [statement.axis], sizes
                )
            case Gather():
                return self._gather(statement)
            case Conj():
                return compose("conj({})", self.pieces[statement.value])
            case Repeat():
                raise AssertionError("a repeat is several lines")
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _scalar(self, expression: str, value: float) -> Piece:
        return scalar(expression, value, self.facts.sizes, self.facts.size_names, OCTAVE)

    def _lengths(self, statement: Statement) -> list[Piece]:
        return [self.facts.length(axis) for axis in statement.type.axes]

    # ---------------------------------------------------------------------------------------------- arrays made here

    def _spread(self, statement: Spread) -> Piece:
        value, indices = self.pieces[statement.value], list(statement.indices)
        sizes = list(self.types[statement.value].shape)
        while len(set(indices)) < len(indices):
            value = diagonal(value, indices, sizes)
        output, lengths = statement.output, self._lengths(statement)
        if len(indices) == 1 and output == (indices[0],) * 2:
            return compose("full(diag({}))", value)
        first_at = {index: output.index(index) for index in reversed(output)}
        places = [
            indices.index(index) if index in indices and first_at[index] == place else None
            for place, index in enumerate(output)
        ]
        value = placed(value, places, len(indices))
        free = [index not in indices and first_at[index] == place for place, index in enumerate(output)]
        masks = []
        for place, index in enumerate(output):
            if place != first_at[index]:
                on: list[int | None] = [None] * (place + 1)
                on[first_at[index]], on[place] = 0, 1
                masks.append(placed(compose("eye({})", lengths[place]), on, 2))
        if any(free):
            counts = shape([length if new else Piece("1") for new, length in zip(free, lengths, strict=True)])
            value = compose("repmat({}, [{}])", value, Piece(counts.text.replace(", ", " "), needs=counts.needs))
        if not masks:
            return value
        mask = product(masks, "&") if len(masks) > 1 else masks[0]
        return compose("where({}, {})", mask, value)

    # ------------------------------------------------------------------------------------------------ elementwise

    def _apply(self, statement: Apply) -> Piece:
        value, sizes = self.pieces[statement.value], self.types[statement.value].shape
        if statement.function == "expression":
            tree = elementwise(statement.expression)
            value = at_least(value, ATOM)
            if "x" not in variables(tree):
                text = arithmetic(tree, OCTAVE, {})
                return compose(f"repmat({text}, size({{}}))", value) if sizes else Piece(text, SUM)
            style = OCTAVE_ELEMENTWISE if sizes else OCTAVE
            return Piece(arithmetic(tree, style, {"x": value.text}), SUM, value.needs, value.values, value.remark)
        record = function(statement.function)
        axes = statement.axes
        if record.name == "transpose":
            order = list(range(len(sizes)))
            order[axes[0]], order[axes[1]] = axes[1], axes[0]
            return moved(value, order, len(sizes))
        form = FORMS[record.name]
        template = form.matrix if form.matrix and axes == (0, 1) and len(sizes) == 2 else form.text
        values = {name: number(float(each)) for name, each in parameters(record, statement.params).items()}
        values = {name: f"({text})" if text.startswith("-") else text for name, text in values.items()}
        values |= {name: str(axis + 1) for name, axis in zip(AXES[record.rule], axes, strict=True)}
        bare = re.fullmatch(r"\w+\(\{x\}[^{]*(\{\w+\}[^{]*)*\)", template) is not None
        value = value if bare else at_least(value, ATOM)
        level = ATOM if bare else SUM
        made = Piece(template.format(x=value.text, **values), level, value.needs, value.values, value.remark)
        if record.reduces and record.rule == "along":
            return without(made, axes, sizes)
        return made

    def _add(self, statement: Add) -> Piece:
        everywhere = [
            any(addend.axes[k] is not None for addend in statement.addends) for k in range(len(statement.type.axes))
        ]
        terms = [self._addend(addend) for addend in statement.addends]
        if not all(everywhere) or not terms:
            terms.append(compose("zeros({})", shape(self._lengths(statement))))
        texts = [term.text for term in terms[:1]]
        for term in terms[1:]:
            texts.append(f"- {term.text[1:]}" if term.text.startswith("-") else f"+ {term.text}")
        made = compose("", *terms)
        return Piece(" ".join(texts), SUM, made.needs, made.values, made.remark, tuple(texts))

    def _addend(self, addend: Addend) -> Piece:
        count = len(self.types[addend.value].axes)
        value = placed(self.pieces[addend.value], addend.axes, count)
        if addend.factor == 1:
            return at_least(value, PRODUCT)
        if addend.factor == -1:
            return compose("-{}", at_least(value, PRODUCT), level=UNARY)
        if after := opposite(addend.coefficient, addend.factor, self.facts.sizes):
            made = weighted(self._scalar(after, -addend.factor), value)
            if not made.text.startswith("-"):
                return Piece(f"-{made.text}", UNARY, made.needs, made.values, made.remark)
        return weighted(self._scalar(addend.coefficient, addend.factor), value)

    # ---------------------------------------------------------------------------------------------- arrays made here

    def _fixed(self, fixed: Fixed) -> Piece:
        lengths = self._lengths(fixed)
        sizes = fixed.type.shape
        match fixed.kind:
            case "ones":
                return compose("ones({})", shape(lengths))
            case "count":
                return compose(f"({fixed.offset}:{end(fixed.offset - 1, lengths[0].text)}).'", needs=lengths[0].needs)
            case "delta" if len(sizes) < 2:
                return compose("ones({})", shape(lengths))
            case "delta" if len(sizes) == 2:
                # Octave's own kind of diagonal matrix does not broadcast.
                return compose("full(eye({}))", lengths[0])
            case "delta":
                return compose(f"delta({{}}, {len(sizes)})", lengths[0])
            case "levi_civita":
                return compose("levi_civita({})", lengths[0])
            case "causal_mask":
                return compose("tril(ones({}))", shape(lengths))
            case "shift":
                offset = f" + {fixed.offset}" if fixed.offset >= 0 else f" - {-fixed.offset}"
                return compose(f"double((1:{{}}).' == (1:{{}}){offset})", *lengths)
            case "group":
                parts = list(reversed(range(1, len(sizes))))
                split = compose(
                    "reshape(eye({}), [{}])", lengths[0],
                    compose(" ".join("{}" for _ in sizes), lengths[0], *(lengths[k] for k in parts)),
                )  # fmt: skip
                return moved(split, [0, *parts], len(sizes))
            case "one_hot":
                assert fixed.ids is not None, "a one-hot reads its ids"
                ids = at_least(self.pieces[fixed.ids], ATOM)
                classes = placed(Piece(f"(0:{sizes[-1] - 1}).'"), [*[None] * (len(sizes) - 1), 0], 1)
                if len(sizes) == 2:
                    classes = Piece(f"(0:{sizes[-1] - 1})")
                return compose("double({} == {})", ids, classes)
            case _:
                assert_never(fixed.kind)

    def _gather(self, gather: Gather) -> Piece:
        table, ids = self.types[gather.value], self.types[gather.ids]
        rows = self.pieces[gather.ids].text
        count = len(table.axes)
        if len(ids.axes) > 1:
            rows = f"{rows}(:)"
        picked = indexed(self.pieces[gather.value], gather.axis, count, f"{rows} + 1")
        if not ids.axes:
            return without(picked, [gather.axis], table.shape)
        if len(ids.axes) == 1:
            # A column indexed by a column is a column.
            return picked
        lengths = shape(self._lengths(gather))
        return compose("reshape({}, [{}])", picked, Piece(lengths.text.replace(", ", " "), needs=lengths.needs))


def _remarked(piece: Piece, note: str) -> Piece:
    remark = "; ".join(filter(None, [piece.remark, note]))
    return Piece(piece.text, piece.level, piece.needs, piece.values, remark, piece.broken)


DIALECT = Dialect(
    comment="%",
    spell=spell,
    reserved=RESERVED,
    size=lambda variable, axis: f"size({variable}, {axis + 1})",
    assign=lambda variable, text: f"{variable} = {text};",
    loop=lambda variable, count: f"for {variable} = 1:{count}",
    whole=einsums.whole,
    phrases=_Phrases,
    file=file,
)


MATLAB = Printer(
    "octave", "MATLAB or Octave with ncon", lambda program, module: printed(counted(program), DIALECT), "matlab", ".m"
)
