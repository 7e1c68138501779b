"""The small SSA program that a diagram means: a list of statements, each defining one value (a repeat: several).

A value is a name with a `Type`: its axes (each a readable name and a size, in order) and whether it holds integers.
An `Einsum` names indices by strings of any length, so there is no limit of 52; letters are chosen only by printers.
Passes are functions `Program -> Program`; `check.check` says whether a program is well formed.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from tensordraw.diagram.records import Id, Record, Relation, Source, Variance

Name: TypeAlias = str  # of a value: an identifier, defined once in the whole program
Index: TypeAlias = str  # of an einsum: equal strings in one statement are the same index


class Axis(Record, frozen=True):
    """One axis of a value: the name that people read, and its size. An `open` axis (see `batch`) has the size that the
    arrays have: `size` only stands for it, and printed code takes it from an array; its name means one size everywhere.
    `flexible` is the name of that size where it is at most `size`: arrays of the model are cut to it (see `lengths`)."""

    name: str
    size: int
    open: bool = False
    flexible: str = ""


class Type(Record, frozen=True):
    """Axes of a value in order; `integer` for ids."""

    axes: tuple[Axis, ...] = ()
    integer: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(axis.size for axis in self.axes)


class Input(Record, frozen=True):
    """A named array that is given: `out` is the value, `array` the document's name of it (any text), `variances` those of
    its legs, for the languages that write them (empty where nothing says), `source` the file that has it, if any."""

    out: Name
    array: str
    type: Type
    variances: tuple[Variance, ...] = ()
    source: Source | None = None


class Constant(Record, frozen=True):
    """A scalar by an arithmetic expression in sizes: `expression` as typed, `value` computed."""

    out: Name
    expression: str
    value: float
    type: Type = Type()


class Fixed(Record, frozen=True):
    """An array of zeros, ones and signs by its kind, made only where re-indexing cannot say the same.

    delta: n axes of one size. group: (whole, *parts), 1 where whole is the row-major position of parts.
    one_hot: (*positions, class) from the integer value `ids`. causal_mask: (query, key), 1 where key <= query.
    levi_civita: n axes of size n. shift: (row, column), 1 where row = column + offset. ones: all ones.
    count: offset, offset + 1, ... along one axis; no drawing says so, only printers, for running sums of ones.
    """

    out: Name
    kind: Literal["delta", "group", "one_hot", "causal_mask", "levi_civita", "shift", "ones", "count"]
    type: Type
    ids: Name | None = None
    offset: int = 0


class Operand(Record, frozen=True):
    """A value in an einsum with an index for each of its axes; an index twice means the diagonal."""

    value: Name
    indices: tuple[Index, ...]


class Einsum(Record, frozen=True):
    """Product of the operands, added over every index that `output` lacks. Indices of `output` are distinct, and each
    stands in an operand (see `Spread` for the rest). One operand: transpose, sum or diagonal. None: the scalar 1."""

    out: Name
    operands: tuple[Operand, ...]
    output: tuple[Index, ...]
    type: Type


class Spread(Record, frozen=True):
    """An array with new or repeated indices: `output[...] = value[...]` where indices that repeat agree, else 0; an
    index of `output` that `indices` lacks runs freely (ones). Each of `indices` stands in `output`."""

    out: Name
    value: Name
    indices: tuple[Index, ...]
    output: tuple[Index, ...]
    type: Type


class Apply(Record, frozen=True):
    """A function from the table, along the axes with the given positions (in the function's order)."""

    out: Name
    function: str
    value: Name
    axes: tuple[int, ...]
    type: Type
    params: dict[str, float] = {}
    expression: str = ""


class Addend(Record, frozen=True):
    """One operand of an add: `coefficient * value`, `axes[k]` the value's axis that is axis k of the result, None where
    the value does not have it (it is spread: only axes of sums do that). `factor` is the computed coefficient."""

    value: Name
    axes: tuple[int | None, ...]
    coefficient: str = "1"
    factor: float = 1.0


class Add(Record, frozen=True):
    """Elementwise sum of the addends."""

    out: Name
    addends: tuple[Addend, ...]
    type: Type


class Scale(Record, frozen=True):
    """A value times a number; `expression` is how a person reads the number, `note` why it is there."""

    out: Name
    value: Name
    factor: float
    expression: str
    type: Type
    note: str = ""


class Reshape(Record, frozen=True):
    """The same entries, row-major, in another shape: either merges or splits neighbouring axes.

    `pattern` says which: a tuple a result axis or group: `(in_positions, out_positions)`, e.g. ((0,), (0, 1)) splits.
    """

    out: Name
    value: Name
    pattern: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]
    type: Type


