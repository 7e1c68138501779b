"""What known functions mean that are more than one step: norms, attention, layers' arithmetic, statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tensordraw.program.expressions import Binary, Expr, elementwise
from tensordraw.program.formulas import substitute
from tensordraw.program.functions import FUNCTIONS
from tensordraw.read.source import arith, axes, masks, products, shapes
from tensordraw.read.source.indexing import cut_to, gather
from tensordraw.read.source.machine import ONE, Machine
from tensordraw.read.source.tape import axis_num
from tensordraw.read.source.values import (
    Array,
    Flag,
    Free,
    Nothing,
    Num,
    Opaque,
    Parameter,
    Refusal,
    Seq,
    Table,
    Text,
    Value,
    number,
)

LAST = number(-1.0)


def given(value: Value | None) -> Value | None:
    """The argument, None where it is not given or is None."""
    return None if value is None or isinstance(value, Nothing) else value


def on(value: Value | None) -> bool:
    """Whether a flag is set."""
    return isinstance(value, Flag) and value.on


def along(
    m: Machine, function: str, value: Value, axis: Value | None, params: Mapping[str, float] | None = None,
    keep: bool = False,
) -> Array:  # fmt: skip
    """A function of the table along one axis."""
    if given(axis) is None:
        array = m.array(value)
        if array.rank != 1:
            array = shapes.flatten(m, array) if FUNCTIONS[function].reduces else m.array(array, rank=1)
        value, axis = array, LAST
    elif isinstance(axis, Seq) and len(axis.items) == 1:
        axis = axis.items[0]
    elif isinstance(axis, Seq):
        array = m.array(value)
        at = sorted(m.positions(axis, array.rank), reverse=True)
        for each in at:
            array = m.tape.apply(function, array, [each])
        return axes.widen(m, array, sorted(at)) if keep else array
    array, at_ = m.along(value, axis or LAST)
    if at_ >= array.rank:
        raise Refusal("there is no such axis")
    made = m.tape.apply(function, array, [at_], params)
    return axes.widen(m, made, [at_]) if keep else made


def pair(m: Machine, function: str, value: Value, row: Value, column: Value) -> Array:
    """A function of the table along two axes."""
    array = m.array(value, least=2)
    array, _ = m.along(array, row)
    array, _ = m.along(array, column)
    return m.tape.apply(function, array, (m.position(row, array.rank), m.position(column, array.rank)))


def typed(m: Machine, text: str, value: Value, **numbers: float) -> Value:
    """An elementwise function by its formula in x, with numbers in place of other names."""
    for name, each in numbers.items():
        text = text.replace(f"[{name}]", f"({each!r})" if each < 0 else repr(each))
    tree = elementwise(text)
    if isinstance(value, Num):
        return Num(substitute(tree, {"x": value.tree}))
    return arith.expression(m, m.array(value), tree)


def maximum(m: Machine, a: Value, b: Value, sign: int = 1) -> Value:
    """The larger (sign -1: the smaller) of two, entry by entry."""
    for one, other in ((a, b), (b, a)):
        if isinstance(one, Num) and not isinstance(other, Num):
            if sign == 1 and m.tape.value(one) == 0:
                return arith.elementwise(m, "relu", other)
            return typed(m, f"{'max' if sign == 1 else 'min'}(x, [c])", other, c=m.constant(one))
    rest = arith.operate(m, "-", b, a) if sign == 1 else arith.operate(m, "-", a, b)
    larger = arith.elementwise(m, "relu", rest)
    return arith.operate(m, "+" if sign == 1 else "-", a, larger)


def clamp(m: Machine, value: Value, low: Value | None, high: Value | None) -> Value:
    """Entries cut off below and above."""
    if given(low) is not None:
        value = maximum(m, value, low or LAST)
    return maximum(m, value, high or LAST, -1) if given(high) is not None else value


def variance(m: Machine, value: Value, axis: Value | None, keep: bool, less: float, root: bool) -> Value:
    """The mean square distance from the mean, over n - less."""
    array = m.array(value)
    centred = arith.operate(m, "-", array, shapes.total(m, array, given(axis), given(axis) is not None, mean=True))
    squared = arith.elementwise(m, "square", centred)
    made: Value = shapes.total(m, squared, given(axis), keep, mean=True)
    if less:
        whole = m.array(squared)
        over = range(whole.rank) if given(axis) is None else m.positions(axis or LAST, whole.rank)
        count = axis_num(m.tape.dim(m.tape.total(whole.axes[n].dim for n in over))).tree
        made = arith.scaled(m, m.array(made), Binary("/", count, Binary("-", count, number(less).tree)))
    return arith.elementwise(m, "sqrt", made) if root else made


def norm(m: Machine, value: Value, axis: Value | None, keep: bool, order: Value | None) -> Value:
    """The Euclidean length of a vector, or of all entries."""
    if (
        given(order) is not None
        and not (isinstance(order, Text) and order.text == "fro")
        and m.constant(order or LAST) != 2
    ):
        raise Refusal("only the Euclidean norm is understood")
    array = m.array(value)
    squares = shapes.total(m, arith.elementwise(m, "square", array), given(axis), keep)
    return arith.elementwise(m, "sqrt", squares)


def layer_norm(
    m: Machine, value: Value, weight: Value | None, bias: Value | None, eps: float, rms: bool = False
) -> Value:
    """Layer norm, or RMS norm, over the last axis, with its weights."""
    made: Value = along(m, "rms_norm" if rms else "normalise", value, LAST, {"eps": eps})
    if given(weight) is not None:
        made = arith.operate(m, "*", made, m.array(weight or LAST, rank=1))
    return arith.operate(m, "+", made, m.array(bias or LAST, rank=1)) if given(bias) is not None else made


def over_one_axis(shape: Value | None) -> None:
    """Refuse a norm over several axes."""
    if isinstance(shape, Seq) and len(shape.items) != 1:
        raise Refusal("a norm over several axes is not understood")


def linear(m: Machine, value: Value, weight: Value, bias: Value | None) -> Value:
    """`x W^T + b` over the last axis."""
    array, matrix = m.array(value, least=1), m.array(weight, rank=2)
    labels = [f"x{k}" for k in range(array.rank)]
    made: Value = replace(
        products.contract(m, [(array, labels), (matrix, ["out", labels[-1]])], [*labels[:-1], "out"]),
        lineage=array.lineage,
    )
    return arith.operate(m, "+", made, m.array(bias or LAST, rank=1)) if given(bias) is not None else made


def attention(
    m: Machine, query: Value, key: Value, value: Value, mask: Value | None, causal: bool, scale: Value | None,
    grouped: bool = False,
) -> Value:  # fmt: skip
    """Scaled dot-product attention over the last two axes; `grouped` heads of queries share those of keys and values."""
    if grouped:
        heads = m.array(key, least=3).axes[-3]
        parts = Seq((Num(ONE, m.tape.size(heads.dim)), LAST))
        query = shapes.unflatten(m, query, number(-3.0), parts)
        key, value = (shapes.unsqueeze(m, each, number(-3.0)) for each in (key, value))
        made = m.array(attention(m, query, key, value, mask, causal, scale))
        return shapes.flatten(m, made, made.rank - 4, made.rank - 3)
    q, k = m.array(query, least=2), m.array(key, least=2)
    scores: Value = products.matmul(m, q, shapes.swap(m, k, number(-2.0), LAST))
    if given(scale) is None:
        root: Expr = elementwise("sqrt(x)")
        size = axis_num(m.array(query).axes[-1].dim).tree
        scores = arith.scaled(m, m.array(scores), Binary("/", ONE, substitute(root, {"x": size})))
    else:
        scores = arith.operate(m, "*", scores, scale or LAST)
    if causal:
        array = m.array(scores)
        scores = m.tape.apply("causal_mask", array, (array.rank - 2, array.rank - 1))
    elif given(mask) is not None:
        shown = m.array(mask or LAST)
        scores = (
            masks.hide(m, m.array(scores), arith.complement(m, shown))
            if shown.boolean
            else arith.operate(m, "+", scores, shown)
        )
    return products.matmul(m, along(m, "softmax", scores, LAST), value)


def embedding(m: Machine, ids: Value, table: Value) -> Array:
    """Rows of a table."""
    return gather(m, m.array(table, rank=2), 0, ids)


def largest(m: Machine, value: Value, axis: Value | None, other: Value | None, keep: bool, pairs: bool) -> Value:
    """`max`: numpy's values, torch's pair of values and places, or the larger of two arrays."""
    if isinstance(axis, Array) or (isinstance(axis, Free) and axis.name not in m.symbols):
        return maximum(m, value, axis)
    if other is not None:
        return maximum(m, value, other)
    made = along(m, "max", value, axis, keep=keep)
    if not pairs or given(axis) is None:
        return made
    return Table({"values": made, "indices": Opaque("positions of the largest entries"), "0": made})


def cut_up(m: Machine, value: Value, sizes: Value, axis: Value, targets: int | None) -> Seq:
    """`torch.split`: parts of one size, or of these sizes if they are equal."""
    array, at = m.along(value, axis)
    if isinstance(sizes, Seq):
        found = [m.tape.reduced(m.tape.size(m.dim(size))) for size in sizes.items]
        if len(set(found)) == 1:
            return shapes.parts(m, array, axis, len(found))
        return uneven(m, array, at, [m.integer(size) for size in sizes.items])
    size = m.tape.size(m.dim(sizes))
    ratio = m.tape.size(array.axes[at].dim).times(size, -1)
    count = int(ratio.number) if not ratio.powers and ratio.number.denominator == 1 else targets
    if count is None:
        raise Refusal("into how many parts this is split is not known; give the sizes")
    made = shapes.parts(m, array, axis, count)
    for part in made.items:
        m.tape.unite(m.array(part).axes[at].dim, m.tape.dim(size))
    return made


def uneven(m: Machine, array: Array, axis: int, sizes: Sequence[int]) -> Seq:
    """Parts of these sizes."""
    found: list[Value] = []
    start = 0
    for size in sizes:
        found.append(cut_to(m, array, axis, start, m.tape.dims.new("", size, "in the text")))
        start += size
    m.tape.learn(array.axes[axis].dim, start)
    return Seq(tuple(found))


def random(m: Machine, shape: Sequence[Value]) -> Value:
    """An array that is made at random or read from somewhere: it will be given, by the name it is bound to."""
    return Parameter(tuple(m.dim(size) for size in shape))
