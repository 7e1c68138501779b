r"""Statements in index notation: each value as a function of the names of its indices.

Values that only re-index others (slices, diagonals, conjugates, deltas, gathered rows) are written where they are used;
so are results of one use that the drawing does not name, where no new index comes in between. A sum sign stands before
every sum, unless all arrays have upper and lower legs: then what stands once above and once below is summed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, assert_never

from tensordraw.diagram.mathematics import GREEK
from tensordraw.diagram.records import Variance
from tensordraw.program.emit.latex_numbers import argument, coefficient
from tensordraw.program.emit.latex_symbols import ATOM, PRODUCT, SUM, Symbol, Tex, joined, name, product
from tensordraw.program.emit.latex_variances import variances
from tensordraw.program.emit.naming import Letters, axis_name, axis_names, distinct, index_names
from tensordraw.program.flow import types, walk
from tensordraw.program.functions import function
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

Indices: TypeAlias = Sequence[str]


class Joined(str):
    """An index of joined axes, `(ij)`, which remembers its parts."""

    parts: tuple[str, ...]

    def __new__(cls, parts: Sequence[str]) -> Joined:
        """The parts in brackets; for none, the only position."""
        made = super().__new__(cls, f"({joined(parts)})" if parts else "0")
        made.parts = tuple(parts)
        return made


Entry: TypeAlias = Callable[[Indices], Tex]  # the TeX of a value with these indices


class IndexNotation:
    """The entries of the values of one program. `entries` holds how each value so far is written, `symbols` those that
    are a named array; the printer fills both for values with a line of their own."""

    def __init__(self, program: Program) -> None:
        self.types = types(program)
        self.entries: dict[Name, Entry] = {}
        self.symbols: dict[Name, Symbol] = {}
        self.variances: dict[Name, tuple[Variance, ...]] = {}
        self.letters = Letters(_index_words(program, self.types))
        self.legend: dict[str, str] = {}  # by a letter, the name that it stands for
        self.depth = 0
        self.busy: list[str] = []  # indices of the sums in what is being written
        arrays = [given for given in program.inputs if given.type.axes and not given.type.integer]
        # Everybody's legs are upper or lower: Einstein's convention.
        self.einstein = bool(arrays) and all(given.variances and "none" not in given.variances for given in arrays)

    def define(self, value: Name, symbol: Symbol) -> None:
        """The value is from now on written by a symbol."""
        self.symbols[value] = symbol
        self.variances[value] = symbol.variances
        self.entries[value] = lambda names: Tex(symbol.at(names))

    def inline(self, statement: Statement) -> None:
        """The value is from now on written by its own expression."""
        self.variances[statement.out] = self.variances_of(statement)
        if isinstance(statement, Conj) and statement.value in self.symbols:
            self._rename(statement.out, statement.value, lambda base: rf"\overline{{{base}}}")
        elif isinstance(statement, Apply) and statement.function == "inverse" and statement.value in self.symbols:
            metric = statement.out == f"{statement.value}_inverse" and set(self.variances[statement.value]) == {"lower"}
            self._rename(statement.out, statement.value, (lambda base: base) if metric else _inverted)
        else:
            self.entries[statement.out] = lambda names: self._with(statement, names)

    def _rename(self, out: Name, value: Name, change: Callable[[str], str]) -> None:
        symbol = self.symbols[value]
        self.define(out, Symbol(change(symbol.plain()), self.variances[out]))
        entry = self.entries[out]
        self.entries[out] = lambda names: Tex(entry(names).text, ATOM, (out,))

    def _with(self, statement: Statement, names: Indices) -> Tex:
        tex = self.expression(statement, names)
        return Tex(tex.text, tex.level, (statement.out, *tex.values))

    def index(self, word: str) -> str:
        """The TeX of an index: a letter for a word, with a legend."""
        if _is_short(word) or word not in self.letters.letters:
            return name(word)
        letter = self.letters.letters[word]
        self.legend[letter] = word
        return letter

    def apart(self, wish: str, free: set[str]) -> str:
        """The TeX of an index, another letter where it is taken; from now on taken."""
        made = self.index(wish)
        if made in free:
            letters = (each for each in "ijklmnpqrstuvwabcdefgh" if each not in free)
            made = next(letters, "") or name(f"{wish}{len(free)}")
        free.add(made)
        return made

    def names(self, value: Name, statement: Statement | None = None) -> tuple[str, ...]:
        """TeX of the names of a value's axes, as its line has them: what a reshape joined is in brackets."""
        if not isinstance(statement, Reshape):
            return tuple(self.index(each) for each in axis_names(self.types[value]))
        before, after = self.types[statement.value].axes, statement.type.axes
        finest = [
            [before[p] for p in ins] if len(ins) > 1 else [after[q] for q in outs] for ins, outs in statement.pattern
        ]
        free = iter(distinct(tuple(axis_name(axis.name) for axes in finest for axis in axes)))
        found = [""] * len(after)
        for (ins, outs), axes in zip(statement.pattern, finest, strict=True):
            own = [self.index(next(free)) for _ in axes]
            if len(ins) > 1 and outs:
                found[outs[0]] = Joined(own)
            else:
                for place, each in zip(outs, own, strict=True):
                    found[place] = each
        return tuple(found)

    # -------------------------------------------------------------------------------------------------- statements

    def expression(self, statement: Statement, names: Indices) -> Tex:
        """A statement's value with these indices."""
        match statement:
            case Constant(expression=expression, value=value):
                return coefficient(expression, value)
            case Fixed():
                return self._fixed(statement, names)
            case Einsum():
                return self._einsum(statement, names)
            case Spread():
                return self._spread(statement, names)
            case Apply():
                return self._apply(statement, names)
            case Add():
                return self._add(statement, names)
            case Scale():
                factor = coefficient(statement.expression, statement.factor)
                scaled = self.entries[statement.value](names)
                if factor.text == "-1":
                    return Tex(f"-{scaled.at_least(PRODUCT)}", PRODUCT, scaled.values)
                return product([factor, scaled])
            case Reshape():
                return self._reshape(statement, names)
            case Select():
                at = str(statement.at) if isinstance(statement.at, int) else self.index(statement.at)
                return self.entries[statement.value]((*names[: statement.axis], at, *names[statement.axis :]))
            case Gather():
                ids = self.types[statement.ids].axes
                end = statement.axis + len(ids)
                row = self.entries[statement.ids](names[statement.axis : end]).text
                return self.entries[statement.value]((*names[: statement.axis], row, *names[end:]))
            case Conj():
                plain = self.entries[statement.value](names)
                return Tex(rf"\overline{{{plain.text}}}", ATOM, plain.values)
            case Repeat():
                raise AssertionError("a repeat is several lines")
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _einsum(self, einsum: Einsum, names: Indices) -> Tex:
        wished = index_names(einsum, self.types)
        given = dict(zip(einsum.output, names, strict=True))
        free = {*names, *self.busy}
        own = {index: given[index] if index in given else self.apart(wished[index], free) for index in wished}
        self.depth += 1
        self.busy += own.values()
        factors = [self.entries[o.value]([own[index] for index in o.indices]) for o in einsum.operands]
        self.depth -= 1
        if not self.depth:  # sums beside each other have different indices too
            self.busy.clear()
        summed = [index for index in own if index not in given]
        made = product(factors) if factors else Tex("1")
        if not summed or (self.einstein and all(self._paired(einsum, index) for index in summed)):
            return made
        return Tex(
            rf"\sum_{{{joined([own[index] for index in summed])}}} {made.at_least(PRODUCT)}", PRODUCT, made.values
        )

    def _paired(self, einsum: Einsum, index: str) -> bool:
        """Whether an index stands once above and once below."""
        found = [
            (self.variances.get(o.value) or ("none",) * len(o.indices))[place]
            for o in einsum.operands
            for place, each in enumerate(o.indices)
            if each == index
        ]
        return sorted(found) == ["lower", "upper"]

    def _spread(self, spread: Spread, names: Indices) -> Tex:
        first = {index: names[spread.output.index(index)] for index in spread.output}
        deltas = [
            Tex(rf"\delta_{{{joined([first[index], each])}}}")
            for index, each in zip(spread.output, names, strict=True)
            if first[index] != each
        ]
        value = self.entries[spread.value]([first[index] for index in spread.indices])
        return product([*deltas, value])

    def _apply(self, apply: Apply, names: Indices) -> Tex:
        source = self.types[apply.value].axes
        record = function(apply.function)
        inner = list(names)
        if record.reduces:
            free = {*names, *self.busy}
            for axis in sorted(apply.axes):
                inner.insert(axis, self.apart(axis_name(source[axis].name) or "i", free))
        if record.name == "transpose":
            row, column = apply.axes
            inner[row], inner[column] = inner[column], inner[row]
            return self.entries[apply.value](inner)
        along = joined([inner[axis] for axis in apply.axes])
        if record.rule == "matrix" and len(source) == 2:
            along = ""
            if apply.value in self.symbols:
                return argument(apply, record, Tex(self.symbols[apply.value].plain()), along)
        return argument(apply, record, self.entries[apply.value](inner), along)

    def _add(self, add: Add, names: Indices) -> Tex:
        if not add.addends:
            return Tex("0")
        terms = [self._addend(addend, names) for addend in add.addends]
        text = terms[0].text
        for term in terms[1:]:
            text += f" - {term.text[1:].lstrip()}" if term.text.startswith("-") else f" + {term.text}"
        return Tex(text, SUM if len(terms) > 1 else terms[0].level, tuple(v for term in terms for v in term.values))

    def _addend(self, addend: Addend, names: Indices) -> Tex:
        own = {axis: names[place] for place, axis in enumerate(addend.axes) if axis is not None}
        value = self.entries[addend.value]([own[axis] for axis in sorted(own)])
        return weighted(addend, value)

    def _reshape(self, reshape: Reshape, names: Indices) -> Tex:
        """The value before: an axis that was split has the parts in brackets, one that was joined its parts apart."""
        inner = [""] * len(self.types[reshape.value].axes)
        for ins, outs in reshape.pattern:
            together = [names[place] for place in outs]
            if len(ins) == 1:
                inner[ins[0]] = together[0] if len(outs) == 1 else Joined(together)
                continue
            whole = together[0] if together else ""
            parts = whole.parts if isinstance(whole, Joined) else [f"{whole}_{{{n + 1}}}" for n in range(len(ins))]
            for axis, part in zip(ins, parts, strict=True):
                inner[axis] = part
        return self.entries[reshape.value](inner)

    def _fixed(self, fixed: Fixed, names: Indices) -> Tex:
        match fixed.kind:
            case "ones":
                return Tex("1")
            case "count":
                raise AssertionError("formulas keep running sums")
            case "delta":
                return Tex(rf"\delta_{{{joined(names)}}}" if len(names) > 1 else "1")
            case "levi_civita":
                return Tex(rf"\varepsilon_{{{joined(names)}}}")
            case "causal_mask":
                return Tex(rf"[{names[1]} \le {names[0]}]")
            case "shift":
                sign = "+" if fixed.offset >= 0 else "-"
                return Tex(rf"\delta_{{{names[0]},{names[1]} {sign} {abs(fixed.offset)}}}")
            case "group":
                return Tex(rf"\delta_{{{names[0]},({joined(names[1:])})}}")
            case "one_hot":
                assert fixed.ids is not None, "a one-hot reads its ids"
                row = self.entries[fixed.ids](names[:-1])
                return Tex(rf"\delta_{{{row.text},{names[-1]}}}", ATOM, row.values)
            case _:
                assert_never(fixed.kind)

    def variances_of(self, statement: Statement) -> tuple[Variance, ...]:
        """The variance of each axis of a statement's value, "none" where nothing says; empty where none does."""
        found = variances(statement, self.variances, self.types)
        return found if any(variance != "none" for variance in found) else ()


