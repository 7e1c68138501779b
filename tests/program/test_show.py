"""The text of a program: one line a statement."""

from __future__ import annotations

from tensordraw.program.show import show
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
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Type,
)

ROW = Type((Axis("i", 6),))
TABLE = Type((Axis("layer", 3), Axis("i", 6)))
EXPECTED = """\
W = array 'W_{Q}'                              [layer 3, i 6]
ids = array 'tokens'                           [seq 4] integer
c = constant 0.5 = 1/2                         []
rows = gather W axis 0 at ids                  [seq 4, i 6]
first = select W axis 0 at 0                   [i 6]
last = repeat step < 3 from state = first      [i 6]
  slice = select W axis 0 at step              [i 6]
  turn = conj slice                            [i 6]
  next = add (1/3)*state + turn                [i 6]
  again state = next
split = reshape last 0 -> (0 1)                [a 2, b 3]
mask = fixed shift offset -1                   [i 6, j 6]
hot = fixed one_hot of ids                     [seq 4, i 6]
p = softmax last along 0                       [i 6]
f = expression p 'x + 1'                       [i 6]
top = top_k f along 0 k=2.0                    [i 6]
half = scale top by 0.5                        [i 6]
diagonal = spread half(i) -> (i i)             [i 6, i 6]
wide = add half[- 0]                           [layer 3, i 6]
y = einsum c() diagonal(i k) rows(j k) -> (i)  [i 6]
return y
return 'loss' = c
"""


def test_every_statement_has_its_line() -> None:
    square = Type((Axis("i", 6), Axis("j", 6)))
    turn = (
        Select("slice", "W", 0, "step", ROW),
        Conj("turn", "slice", ROW),
        Add("next", (Addend("state", (0,), "1/3", 1 / 3), Addend("turn", (0,))), ROW),
    )
    body = (
        Constant("c", "1/2", 0.5),
        Gather("rows", "W", 0, "ids", Type((Axis("seq", 4), Axis("i", 6)))),
        Select("first", "W", 0, 0, ROW),
        Repeat("last", "step", 3, "state", "first", turn, "next", ROW),
        Reshape("split", "last", (((0,), (0, 1)),), Type((Axis("a", 2), Axis("b", 3)))),
        Fixed("mask", "shift", square, None, -1),
        Fixed("hot", "one_hot", Type((Axis("seq", 4), Axis("i", 6))), "ids"),
        Apply("p", "softmax", "last", (0,), ROW),
        Apply("f", "expression", "p", (), ROW, {}, "x + 1"),
        Apply("top", "top_k", "f", (0,), ROW, {"k": 2.0}),
        Scale("half", "top", 0.5, "0.5", ROW),
        Spread("diagonal", "half", ("i",), ("i", "i"), Type((Axis("i", 6), Axis("i", 6)))),
        Add("wide", (Addend("half", (None, 0)),), TABLE),
        Einsum(
            "y", (Operand("c", ()), Operand("diagonal", ("i", "k")), Operand("rows", ("j", "k"))), ("i",), ROW
        ),
    )  # fmt: skip
    inputs = (Input("W", "W_{Q}", TABLE), Input("ids", "tokens", Type((Axis("seq", 4),), True)))
    assert show(Program(inputs, body, (Output("", "y"), Output("loss", "c")))) == EXPECTED
