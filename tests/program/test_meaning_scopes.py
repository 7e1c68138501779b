"""NOTATION section 2, scopes and pieces: every sentence that can be got wrong, drawn one way and the other."""

from __future__ import annotations

import numpy as np

from tensordraw.diagram.records import ROOT, Diagram
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tests.program.meaning import random, relu, same, value
from tests.sketch import Sketch


def test_wire_contracts_in_the_smallest_scope_that_holds_both_ends() -> None:
    s = Sketch(i=3)
    bubble = s.draft.bubble("exp")
    s.tensor("A: i i2", bubble.id)
    s.wire("A.i", "A.i2")
    a = random(3, 3)
    same(value(s.build(), A=a), np.exp(np.trace(a)))


def test_wire_contracts_in_the_scope_that_it_names() -> None:
    s = Sketch(i=3)
    bubble = s.draft.bubble("exp")
    s.tensor("A: i i2", bubble.id)
    s.wire("A.i", "A.i2", inside=ROOT)
    a = random(3, 3)
    same(value(s.build(), A=a), np.trace(np.exp(a)))


def test_block_is_transparent() -> None:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("relu")
    block = s.draft.block("layer", inside=bubble.id)
    s.tensor("W: j i", block.id)
    s.tensor("x: i", bubble.id)
    s.wire("W.i", "x.i")
    w, x = random(2, 3), random(3, seed=1)
    same(value(s.build(), W=w, x=x), relu(w @ x))


def test_only_what_is_inside_a_bubble_is_transformed() -> None:
    for within in (True, False):
        s = Sketch(i=3, j=2)
        bubble = s.draft.bubble("relu")
        s.tensor("W: j i", bubble.id)
        s.tensor("x: i", bubble.id if within else ROOT)
        s.wire("W.i", "x.i")
        w, x = random(2, 3), random(3, seed=1)
        same(value(s.build(), W=w, x=x), relu(w @ x) if within else relu(w) @ x)


def test_scalar_in_a_bubble_scales_inside_and_beside_it_outside() -> None:
    for within in (True, False):
        s = Sketch(i=4)
        bubble = s.draft.bubble("softmax")
        s.tensor("x: i", bubble.id)
        s.constant("1/sqrt(i)", bubble.id if within else ROOT)
        s.axes(bubble.id, "x.i")
        x = random(4)
        inside = np.exp(x / 2) / np.exp(x / 2).sum()
        outside = np.exp(x) / np.exp(x).sum() / 2
        same(value(s.build(), x=x), inside if within else outside)


def _scaled_sum(alone: bool) -> Diagram:
    """`alpha x + y`, with alpha in a term with x or loose in the diagram."""
    s = Sketch(i=3)
    term = s.draft.term()
    s.tensor("x: i", term.id)
    s.tensor("y: i")
    s.tensor("alpha:", ROOT if alone else term.id)
    s.add("z", 2, "i")
    s.wire("x.i", "z.0.i")
    s.wire("y.i", "z.1.i")
    return s.build()


def test_term_is_parentheses() -> None:
    x, y, alpha = random(3), random(3, seed=1), np.array(2.5)
    same(value(_scaled_sum(False), x=x, y=y, alpha=alpha), 2.5 * x + y)
    same(value(_scaled_sum(True), x=x, y=y, alpha=alpha), 2.5 * (x + y))


def test_two_wire_ends_at_the_open_make_an_identity() -> None:
    s = Sketch(i=3)
    s.delta("d", "i i2")
    same(value(s.build()), np.eye(3))


def test_pieces_that_no_operation_consumes_are_multiplied() -> None:
    s = Sketch(i=3, j=2)
    s.tensor("a: i")
    s.tensor("b: j")
    a, b = random(3), random(2, seed=1)
    same(value(s.build(), a=a, b=b), np.outer(a, b))


def test_an_operation_takes_whole_pieces() -> None:
    """The operand's legs hang on W, but x and its wire come along."""
    s = Sketch(i=3, j=2)
    s.tensor("W: j i")
    s.tensor("x: i")
    s.tensor("b: j")
    s.wire("W.i", "x.i")
    s.add("y", 2, "j")
    s.wire("W.j", "y.0.j")
    s.wire("b.j", "y.1.j")
    w, x, b = random(2, 3), random(3, seed=1), random(2, seed=2)
    same(value(s.build(), W=w, x=x, b=b), w @ x + b)


def test_all_pieces_of_an_operand_form_one_einsum() -> None:
    s = Sketch(i=3, j=2)
    s.tensor("a: i")
    s.tensor("b: j")
    s.tensor("C: i j")
    s.add("y", 2, "i j")
    for end in ("a.i", "b.j"):
        s.wire(end, f"y.0.{end[-1]}")
    for leg in "ij":
        s.wire(f"C.{leg}", f"y.1.{leg}")
    a, b, c = random(3), random(2, seed=1), random(3, 2, seed=2)
    program = simplify(lower(s.build().content))
    assert [type(statement).__name__ for statement in program.body] == ["Einsum", "Add"]
    same(value(s.build(), a=a, b=b, C=c), np.outer(a, b) + c)


def test_bubbles_nest_innermost_first() -> None:
    s = Sketch(i=3)
    outer = s.draft.bubble("exp")
    inner = s.draft.bubble("square", inside=outer.id)
    s.tensor("x: i", inner.id)
    s.tensor("y: i", outer.id)
    s.wire("x.i", "y.i")
    x, y = random(3), random(3, seed=1)
    same(value(s.build(), x=x, y=y), np.exp(x**2 @ y))


def test_a_bubbles_axes_follow_the_legs_and_not_their_order() -> None:
    s = Sketch(i=4)
    bubble = s.draft.bubble("causal_mask")
    soft = s.draft.bubble("softmax", inside=ROOT)
    s.draft.change(bubble.id, inside=soft.id)
    s.tensor("S: i i2", bubble.id)
    s.axes(bubble.id, "S.i2", "S.i")  # the query is the second axis of the array
    s.axes(soft.id, "S.i")
    s.open("S.i2", "S.i")
    scores = random(4, 4)
    masked = np.where(np.tril(np.ones((4, 4))) > 0, scores.T, -np.inf)
    pattern = np.exp(masked) / np.exp(masked).sum(-1, keepdims=True)
    same(value(s.build(), S=scores), pattern)


def test_functions_that_reduce_consume_their_leg() -> None:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("max")
    s.tensor("A: i j", bubble.id)
    s.axes(bubble.id, "A.i")
    a = random(3, 2)
    same(value(s.build(), A=a), a.max(0))


def test_inverse_and_transpose_trade_the_spaces_of_their_legs() -> None:
    """transpose(A) joined to x in the space of the other leg."""
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("transpose")
    s.tensor("A: i j", bubble.id)
    s.tensor("x: i")
    s.axes(bubble.id, "A.i", "A.j")
    s.wire("A.j", "x.i")  # at the border the leg j lies in i
    a, x = random(3, 2), random(3, seed=1)
    same(value(s.build(), A=a, x=x), a.T @ x)
    s = Sketch(i=3)
    bubble = s.draft.bubble("inverse")
    s.tensor("A: i i2", bubble.id)
    s.tensor("x: i")
    s.axes(bubble.id, "A.i", "A.i2")
    s.wire("A.i2", "x.i")
    a, x = random(3, 3), random(3, seed=1)
    same(value(s.build(), A=a, x=x), np.linalg.solve(a, x))
