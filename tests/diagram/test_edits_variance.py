"""Raising and lowering legs: the metric goes in on open legs and wires, and out again; the value is what index notation says."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram import edits_equations, edits_regions, edits_variance
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import ROOT, Diagram, Fixed, Id, Variance
from tensordraw.errors import Error

N = 3


def vector(variance: Variance = "upper") -> tuple[Diagram, Id]:
    """One vector in a space with a general metric."""
    d = Draft()
    leg = d.leg(d.space("n", N, metric="general"), "i", variance=variance, angle=0.0)
    d.tensor("v", [leg], (0, 0))
    return d.build(), leg.id


def product(first: Variance, second: Variance) -> tuple[Diagram, Id, Id]:
    """Two vectors joined; the legs that are."""
    d = Draft()
    n = d.space("n", N, metric="general")
    one, other = d.leg(n, variance=first, angle=0.0), d.leg(n, variance=second, angle=180.0)
    d.tensor("v", [one], (0, 0))
    d.tensor("w", [other], (120, 0))
    d.wire(one, other, "i")
    return d.build(), one.id, other.id


def metrics(diagram: Diagram) -> list[str]:
    return [node.kind for node in diagram.content.nodes.values() if isinstance(node, Fixed)]


def whats(diagram: Diagram) -> list[str]:
    assert list(faults(diagram)) == []
    return [problem.what for problem in problems(diagram.content)]


@pytest.mark.parametrize(("start", "to", "kind"), [("upper", "lower", "metric"), ("lower", "upper", "inverse_metric")])
def test_an_open_leg_is_moved_by_the_metric_and_back(start, to, kind) -> None:
    diagram, leg = vector(start)
    after, outer = edits_variance.move_leg(diagram, leg, to, (44.0, 0.0), 0.0)
    assert metrics(after) == [kind]
    assert all_legs(after)[outer].variance == to
    assert all_legs(after)[outer].label == "i"
    assert whats(after) == []
    arrays = td.arrays(after, seed=1)
    g = arrays["g"] if kind == "metric" else np.linalg.inv(arrays["g"])
    np.testing.assert_allclose(td.evaluate(after, arrays), g @ arrays["v"], rtol=1e-5)
    # the leg of the vector and the leg of the result are one leg now: both can be moved back
    for back in (leg, outer):
        again, own = edits_variance.move_leg(after, back, start)
        assert own == leg
        assert again.content.nodes == diagram.content.nodes
        assert again.content.wires == {}
        assert again.layout == diagram.layout
        assert again.content.open_order == diagram.content.open_order


def test_the_order_of_open_legs_stays() -> None:
    d = Draft()
    n, m = d.space("n", N, metric="general"), d.space("m", 2)
    a, b = d.leg(n, "a", variance="upper"), d.leg(m, "b")
    d.tensor("T", [a, b], (0, 0))
    after, _ = edits_variance.move_leg(d.build(), a.id, "lower")
    assert td.evaluate(after).shape == (N, 2)
    d.open_order = [b.id, a.id]
    after, _ = edits_variance.move_leg(d.build(), a.id, "lower")
    assert td.evaluate(after).shape == (2, N)


def test_two_upper_legs_joined_get_the_metric_and_two_lower_ones_its_inverse() -> None:
    for variance, kind in (("upper", "metric"), ("lower", "inverse_metric")):
        diagram, _, _ = product(variance, variance)
        (wire,) = diagram.content.wires
        (problem,) = problems(diagram.content)
        assert (problem.remedy, problem.items[0]) == ("insert_metric", wire)
        after = edits_variance.insert_metric(diagram, wire, (60.0, 0.0), 0.0)
        assert metrics(after) == [kind]
        assert whats(after) == []
        arrays = td.arrays(after, seed=2)
        g = arrays["g"] if kind == "metric" else np.linalg.inv(arrays["g"])
        np.testing.assert_allclose(td.evaluate(after, arrays), arrays["v"] @ g @ arrays["w"], rtol=1e-4)
        with pytest.raises(Error, match="no metric is needed there"):
            edits_variance.insert_metric(after, next(iter(after.content.wires)))
        metric = next(node for node in after.content.nodes.values() if isinstance(node, Fixed))
        with pytest.raises(Error, match="The wire needs this metric"):
            edits_variance.move_leg(after, metric.legs[1].id, variance)


def test_on_a_sound_wire_both_metrics_keep_the_value() -> None:
    diagram, one, other = product("upper", "lower")
    after, outer = edits_variance.move_leg(diagram, one, "lower", (60.0, 0.0), 0.0)
    assert sorted(metrics(after)) == ["inverse_metric", "metric"]
    assert whats(after) == []
    arrays = td.arrays(after, seed=3)
    np.testing.assert_allclose(td.evaluate(after, arrays), arrays["v"] @ arrays["w"], rtol=1e-4)
    assert {place.x for place in after.layout.places.values()} == {0.0, 120.0, 38.0, 82.0}
    for leg, to in ((one, "upper"), (outer, "upper"), (other, "lower")):
        again, _ = edits_variance.move_leg(after, leg, to)
        assert metrics(again) == []
        assert [set(wire.ends) for wire in again.content.wires.values()] == [{one, other}]
        assert next(iter(again.content.wires.values())).label == "i"


def test_what_cannot_be_moved_says_why() -> None:
    diagram, leg = vector("none")
    with pytest.raises(Error, match="neither upper nor lower"):
        edits_variance.move_leg(diagram, leg, "upper")
    diagram, leg = vector("upper")
    with pytest.raises(Error, match="The leg i is upper already"):
        edits_variance.move_leg(diagram, leg, "upper")
    d = Draft(diagram)
    d.change(next(iter(d.spaces)), metric="euclidean")
    with pytest.raises(Error, match="euclidean"):
        edits_variance.move_leg(d.build(), leg, "lower")


def test_declaring_a_leg_declares_what_it_is_joined_to() -> None:
    diagram, one, other = product("none", "none")
    assert len(whats(diagram)) == 2
    after = edits_variance.declare(diagram, [one], "upper")
    assert all_legs(after)[other].variance == "lower"
    assert whats(after) == []


def test_the_metric_stands_outside_bubbles_and_inside_terms() -> None:
    diagram, leg = vector()
    (node,) = diagram.content.nodes
    wrapped, _ = edits_regions.wrap(diagram, [node], "bubble")
    after, _ = edits_variance.move_leg(wrapped, leg, "lower")
    assert next(n for n in after.content.nodes.values() if isinstance(n, Fixed)).inside == ROOT
    d = Draft(diagram)
    d.tensor("w", [d.leg(next(iter(d.spaces)), "i", variance="lower")], (90, 0))
    equated, _ = edits_equations.relate(d.build(), list(d.nodes), "=")
    after, _ = edits_variance.move_leg(equated, leg, "lower")
    metric = next(n for n in after.content.nodes.values() if isinstance(n, Fixed))
    assert metric.inside == after.content.nodes[node].inside
    assert whats(after) == []


def test_the_metric_of_a_space_has_one_name() -> None:
    diagram, leg = vector()
    d = Draft(diagram)
    m = d.space("m", 4, metric="general")
    other = d.leg(m, "j", variance="upper")
    d.tensor("u", [other], (0, 90))
    after, outer = edits_variance.move_leg(d.build(), leg, "lower")
    after, _ = edits_variance.move_leg(after, other.id, "lower")
    names = {node.name for node in after.content.nodes.values() if isinstance(node, Fixed)}
    assert names == {"g", "g_m"}
    assert all_legs(after)[outer].space != m
    assert whats(after) == []


def test_orienting_a_space_leaves_nothing_unsaid() -> None:
    d = Draft()
    n = d.space("n", N, metric="general")
    a, b = [d.leg(n, "i"), d.leg(n)], [d.leg(n), d.leg(n)]
    x, y = d.leg(n), d.leg(n, "k", variance="lower")
    d.tensor("A", a, (0, 0))
    d.tensor("B", b, (60, 0))
    d.tensor("x", [x], (120, 0))
    d.tensor("y", [y], (0, 60))
    d.wire(a[1], b[0])
    d.wire(b[1], x)
    diagram = d.build()
    found = [problem for problem in problems(diagram.content) if problem.remedy == "orient"]
    assert len(found) == 5
    after = edits_variance.orient(diagram, n)
    assert whats(after) == []
    assert [all_legs(after)[leg.id].variance for leg in (*a, *b, x, y)] == [
        "upper", "lower", "upper", "lower", "upper", "lower",
    ]  # fmt: skip
