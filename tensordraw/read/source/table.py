"""The functions and methods that are known: one row each, its parameters as text and what it means.

A row's name is the last word of a function's path, with the library before it where libraries differ ("torch.transpose").
Methods of arrays are the functions of the same name, the array their first argument.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tensordraw.read.source import arith, masks, meanings, products, shapes
from tensordraw.read.source.indexing import gather, shape_of, subscript
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.meanings import LAST, along, given, on
from tensordraw.read.source.tape import axis_num
from tensordraw.read.source.values import (
    Array,
    Ax,
    Cut,
    Flag,
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

FIRST = number(0.0)


class Bound(dict[str, Value]):
    """Arguments by parameter; `torch` says whose function it is, `targets` how many names its result is unpacked into."""

    torch: bool = False
    method: bool = False
    targets: int | None = None


Meaning: TypeAlias = Callable[[Machine, Bound], Value]


@dataclass(frozen=True, slots=True)
class Row:
    """A function: names of parameters, with `=` and a literal where there is a default, `*` before one that takes the
    rest, `**` before one that takes all other keywords."""

    parameters: str
    meaning: Meaning


def default(text: str) -> Value:
    """The value of a parameter's default."""
    value = ast.literal_eval(text)
    match value:
        case None:
            return Nothing()
        case bool():
            return Flag(value)
        case int() | float():
            return number(float(value))
        case str():
            return Text(value)
        case _:
            return Seq(tuple(number(float(each)) for each in value))


def elementwise(name: str) -> Row:
    return Row("x", lambda m, a: arith.elementwise(m, name, a["x"]))


def typed(text: str, parameters: str = "") -> Row:
    names = [each.partition("=")[0] for each in parameters.split()]

    def meaning(m: Machine, a: Bound) -> Value:
        return meanings.typed(m, text, a["x"], **{name: m.constant(a[name]) for name in names})

    return Row(f"x {parameters}", meaning)


def same(parameters: str = "x") -> Row:
    return Row(f"{parameters} *rest **others", lambda m, a: a["x"])


def along_row(name: str, parameters: str = "x axis=None", last: bool = False) -> Row:
    def meaning(m: Machine, a: Bound) -> Value:
        params = {key: m.constant(a[key]) for key in ("eps", "k") if key in a}
        axis = a["axis"] if given(a["axis"]) is not None or not last else LAST
        return along(m, name, a["x"], axis, params)

    return Row(parameters, meaning)


def operator(sign: str) -> Row:
    return Row("x y", lambda m, a: arith.operate(m, sign, a["x"], a["y"]))


def shape(a: Bound, name: str = "shape") -> list[Value]:
    value = a[name]
    assert isinstance(value, Seq)
    if len(value.items) == 1 and isinstance(value.items[0], Seq):
        value = value.items[0]
    return list(value.items)


def axes(m: Machine, a: Bound, name: str = "shape") -> tuple[Ax, ...]:
    return m.shape(Seq(tuple(shape(a, name))))


def like(value: float) -> Row:
    return Row("x", lambda m, a: m.full(m.array(a["x"]).axes, number(value)))


def made(value: float) -> Row:
    return Row("*shape", lambda m, a: m.full(axes(m, a), number(value)))


def total(mean: bool) -> Row:
    return Row(
        "x axis=None keepdims=False",
        lambda m, a: shapes.total(m, a["x"], given(a["axis"]), on(a["keepdims"]), mean),
    )


def spread_out(a: Bound, name: str) -> list[Value]:
    """The arguments after each other, as they stand."""
    value = a[name]
    assert isinstance(value, Seq)
    return list(value.items)


def sizes(m: Machine, value: Value) -> Seq:
    return shape_of(m, m.array(value))


def rank(m: Machine, a: Bound) -> Value:
    return number(float(m.array(a["x"]).rank))


def count(m: Machine, a: Bound) -> Value:
    return axis_num(m.tape.dim(m.tape.total(m.array(a["x"]).dims)))


def length(m: Machine, a: Bound) -> Value:
    if isinstance(a["x"], Seq):
        return number(float(len(a["x"].items)))
    return shape_of(m, m.array(a["x"], least=1)).items[0]


def unbound(m: Machine, a: Bound) -> Value:
    array, at = m.along(a["x"], a["axis"])
    count = m.tape.dims.size(array.axes[at].dim) or a.targets
    if count is None:
        raise Refusal("into how many parts this falls is not known; give the sizes")
    m.tape.learn(array.axes[at].dim, count)
    return Seq(tuple(m.tape.select(array, at, n) for n in range(count)))


def selected(m: Machine, a: Bound) -> Value:
    array, at = m.along(a["x"], a["axis"])
    full = Cut(Nothing(), Nothing(), Nothing())
    return subscript(m, array, Seq((*[full] * at, a["index"])))


