"""A Program printed as a flat script with one function `forward`, for languages other than Python.

One line a statement, in the order of the program, named after what is drawn, with the axes of the result beside it. Only
conjugates and products that are scaled at once are printed where they are used. A `Dialect` says what differs: how names
are spelled, how a statement is written (`Phrases`), and how the file is put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from tensordraw.program.emit.binding import Binding, bind
from tensordraw.program.emit.counting import named
from tensordraw.program.emit.pieces import Piece
from tensordraw.program.emit.printer import Line
from tensordraw.program.emit.python import shape_comment
from tensordraw.program.emit.splitting import parted
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.identifiers import Names, identifier
from tensordraw.program.statements import Add, Axis, Conj, Einsum, Gather, Input, Name, Program, Repeat, Statement, Type

INDENT = "    "
WIDTH = 100  # columns of code on one line, comment apart


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as lines without indentation; `needs` as of a Piece; `shown` where they name the result's axes."""

    lines: tuple[str, ...]
    needs: frozenset[str] = frozenset()
    values: tuple[Name, ...] = ()
    remark: str = ""
    shown: bool = False


class Phrases(Protocol):
    """The wording of one language for one program. `pieces` says how each value so far is written, `loops` the loop
    variable by its index; the printer fills both."""

    pieces: dict[Name, Piece]
    loops: dict[str, str]

    def inline(self, statement: Statement) -> Piece:
        """The expression of a statement that is printed where it is used."""

    def said(self, statement: Statement, variable: str) -> Said:
        """The assignment of a statement's value to a variable."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What phrases have to know: the program, types of its values, and by axis name the size and the variable for it;
    `names` keeps further variables apart from those that the function has."""

    program: Program
    types: dict[Name, Type]
    sizes: dict[str, int]
    size_names: dict[str, str]
    variables: dict[Name, str]
    names: Names

    def length(self, axis: Axis) -> Piece:
        """The size of an axis: a variable where the arrays decide it."""
        if axis.open and axis.name in self.size_names:
            return Piece(self.size_names[axis.name], needs=frozenset({f"size {axis.name}"}))
        return Piece(str(axis.size))


@dataclass(slots=True)
class Written:
    """The parts of a printed file: parameters, lines that explain them, the body, results (name, text, value), and what
    the body needs."""

    parameters: list[str]
    explained: list[Line]
    body: list[Line]
    results: list[tuple[str, str, Name]]
    facts: Facts
    needs: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Dialect:
    """A language of flat scripts. `spell` makes an identifier a legal one, names in `reserved` get an underscore; `size`
    is the length of an axis, `assign` an assignment, `loop` the head of a loop that `end` closes, `whole` says which
    einsums of many operands can be one statement, `file` puts the lines together."""

    comment: str
    spell: Callable[[str], str]
    reserved: frozenset[str]
    size: Callable[[str, int], str]
    assign: Callable[[str, str], str]
    loop: Callable[[str, int], str]
    whole: Callable[[Einsum], bool]
    phrases: Callable[[Facts], Phrases]
    file: Callable[[Written], Iterable[Line]]


def printed(program: Program, dialect: Dialect) -> tuple[Line, ...]:
    """The lines of the file that computes a program in a dialect."""
    program, whole = parted(program, dialect.whole)
    lines = _Printer(program, dialect).lines()
    return tuple(Line(line.text, tuple(dict.fromkeys(whole.get(v, v) for v in line.values))) for line in lines)


def _bound(program: Program, dialect: Dialect) -> Binding:
    """Variables in the dialect's spelling. Slices have a variable too, and gathered rows unless they are added to something
    or start a loop: a flat script has them on lines of their own."""
    binding = named(program, bind(program))
    defined = {statement.out: statement for statement in walk(program.body)}
    added = {v for s in defined.values() if isinstance(s, Add | Repeat) for v in reads(s)}
    inlined = frozenset(
        v
        for v in binding.inlined
        if isinstance(defined[v], Conj | Einsum) or (isinstance(defined[v], Gather) and v in added)
    )
    names = Names({*binding.variables.values(), *binding.loops.values()})
    own = {v: names.take(identifier(v)) for v in defined if v in binding.inlined - inlined}
    variables = {**binding.variables, **own}
    taken = Names(dialect.reserved)
    words = dict.fromkeys([*binding.parameters.values(), *variables.values(), *binding.loops.values()])
    # Names that are legal as they are keep themselves, whatever others turn into.
    spelled = {word: taken.take(word) for word in words if dialect.spell(word) == word and word not in dialect.reserved}
    for word in words:
        if word not in spelled:
            wish = dialect.spell(word)
            spelled[word] = taken.take(f"{wish}_" if wish in dialect.reserved else wish)
    return Binding(
        {array: spelled[word] for array, word in binding.parameters.items()},
        {value: spelled[word] for value, word in variables.items()},
        {value: spelled[word] for value, word in binding.loops.items()},
        inlined,
    )


