r"""Matrix notation, where every value is a number, a column or a matrix: `U \operatorname{diag}(S) V^\dagger`.

An einsum of these is a graph: its indices are points, its matrices edges, its vectors and open legs stand at points. A path
is a product of matrices, with `diag(v)` where a vector stands between two of them; a closed path is a trace. What no
product says (three matrices at a point, slices, sums over one axis of a function) has no matrix notation: `Unsaid`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tensordraw.program.emit.latex_numbers import argument, coefficient
from tensordraw.program.emit.latex_symbols import ATOM, PRODUCT, SUM, Tex, bracketed, product
from tensordraw.program.functions import function
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Index,
    Name,
    Scale,
    Spread,
    Statement,
)

ONES = r"\mathbf{1}"
# Of a matrix these are read as functions of the matrix, not of its entries; the last ones of a vector make no sense.
OF_MATRICES = ("exp", "log", "sqrt", "sin", "cos", "abs")
OF_NUMBERS = ("reciprocal", "square", "power", "expression")


class Unsaid(Exception):
    """There is no matrix notation for this."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """A value of at most two axes: its text, and whether it stands transposed or conjugated. `symmetric` needs no
    transpose."""

    tex: Tex
    transposed: bool = False
    conjugated: bool = False
    symmetric: bool = False

    def turned(self) -> Matrix:
        """The transpose."""
        return self if self.symmetric else replace(self, transposed=not self.transposed)

    def written(self) -> Tex:
        r"""The text, with a bar, a `\top` or, for both, a dagger."""
        if not self.transposed:
            return Tex(rf"\overline{{{self.tex.text}}}", ATOM, self.tex.values) if self.conjugated else self.tex
        base = self.tex.at_least(ATOM)
        base = f"({base})" if "^" in base and not base.startswith(("(", r"\left")) else base
        mark = r"\dagger" if self.conjugated else r"\top"
        return Tex(f"{base}^{{{mark}}}", ATOM, self.tex.values)


def expression(statement: Statement, values: Mapping[Name, Matrix], axes: Mapping[Name, int]) -> Matrix:
    """A statement's value; `axes` counts those of each value."""
    match statement:
        case Constant(expression=typed, value=value):
            return Matrix(coefficient(typed, value))
        case Fixed(kind="delta") if axes[statement.out] == 2:
            return Matrix(Tex("I"), symmetric=True)
        case Fixed(kind="delta" | "ones") if axes[statement.out] == 1:
            return Matrix(Tex(ONES))
        case Einsum(operands=operands, output=output):
            return Contraction([(values[o.value], o.indices) for o in operands], output).matrix()
        case Spread(value=value, indices=(index,), output=output) if output == (index, index):
            return _diagonal(values[value].written())
        case Apply():
            return _applied(statement, values[statement.value], axes[statement.value])
        case Add():
            return Matrix(_added(statement, values))
        case Scale(value=value):
            factor = coefficient(statement.expression, statement.factor)
            return Matrix(_times([factor], values[value].written()))
        case Conj(value=value):
            return replace(values[value], conjugated=not values[value].conjugated)
        case _:
            raise Unsaid


def _diagonal(vector: Tex) -> Matrix:
    return Matrix(Tex(rf"\operatorname{{diag}}{bracketed(vector.text)}", ATOM, vector.values), symmetric=True)


def _applied(apply: Apply, value: Matrix, axes: int) -> Matrix:
    record, inner = function(apply.function), value.written()
    if record.name == "transpose":
        return value.turned()
    if record.name == "inverse":
        base = inner.at_least(ATOM)
        return Matrix(Tex(f"{f'({base})' if '^' in base else base}^{{-1}}", ATOM, inner.values))
    if (axes and record.name in OF_NUMBERS) or (axes == 2 and record.name in OF_MATRICES):
        raise Unsaid
    by_entries = record.rule == "elementwise" or (record.rule in ("pair", "matrix") and apply.axes == (0, 1))
    # A function along the last axis of a matrix is one of each row, as people read it.
    by_rows = record.rule == "along" and apply.axes == (axes - 1,) and (axes == 1 or not record.reduces)
    if not (by_entries or by_rows):
        raise Unsaid
    return Matrix(argument(apply, record, inner, ""))


def _added(add: Add, values: Mapping[Name, Matrix]) -> Tex:
    if not add.addends:
        raise Unsaid
    terms = [_addend(addend, values[addend.value]) for addend in add.addends]
    text = terms[0].text
    for term in terms[1:]:
        text += f" - {term.text[1:].lstrip()}" if term.text.startswith("-") else f" + {term.text}"
    return Tex(text, SUM if len(terms) > 1 else terms[0].level, tuple(v for term in terms for v in term.values))


