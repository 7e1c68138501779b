"""Variance in the picture: arrowheads run from upper to lower indices, and meet where a metric is missing."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Variance
from tensordraw.figure.build import build, forget
from tensordraw.figure.checks import clashes
from tensordraw.figure.describe import describe
from tests.figure import samples


def line(first: Variance, second: Variance, label: str = "i") -> Diagram:
    """Two vectors joined from left to right."""
    d = Draft()
    n = d.space("n", 3, metric="general")
    a, b = d.leg(n, variance=first, angle=0), d.leg(n, variance=second, angle=180)
    d.tensor("a", [a], (0, 0))
    d.tensor("b", [b], (80, 0))
    d.wire(a, b, label)
    return d.build()


def single(variance: Variance, angle: float = 0.0) -> Diagram:
    d = Draft()
    d.tensor("v", [d.leg(d.space("n", 3), "i", variance=variance, angle=angle)], (0, 0))
    return d.build()


def heads(diagram: Diagram, owner: Id) -> list[float]:
    """Where each arrowhead points along x, as its tip less its middle."""
    item = next(item for item in build(diagram).items if item.owner == owner)
    marks = [shape for shape in item.shapes if shape.role == "mark"]
    return [shape.path[0][-2] - shape.path[2][-2] for shape in marks]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("first", "second", "directions"),
    [
        ("upper", "lower", [1]), ("lower", "upper", [-1]), ("none", "none", []), ("upper", "upper", [1, -1]),
        ("lower", "lower", [-1, 1]), ("upper", "none", [1]), ("none", "lower", [1]), ("none", "upper", [-1]),
        ("lower", "none", [-1]),
    ],
)  # fmt: skip
def test_a_wire_points_from_upper_to_lower(first: Variance, second: Variance, directions: list[int]) -> None:
    diagram = line(first, second)
    (wire,) = diagram.content.wires
    assert [1 if x > 0 else -1 for x in heads(diagram, wire)] == directions
    assert clashes(diagram, build(diagram)) == []


@pytest.mark.parametrize(("variance", "directions"), [("upper", [1]), ("lower", [-1]), ("none", [])])
def test_an_open_upper_leg_points_away_from_its_body(variance: Variance, directions: list[int]) -> None:
    diagram = single(variance)
    leg = next(iter(build(diagram).anchors))
    assert [1 if x > 0 else -1 for x in heads(diagram, leg)] == directions


def test_an_identity_that_goes_on_as_a_wire_has_one_arrowhead() -> None:
    d = Draft()
    n = d.space("n", 3, metric="general")
    vector = d.leg(n, variance="upper", angle=0)
    d.tensor("v", [vector], (0, 0))
    into, out = d.leg(n, variance="lower", angle=180), d.leg(n, "i", variance="upper", angle=0, length=20)
    d.delta([into, out], (40, 0))
    alone = d.build()
    assert [1 if x > 0 else -1 for leg in (into, out) for x in heads(alone, leg.id)] == [1, 1]
    joined = Draft(alone)
    wire = joined.wire(vector, into)
    diagram = joined.build()
    assert [1 if x > 0 else -1 for x in heads(diagram, wire.id)] == [1]
    assert heads(diagram, out.id) == []


def test_the_label_of_a_wire_keeps_clear_of_its_arrowhead() -> None:
    diagram = line("upper", "lower")
    (wire,) = diagram.content.wires
    item = next(item for item in build(diagram).items if item.owner == wire)
    (head,) = [shape for shape in item.shapes if shape.role == "mark"]
    (words,) = [shape for shape in item.shapes if shape.role == "label"]
    xs = [[segment[-2] for segment in shape.path if len(segment) > 1] for shape in (head, words)]
    assert max(xs[1]) < min(xs[0]) or min(xs[1]) > max(xs[0])


def test_dragging_gives_what_building_from_nothing_gives() -> None:
    diagram = line("upper", "upper")
    build(diagram)
    node = next(iter(diagram.layout.places))
    diagram = samples.shifted(diagram, {node: (10.0, 30.0)})
    dragged = build(diagram)
    forget()
    assert build(samples.shifted(diagram, {})) == dragged


def test_variance_in_words() -> None:
    assert "v (i in n, upper)" in describe(single("upper"))
