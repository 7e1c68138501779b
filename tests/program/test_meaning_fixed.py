"""NOTATION section 2, fixed tensors: re-indexing that says what arrays of zeros and ones would."""

from __future__ import annotations

import numpy as np

from tensordraw.diagram.records import Diagram
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tests.program.meaning import random, same, value
from tests.sketch import Sketch


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


def test_an_index_added_over_where_a_grouping_merges_is_no_factor() -> None:
    """Two groupings flatten legs of A; the leg k ends at a dot of its own and is counted once."""
    s = Sketch(i=2, j=3, k=5, w=6)
    s.tensor("A: i j k i2 j2")
    s.draft.group(s.legs("g", "w")[0], s.legs("g", "i j"))
    s.draft.group(s.legs("h", "w")[0], s.legs("h", "j i"))
    s.delta("one", "k")
    for ends in (("A.i", "g.i"), ("A.j", "g.j"), ("g.w", "h.w"), ("A.k", "one.k"), ("A.i2", "h.i"), ("A.j2", "h.j")):
        s.wire(*ends)
    a = random(2, 3, 5, 2, 3)
    flat = a.sum(2).reshape(6, 2, 3).transpose(0, 2, 1).reshape(6, 6)
    same(value(s.build(), A=a), np.trace(flat))