def _addend(addend: Addend, value: Matrix) -> Tex:
    if None in addend.axes:
        raise Unsaid
    tex = (value.turned() if addend.axes == (1, 0) else value).written()
    if addend.factor == 1:
        return Tex(tex.at_least(PRODUCT), PRODUCT, tex.values)
    if addend.factor == -1:
        return Tex(f"-{tex.at_least(PRODUCT)}", PRODUCT, tex.values)
    return _times([coefficient(addend.coefficient, addend.factor)], tex)


def _times(scalars: Sequence[Tex], rest: Tex) -> Tex:
    """Numbers before a product."""
    scalars = [scalar for scalar in scalars if scalar.text != "1"]
    if len(scalars) == 1 and scalars[0].text == "-1":
        return Tex(f"-{rest.at_least(PRODUCT)}", PRODUCT, rest.values)
    return product([*scalars, rest]) if scalars else rest


def _chain(factors: Sequence[Tex]) -> Tex:
    """Matrices side by side."""
    if len(factors) == 1:
        return factors[0]
    texts = [factor.at_least(PRODUCT) for factor in factors]
    text = texts[0]
    for each in texts[1:]:
        wide = each.startswith(r"\text") or (text.endswith("}") and r"\text{" in text.rsplit(" ", 1)[-1])
        text += (r"\, " if wide else " ") + each
    return Tex(text, PRODUCT, tuple(v for f in factors for v in f.values))


def _entrywise(factors: Sequence[Tex]) -> Tex:
    if len(factors) == 1:
        return factors[0]
    values = tuple(v for factor in factors for v in factor.values)
    # A product of matrices beside the sign needs brackets.
    return Tex(r" \odot ".join(factor.at_least(ATOM) for factor in factors), SUM, values)


@dataclass(frozen=True, slots=True, eq=False)
class _Edge:
    """A matrix between two points."""

    matrix: Matrix
    ends: tuple[Index, Index]
    place: int

    def along(self, start: Index) -> Matrix:
        """The matrix as it stands in a product that comes from this end."""
        return self.matrix if self.ends[0] == start else self.matrix.turned()

    def other(self, start: Index) -> Index:
        """The other end."""
        return self.ends[1] if self.ends[0] == start else self.ends[0]


