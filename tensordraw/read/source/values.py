"""What expressions of read source stand for: arrays with symbolic axes, numbers in sizes, and Python's own things.

An `Array` is a value of the program in the making. The size of an axis is a `Dim` (read/dims.py), so nothing has to be
known when it is read. A `Num` is an expression tree whose names are dims; where it is a product of sizes, it also has a
`Size`, which shapes are made of. What nothing says yet is `Free`: a name that becomes an array or a number by its use.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from tensordraw.program.expressions import Expr, Negate, Number
from tensordraw.read.dims import Dim


class Refusal(Exception):
    """Something that is not understood: `why` is a sentence without its end, `line` is found on the way out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.line: int | None = None


class Again(Exception):
    """Something was learned that earlier lines have to know: the text is traced once more."""


@dataclass(frozen=True, slots=True)
class Ax:
    """An axis: the name that this value's text gives it ("" for none), and its dim."""

    name: str
    dim: Dim


@dataclass(frozen=True, slots=True)
class Size:
    """A product of sizes: a number times dims with their powers, sorted."""

    number: Fraction = Fraction(1)
    powers: tuple[tuple[Dim, int], ...] = ()

    def times(self, other: Size, sign: int = 1) -> Size:
        """The product, or with sign -1 the quotient."""
        powers = dict(self.powers)
        for dim, power in other.powers:
            powers[dim] = powers.get(dim, 0) + sign * power
        number = self.number * other.number if sign == 1 else self.number / other.number
        return Size(number, tuple(sorted((dim, power) for dim, power in powers.items() if power)))

    @property
    def whole(self) -> bool:
        """Whether it divides nothing."""
        return self.number.denominator == 1 and all(power > 0 for _, power in self.powers)


@dataclass(frozen=True, slots=True)
class Num:
    """A number as an expression tree, its names being dims as text; `size` where it is a product of sizes."""

    tree: Expr
    size: Size | None = None


def number(value: float) -> Num:
    """A plain number."""
    tree: Expr = Negate(Number(-value)) if value < 0 else Number(float(value))
    whole = math.isfinite(value) and value == int(value) and value > 0
    return Num(tree, Size(Fraction(int(value))) if whole else None)


@dataclass(frozen=True, slots=True)
class Formula:
    """How a value follows entry by entry from another one: a tree in `x`."""

    base: str
    tree: Expr


@dataclass(frozen=True, slots=True)
class Pattern:
    """Entries that are known: positions count the axes of the array.

    lower: 1 where column <= row + offset. upper: 1 where column >= row + offset. hidden: minus infinity where upper is
    1, and 0 elsewhere. diagonal: 1 where the axes of each pair agree. range: 0, 1, 2 ... along the first position. same:
    one number everywhere. positive: 1 where the array `value` is above 0.
    """

    kind: str
    axes: tuple[int, ...] = ()
    offset: int = 0
    number: float = 0.0
    value: str = ""


@dataclass(frozen=True, slots=True)
class Core:
    """An array without axes of size 1 that were added to it: `kept[k]` is where its axis k stands now."""

    array: Array
    kept: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array; `value` is its name in the program. `lineage` says that its number of axes was guessed: that of the
    input with this name plus a number. `boolean` marks masks of ones and zeros."""

    value: str
    axes: tuple[Ax, ...] = ()
    integer: bool = False
    lineage: tuple[str, int] | None = None
    formula: Formula | None = None
    pattern: Pattern | None = None
    boolean: bool = False
    core: Core | None = None

    @property
    def rank(self) -> int:
        return len(self.axes)

    @property
    def dims(self) -> tuple[Dim, ...]:
        return tuple(axis.dim for axis in self.axes)


@dataclass(frozen=True, slots=True)
class Text:
    """A string."""

    text: str


@dataclass(frozen=True, slots=True)
class Flag:
    """True or False."""

    on: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """None, which is also a new axis."""


@dataclass(frozen=True, slots=True)
class Dots:
    """The ellipsis."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A slice."""

    start: Value
    stop: Value
    step: Value


@dataclass(frozen=True, slots=True)
class Seq:
    """A tuple or a list."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary by text."""

    items: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Free:
    """A name that the text does not define; `default` is a parameter's value, where it has one."""

    name: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """The shape of an array of which it is not known how many axes it has."""

    owner: Value


@dataclass(frozen=True, slots=True)
class Turn:
    """The variable of a loop that becomes a repeat: `index` is its name in the program, `count` how often it runs."""

    index: str
    count: Dim


@dataclass(frozen=True, slots=True)
class Span:
    """`range`: its numbers."""

    start: Num
    stop: Num
    step: Num


@dataclass(frozen=True, slots=True)
class Library:
    """A module or a function of a library, by its whole path."""

    path: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, before it is called."""

    owner: Value
    name: str


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that says nothing about values, such as a dtype or a device."""

    what: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A value that only a loop's body has: `line` is the loop's."""

    name: str
    line: int


@dataclass(slots=True)
class Scope:
    """Names and what they stand for; `outer` is where the function was defined."""

    names: dict[str, Value] = field(default_factory=dict)
    outer: Scope | None = None

    def find(self, name: str) -> Value | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function defined in the text; `owner` is the object whose method it is."""

    node: ast.FunctionDef | ast.Lambda
    scope: Scope
    owner: Instance | None = None
    prelude: str = ""  # the function of the table that it is, where it is one of our own prelude


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class defined in the text."""

    node: ast.ClassDef
    scope: Scope
    module: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """An object of a class of the text; `path` is how its arrays are called from outside."""

    kind: Class
    path: str
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A ready-made torch.nn module: its kind, the values it was made with, and how its arrays are called."""

    kind: str
    settings: Mapping[str, Value]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An array that is given from outside (at random, read, trained), before it is bound to its name."""

    dims: tuple[Dim, ...]
    integer: bool = False
    literal: bool = False  # its numbers stand in the text, and a diagram has none


@dataclass(frozen=True, slots=True)
class Equality:
    """Values that are said to be equal."""

    sides: tuple[Value, ...]


Value: TypeAlias = (
    Array | Num | Text | Flag | Nothing | Dots | Cut | Seq | Table | Free | Sizes | Turn | Span | Library | Method | Opaque | Lost
    | Function | Class | Instance | Layer | Parameter | Equality
)  # fmt: skip


def in_words(value: Value) -> str:
    """What a value is, for people."""
    match value:
        case Array():
            return f"an array with {value.rank} ax{'i' if value.rank == 1 else 'e'}s"
        case Num():
            return "a number"
        case Text(text):
            return f"the text {text!r}"
        case Nothing():
            return "None"
        case Seq():
            return "a list"
        case Free(name):
            return name
        case Function() | Method() | Library():
            return "a function"
        case Turn() | Span():
            return "a loop variable"
        case Opaque(what):
            return what
        case Parameter():
            return "an array"
        case _:
            return type(value).__name__.lower()
