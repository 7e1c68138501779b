r"""LaTeX: the definitions of a program, one a line, as they can be pasted into a paper that uses amsmath.

In index notation always; where no array has more than two legs in matrix notation, with the indices below it in comments.
A repeat is a recursion, sides of an equation are joined by their relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from tensordraw.diagram.macros import expanded
from tensordraw.program.emit.latex_index import IndexNotation, Joined
from tensordraw.program.emit.latex_matrix import Matrix, Unsaid, expression
from tensordraw.program.emit.latex_plan import Plan, Row, equations, joined_sides, plan
from tensordraw.program.emit.latex_symbols import Symbol, Tex
from tensordraw.program.emit.printer import Line, Printer
from tensordraw.program.emit.python import shape_comment
from tensordraw.program.flow import types, walk
from tensordraw.program.statements import Name, Output, Program, Repeat, Statement

INDENT = "  "


class _Rows:
    """The rows of a program in index notation."""

    def __init__(self, program: Program) -> None:
        self.program, self.plan = program, plan(program)
        self.defined = {statement.out: statement for statement in walk(program.body)}
        self.notation = IndexNotation(program)
        for given in program.inputs:
            self.notation.define(given.out, Symbol(self.plan.bases[given.out], given.variances))

    def rows(self) -> Iterator[Row]:
        """Definitions, then results."""
        yield from self._block(self.program.body, {})
        yield from self._results()

    def _block(self, body: Iterable[Statement], next_state: dict[Name, Symbol]) -> Iterator[Row]:
        for statement in body:
            out = statement.out
            if isinstance(statement, Repeat):
                yield from self._repeat(statement)
            elif out in self.plan.inline and out not in next_state:
                self.notation.inline(statement)
            else:
                names = self.notation.names(out, statement)
                right = self.notation.expression(statement, names)
                symbol = Symbol(self.plan.bases.get(out, ""), self.notation.variances_of(statement))
                self.notation.define(out, next_state.get(out, symbol))
                yield Row(self.notation.symbols[out].at(names), "=", right.text, (out, *right.values))

    def _repeat(self, repeat: Repeat) -> Iterator[Row]:
        step, base = self.notation.index(repeat.index), self.plan.states[repeat.state]
        variances = self.notation.variances_of(repeat)
        names = self.notation.names(repeat.state)
        first, now, after, last = (
            Symbol(base, variances, f"({at})") for at in ("0", step, f"{step} + 1", str(repeat.count))
        )
        start = self.notation.entries[repeat.initial](names)
        yield Row(first.at(names), "=", start.text, (repeat.state, *start.values))
        self.notation.define(repeat.state, now)
        own = {statement.out for statement in repeat.body if not isinstance(statement, Repeat)}
        renamed = {repeat.result: after} if repeat.result in own else {}
        rows = list(self._block(repeat.body, renamed))
        if not renamed:
            result = self.notation.entries[repeat.result](names)
            rows.append(Row(after.at(names), "=", result.text, (repeat.out, *result.values)))
        turns = rf"\qquad {step} = 0, \dots, {repeat.count - 1}" if repeat.count > 1 else rf"\qquad {step} = 0"
        rows[-1] = Row(rows[-1].left, "=", f"{rows[-1].right}, {turns}", (repeat.out, *rows[-1].values))
        yield from rows if repeat.count else ()
        self.notation.define(repeat.out, last)

    def _results(self) -> Iterator[Row]:
        outputs = self.program.outputs
        if len(outputs) == 1:
            [output] = outputs
            if output.value in self.defined and output.value not in self.plan.inline:
                return
            made = self.notation.entries[output.value](self._open((output,)))
            yield Row("", "", made.text, (output.value, *made.values))
            return
        for sides in equations(outputs):
            names = self._open(sides)
            texts = [self.notation.entries[side.value](names) for side in sides]
            yield from joined_sides(sides, texts, names)

    def _open(self, sides: Sequence[Output]) -> tuple[str, ...]:
        """The names of the open legs, which all sides of an equation have."""
        each = [self.notation.names(side.value, self.defined.get(side.value)) for side in sides]
        return next((names for names in each if any(isinstance(n, Joined) for n in names)), each[0])


def matrix_rows(program: Program, planned: Plan) -> list[Row]:
    """The rows of a program in matrix notation; none where a value has more than two axes or no product says it."""
    known = types(program)
    if any(len(type.axes) > 2 for type in known.values()):
        return []
    axes = {value: len(type.axes) for value, type in known.items()}
    values = {given.out: Matrix(Tex(planned.bases[given.out])) for given in program.inputs}
    rows = []
    try:
        for statement in program.body:
            made = expression(statement, values, axes)
            tex, out = made.written(), statement.out
            if out in planned.inline:
                values[out] = Matrix(Tex(made.tex.text, made.tex.level, (out, *made.tex.values)), made.transposed,
                                     made.conjugated, made.symmetric)  # fmt: skip
            else:
                rows.append(Row(planned.bases[out], "=", tex.text, (out, *tex.values)))
                values[out] = Matrix(Tex(planned.bases[out]))
    except Unsaid:
        return []
    return [*rows, *_matrix_results(program, planned, values)]


def _matrix_results(program: Program, planned: Plan, values: dict[Name, Matrix]) -> Iterator[Row]:
    outputs = program.outputs
    for sides in equations(outputs):
        texts = [values[side.value].written() for side in sides]
        if len(outputs) > 1:
            yield from joined_sides(sides, texts, ())
        elif sides[0].value in planned.inline or not program.body:
            yield Row("", "", texts[0].text, (sides[0].value, *texts[0].values))


def display(rows: Sequence[Row]) -> list[Line]:
    """The rows as one display."""
    if len(rows) == 1:
        [row] = rows
        text = " ".join(filter(None, [row.left, row.sign, row.right]))
        return [Line(r"\begin{equation*}"), Line(INDENT + text, row.values), Line(r"\end{equation*}")]
    lines = [Line(r"\begin{align*}")]
    for place, row in enumerate(rows):
        end = r" \\" if place < len(rows) - 1 else ""
        text = f"{row.left} &{row.sign} {row.right}".strip()
        lines.append(Line(f"{INDENT}{text}{end}", row.values))
    return [*lines, Line(r"\end{align*}")]


def printed(program: Program, module: bool = False) -> tuple[Line, ...]:
    """The lines of the snippet."""
    made = _Rows(program)
    rows = list(made.rows())
    lines = [Line("% Written by tensordraw, for amsmath.")]
    if made.notation.einstein:
        lines.append(Line("% What stands once above and once below is summed."))
    known = types(program)
    by_array = {given.array: given for given in program.inputs}
    width = max((len(array) for array in by_array), default=0)
    for array, given in by_array.items():
        shown = "".join(c if c.isprintable() else " " for c in array)
        text = f"%   {shown:{width}}  {shape_comment(known[given.out], sizes=True)}"
        lines.append(Line(text + (", integers from 0" if given.type.integer else ""), (given.out,)))
    if made.notation.legend:
        words = ", ".join(f"{letter} {word}" for letter, word in sorted(made.notation.legend.items()))
        lines.append(Line(f"% Indices: {words}"))
    if not rows:
        return tuple(lines)
    matrices = [] if made.notation.einstein else matrix_rows(program, made.plan)
    if [row.right for row in matrices] == [row.right for row in rows] or not matrices:
        return (*lines, *display(rows))
    commented = [Line(f"% {line.text}", line.values) for line in display(rows)]
    return (*lines, *display(matrices), Line("% The same by indices:"), *commented)


def with_macros(program: Program, macros: str) -> Program:
    """The program whose names have a document's macros written out, so that its formulas need no preamble.

    A macro that stayed would also fail with an index: `\\act{h}_{ij}` has two subscripts where `\\act` gives one.
    """
    captures: dict[str, Name] = {}
    for text, value in program.captures.items():
        captures.setdefault(expanded(text, macros), value)
    return replace(
        program,
        inputs=tuple(replace(given, array=expanded(given.array, macros)) for given in program.inputs),
        outputs=tuple(replace(output, name=expanded(output.name, macros)) for output in program.outputs),
        captures=captures,
    )


LATEX = Printer("latex", "LaTeX with amsmath", printed, "latex", ".tex", macros=with_macros)