class _Printer:
    """The lines of one file as they are found; `needs` gathers functions and sizes on the way."""

    def __init__(self, program: Program, dialect: Dialect) -> None:
        self.program, self.dialect = program, dialect
        self.binding = _bound(program, dialect)
        self.needs: set[str] = set()
        names = Names({*self.binding.variables.values(), *self.binding.loops.values(), *dialect.reserved})
        sizes, self.size_from = axis_sizes(program)
        size_names = {name: names.take(dialect.spell(identifier(name))) for name in sizes}
        self.facts = Facts(program, types(program), sizes, size_names, self.binding.variables, names)
        self.phrases = dialect.phrases(self.facts)
        for given in program.inputs:
            self.phrases.pieces[given.out] = Piece(self.binding.variables[given.out], values=(given.out,))

    def lines(self) -> Iterable[Line]:
        """The whole file."""
        body = list(self._block(self.program.body, INDENT))
        outputs = self.program.outputs
        results = [(output.name, self.phrases.pieces[output.value].text, output.value) for output in outputs]
        sizes = [
            Line(INDENT + self.dialect.assign(self.facts.size_names[name], self._size(name)))
            for name in self.facts.size_names
            if f"size {name}" in self.needs
        ]
        parameters = list(dict.fromkeys(self.binding.parameters[given.array] for given in self.program.inputs))
        written = Written(parameters, self._explained(), [*sizes, *body], results, self.facts, self.needs)
        return self.dialect.file(written)

    def _size(self, name: str) -> str:
        value, axis = self.size_from[name]
        return self.dialect.size(self.binding.variables[value], axis)

    def _block(self, body: Iterable[Statement], indent: str) -> Iterator[Line]:
        for statement in body:
            if isinstance(statement, Repeat):
                yield from self._loop(statement, indent)
            elif statement.out in self.binding.inlined:
                piece = self.phrases.inline(statement)
                self.phrases.pieces[statement.out] = replace(piece, values=(*piece.values, statement.out))
            else:
                variable = self.binding.variables[statement.out]
                said = self.phrases.said(statement, variable)
                yield from self._assigned(statement.out, statement.type, said, indent)
                self.phrases.pieces[statement.out] = Piece(variable)

    def _assigned(self, out: Name, type: Type, said: Said, indent: str) -> Iterator[Line]:
        self.needs |= said.needs
        words = "; ".join(filter(None, ["" if said.shown else shape_comment(type), said.remark]))
        comment = f"  {self.dialect.comment} {words}" if words else ""
        values = (out, *(value for value in said.values if value in self.binding.inlined))
        *before, last = said.lines
        yield from (Line(indent + line, values) for line in before)
        yield Line(f"{indent}{last}{comment}", values)

    def _loop(self, repeat: Repeat, indent: str) -> Iterator[Line]:
        assign = self.dialect.assign
        state, initial = self.binding.variables[repeat.state], self.phrases.pieces[repeat.initial]
        if initial.text != state:
            said = Said((assign(state, initial.text),), initial.needs, initial.values)
            yield from self._assigned(repeat.state, repeat.type, said, indent)
        self.phrases.pieces[repeat.state] = Piece(state)
        variable, outer = self.binding.loops[repeat.out], self.phrases.loops.get(repeat.index)
        self.phrases.loops[repeat.index] = variable
        yield Line(indent + self.dialect.loop(variable, repeat.count), (repeat.out, repeat.state))
        yield from self._block(repeat.body, indent + INDENT)
        result = self.phrases.pieces[repeat.result]
        if result.text != state:
            said = Said((assign(state, result.text),), result.needs, result.values)
            yield from self._assigned(repeat.out, repeat.type, said, indent + INDENT)
        yield Line(f"{indent}end", (repeat.out,))
        if outer is not None:
            self.phrases.loops[repeat.index] = outer
        self.phrases.pieces[repeat.out] = Piece(state)

    def _explained(self) -> list[Line]:
        """What the function gives and takes, without comment signs."""
        known, outputs = self.facts.types, self.program.outputs
        results = " and ".join(f"{o.name} {shape_comment(known[o.value])}".strip() for o in outputs) or "nothing"
        if len(results) > 50:
            results = f"{len(outputs)} results by name"
        if not self.program.inputs:
            return [Line(f"Returns {results}.")]
        lines = [Line(f"Returns {results} of these arrays, each with its axes and their sizes:"), Line("")]
        by_array: dict[str, Input] = {given.array: given for given in self.program.inputs}
        width = max(len(self.binding.parameters[array]) for array in by_array)
        for array, given in by_array.items():
            parameter = self.binding.parameters[array]
            text = f"  {parameter:{width}}  {shape_comment(given.type, sizes=True)}"
            text += ", integers from 0" if given.type.integer else ""
            shown = "".join(c if c.isprintable() else " " for c in array)
            lines.append(Line(text + (f" (called {shown} in the diagram)" if parameter != array else ""), (given.out,)))
        return lines


def axis_sizes(program: Program) -> tuple[dict[str, int], dict[str, tuple[Name, int]]]:
    """The size of each axis name that means one size in all inputs, and an input and its axis to take it from."""
    sizes, place, doubtful = dict[str, int](), dict[str, tuple[Name, int]](), set[str]()
    for given in program.inputs:
        for position, axis in enumerate(given.type.axes):
            if sizes.setdefault(axis.name, axis.size) != axis.size:
                doubtful.add(axis.name)
            place.setdefault(axis.name, (given.out, position))
    return {name: size for name, size in sizes.items() if name and name not in doubtful}, place


def filled(start: str, texts: Sequence[str], end: str) -> list[str]:
    """Texts with commas between, on as few lines as they need."""
    lines = [start]
    for place, text in enumerate(texts):
        last = place == len(texts) - 1
        if len(lines[-1]) + len(text) + 2 > WIDTH - 16 and place:
            lines.append(" " * len(start))
        elif place:
            lines[-1] += " "
        lines[-1] += text + ("" if last else ",")
    lines[-1] += end
    return lines