def taken(m: Machine, a: Bound) -> Value:
    axis = given(a.get("axis"))
    array, at = m.along(a["x"], axis) if axis is not None else (m.array(a["x"], rank=1), 0)
    if isinstance(a["ids"], Num):
        return m.tape.select(array, at, m.integer(a["ids"]))
    return gather(m, array, at, a["ids"])


def paired(name: str) -> Row:
    return Row("x row column", lambda m, a: meanings.pair(m, name, a["x"], a["row"], a["column"]))


def alike(m: Machine, a: Bound) -> Value:
    return Parameter(m.array(a["x"]).dims)


def integers(m: Machine, a: Bound) -> Value:
    extra = given(a["size"]) or given(a["shape"])
    if extra is None:
        extra = next((each for each in spread_out(a, "bounds") if isinstance(each, Seq)), None)
    shape = extra.items if isinstance(extra, Seq) else () if extra is None else (extra,)
    return Parameter(tuple(m.dim(size) for size in shape), integer=True)


def parameter(m: Machine, a: Bound) -> Value:
    """What is trained is given from outside, whatever it starts from."""
    value = a["x"]
    return Parameter(value.dims) if isinstance(value, Array) else value


def permuted(m: Machine, a: Bound) -> Value:
    order = shape(a)
    array = m.array(a["x"], rank=len(order))
    return shapes.permute(m, array, [m.position(item, array.rank) for item in order])


def transposed(m: Machine, a: Bound) -> Value:
    order = shape(a) or [each for name in ("dim0", "dim1") if (each := given(a[name])) is not None]
    if not order or (len(order) == 1 and isinstance(order[0], Nothing)):
        return products.transposed(m, a["x"])
    if len(order) == 2 and (a.torch or m.array(a["x"]).rank != 2):
        return shapes.swap(m, a["x"], order[0], order[1])
    return permuted(m, a)


def swapped(first: int, second: int) -> Row:
    return Row("x", lambda m, a: shapes.swap(m, a["x"], number(float(first)), number(float(second))))


def flattened(m: Machine, a: Bound) -> Value:
    return shapes.flatten(m, a["x"], m.integer(a["start_dim"]), m.integer(a["end_dim"]))


def keywords(a: Bound, name: str = "sizes") -> dict[str, Value]:
    """The keywords that a row takes all of."""
    value = a[name]
    assert isinstance(value, Table)
    return dict(value.items)


def gelu(m: Machine, a: Bound, default_tanh: bool = False) -> Value:
    how = a["approximate"]
    tanh = how.text == "tanh" if isinstance(how, Text) else on(how) if isinstance(how, Flag) else default_tanh
    return arith.elementwise(m, "gelu_tanh" if tanh else "gelu", a["x"])


def size(m: Machine, a: Bound) -> Value:
    if given(a["axis"]) is None:
        return shape_of(m, m.array(a["x"], rank=a.targets))
    array, at = m.along(a["x"], a["axis"])
    return shape_of(m, array).items[at]


def tril(lower: bool) -> Row:
    return Row("x k=0", lambda m, a: masks.trimmed(m, a["x"], m.integer(a["k"]), lower))


def diagonal(m: Machine, a: Bound) -> Value:
    if m.constant(a["offset"]):
        raise Refusal("a diagonal beside the main one is not understood")
    return products.diagonal(m, a["x"], a["axis1"], a["axis2"])


def variance(root: bool) -> Row:
    def meaning(m: Machine, a: Bound) -> Value:
        less = 1.0 if a.torch else 0.0
        for name in ("ddof", "correction"):
            less = m.constant(a[name]) if given(a[name]) is not None else less
        if isinstance(a["unbiased"], Flag):
            less = float(on(a["unbiased"]))
        return meanings.variance(m, a["x"], a["axis"], on(a["keepdims"]), less, root)

    return Row("x axis=None keepdims=False ddof=None correction=None unbiased=None", meaning)


def full(m: Machine, a: Bound) -> Value:
    shape = a["shape"]
    return m.full(m.shape(shape), m.number(a["value"]))


def literal(m: Machine, a: Bound) -> Value:
    value = a["x"]
    if isinstance(value, Seq):
        shape: list[int] = []
        while isinstance(value, Seq):
            shape.append(len(value.items))
            value = value.items[0] if value.items else FIRST
        return Parameter(tuple(m.tape.dims.new("", size, "in the text") for size in shape), literal=True)
    return value if isinstance(value, Array) else m.full((), m.number(value))


def dropout(m: Machine, a: Bound) -> Value:
    return a["x"]


