"""Julia with TensorOperations.jl: sums of products by `@tensor`, everything else by broadcasting and comprehensions.

Axis k of a value is dimension k + 1 of the array; a value without axes is a number. Arrays are stored first dimension
fastest, so joining and splitting axes reverses the joined dimensions before, and the split ones after.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from tensordraw.program.emit.arithmetic import JULIA, arithmetic, scalar
from tensordraw.program.emit.counting import borders, counted, end
from tensordraw.program.emit.forms_julia import FORMS
from tensordraw.program.emit.julia_file import RESERVED, file, index_letter, spell
from tensordraw.program.emit.julia_sums import Sums, loop_names, whole
from tensordraw.program.emit.naming import axis_name, axis_names
from tensordraw.program.emit.pieces import ATOM, PRODUCT, SUM, UNARY, Piece, at_least, compose, listed
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
    Index,
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
        self.conjugates: dict[str, Piece] = {}
        self.sums = Sums(facts, self.pieces, self.conjugates)
        self.kind = facts.names.take("T")  # the type of entries
        self.borders = borders(facts.program)

    def said(self, statement: Statement, variable: str) -> Said:
        """The assignment; an `@tensor` that reads its own variable has another one first, which it can fill."""
        piece = self.inline(statement)
        if statement.out in self.borders and statement.out not in self.sums.contracted:
            piece = compose(f"{self.kind}.({{}})", piece, needs={f"type {self.kind}"})
        indices = self.sums.contracted.pop(statement.out, None)
        if indices is None:
            lines = _broken(f"{variable} = {piece.text}")
            if len(piece.text) > WIDTH and piece.broken:
                lines = [
                    f"{variable} = {piece.broken[0]}",
                    *(part for line in piece.broken[1:] for part in _broken(line)),
                ]
        elif not indices:
            lines = _broken(f"@tensor {variable} = {piece.text}")
        elif re.search(rf"(?<!\w){re.escape(variable)}\[", piece.text):
            new = self.facts.names.take(f"new_{variable}")
            lines = [*_broken(f"@tensor {new}[{', '.join(indices)}] := {piece.text}"), f"{variable} = {new}"]
        else:
            lines = _broken(f"@tensor {variable}[{', '.join(indices)}] := {piece.text}")
        lines = [*self.sums.before, *lines]
        self.sums.before.clear()
        return Said(tuple(lines), piece.needs, piece.values, piece.remark, shown=bool(indices))

    def inline(self, statement: Statement) -> Piece:
        """The expression of any statement but a repeat."""
        match statement:
            case Constant():
                made = self._scalar(statement.expression, statement.value)
                return replace(made, text=f"{made.text}.0") if re.fullmatch(r"-?\d+", made.text) else made
            case Fixed():
                return self._fixed(statement)
            case Einsum():
                return self.sums.piece(statement)
            case Spread():
                return self._spread(statement)
            case Apply():
                return self._apply(statement)
            case Add():
                return self._add(statement)
            case Scale():
                value = at_least(self.pieces[statement.value], PRODUCT)
                if statement.value in self.sums.contracted:
                    self.sums.contracted[statement.out] = self.sums.contracted[statement.value]
                scaled = times(value, self._scalar(statement.expression, statement.factor))
                remark = "; ".join(filter(None, [scaled.remark, statement.note]))
                return replace(scaled, remark=remark)
            case Reshape():
                return self._reshape(statement)
            case Select():
                at = str(statement.at + 1) if isinstance(statement.at, int) else self.loops[statement.at]
                return self._indexed(statement.value, statement.axis, at)
            case Gather():
                return self._indexed(statement.value, statement.axis, f"{self.pieces[statement.ids].text} .+ 1")
            case Conj():
                self.conjugates[statement.out] = self.pieces[statement.value]
                return compose("conj({})", self.pieces[statement.value])
            case Repeat():
                raise AssertionError("a repeat is several lines")
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _scalar(self, expression: str, value: float) -> Piece:
        return scalar(expression, value, self.facts.sizes, self.facts.size_names, JULIA)

    def _lengths(self, statement: Statement) -> list[Piece]:
        return [self.facts.length(axis) for axis in statement.type.axes]

    def _indexed(self, value: str, axis: int, at: str) -> Piece:
        places = [at if place == axis else ":" for place in range(len(self.types[value].axes))]
        return compose(f"{{}}[{', '.join(places)}]", self.pieces[value])

    def _reshape(self, statement: Reshape) -> Piece:
        value, before, after = self.pieces[statement.value], self.types[statement.value].shape, statement.type.shape
        lengths = self._lengths(statement)
        if not after:
            return compose("only({})", value)
        if not before:
            return compose("fill({}, {})", value, listed(lengths))
        into = [axis for ins, _ in statement.pattern for axis in reversed(ins)]
        out = [axis for _, outs in statement.pattern for axis in reversed(outs)]
        if _shuffles(into, before):
            value = compose(f"permutedims({{}}, {_tuple([axis + 1 for axis in into])})", value)
        split = _shuffles(out, after)
        value = compose("reshape({}, {})", value, listed([lengths[axis] for axis in out] if split else lengths))
        back = [out.index(axis) + 1 for axis in range(len(after))]
        return compose(f"permutedims({{}}, {_tuple(back)})", value) if split else value

    # ------------------------------------------------------------------------------------------------ elementwise

    def _apply(self, statement: Apply) -> Piece:
        value, count = self.pieces[statement.value], len(self.types[statement.value].axes)
        axes = statement.axes
        if statement.function == "expression":
            tree = elementwise(statement.expression)
            text = arithmetic(tree, JULIA, {"x": at_least(value, ATOM).text})
            if "x" in variables(tree):
                return Piece(f"@. {text}", SUM, value.needs, value.values, value.remark)
            return compose(f"fill({text}, size({{}}))", value) if count else Piece(text, SUM)
        record = function(statement.function)
        if record.name == "transpose":
            order = list(range(1, count + 1))
            order[axes[0]], order[axes[1]] = axes[1] + 1, axes[0] + 1
            return compose("permutedims({})" if count == 2 else f"permutedims({{}}, {_tuple(order)})", value)
        form = FORMS[record.name]
        template = form.whole if form.whole and len(axes) == count else form.text
        values = {name: number(float(each)) for name, each in parameters(record, statement.params).items()}
        values = {name: f"({text})" if text.startswith("-") else text for name, text in values.items()}
        values |= {name: str(axis + 1) for name, axis in zip(AXES[record.rule], axes, strict=True)}
        text = template.format(x=at_least(value, ATOM).text, **values)
        return Piece(text, SUM, value.needs, value.values, value.remark)

    def _add(self, statement: Add) -> Piece:
        count = len(statement.type.axes)
        if not statement.addends:
            return self._made("zeros", self._lengths(statement)) if count else self._number("zero")
        terms = [self._addend(addend) for addend in statement.addends]
        dot = "." * any(None in addend.axes for addend in statement.addends)
        if any(all(addend.axes[k] is None for addend in statement.addends) for k in range(count)):
            terms.append(self._made("zeros", self._lengths(statement)))
        texts = [term.text for term in terms[:1]]
        for term in terms[1:]:
            texts.append(f"{dot}- {term.text[1:]}" if term.text.startswith("-") else f"{dot}+ {term.text}")
        made = compose("", *terms)
        return Piece(" ".join(texts), SUM, made.needs, made.values, made.remark)

    def _addend(self, addend: Addend) -> Piece:
        value = self._placed(self.pieces[addend.value], addend.axes)
        if addend.factor == 1:
            return at_least(value, PRODUCT)
        if addend.factor == -1:
            return compose("-{}", at_least(value, PRODUCT), level=UNARY)
        if after := opposite(addend.coefficient, addend.factor, self.facts.sizes):
            made = weighted(self._scalar(after, -addend.factor), value)
            if not made.text.startswith("-"):
                return Piece(f"-{made.text}", UNARY, made.needs, made.values, made.remark)
        return weighted(self._scalar(addend.coefficient, addend.factor), value)

    def _placed(self, value: Piece, places: Sequence[int | None]) -> Piece:
        """The value with its axes where the result has them, to broadcast: from the first one on they are aligned."""
        kept = [place for place in places if place is not None]
        if kept != sorted(kept):
            value = compose(f"permutedims({{}}, {_tuple([place + 1 for place in kept])})", value)
        if not kept or None not in places[: len(kept)]:
            return value
        last = max(k for k, place in enumerate(places) if place is not None)
        held = iter(range(1, len(kept) + 1))
        sizes = [
            "1" if place is None else ":" if k == last else f"size({value.text}, {next(held)})"
            for k, place in enumerate(places[: last + 1])
        ]
        return compose(f"reshape({{}}, {', '.join(sizes)})", value)

    # ---------------------------------------------------------------------------------------------- arrays made here

    def _number(self, how: str) -> Piece:
        return Piece(f"{how}({self.kind})", needs=frozenset({f"type {self.kind}"}))

    def _made(self, how: str, lengths: Sequence[Piece]) -> Piece:
        return compose(f"{how}({self.kind}, {{}})", listed(lengths), needs={f"type {self.kind}"})

    def _entries(self, condition: str, names: Sequence[str], lengths: Sequence[Piece]) -> Piece:
        """An array by its entries: `T[i == j for i in 1:3, j in 1:3]`."""
        loops = ", ".join(f"{name} in 1:{{}}" for name in names)
        return compose(f"{self.kind}[{condition} for {loops}]", *lengths, needs={f"type {self.kind}"})

    def _fixed(self, fixed: Fixed) -> Piece:
        lengths = self._lengths(fixed)
        wished = {str(place): index_letter(name) for place, name in enumerate(axis_names(fixed.type))}
        held = [self.pieces[fixed.ids].text] if fixed.ids is not None else []
        names = list(loop_names(wished, [*held, *(length.text for length in lengths)]).values())
        match fixed.kind:
            case "ones" | "delta" if not lengths:
                return self._number("one")
            case "ones":
                return self._made("ones", lengths)
            case "count":
                return compose(
                    f"collect({fixed.offset}:{end(fixed.offset - 1, lengths[0].text)})", needs=lengths[0].needs
                )
            case "delta" if len(lengths) == 1:
                return self._made("ones", lengths)
            case "delta":
                return self._entries(" == ".join(names), names, lengths)
            case "levi_civita":
                return self._entries(f"levi_civita({', '.join(names)})", names, lengths)
            case "causal_mask":
                return self._entries(f"{names[1]} <= {names[0]}", names, lengths)
            case "shift":
                offset = f" + {fixed.offset}" if fixed.offset >= 0 else f" - {-fixed.offset}"
                return self._entries(f"{names[0]} == {names[1]}{offset}", names, lengths)
            case "group":
                position, stride = list[str](), 1
                for name, size in zip(reversed(names[1:]), reversed(fixed.type.shape[1:]), strict=True):
                    if size > 1:
                        position.append(f"{stride} * ({name} - 1)" if position else name)
                        stride *= size
                return self._entries(f"{names[0]} == {' + '.join(reversed(position)) or '1'}", names, lengths)
            case "one_hot":
                assert fixed.ids is not None, "a one-hot reads its ids"
                ids = self.pieces[fixed.ids].text
                at = f"[{', '.join(names[:-1])}]" if names[:-1] else ""
                return self._entries(f"{ids}{at} + 1 == {names[-1]}", names, lengths)
            case _:
                assert_never(fixed.kind)

    def _spread(self, statement: Spread) -> Piece:
        """The array by its entries; positions of an index after its first have a variable of their own."""
        value, output = self.pieces[statement.value], statement.output
        if not statement.indices and output and len(set(output)) == len(output):
            return compose("fill({}, {})", value, listed(self._lengths(statement)))
        if statement.indices == output and len(set(output)) == len(output):
            return value
        kept = {index: axis_name(index) or "i" for index in output}
        wished: dict[Index, str] = {}
        for place, index in enumerate(output):
            wished[index if index not in wished else f"{index}@{place}"] = index_letter(kept[index])
        lengths = self._lengths(statement)
        names = loop_names(wished, [value.text, *(length.text for length in lengths)])
        loops, conditions, seen = list[str](), list[str](), set[Index]()
        for place, index in enumerate(output):
            name = names[f"{index}@{place}" if index in seen else index]
            if index in seen:
                conditions.append(f"{names[index]} == {name}")
            within = f"axes({value.text}, {statement.indices.index(index) + 1})" if index in statement.indices else ""
            loops.append(f"{name} in {within or f'1:{lengths[place].text}'}")
            seen.add(index)
        entry = f"{value.text}[{', '.join(names[i] for i in statement.indices)}]" if statement.indices else value.text
        if conditions:
            zero = f"zero(eltype({value.text}))"
            entry = f"{' && '.join(conditions)} ? {entry} : {zero}"
        made = compose("", value, *lengths)
        return Piece(f"[{entry} for {', '.join(loops)}]", ATOM, made.needs, made.values, made.remark)


def _tuple(values: Sequence[int]) -> str:
    return f"({', '.join(map(str, values))})"


def _shuffles(order: Sequence[int], sizes: Sequence[int]) -> bool:
    """Whether the entries change places: axes of size 1 can go anywhere."""
    real = [axis for axis in order if sizes[axis] != 1]
    return real != sorted(real)


def _broken(line: str) -> list[str]:
    """A long product on several lines: a line that ends in an operator goes on."""
    lines = [""]
    for part in re.split(r"(?<=[ .]\*) (?=\S)", line):
        if lines[-1] and len(lines[-1]) + len(part) > WIDTH:
            lines.append("    " + part)
        else:
            lines[-1] += f" {part}" if lines[-1] else part
    return lines


DIALECT = Dialect(
    comment="#",
    spell=spell,
    reserved=RESERVED,
    size=lambda variable, axis: f"size({variable}, {axis + 1})",
    assign=lambda variable, text: f"{variable} = {text}",
    loop=lambda variable, count: f"for {variable} in 1:{count}",
    whole=whole,
    phrases=_Phrases,
    file=file,
)
JULIA_TENSOR = Printer(
    "julia", "Julia with TensorOperations", lambda program, module: printed(counted(program), DIALECT), "julia", ".jl"
)
