"""Every kind of statement and of loop, and odd programs: each becomes a diagram that means the same."""

from __future__ import annotations

import pytest

from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Input,
    Output,
    Program,
    Reshape,
    Scale,
    Select,
    Spread,
)
from tensordraw.program.statements import Repeat as Loop
from tests.program.programs import einsum, program, t
from tests.read.lifting import loop, same

# ------------------------------------------------------------------------------------------- every statement, oddities

ODD: dict[str, Program] = {
    "an array alone": program({"A": t(2, 3)}),
    "a number": program({}, Constant("c", "1/3", 1 / 3)),
    "an array that nothing needs": Program((Input("A", "A", t(2)), Input("B", "B", t(3))), (), (Output("", "A"),)),
    "ids that nothing needs": Program(
        (Input("A", "A", t(2)), Input("n", "n", t(3, integer=True))), (), (Output("", "A"),)
    ),
    "an empty sum": program({}, Add("z", (), t(2, 3))),
    "an empty product": program({}, Einsum("e", (), (), t())),
    "a diagonal": program({"A": t(3, 3)}, einsum("d", "ii->i", ["A"], 3)),
    "a trace of an exponential": program(
        {"A": t(3, 3)}, Apply("e", "exp", "A", (), t(3, 3)), einsum("s", "ii->", ["e"])
    ),
    "the size of an index": program(
        {"A": t()}, Spread("s", "A", (), ("i", "j"), t(2, 3)), einsum("r", "ij->j", ["s"], 3)
    ),
    "a diagonal matrix": program({"v": t(3)}, Spread("D", "v", ("i",), ("i", "k", "i"), t(3, 2, 3))),
    "an identity alone": program({}, Fixed("I", "delta", t(4, 4))),
    "a sum with an identity": program(
        {"A": t(3, 3)}, Fixed("I", "delta", t(3, 3)), Add("B", (Addend("A", (1, 0)), Addend("I", (0, 1), "-2", -2.0)), t(3, 3))
    ),
    "a bias": program({"A": t(2, 3), "b": t(3)}, Add("y", (Addend("A", (0, 1)), Addend("b", (None, 0))), t(2, 3))),
    "scalars added": program(
        {"a": t(), "b": t()}, Add("c", (Addend("a", ()), Addend("b", (), "3", 3.0)), t()), einsum("d", ",->", ["c", "c"])
    ),
    "a scalar factor in a sum": program(
        {"a": t(), "x": t(3)}, einsum("y", ",i->i", ["a", "x"], 3), Add("z", (Addend("y", (0,)), Addend("x", (0,))), t(3))
    ),
    "a number in a sum": program(
        {"x": t(3)}, Scale("y", "x", 0.25, "1/4", t(3)), Add("z", (Addend("y", (0,), "-1", -1.0), Addend("x", (0,))), t(3))
    ),
    "a scaled value used twice": program(
        {"x": t(3)}, Scale("y", "x", 2.5, "2.5", t(3)), einsum("z", "i,i->i", ["y", "y"], 3)
    ),
    "joined, moved and split axes": program(
        {"A": t(2, 3, 4)}, Reshape("B", "A", (((0, 1), (0,)), ((2,), (1, 2))), t(6, 2, 2)),
        Reshape("C", "B", (((0, 1, 2), (0, 1)),), t(8, 3)),
    ),
    "axes of size 1": program(
        {"A": t(2, 1)}, Reshape("B", "A", (((0,), (1,)), ((1,), ()), ((), (0,))), t(1, 2)),
    ),
    "entries": program({"A": t(2, 3, 4)}, Select("a", "A", 1, 2, t(2, 4)), Select("b", "a", 0, 1, t(4))),
    "an entry of a product": program(
        {"A": t(2, 3), "B": t(3, 4)}, einsum("C", "ij,jk->ik", ["A", "B"], 2, 4), Select("c", "C", 1, 3, t(2)),
        Select("d", "C", 0, 1, t(4)), einsum("e", "i,j->ji", ["c", "d"], 4, 2),
    ),
    "an entry of a diagonal": program(
        {"v": t(3)}, Spread("D", "v", ("i",), ("i", "i"), t(3, 3)), Select("d", "D", 0, 1, t(3))
    ),
    "rows of a table": program(
        {"W": t(2, 5), "n": t(2, 3, integer=True)}, Gather("r", "W", 1, "n", t(2, 2, 3)), einsum("s", "abc->cb", ["r"], 3, 2)
    ),
    "rows of a table at some ids": program(
        {"W": t(2, 5), "n": t(2, 3, integer=True)}, Select("m", "n", 0, 1, t(3, integer=True)), Gather("r", "W", 1, "m", t(2, 3))
    ),
    "fixed arrays": program(
        {"A": t(3, 3)}, Fixed("m", "causal_mask", t(3, 3)), Fixed("s", "shift", t(3, 3), offset=1),
        Fixed("o", "ones", t(3, 2)), Fixed("l", "levi_civita", t(3, 3, 3)),
        einsum("r", "ab,bc,cd,de,dfg->aefg", ["A", "m", "s", "o", "l"], 3, 2, 3, 3),
    ),
    "an inverse": program(
        {"A": t(3, 3), "x": t(3)}, Apply("B", "inverse", "A", (1, 0), t(3, 3)), einsum("y", "ij,j->i", ["B", "x"], 3)
    ),
    "a transpose of another shape": program(
        {"A": t(2, 4), "x": t(2)}, Apply("B", "transpose", "A", (0, 1), t(4, 2)), einsum("y", "ij,j->i", ["B", "x"], 4)
    ),
    "a determinant": program({"A": t(2, 3, 3)}, Apply("d", "determinant", "A", (1, 2), t(2))),
    "softmax of a masked product": program(
        {"q": t(4, 3), "k": t(4, 3)}, einsum("s", "ic,jc->ij", ["q", "k"], 4, 4), Scale("r", "s", 3**-0.5, "1/sqrt(c)", t(4, 4)),
        Apply("m", "causal_mask", "r", (0, 1), t(4, 4)), Apply("p", "softmax", "m", (1,), t(4, 4)),
    ),
    "a sum of sums": program(
        {"a": t(2), "b": t(2), "c": t(2)}, Add("d", (Addend("a", (0,)), Addend("b", (0,))), t(2)),
        Add("e", (Addend("c", (0,)), Addend("d", (0,), "-1", -1.0)), t(2)),
    ),
    "a value used by itself": program(
        {"x": t(3)}, Apply("y", "tanh", "x", (), t(3)), einsum("z", "i,j,i->ji", ["y", "y", "y"], 3, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_programs(name: str) -> None:
    same(ODD[name])


LOOPS = {
    "the state alone": loop(result="h", inputs={"x": t(2)}),
    "nothing of the state": loop(Select("w", "W", 0, "layer", t(2)), result="w", inputs={"x": t(2), "W": t(3, 2)}),
    "something from outside": program(
        {"x": t(2)}, Apply("s", "tanh", "x", (), t(2)),
        Loop("y", "layer", 3, "h", "x", (Add("n", (Addend("h", (0,)), Addend("s", (0,))), t(2)),), "n", t(2)),
    ),
    "a slice of what is computed": program(
        {"x": t(2), "W": t(3, 2)}, Apply("V", "tanh", "W", (), t(3, 2)),
        Loop(
            "y", "layer", 3, "h", "x",
            (Select("v", "V", 0, "layer", t(2)), Add("n", (Addend("h", (0,)), Addend("v", (0,))), t(2))), "n", t(2),
        ),
    ),
    "a slice of what is computed inside": loop(
        Apply("V", "tanh", "W", (), t(3, 2)), Select("v", "V", 0, "layer", t(2)), einsum("n", "i,i->i", ["h", "v"], 2),
        result="n", inputs={"x": t(2), "W": t(3, 2)},
    ),
    "the state in a bubble": loop(Apply("r", "tanh", "h", (), t(2)), result="r", inputs={"x": t(2)}),
    "the state times a scalar in a sum": loop(
        einsum("k", "i,->i", ["h", "a"], 2), Add("n", (Addend("k", (0,)), Addend("x", (0,))), t(2)),
        result="n", inputs={"x": t(2), "a": t()},
    ),
    "the state and more of it": loop(
        einsum("k", "i,->i", ["h", "a"], 2), Apply("r", "tanh", "h", (), t(2)),
        Add("n", (Addend("k", (0,)), Addend("r", (0,))), t(2)), result="n", inputs={"x": t(2), "a": t()},
    ),
    "a loop in a loop": program(
        {"x": t(2), "W": t(3, 4, 2, 2)},
        Loop(
            "y", "layer", 3, "h", "x",
            (
                Loop(
                    "z", "step", 4, "g", "h",
                    (
                        Select("a", "W", 0, "layer", t(4, 2, 2)), Select("w", "a", 0, "step", t(2, 2)),
                        einsum("m", "ij,j->i", ["w", "g"], 2), Apply("r", "tanh", "m", (), t(2)),
                    ), "r", t(2),
                ),
                Add("n", (Addend("z", (0,)), Addend("h", (0,))), t(2)),
            ), "n", t(2),
        ),
    ),
    "a scaled start": program(
        {"x": t(2)}, Scale("s", "x", 3.0, "3", t(2)),
        Loop("y", "layer", 2, "h", "s", (Apply("r", "tanh", "h", (), t(2)),), "r", t(2)),
    ),
    "a scalar state": program(
        {"x": t(), "w": t(3)},
        Loop("y", "layer", 3, "h", "x", (Select("v", "w", 0, "layer", t()), einsum("n", ",->", ["h", "v"])), "n", t()),
    ),
    "a scalar state used twice": program(
        {"x": t(), "w": t(2)},
        Loop("y", "layer", 3, "h", "x", (Apply("v", "tanh", "h", (), t()), einsum("n", ",->", ["h", "v"])), "n", t()),
        einsum("z", ",i->i", ["y", "w"], 2),
    ),
    "fewer turns than slices": loop(
        Select("w", "W", 0, "layer", t(2, 2)), einsum("z", "ij,j->i", ["w", "h"], 2),
        result="z", inputs={"x": t(2), "W": t(5, 2, 2)}, count=2,
    ),
    "no turns": loop(Apply("r", "tanh", "h", (), t(2)), result="r", inputs={"x": t(2)}, count=0),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name: str) -> None:
    same(LOOPS[name])