class Select(Record, frozen=True):
    """The slice of `value` at position `at` of `axis`: an integer, or the loop variable of an enclosing repeat."""

    out: Name
    value: Name
    axis: int
    at: int | str
    type: Type


class Gather(Record, frozen=True):
    """Rows of a table: the axis `axis` of `value` is replaced, in place, by all axes of the integer value `ids`."""

    out: Name
    value: Name
    axis: int
    ids: Name
    type: Type


class Conj(Record, frozen=True):
    """Complex conjugate."""

    out: Name
    value: Name
    type: Type


class Repeat(Record, frozen=True):
    """A loop: `state` starts as `initial`; `body` runs `count` times with `index` = 0, 1, ... and sees outer values; after
    each turn `state` becomes `result`. `out` is the last state."""

    out: Name
    index: str
    count: int
    state: Name
    initial: Name
    body: tuple[Statement, ...]
    result: Name
    type: Type


class Attention(Record, frozen=True):
    """`softmax(mask(query key * scale)) value`: products over the `query`'s indices that are not among `scores`, softmax
    along `key_at`, which is then added over; where `causal`, no key comes after its query. `scores` are the indices of the
    pattern, `query_at` and `key_at` two of them, the others run along (heads, batches): `shared` by queries, keys and values,
    or `grouped`, which the queries alone have. `expression` is how a person reads the scale, "" for 1."""

    query: Operand
    key: Operand
    value: Operand
    scores: tuple[Index, ...]
    query_at: Index
    key_at: Index
    output: tuple[Index, ...]
    scale: float
    expression: str
    causal: bool

    @property
    def shared(self) -> list[Index]:
        return [index for index in self.scores if index in self.key.indices and index != self.key_at]

    @property
    def grouped(self) -> list[Index]:
        return [index for index in self.scores if index not in self.key.indices and index != self.query_at]


class Linear(Record, frozen=True):
    """An activation times a weight, added over the indices that both have, and a bias along all others of the weight."""

    value: Operand
    weight: Operand
    bias: Operand | None
    output: tuple[Index, ...]


class Norm(Record, frozen=True):
    """`normalise` or `rms_norm` along the last axis, times a vector, and another added."""

    value: Name
    function: str
    weight: Name
    bias: Name | None
    eps: float


class Turn(Record, frozen=True):
    """Pairs of entries along an axis of a value, turned by angles (rotary positions): `cosine` and `sine` [position, plane]
    belong to the index `at`. The axis is made of (pair, plane), or where `interleaved` of (plane, pair); `forwards` is from
    the first entry of a pair to the second. In `output`, `axis` stands for what comes out."""

    value: Operand
    cosine: Name
    sine: Name
    at: Index
    axis: Index
    output: tuple[Index, ...]
    interleaved: bool
    forwards: bool


Form: TypeAlias = Attention | Linear | Norm | Turn


class Fused(Record, frozen=True):
    """A form that libraries compute at once, and the plain statements that say the same: the last defines `out`, the
    values of the others are read by nothing else. `fuse` makes it and takes it apart; no other pass sees one."""

    out: Name
    form: Form
    plain: tuple[Statement, ...]
    type: Type


Statement: TypeAlias = (
    Constant | Fixed | Einsum | Spread | Apply | Add | Scale | Reshape | Select | Gather | Conj | Repeat | Fused
)


class Output(Record, frozen=True):
    """A result: its name for people ("" for the only one), the value, axes in open-leg order, and the relation that
    stands before it where it is a side of an equation (a comma before the first side and between equations)."""

    name: str
    value: Name
    relation: Relation = ","


class Program(Record, frozen=True, weakref=True):
    """Inputs, statements, results. `origin` says for each value which ids of the diagram it stands for (for highlights),
    `captures` which copies and named regions it is the value of."""

    inputs: tuple[Input, ...]
    body: tuple[Statement, ...]
    outputs: tuple[Output, ...]
    origin: dict[Name, tuple[Id, ...]] = {}
    captures: dict[str, Name] = {}
