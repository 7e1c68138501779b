"""Every sentence of NOTATION section 2 that can be got wrong, as a value: drawn one way and the other, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.records import ROOT, Diagram, Operand
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tests.sketch import Sketch


def value(diagram: Diagram, **arrays: np.ndarray) -> np.ndarray:
    """The diagram's value, after asking that the unsimplified program agrees and both are well formed."""
    raw = check(lower(diagram.content))
    simple = check(simplify(raw))
    plain = evaluate(raw, arrays)[""]
    result = evaluate(simple, arrays)[""]
    np.testing.assert_allclose(result, plain, rtol=1e-10, atol=1e-12)
    # np.testing.assert_allclose(td.evaluate(diagram, arrays), result, rtol=1e-10, atol=1e-12)
    return np.asarray(result)


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def same(actual: np.ndarray, expected: np.ndarray | float) -> None:
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-12)


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


def test_an_index_that_only_deltas_carry() -> None:
    """Absent from the result it is the factor of its size, there once ones, there twice a delta array."""
    for opened in range(4):
        s = Sketch(i=3)
        s.delta("d", "i i2 i3")
        for n in range(3 - opened):
            name = "i" if n == 0 else f"i{n + 1}"
            s.delta(f"one{n}", "i")
            s.wire(f"d.{name}", f"one{n}.i")
        expected = [np.array(3.0), np.ones(3), np.eye(3), np.einsum("ij,jk->ijk", np.eye(3), np.eye(3))][opened]
        same(value(s.build()), expected)


def test_dots_merge_only_within_a_scope() -> None:
    """exp of a dot is not a dot of exp: exp(diag(x)) has ones off the diagonal."""
    s = Sketch(i=3)
    bubble = s.draft.bubble("exp")
    s.tensor("x: i", bubble.id)
    s.delta("d", "i i2 i3", bubble.id)
    s.wire("x.i", "d.i")
    x = random(3)
    same(value(s.build(), x=x), np.exp(np.diag(x)))
    s = Sketch(i=3)
    bubble = s.draft.bubble("exp")
    s.tensor("x: i", bubble.id)
    s.delta("d", "i i2 i3")
    s.wire("x.i", "d.i")
    same(value(s.build(), x=x), np.diag(np.exp(x)))


def test_a_causal_mask_tensor_holds_zero_and_one() -> None:
    s = Sketch(i=3)
    s.draft.fixed("causal_mask", s.legs("m", "i i2"))
    same(value(s.build()), np.tril(np.ones((3, 3))))


def test_one_hot_gathers_rows() -> None:
    s = Sketch(seq=4, vocab=5, i=3)
    s.draft.fixed("one_hot", s.legs("t", "seq vocab"), name="tokens")
    s.tensor("E: vocab i")
    s.wire("t.vocab", "E.vocab")
    diagram = s.build()
    ids, table = np.array([3, 0, 3, 1]), random(5, 3)
    same(value(diagram, tokens=ids, E=table), table[ids])
    assert not any(type(st).__name__ == "Fixed" for st in simplify(lower(diagram.content)).body)


def test_one_hot_in_the_result_is_an_array() -> None:
    s = Sketch(seq=4, vocab=5)
    s.draft.fixed("one_hot", s.legs("t", "seq vocab"), name="tokens")
    ids = np.array([3, 0, 3, 1])
    same(value(s.build(), tokens=ids), np.eye(5)[ids])


def test_indexed_legs() -> None:
    s = Sketch(i=2, j=3, k=4)
    s.tensor("A: i j k", index={"i": 0, "j": 2})
    a = random(2, 3, 4)
    same(value(s.build(), A=a), a[0, 2])


def test_fixed_kinds() -> None:
    s = Sketch(i=3)
    s.draft.fixed("levi_civita", s.legs("e", "i i2 i3"))
    s.tensor("a: i")
    s.tensor("b: i")
    s.wire("e.i2", "a.i")
    s.wire("e.i3", "b.i")
    a, b = random(3), random(3, seed=1)
    same(value(s.build(), a=a, b=b), np.cross(a, b))
    s = Sketch(i=4)
    s.draft.fixed("shift", s.legs("m", "i i2"), offset=1)
    same(value(s.build()), np.eye(4, k=-1))


def test_metric_lowers_and_its_inverse_raises() -> None:
    s = Sketch(i=3)
    s.draft.fixed("metric", s.legs("g", "i i2"), name="g")
    s.draft.fixed("inverse_metric", s.legs("h", "i i2"), name="g")
    s.wire("g.i2", "h.i")
    g = random(3, 3)
    g = g @ g.T + np.eye(3)
    same(value(s.build(), g=g), np.eye(3))


def test_conjugate_of_the_same_array() -> None:
    s = Sketch(i=3)
    s.tensor("a: i")
    s.tensor("a: i", key="bra", conj=True)
    s.wire("a.i", "bra.i")
    a = random(3) + 1j * random(3, seed=1)
    same(value(s.build(), a=a), np.vdot(a, a))


def _grouped(kind: str) -> Diagram:
    s = Sketch(i=2, j=3, w=6, k=3, m=2)
    s.tensor("A: i j" if kind != "split" else "A: w")
    if kind != "split":
        s.draft.group(s.legs("g", "w")[0], s.legs("g", "i j"))
        s.wire("A.i", "g.i")
        s.wire("A.j", "g.j")
    if kind != "flatten":
        s.draft.group(s.legs("h", "w")[0], s.legs("h", "k m"))
        s.wire("g.w" if kind == "both" else "A.w", "h.w")
    return s.build()


def test_groupings_are_reshapes() -> None:
    for kind, shape, expected in (("flatten", (2, 3), (6,)), ("split", (6,), (3, 2)), ("both", (2, 3), (3, 2))):
        diagram, a = _grouped(kind), random(*shape)
        same(value(diagram, A=a), a.reshape(expected))
        assert not any(type(st).__name__ == "Fixed" for st in simplify(lower(diagram.content)).body), kind


def test_kronecker_product_of_identities() -> None:
    s = Sketch(i=2, j=3, w=6)
    s.delta("a", "i i2")
    s.delta("b", "j j2")
    s.draft.group(s.legs("g", "w")[0], s.legs("g", "i j"))
    s.draft.group(s.legs("h", "w")[0], s.legs("h", "i j"))
    for ends in (("a.i", "g.i"), ("b.j", "g.j"), ("a.i2", "h.i"), ("b.j2", "h.j")):
        s.wire(*ends)
    same(value(s.build()), np.eye(6))
