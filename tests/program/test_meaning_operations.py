"""NOTATION section 2, sums, copies, adds and repeats, against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.records import ROOT, Copy, Operand
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Apply
from tests.program.meaning import random, relu, same, value
from tests.sketch import Sketch


def test_sum_over_a_bound_index() -> None:
    s = Sketch(head=4, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("A: head i", region.id, index={"head": region.id})
    s.tensor("B: head i", region.id, key="B", index={"head": region.id})
    s.tensor("C: i i2", region.id)
    s.wire("A.i", "C.i")
    a, b, c = random(4, 3), random(4, 3, seed=1), random(3, 3, seed=2)
    s.open("C.i2", "B.i")
    same(value(s.build(), A=a, B=b, C=c), np.einsum("hi,ij,hk->jk", a, c, b))


def test_a_function_inside_a_sum_is_applied_before_adding_up() -> None:
    s = Sketch(head=4, i=3)
    region = s.draft.sum("head", "head")
    bubble = s.draft.bubble("relu", inside=region.id)
    s.tensor("A: head i", bubble.id, index={"head": region.id})
    a = random(4, 3)
    same(value(s.build(), A=a), relu(a).sum(0))


def test_a_constant_inside_a_sum_is_added_for_each_value() -> None:
    s = Sketch(head=4, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("x: i", region.id)
    x = random(3)
    diagram = s.build()
    same(value(diagram, x=x), 4 * x)
    assert "once for each head" in td.code(diagram, "numpy")


def test_an_add_in_a_sum_counts_what_lacks_the_index_once_for_each_value() -> None:
    s = Sketch(head=4, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("A: head i", region.id, index={"head": region.id})
    s.tensor("b: i", region.id)
    s.add("y", 2, "i", region.id)
    s.wire("A.i", "y.0.i")
    s.wire("b.i", "y.1.i")
    a, b = random(4, 3), random(3, seed=1)
    same(value(s.build(), A=a, b=b), a.sum(0) + 4 * b)


def _copied(through: bool) -> Sketch:
    s = Sketch(i=3)
    s.tensor("x: i")
    copy = s.copy("c", "i", through=through)
    s.wire("x.i", "c.in.i")
    s.paste("p", copy, "i")
    s.paste("q", copy, "i")
    return s


def test_copy_passes_its_value_through_and_pastes_repeat_it() -> None:
    x = random(3)
    same(value(_copied(True).build(), x=x), np.einsum("i,j,k->ijk", x, x, x))


def test_a_copys_through_side_may_lead_nowhere() -> None:
    x = random(3)
    same(value(_copied(False).build(), x=x), np.outer(x, x))


def test_paste_inside_a_nested_bubble() -> None:
    s = _copied(True)
    outer = s.draft.bubble("exp")
    inner = s.draft.bubble("square", inside=outer.id)
    s.draft.change(s.ids["p"], inside=inner.id)
    s.draft.change(s.ids["q"], inside=outer.id)
    s.wire("p.i", "q.i")
    x = random(3)
    same(value(s.build(), x=x), np.exp(x**2 @ x) * x)


def test_copy_inside_a_bubble_pasted_outside_it() -> None:
    """The paste is the value where it was copied, before the function."""
    s = Sketch(i=3)
    bubble = s.draft.bubble("relu")
    s.tensor("x: i", bubble.id)
    copy = s.copy("c", "i", bubble.id)
    s.wire("x.i", "c.in.i")
    s.paste("p", copy, "i")
    s.open("p.i", "c.out.i")
    x = random(3)
    same(value(s.build(), x=x), np.outer(x, relu(x)))


def _copied_matrix() -> tuple[Sketch, Copy]:
    s = Sketch(i=3, j=2)
    s.tensor("x: i i2")
    copy = s.copy("c", "i i2", through=False)
    for leg in ("i", "i2"):
        s.wire(f"x.{leg}", f"c.in.{leg}")
    return s, copy


def test_a_leg_of_a_paste_fixed_to_a_number_is_a_slice() -> None:
    s, copy = _copied_matrix()
    s.draft.paste(copy.id, s.legs("p", "i i2", {"i": 1}))
    x = random(3, 3)
    same(value(s.build(), x=x), x[1])


def test_legs_of_a_paste_bound_to_a_sum_are_its_slices() -> None:
    s, copy = _copied_matrix()
    region = s.draft.sum("k", "i")
    s.draft.paste(copy.id, s.legs("p", "i i2", {"i": region.id, "i2": region.id}), inside=region.id)
    s.tensor("y: i i2", region.id, index={"i": region.id})
    x, y = random(3, 3), random(3, 3, seed=1)
    same(value(s.build(), x=x, y=y), np.einsum("kk,ki->i", x, y))


def test_a_leg_of_a_paste_bound_to_a_repeat_is_one_slice_a_turn() -> None:
    """Inside a sum whose index only the paste carries, so that the state has to carry it too."""
    s, copy = _copied_matrix()
    region = s.draft.sum("k", "i")
    s.tensor("y: j", region.id)
    repeat = s.repeat("r", "i", "j", region.id)
    term = s.draft.bubble("square", inside=repeat.id)
    s.draft.paste(copy.id, s.legs("p", "i i2", {"i": repeat.id, "i2": region.id}), inside=term.id)
    s.draft.change(term.id, inside=s.draft.term(inside=repeat.id).id)
    s.tensor("v: j", s.draft.regions[term.id].inside)
    s.tensor("u: j", repeat.id)
    s.wire("y.j", "r.j.outer_in")
    s.wire("r.j.inner_in", "u.j")
    s.wire("v.j", "r.j.inner_out")
    x, y, u, v = random(3, 3), *(random(2, seed=n) for n in (1, 2, 3))
    expected = np.zeros(2)
    for k in range(3):
        state = y
        for turn in range(3):
            state = (u @ state) * x[turn, k] ** 2 * v
        expected = expected + state
    same(value(s.build(), x=x, y=y, u=u, v=v), expected)


def test_bound_legs_of_results_leave_the_copied_value_whole() -> None:
    s = Sketch(i=3)
    s.tensor("x: i")
    copy = s.draft.copy("c", s.legs("in", "i"), s.legs("out", "i", {"i": 2}))
    s.wire("x.i", "in.i")
    s.paste("p", copy, "i")
    s.paste("q", copy, "i")
    add = s.draft.add([s.legs("0", "i")], s.legs("sum", "i", {"i": 0}))
    s.wire("q.i", "0.i")
    x = random(3)
    assert add.out[0].index == 0
    same(value(s.build(), x=x), x[2] * x[0] * x)


def test_add_with_coefficients_and_terms_without_legs() -> None:
    s = Sketch(i=3)
    first, second = s.draft.term(), s.draft.term()
    for term, name in ((first, "a"), (second, "b")):
        s.tensor(f"{name}: i", term.id)
        s.tensor(f"{name}: i", term.id, key=f"{name}2")
        s.wire(f"{name}.i", f"{name}2.i")
    s.draft.add([Operand((), "2", first.id), Operand((), "-1/i", second.id)])
    a, b = random(3), random(3, seed=1)
    same(value(s.build(), a=a, b=b), 2 * a @ a - b @ b / 3)


def test_copy_of_a_term_without_legs() -> None:
    s = Sketch(i=3)
    term = s.draft.term()
    s.tensor("a: i", term.id)
    s.tensor("a: i", term.id, key="a2")
    s.wire("a.i", "a2.i")
    copy = s.draft.copy("norm", (), of=term.id)
    s.draft.paste(copy.id, ())
    s.tensor("x: i")
    a, x = random(3), random(3, seed=1)
    same(value(s.build(), a=a, x=x), a @ a * x)


def test_a_bias_spreads_by_a_one_leg_delta() -> None:
    s = Sketch(seq=4, i=3)
    s.tensor("x: seq i")
    s.tensor("b: i")
    s.delta("ones", "seq")
    s.add("y", 2, "seq i")
    for leg in ("seq", "i"):
        s.wire(f"x.{leg}", f"y.0.{leg}")
    s.wire("ones.seq", "y.1.seq")
    s.wire("b.i", "y.1.i")
    x, b = random(4, 3), random(3, seed=1)
    same(value(s.build(), x=x, b=b), x + b)


def _layers(count: int, untouched: bool = False) -> Sketch:
    """x -> repeat(x + W[layer] x) with, on demand, a second leg that no layer touches."""
    s = Sketch(layer=count, i=3, j=2)
    legs = "i j" if untouched else "i"
    s.tensor(f"x: {legs}")
    repeat = s.repeat("r", "layer", legs)
    s.tensor("W: layer i2 i", repeat.id, index={"layer": repeat.id})
    s.wire("x.i", "r.i.outer_in")
    if untouched:
        s.wire("x.j", "r.j.outer_in")
        s.wire("r.j.inner_in", "r.j.inner_out")
    s.wire("r.i.inner_in", "W.i")
    s.wire("W.i2", "r.i.inner_out")
    return s


def test_repeat_composes_with_one_slice_a_layer() -> None:
    x, w = random(3), random(3, 3, 3, seed=1)
    same(value(_layers(3).build(), x=x, W=w), w[2] @ w[1] @ w[0] @ x)


def test_an_untouched_leg_runs_through_a_repeat() -> None:
    x, w = random(3, 2), random(3, 3, 3, seed=1)
    s = _layers(3, untouched=True)
    s.open("r.i.outer_out", "r.j.outer_out")
    same(value(s.build(), x=x, W=w), w[2] @ w[1] @ w[0] @ x)


def test_a_constant_is_pasted_into_a_repeat() -> None:
    s = Sketch(layer=3, i=2)
    s.tensor("x: i")
    s.tensor("b: i")
    copy = s.copy("bias", "i", through=False)
    s.wire("b.i", "bias.in.i")
    repeat = s.repeat("r", "layer", "i")
    s.paste("p", copy, "i", repeat.id)
    s.add("y", 2, "i", repeat.id)
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "y.0.i")
    s.wire("p.i", "y.1.i")
    s.wire("y.out.i", "r.i.inner_out")
    x, b = random(2), random(2, seed=1)
    same(value(s.build(), x=x, b=b), x + 3 * b)


def test_a_repeat_inside_a_sum_carries_the_sums_index() -> None:
    """What comes in lacks the head; what a layer gives has it."""
    s = Sketch(head=2, layer=3, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("x: i", region.id)
    repeat = s.repeat("r", "layer", "i", region.id)
    s.tensor("W: layer head i2 i", repeat.id, index={"layer": repeat.id, "head": region.id})
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "W.i")
    s.wire("W.i2", "r.i.inner_out")
    x, w = random(3), random(3, 2, 3, 3, seed=1)
    same(value(s.build(), x=x, W=w), sum(w[2, h] @ w[1, h] @ w[0, h] @ x for h in range(2)))


@pytest.mark.parametrize("layers", [200])
def test_two_hundred_residual_layers_deep(layers: int) -> None:
    s = Sketch(i=2)
    s.tensor("x: i")
    end = "x.i"
    for n in range(layers):
        copy = s.copy(f"c{n}", "i")
        s.wire(end, f"c{n}.in.i")
        s.paste(f"p{n}", copy, "i")
        s.tensor("W: i2 i", key=f"W{n}")
        s.wire(f"p{n}.i", f"W{n}.i")
        s.add(f"a{n}", 2, "i")
        s.wire(f"c{n}.out.i", f"a{n}.0.i")
        s.wire(f"W{n}.i2", f"a{n}.1.i")
        end = f"a{n}.out.i"
    x, w = random(2), random(2, 2, seed=1) / 50
    expected = x
    for _ in range(layers):
        expected = expected + w @ expected
    same(value(s.build(), x=x, W=w), expected)


def test_nested_bubbles_two_hundred_deep() -> None:
    s = Sketch(i=2)
    inside = ROOT
    for _ in range(200):
        inside = s.draft.bubble("tanh", inside=inside).id
    s.tensor("x: i", inside)
    x = random(2)
    expected = x
    for _ in range(200):
        expected = np.tanh(expected)
    same(value(s.build(), x=x), expected)


def test_what_is_drawn_twice_alike_is_computed_once() -> None:
    """relu(W x) + relu(W x), each drawn for itself; a named one stays a value of its own."""
    for named, count in (("", 1), ("again", 2)):
        s = Sketch(i=3, j=2)
        for n, name in enumerate(("", named)):
            bubble = s.draft.bubble("relu", name=name).id
            s.tensor("W: j i", bubble, key=f"W{n}")
            s.tensor("x: i", bubble, key=f"x{n}")
            s.wire(f"W{n}.i", f"x{n}.i")
        s.add("sum", 2, "j")
        for n in range(2):
            s.wire(f"W{n}.j", f"sum.{n}.j")
        d = s.build()
        statements = simplify(lower(d.content)).body
        assert sum(isinstance(statement, Apply) for statement in statements) == count
        w, x = random(2, 3), random(3, seed=1)
        same(value(d, W=w, x=x), 2 * relu(w @ x))
