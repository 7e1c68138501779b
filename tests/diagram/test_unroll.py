"""Repeats drawn out: the same value, the same arrays, names by turn, and what cannot be drawn out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.edits_unroll import unroll
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Copy, Diagram, Repeat
from tests.drawings import random_drawing
from tests.sketch import Sketch


def powers(count: int) -> Sketch:
    """x -> W[layer] x, `count` times, with a copy of what comes in."""
    s = Sketch(layer=count, i=3)
    s.tensor("x: i")
    made = s.repeat("r", "layer", "i")
    copy = s.copy("resid", "i", inside=made.id)
    s.tensor("W: layer i2 i1", inside=made.id, index={"layer": made.id})
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "resid.in.i")
    s.wire("resid.out.i", "W.i1")
    s.wire("W.i2", "r.i.inner_out")
    assert copy.name == "resid"
    return s


@pytest.mark.parametrize("count", [1, 2, 5])
def test_each_turn_is_drawn_with_its_slice(count: int) -> None:
    s = powers(count)
    before = s.build()
    after = unroll(before, s.ids["r"])
    assert not list(faults(after))
    assert not any(isinstance(region, Repeat) for region in after.content.regions.values())
    names = [node.name for node in after.content.nodes.values() if isinstance(node, Copy)]
    assert names == [f"resid {turn}" for turn in range(count)]
    arrays = td.arrays(before)
    assert td.arrays(after).keys() == arrays.keys()
    np.testing.assert_array_equal(td.evaluate(after, arrays), td.evaluate(before, arrays))


def test_captures_go_by_the_turn() -> None:
    s = powers(3)
    _, seen = td.evaluate(s.build(), capture=["resid"])
    _, each = td.evaluate(unroll(s.build(), s.ids["r"]), capture=[f"resid {turn}" for turn in range(3)])
    np.testing.assert_array_equal(seen["resid"], list(each.values()))


def test_what_cannot_be_drawn_out_says_why() -> None:
    s = powers(2)
    s.constant("2", s.ids["r"])
    with pytest.raises(td.Error, match="do not lead to its ports"):
        unroll(s.build(), s.ids["r"])
    s = powers(2)
    s.draft.wires = {id: wire for id, wire in s.draft.wires.items() if s.ends["x.i"] not in wire.ends}
    with pytest.raises(td.Error, match="come into each port"):
        unroll(s.build(), s.ids["r"])
    bubble = s.draft.bubble("relu").id
    with pytest.raises(td.Error, match="Only a repeat"):
        unroll(s.build(), bubble)


def values(diagram: Diagram, arrays: dict[str, np.ndarray]) -> np.ndarray:
    return np.asarray(td.evaluate(diagram, {name: arrays[name] for name in td.arrays(diagram)}))


@given(st.integers(0, 10**9))
def test_a_random_drawing_means_the_same_drawn_out(seed: int) -> None:
    diagram, arrays = random_drawing(seed)
    repeats = [region.id for region in diagram.content.regions.values() if isinstance(region, Repeat)]
    assume(repeats)
    with np.errstate(all="ignore"):
        expected = values(diagram, arrays)
    assume(np.isfinite(expected).all())
    for repeat in repeats:
        try:
            after = unroll(diagram, repeat)
        except td.Error:
            continue
        assert [problem for problem in problems(after.content) if problem.severity == "error"] == []
        largest = np.abs(expected).max(initial=1)
        np.testing.assert_allclose(values(after, arrays), expected, rtol=1e-6, atol=1e-8 * largest)


@pytest.mark.parametrize("extras", [False, True])
def test_gpt2_layer_by_layer(extras: bool) -> None:
    sizes = {"layers": 3, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5, "layer_norm": extras, "bias": extras}
    rolled, unrolled = td.template("gpt2", **sizes), td.template("gpt2", **sizes, unroll=True)
    arrays = td.arrays(rolled)
    assert td.arrays(unrolled).keys() == arrays.keys()
    np.testing.assert_allclose(td.evaluate(unrolled, arrays), td.evaluate(rolled, arrays), rtol=1e-5, atol=1e-5)
    _, seen = td.evaluate(unrolled, arrays, capture=["pattern 1"])
    assert seen["pattern 1"].shape == (2, 5, 5)