def norm_layer(rms: bool) -> Row:
    def meaning(m: Machine, a: Bound) -> Value:
        meanings.over_one_axis(a["shape"])
        return meanings.layer_norm(m, a["x"], a["weight"], a["bias"], _eps(m, a["eps"]), rms)

    return Row(
        "x shape weight=None bias=None eps=None" if not rms else "x shape weight=None eps=None bias=None", meaning
    )


def _eps(m: Machine, value: Value) -> float:
    return 1e-5 if given(value) is None else m.constant(value)


def max(m: Machine, a: Bound) -> Value:
    return meanings.largest(m, a["x"], a["axis"], given(a["other"]), on(a["keepdims"]), a.torch)


def random(name: str) -> Row:
    def meaning(m: Machine, a: Bound) -> Value:
        found: list[Value] = [each for each in shape(a) if not isinstance(each, Opaque)]
        extra = given(a.get(name))
        if extra is not None:
            found = list(extra.items) if isinstance(extra, Seq) else [extra]
        return meanings.random(m, found)

    return Row(f"*shape {name}=None **others", meaning)


def normal(m: Machine, a: Bound) -> Value:
    size = given(a["size"])
    return meanings.random(m, [] if size is None else size.items if isinstance(size, Seq) else [size])


def keyed(m: Machine, a: Bound) -> Value:
    return meanings.random(m, a["shape"].items if isinstance(a["shape"], Seq) else [a["shape"]])


def arange(m: Machine, a: Bound) -> Value:
    if given(a["stop"]) is None:
        return masks.arange(m, a["start"])
    start = m.integer(a["start"])
    return masks.arange(m, a["stop"] if start == 0 else number(m.integer(a["stop"]) - start), start)


def where(m: Machine, a: Bound) -> Value:
    return masks.where(m, a["condition"], a["x"], a["y"])


def split(m: Machine, a: Bound) -> Value:
    axis = a["axis"]
    if a.torch:
        return meanings.cut_up(m, a["x"], a["sizes"], axis, a.targets)
    if isinstance(a["sizes"], Seq):
        raise Refusal("np.split at positions is not understood; np.split into a number of equal parts is")
    return shapes.parts(m, a["x"], axis, m.integer(a["sizes"]))


def items(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Seq):
        return value.items
    raise Refusal("a list of arrays is needed here")


def matrix_power(m: Machine, a: Bound) -> Value:
    count = m.integer(a["n"])
    if count < 1:
        raise Refusal("a matrix power below 1 is not understood")
    return products.chain(m, [a["x"]] * count) if count > 1 else a["x"]


def solve(m: Machine, a: Bound) -> Value:
    return products.matmul(m, meanings.pair(m, "inverse", a["x"], number(-2.0), LAST), a["y"])


def cosine(m: Machine, a: Bound) -> Value:
    made = [along(m, "l2_normalise", a[name], a["axis"]) for name in ("x", "y")]
    return shapes.total(m, arith.operate(m, "*", made[0], made[1]), a["axis"], False)


def glu(m: Machine, a: Bound) -> Value:
    halves = shapes.parts(m, a["x"], a["axis"], 2)
    return arith.operate(m, "*", halves.items[0], arith.elementwise(m, "sigmoid", halves.items[1]))


ELEMENTWISE = {
    "relu": "relu", "silu": "silu", "swish": "silu", "tanh": "tanh", "sigmoid": "sigmoid", "expit": "sigmoid",
    "exp": "exp", "log": "log", "abs": "abs", "absolute": "abs", "fabs": "abs", "square": "square", "sqrt": "sqrt",
    "reciprocal": "reciprocal", "sin": "sin", "cos": "cos", "softplus": "softplus",
}  # fmt: skip
TYPED = {
    "tan": "tan(x)", "sinh": "sinh(x)", "cosh": "cosh(x)", "sign": "sign(x)", "sgn": "sign(x)", "erf": "erf(x)",
    "erfc": "1 - erf(x)", "rsqrt": "1/sqrt(x)", "log1p": "log(1 + x)", "expm1": "exp(x) - 1", "exp2": "2**x",
    "log2": "log(x)/log(2)", "log10": "log(x)/log(10)", "log_sigmoid": "log(sigmoid(x))", "logsigmoid": "log(sigmoid(x))",
    "softsign": "x/(1 + abs(x))", "soft_sign": "x/(1 + abs(x))", "mish": "x*tanh(log(1 + exp(x)))",
    "relu6": "min(max(x, 0), 6)", "hardsigmoid": "min(max(x/6 + 1/2, 0), 1)", "tanhshrink": "x - tanh(x)",
    "hardswish": "x*min(max(x/6 + 1/2, 0), 1)", "cbrt": "sign(x)*abs(x)**(1/3)", "logit": "log(x/(1 - x))",
}  # fmt: skip
