"""Grouping, splitting, summing over and transposing: what they draw and what the drawing then evaluates to."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram import edits, edits_groups
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Diagram, Group, Id, Sum
from tensordraw.errors import Error


def cube() -> tuple[Diagram, list[Id]]:
    """T with legs of sizes 2, 3, 4."""
    d = Draft()
    legs = [d.leg(d.space(name, size), name) for name, size in (("a", 2), ("b", 3), ("c", 4))]
    d.tensor("T", legs, (0, 0))
    return d.build(), [leg.id for leg in legs]


def sound(diagram: Diagram) -> None:
    assert list(faults(diagram)) == []
    assert [problem.what for problem in problems(diagram.content) if problem.severity == "error"] == []


def test_legs_are_grouped_in_their_order() -> None:
    diagram, (a, b, c) = cube()
    after, bar = edits_groups.group_legs(diagram, [c, a], (50.0, 0.0), 0.0)
    sound(after)
    node = after.content.nodes[bar]
    assert isinstance(node, Group)
    space = after.content.spaces[node.whole.space]
    assert (space.name, space.size) == ("c_a", 8)
    array = td.arrays(after, seed=0)["T"]
    result = td.evaluate(after, {"T": array})
    expected = array.transpose(2, 0, 1).reshape(8, 3)
    np.testing.assert_allclose(result, expected.T, rtol=1e-6)  # the joined leg stands where its first part stood
    with pytest.raises(Error, match="at least two"):
        edits_groups.group_legs(diagram, [a])
    with pytest.raises(Error, match="connected already"):
        edits_groups.group_legs(after, [a, b])


def test_a_leg_is_split_and_comes_back_by_grouping() -> None:
    diagram, (_, _, c) = cube()
    after, bar = edits_groups.split_leg(diagram, c, [("p", 2), ("q", 2)], (50.0, 0.0), 0.0)
    sound(after)
    array = td.arrays(after, seed=0)["T"]
    np.testing.assert_allclose(td.evaluate(after, {"T": array}), array.reshape(2, 3, 2, 2), rtol=1e-6)
    parts = [leg.id for leg in after.content.nodes[bar].parts]  # type: ignore[union-attr]
    again, _ = edits_groups.group_legs(after, parts)
    np.testing.assert_allclose(td.evaluate(again, {"T": array}), array, rtol=1e-6)
    with pytest.raises(Error, match="3 · 2 is not 4"):
        edits_groups.split_leg(diagram, c, [("p", 3), ("q", 2)])
    with pytest.raises(Error, match="The space a has size 2, not 4"):
        edits_groups.split_leg(diagram, c, [("a", 4)])


@pytest.mark.parametrize(("size", "made"), [(12, (4, 3)), (7, (7, 1)), (768, (32, 24)), (1, (1, 1))])
def test_factors(size: int, made: tuple[int, int]) -> None:
    assert edits_groups.factors(size) == made


def test_summing_over_a_leg() -> None:
    diagram, (_, b, _) = cube()
    after, region = edits_groups.sum_over(diagram, [b])
    sound(after)
    found = after.content.regions[region]
    assert isinstance(found, Sum)
    assert found.index == "b"
    array = td.arrays(after, seed=0)["T"]
    np.testing.assert_allclose(td.evaluate(after, {"T": array}), array.sum(1), rtol=1e-5)
    with pytest.raises(Error, match="one space"):
        edits_groups.sum_over(diagram, [b, next(leg for leg in all_legs(diagram) if leg != b)])


def test_binding_to_the_sum_around() -> None:
    diagram, (a, b, _) = cube()
    with pytest.raises(Error, match="lies in no sum or repeat"):
        edits_groups.bind_around(diagram, [b])
    after, region = edits_groups.sum_over(diagram, [b])
    with pytest.raises(Error, match="runs through its space a"):
        edits_groups.bind_around(after, [a])
    d = Draft(after)
    more = d.leg(all_legs(after)[b].space, "b")
    d.tensor("v", [more], (0, 60), inside=region)
    bound = edits_groups.bind_around(d.build(), [more.id])
    assert all_legs(bound)[more.id].index == region
    sound(bound)


def test_transposing_one_occurrence() -> None:
    d = Draft()
    n = d.space("n", 3)
    one, two = [d.leg(n, "i"), d.leg(n)], [d.leg(n), d.leg(n, "j")]
    a = d.tensor("A", one, (0, 0))
    d.tensor("A", two, (60, 0))
    d.wire(one[1], two[0])
    diagram = d.build()
    array = td.arrays(diagram, seed=0)["A"]
    np.testing.assert_allclose(td.evaluate(diagram, {"A": array}), array @ array, rtol=1e-5)
    after = edits_groups.transpose(diagram, [a.id])
    sound(after)
    np.testing.assert_allclose(td.evaluate(after, {"A": array}), array.T @ array, rtol=1e-5)
    assert edits_groups.transpose(after, [a.id]).content.wires == diagram.content.wires
    traced = edits.connect(edits.disconnect(diagram, diagram.content.wires), one[0].id, one[1].id)
    assert edits_groups.transpose(traced, [a.id]).content.wires == traced.content.wires
    cubed, _ = cube()
    with pytest.raises(Error, match="two legs"):
        edits_groups.transpose(cubed, list(cubed.content.nodes))


def test_a_rectangle_that_is_wired_is_not_transposed() -> None:
    d = Draft()
    legs = [d.leg(d.space("n", 3)), d.leg(d.space("m", 2))]
    node = d.tensor("A", legs, (0, 0))
    alone = d.build()
    assert td.evaluate(edits_groups.transpose(alone, [node.id])).shape == (2, 3)
    v = d.leg("m")
    d.tensor("v", [v], (60, 0))
    d.wire(legs[1], v)
    with pytest.raises(Error, match="detach it before"):
        edits_groups.transpose(d.build(), [node.id])