class Contraction:
    """One einsum as a graph."""

    def __init__(self, operands: Sequence[tuple[Matrix, tuple[Index, ...]]], output: Sequence[Index]) -> None:
        self.output = tuple(output)
        self.scalars: list[Tex] = []
        self.vectors: dict[Index, list[Tex]] = {}
        edges: list[_Edge] = []
        total = Counter(index for _, indices in operands for index in indices)
        total.update(output)
        for place, (matrix, indices) in enumerate(operands):
            match indices:
                case ():
                    self.scalars.append(matrix.written())
                case (index,):
                    self.vectors.setdefault(index, []).append(matrix.written())
                case (first, second) if first == second:
                    inner = bracketed(matrix.written().text)
                    of_trace = total[first] == 2
                    tex = Tex(rf"\operatorname{{{'tr' if of_trace else 'diag'}}}{inner}", ATOM, matrix.tex.values)
                    (self.scalars if of_trace else self.vectors.setdefault(first, [])).append(tex)
                case (first, second):
                    edges.append(_Edge(matrix, (first, second), place))
                case _:
                    raise Unsaid
        self.edges = self._merged(edges, total)
        self.at: dict[Index, list[_Edge]] = {}
        for edge in self.edges:
            for end in edge.ends:
                self.at.setdefault(end, []).append(edge)
        if any(len(found) > 2 or (len(found) == 2 and index in self.output) for index, found in self.at.items()):
            raise Unsaid

    def _merged(self, edges: Sequence[_Edge], total: Counter[Index]) -> list[_Edge]:
        """Matrices between the same two points multiply entry by entry, unless the two are a trace."""
        groups: dict[frozenset[Index], list[_Edge]] = {}
        for edge in edges:
            groups.setdefault(frozenset(edge.ends), []).append(edge)
        merged = []
        for ends, group in groups.items():
            if len(group) == 1 or (len(group) == 2 and all(total[end] == 2 for end in ends)):
                merged += group
                continue
            first = group[0]
            tex = _entrywise([edge.along(first.ends[0]).written() for edge in group])
            merged.append(_Edge(Matrix(tex), first.ends, first.place))
        return merged

    def matrix(self) -> Matrix:
        """The whole product."""
        columns: dict[Index, Matrix] = {}
        whole: Matrix | None = None
        left = list(self.edges)
        while left:
            ends = [e for edge in left for e in edge.ends if len(self.at[e]) == 1]
            # From an open end if there is one, the one that is the first axis of the result before others.
            ends.sort(key=lambda end: self.output.index(end) if end in self.output else len(self.output))
            path, start = (self._path(ends[0]), ends[0]) if ends else self._cycle(left)
            gone = set(path)
            left = [edge for edge in left if edge not in gone]
            if not ends:
                self.scalars.append(self._trace(path, start))
                continue
            finish = ends[0]
            for edge in path:
                finish = edge.other(finish)
            if ends[0] not in self.output:
                self.scalars.append(self._closed(path, ends[0], finish))
            elif finish in self.output:
                if whole is not None or len(self.output) != 2:
                    raise Unsaid
                whole = Matrix(_chain([*self._open_end(ends[0]), *self._inner(path, ends[0]), *self._open_end(finish)]))
            else:
                tex = _chain([*self._open_end(ends[0]), *self._inner(path, ends[0]), self._vector(finish)])
                columns[ends[0]] = Matrix(tex)
        for index, vectors in self.vectors.items():
            if index not in self.at:
                self._alone(index, vectors, columns)
        return self._together(whole, columns)

    def _together(self, whole: Matrix | None, columns: Mapping[Index, Matrix]) -> Matrix:
        scalars = sorted(self.scalars, key=lambda tex: not tex.text[:1].isdigit())
        if len(scalars) > 1 or self.output:  # `(x^\top y) A`
            scalars = [Tex(scalar.at_least(ATOM), ATOM, scalar.values) for scalar in scalars]
        if not self.output:
            return Matrix(product(scalars) if scalars else Tex("1"))
        if whole is not None and not columns:
            rest = whole.written()
        elif whole is None and set(columns) == set(self.output) and len(columns) == 1:
            rest = columns[self.output[0]].written()
        elif whole is None and set(columns) == set(self.output) and len(columns) == 2:
            rest = _chain([columns[self.output[0]].written(), columns[self.output[1]].turned().written()])
        else:
            raise Unsaid
        return Matrix(_times(scalars, rest))

    def _alone(self, index: Index, vectors: Sequence[Tex], columns: dict[Index, Matrix]) -> None:
        """Vectors at a point without matrices."""
        if index in self.output:
            columns[index] = Matrix(_entrywise(vectors))
            return
        first = ONES if len(vectors) == 1 else Matrix(vectors[0], transposed=True).written().text
        first = rf"{ONES}^{{\top}}" if len(vectors) == 1 else first
        self.scalars.append(_chain([Tex(first), _entrywise(vectors if len(vectors) == 1 else vectors[1:])]))

    def _path(self, start: Index, first: _Edge | None = None) -> list[_Edge]:
        """The matrices met from a point on, until there are no more; `first` has been passed."""
        path, here = list[_Edge](), start
        passed = {first}
        while onward := [edge for edge in self.at[here] if edge not in passed]:
            path.append(onward[0])
            passed.add(onward[0])
            here = onward[0].other(here)
        return path

    def _cycle(self, edges: Sequence[_Edge]) -> tuple[list[_Edge], Index]:
        """A closed path from the first matrix on, in its own direction unless the other has fewer transposes."""
        first = min(edges, key=lambda edge: edge.place)
        found = [([first, *self._path(first.other(start), first)], start) for start in first.ends]
        # Of two matrices, `A^\top B` is what people write.
        return min(found, key=lambda each: (self._turns(*each), len(each[0]) == 2 and each[1] == first.ends[0]))

    def _turns(self, path: Sequence[_Edge], start: Index) -> int:
        count = 0
        for edge in path:
            count += edge.along(start).transposed
            start = edge.other(start)
        return count

    def _inner(self, path: Sequence[_Edge], start: Index) -> list[Tex]:
        """The matrices of a path, vectors between them as diagonal ones."""
        found, here = list[Tex](), start
        for place, edge in enumerate(path):
            if place and here in self.vectors:
                found.append(_diagonal(_entrywise(self.vectors[here])).written())
            found.append(edge.along(here).written())
            here = edge.other(here)
        return found

    def _open_end(self, index: Index) -> list[Tex]:
        return [_diagonal(_entrywise(self.vectors[index])).written()] if index in self.vectors else []

    def _vector(self, index: Index) -> Tex:
        return _entrywise(self.vectors[index]) if index in self.vectors else Tex(ONES)

    def _trace(self, path: Sequence[_Edge], start: Index) -> Tex:
        factors = self._inner(path, start)
        if start in self.vectors:
            factors.append(_diagonal(_entrywise(self.vectors[start])).written())
        chain = _chain(factors)
        return Tex(rf"\operatorname{{tr}}{bracketed(chain.text)}", ATOM, chain.values)

    def _closed(self, path: Sequence[_Edge], start: Index, finish: Index) -> Tex:
        """A number: from the end from which fewer matrices stand transposed."""
        backwards = list(reversed(path))
        if self._turns(backwards, finish) < self._turns(path, start):
            path, start, finish = backwards, finish, start
        before = Matrix(self._vector(start)).turned().written()
        return _chain([before, *self._inner(path, start), self._vector(finish)])