def _is_short(word: str) -> bool:
    """Whether a name is an index as it is: a letter, Greek or Latin, with a number at most."""
    return re.fullmatch(r"[^\W\d_]\d*", word) is not None or re.sub(r"\d+$", "", word) in GREEK


def _index_words(program: Program, known: Mapping[Name, Type]) -> Iterator[str]:
    """All names of indices that a program could show, as often as they stand."""
    for given in program.inputs:
        yield from axis_names(given.type)
    for statement in walk(program.body):
        if isinstance(statement, Einsum):
            yield from index_names(statement, known).values()
        elif isinstance(statement, Repeat):
            yield statement.index
        yield from (word for word in axis_names(statement.type) if word not in GREEK)


def weighted(addend: Addend, value: Tex) -> Tex:
    """An operand of an add with its coefficient."""
    if addend.factor == 1:
        return Tex(value.at_least(PRODUCT), PRODUCT, value.values)
    if addend.factor == -1:
        return Tex(f"-{value.at_least(PRODUCT)}", PRODUCT, value.values)
    return product([coefficient(addend.coefficient, addend.factor), value])


def _inverted(base: str) -> str:
    from_letters = base if len(base) == 1 or base.startswith("\\") else f"{{{base}}}"
    return f"{from_letters}^{{-1}}"
