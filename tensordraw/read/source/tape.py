"""The program in the making: statements whose axes have dims for sizes, and what must hold for these dims.

Statements are those of `program.statements`, with a `Dim` where the size of an axis will stand; numbers that depend on
sizes are kept as expression trees beside them. `finish` settles the sizes and fills them in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, TypeAlias

from tensordraw.errors import Error
from tensordraw.program.expressions import Expr, Name, Number, compute, variables
from tensordraw.program.flow import reads
from tensordraw.program.formulas import substitute
from tensordraw.program.functions import FUNCTIONS
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Input,
    Operand,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)
from tensordraw.read.dims import Dim, Dims
from tensordraw.read.source.values import Array, Ax, Num, Pattern, Refusal, Size

FixedKind: TypeAlias = Literal["delta", "group", "one_hot", "causal_mask", "levi_civita", "shift", "ones"]
Indices: TypeAlias = Sequence[str]
INFINITE = "inf"  # how the names of values begin that hold infinities, which no statement makes


def type_of(axes: Iterable[Ax], integer: bool = False) -> Type:
    """A type with dims in place of sizes."""
    return Type(tuple(Axis(axis.name, axis.dim) for axis in axes), integer)


@dataclass(slots=True)
class Tape:
    """Inputs, the bodies that are open (the program's and those of loops), and what is known of values and dims."""

    dims: Dims = field(default_factory=Dims)
    inputs: dict[str, Input] = field(default_factory=dict)  # by array name
    bodies: list[list[Statement]] = field(default_factory=lambda: [[]])
    trees: dict[str, tuple[Expr, ...]] = field(default_factory=dict)  # of constants, scales, addends
    offsets: dict[str, Expr] = field(default_factory=dict)  # of slices: how far from the start
    shorter: list[tuple[Dim, Dim, int]] = field(default_factory=list)  # the first is the second minus the number
    within: list[tuple[Dim, Dim, int]] = field(default_factory=list)  # the first plus the number is at most the second
    said: dict[str, str] = field(default_factory=dict)  # the names that the text gives to values
    thought: dict[str, str] = field(default_factory=dict)
    defined: dict[str, Statement] = field(default_factory=dict)
    wholes: dict[Size, Dim] = field(default_factory=dict)
    parts: dict[Dim, Size] = field(default_factory=dict)  # what the dim is the product of
    count: int = 0

    # ------------------------------------------------------------------------------------------------------ naming

    def new(self, thought: str = "value") -> str:
        """A fresh value."""
        self.count += 1
        name = f"v{self.count}"
        self.thought[name] = thought
        return name

    def name(self, array: Array, text: str) -> None:
        """The text calls the value so; its first name stays, and inputs keep theirs."""
        if array.value in self.defined:
            self.said.setdefault(array.value, text)

    def is_named(self, value: str) -> bool:
        """Whether the text has a name for the value, so that it can be used again."""
        return value in self.said or value not in self.defined

    def index(self, axis: Ax) -> str:
        """A fresh einsum index for an axis."""
        self.count += 1
        return f"{axis.name}@{self.count}"

    def indices(self, array: Array) -> list[str]:
        """A fresh einsum index for each axis."""
        return [self.index(axis) for axis in array.axes]

    # -------------------------------------------------------------------------------------------------------- dims

    def axis(self, name: str = "", size: int | None = None) -> Ax:
        """A new axis."""
        return Ax(name, self.dims.new(name, size, "in the text") if size is not None else self.dims.new(name))

    def unite(self, one: Dim, other: Dim) -> None:
        """Both are one dim."""
        before = self.dims.size(one), self.dims.size(other)
        if None not in before and before[0] != before[1]:
            raise Refusal(f"an axis of size {before[0]} meets one of size {before[1]}")
        try:
            self.dims.unite(one, other)
        except Error as error:
            raise Refusal(str(error).rstrip(".")) from error

    def learn(self, dim: Dim, size: int) -> None:
        """The dim has this size."""
        known = self.dims.size(dim)
        if known not in (None, size):
            raise Refusal(f"an axis of size {known} should have size {size}")
        try:
            self.dims.learn(dim, size, "in the text")
        except Error as error:
            raise Refusal(str(error).rstrip(".")) from error

    def one(self, dim: Dim) -> bool:
        """Whether the axis is known to have size 1."""
        return self.dims.size(dim) == 1

    def size(self, dim: Dim) -> Size:
        """The size of a dim in the smallest parts that are known."""
        known = self.dims.size(dim)
        if known is not None:
            return Size(Fraction(known))
        leader = self.dims.find(dim)
        for whole, parts in self.parts.items():
            if self.dims.find(whole) == leader:
                return self.reduced(parts)
        return Size(powers=((leader, 1),))

    def reduced(self, size: Size) -> Size:
        """The size in the smallest parts that are known."""
        made = Size(size.number)
        for dim, power in size.powers:
            part = self.size(dim)
            for _ in range(abs(power)):
                made = made.times(part, 1 if power > 0 else -1)
        return made

    def total(self, dims: Iterable[Dim]) -> Size:
        """The product of sizes."""
        made = Size()
        for dim in dims:
            made = made.times(self.size(dim))
        return made

    def dim(self, size: Size) -> Dim:
        """A dim of this size: the one it is, or a new one of which it is known that it is the product."""
        if size.number == 1 and len(size.powers) == 1 and size.powers[0][1] == 1:
            return size.powers[0][0]
        size = self.reduced(size)
        if not size.powers:
            if size.number.denominator != 1 or size.number < 1:
                raise Refusal(f"{size.number} is no size of an axis")
            return self.dims.new("", int(size.number), "in the text")
        if size.number == 1 and len(size.powers) == 1 and size.powers[0][1] == 1:
            return size.powers[0][0]
        if size in self.wholes:
            return self.wholes[size]
        new = self.wholes[size] = self.dims.new("")
        upper = [dim for dim, power in size.powers for _ in range(power)]
        lower = [dim for dim, power in size.powers for _ in range(-power)]
        if size.number.numerator != 1:
            upper.append(self.dims.new("", size.number.numerator, "in the text"))
        if size.number.denominator != 1:
            lower.append(self.dims.new("", size.number.denominator, "in the text"))
        if lower:
            whole = self.dim(Size(Fraction(size.number.numerator), tuple(p for p in size.powers if p[1] > 0)))
            self.split(whole, [*lower, new])
        else:
            self.dims.product(new, upper)
            self.parts[new] = size
        return new

    def split(self, whole: Dim, parts: Sequence[Dim]) -> None:
        """The whole is the product of the parts."""
        self.dims.product(whole, parts)
        leader = self.dims.find(whole)
        if not any(self.dims.find(known) == leader for known in self.parts) and leader not in map(
            self.dims.find, parts
        ):
            self.parts[whole] = Size(powers=()).times(self.total(parts))

    def value(self, num: Num) -> float | None:
        """The number, None where it depends on sizes that are not known yet."""
        try:
            return compute(self.filled(num.tree), {})
        except (KeyError, ZeroDivisionError, OverflowError, ValueError):
            return None

    def whole(self, num: Num) -> int | None:
        """The whole number, None where it is broken or not known yet."""
        value = self.value(num)
        return None if value is None or value != value // 1 else int(value)

    def filled(self, tree: Expr) -> Expr:
        """The tree with the sizes that are known."""
        known = {name: size for name in variables(tree) if (size := self.dims.size(int(name))) is not None}
        return substitute(tree, {name: Number(float(size)) for name, size in known.items()})

    # -------------------------------------------------------------------------------------------------- statements

    def emit(self, statement: Statement) -> str:
        """Append a statement to the open body."""
        if any(name.startswith(INFINITE) for name in reads(statement)):
            raise Refusal("infinity is understood only where a mask puts it")
        self.bodies[-1].append(statement)
        self.defined[statement.out] = statement
        return statement.out

    def input(self, name: str, axes: Sequence[Ax], integer: bool = False) -> Array:
        """A given array."""
        value = f"in_{len(self.inputs)}"
        self.inputs[name] = Input(value, name, type_of(axes, integer))
        return Array(value, tuple(axes), integer)

    def einsum(
        self, operands: Sequence[tuple[Array, Indices]], output: Indices, names: Mapping[str, str] | None = None,
        thought: str = "product",
    ) -> Array:  # fmt: skip
        """The product, added over what `output` lacks; axes with one index become one dim."""
        by_index: dict[str, Ax] = {}
        for array, indices in operands:
            for index, axis in zip(indices, array.axes, strict=True):
                if index in by_index:
                    self.unite(by_index[index].dim, axis.dim)
                else:
                    by_index[index] = axis
        axes = tuple(Ax(index.partition("@")[0], by_index[index].dim) for index in output)
        given = tuple(Operand(array.value, tuple(indices)) for array, indices in operands)
        value = self.emit(Einsum(self.new(thought), given, tuple(output), type_of(axes)))
        return Array(value, axes)

    def apply(
        self, function: str, array: Array, positions: Sequence[int] = (), params: Mapping[str, float] | None = None,
        expression: str = "",
    ) -> Array:  # fmt: skip
        """A function of the table along axes of the array."""
        record = FUNCTIONS[function]
        axes = array.axes
        if record.rule in ("pair", "matrix"):
            self.unite(axes[positions[0]].dim, axes[positions[1]].dim)
        if record.reduces:
            axes = tuple(axis for n, axis in enumerate(axes) if n not in positions)
        statement = Apply(
            self.new(function), function, array.value, tuple(positions), type_of(axes), dict(params or {}), expression
        )
        return Array(self.emit(statement), axes, lineage=_moved(array, len(axes) - array.rank))

    def add(self, addends: Sequence[tuple[Array, Sequence[int | None], Expr]], axes: Sequence[Ax]) -> Array:
        """The sum of the addends, each with the positions of its axes and its coefficient."""
        out = self.new("total")
        self.trees[out] = tuple(tree for _, _, tree in addends)
        made = tuple(Addend(array.value, tuple(positions)) for array, positions, _ in addends)
        return Array(self.emit(Add(out, made, type_of(axes))), tuple(axes))

    def scale(self, array: Array, tree: Expr) -> Array:
        """The array times a number."""
        out = self.new("scaled")
        self.trees[out] = (tree,)
        self.emit(Scale(out, array.value, 0.0, "", type_of(array.axes)))
        return Array(out, array.axes, lineage=array.lineage)

    def constant(self, tree: Expr) -> Array:
        """A number as an array without axes."""
        out = self.new("number")
        self.trees[out] = (tree,)
        return Array(self.emit(Constant(out, "", 0.0)))

    def fixed(
        self, kind: FixedKind, axes: Sequence[Ax], ids: Array | None = None, offset: int = 0,
        pattern: Pattern | None = None,
    ) -> Array:  # fmt: skip
        """A fixed array."""
        if kind == "delta":
            for axis in axes[1:]:
                self.unite(axes[0].dim, axis.dim)
        given = None if ids is None else ids.value
        value = self.emit(Fixed(self.new(kind), kind, type_of(axes), given, offset))
        return Array(value, tuple(axes), pattern=pattern)

    def spread(self, array: Array, indices: Indices, output: Indices, axes: Sequence[Ax]) -> Array:
        """The array with new or repeated indices."""
        statement = Spread(self.new("spread"), array.value, tuple(indices), tuple(output), type_of(axes))
        return Array(self.emit(statement), tuple(axes))

    def conj(self, array: Array) -> Array:
        """The complex conjugate."""
        value = self.emit(Conj(self.new("conj"), array.value, type_of(array.axes)))
        return Array(value, array.axes, lineage=array.lineage)

    def select(self, array: Array, axis: int, at: int | str) -> Array:
        """The slice at a position, counted from the end where it is negative, or at a loop's variable."""
        axes = (*array.axes[:axis], *array.axes[axis + 1 :])
        value = self.emit(Select(self.new("slice"), array.value, axis, at, type_of(axes, array.integer)))
        return Array(value, axes, array.integer, _moved(array, -1))

    def gather(self, array: Array, axis: int, ids: Array) -> Array:
        """Rows of a table."""
        axes = (*array.axes[:axis], *ids.axes, *array.axes[axis + 1 :])
        value = self.emit(Gather(self.new("rows"), array.value, axis, ids.value, type_of(axes)))
        return Array(value, axes)

    def reshape(
        self, array: Array, pattern: Sequence[tuple[tuple[int, ...], tuple[int, ...]]], axes: Sequence[Ax]
    ) -> Array:
        """Neighbouring axes merged or split."""
        value = self.emit(Reshape(self.new("reshaped"), array.value, tuple(pattern), type_of(axes, array.integer)))
        return Array(value, tuple(axes), array.integer)

    @contextmanager
    def body(self) -> Iterator[list[Statement]]:
        """A new open body, of a loop."""
        self.bodies.append([])
        try:
            yield self.bodies[-1]
        finally:
            self.bodies.pop()

    def repeat(
        self, index: str, count: Dim, state: Array, initial: Array, body: Sequence[Statement], result: Array
    ) -> Array:
        """A loop; its count is a dim until the sizes are known."""
        out = self.new(self.said.get(result.value, "state"))
        statement = Repeat(
            out, index, count, state.value, initial.value, tuple(body), result.value, type_of(state.axes)
        )
        return Array(self.emit(statement), state.axes, state.integer)


def _moved(array: Array, by: int) -> tuple[str, int] | None:
    return None if array.lineage is None else (array.lineage[0], array.lineage[1] + by)


def axis_num(dim: Dim) -> Num:
    """The size of an axis as a number, which keeps the name of the size."""
    return Num(Name(str(dim)), Size(powers=((dim, 1),)))
