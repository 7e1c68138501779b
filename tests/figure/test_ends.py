"""Open legs end where they cannot be taken for wires: straight on where there is room, else bent aside."""

from __future__ import annotations

import math
import random

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Diagram, Id, LegPlace, Look
from tensordraw.figure.build import build, forget
from tensordraw.figure.checks import clashes
from tensordraw.figure.paths import bounds
from tests.figure import samples


def row(count: int, gap: float, *, bubble: bool, upright: bool = False, lift: float = 0.0) -> Diagram:
    """Tensors side by side, or one below the other, each with a leg to both sides, joined to nothing."""
    d = Draft()
    s = d.space("s", 3)
    inside = d.bubble("relu").id if bubble else ROOT
    for k in range(count):
        name = "ABC"[k]
        legs = [d.leg(s, f"{name.lower()}_{i}", angle=a + 90.0 * upright) for i, a in enumerate((180.0, 0.0))]
        x, y = gap * k, lift * k
        d.tensor(name, legs, (y, -x) if upright else (x, y), inside=inside)
    return d.build()


def bent(diagram: Diagram) -> list[Id]:
    figure = build(diagram)
    return [
        item.owner for item in figure.items for shape in item.shapes
        if shape.role == "leg" and any(part[0] == "C" for part in shape.path)
    ]  # fmt: skip


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("lift", [0.0, 6.0])
@pytest.mark.parametrize("gap", [32.0, 44.0, 60.0, 160.0])
@pytest.mark.parametrize("count", [2, 3])
def test_no_leg_in_a_bubble_runs_through_a_neighbour(count: int, gap: float, lift: float, upright: bool) -> None:
    diagram = row(count, gap, bubble=True, upright=upright, lift=lift)
    assert clashes(diagram, build(diagram)) == []
    assert len(bent(diagram)) == 2 * (count - 1)


@pytest.mark.parametrize("gap", [32.0, 36.0, 44.0, 56.0])
@pytest.mark.parametrize("count", [2, 3])
def test_legs_of_unconnected_neighbours_do_not_meet(count: int, gap: float) -> None:
    diagram = row(count, gap, bubble=False)
    assert clashes(diagram, build(diagram)) == []
    assert bent(diagram)


def test_legs_are_straight_where_there_is_room() -> None:
    assert bent(row(2, 90.0, bubble=False)) == []
    assert bent(row(1, 0.0, bubble=True)) == []


def test_parallel_legs_bend_one_round_the_other() -> None:
    d = Draft()
    s, region = d.space("s", 3), d.bubble("relu")
    legs = [d.leg(s, "i"), d.leg(s, "j")]
    for leg, shift in zip(legs, (-4.0, 4.0), strict=True):
        d.leg_places[leg.id] = LegPlace(0.0, shift)
    d.tensor("A", legs, (0, 0), inside=region.id)
    d.tensor("B", (), (60, 0), inside=region.id)
    diagram = d.build()
    assert clashes(diagram, build(diagram)) == []
    assert len(bent(diagram)) == 2


def test_a_leg_keeps_out_of_a_neighbouring_bubble() -> None:
    d = Draft()
    s, region = d.space("s", 3), d.bubble("relu")
    d.tensor("A", [d.leg(s, "i", angle=0)], (0, 0))
    d.tensor("B", (), (38, 0), inside=region.id)
    diagram = d.build()
    assert clashes(diagram, build(diagram)) == []
    assert len(bent(diagram)) == 1


def test_a_given_length_is_kept() -> None:
    diagram = row(2, 44.0, bubble=False)
    leg = next(iter(diagram.content.nodes.values())).legs[1]  # type: ignore[union-attr]
    d = Draft(diagram)
    d.leg_places[leg.id] = LegPlace(0.0, length=30.0)
    figure = build(d.build())
    (x, y), (rx, ry) = figure.anchors[leg.id].tip, figure.anchors[leg.id].root
    assert (x - rx, y - ry) == pytest.approx((30.0, 0.0))


@pytest.mark.parametrize(("function", "inside"), [("determinant", True), ("inverse", False)])
def test_legs_that_a_function_consumes_end_inside_its_bubble(function: str, inside: bool) -> None:
    d = Draft()
    bubble = d.bubble(function)
    legs = [d.leg(d.space("n", 3), name, angle=angle) for name, angle in (("i", 180.0), ("j", 0.0))]
    d.tensor("A", legs, (0, 0), inside=bubble.id)
    d.change(bubble.id, axes=tuple(leg.id for leg in legs))
    diagram = d.build()
    figure = build(diagram)
    assert clashes(diagram, figure) == []
    border = next(bounds(s.path) for item in figure.items if item.owner == bubble.id for s in item.shapes)
    assert all((border[0] < figure.anchors[leg.id].tip[0] < border[2]) is inside for leg in legs)


def test_coinciding_legs_are_found() -> None:
    diagram = row(2, 44.0, bubble=False)
    d = Draft(diagram)
    for node in diagram.content.nodes.values():
        for leg in node.legs:  # type: ignore[union-attr]
            d.leg_places[leg.id] = LegPlace(diagram.layout.legs[leg.id].angle, length=16.0)
    fixed = d.build()
    assert "lines on each other" in {clash.kind for clash in clashes(fixed, build(fixed))}


@pytest.mark.parametrize("seed", range(12))
def test_bends_after_drags_are_those_of_a_figure_made_from_nothing(seed: int) -> None:
    rng = random.Random(seed)
    diagram = row(3, 44.0, bubble=seed % 2 == 0)
    build(diagram)
    for _ in range(6):
        node = rng.choice(list(diagram.content.nodes))
        diagram = samples.shifted(diagram, {node: (rng.uniform(-40, 40), rng.uniform(-25, 25))})
        dragged = build(diagram)
    forget()
    assert build(samples.shifted(diagram, {})) == dragged


@pytest.mark.parametrize("angle", [0.0, 90.0, 135.0, 180.0, 270.0])
def test_a_label_is_as_far_from_the_end_of_a_thick_leg_as_of_a_thin_one(angle: float) -> None:
    """A line ends in a half circle of its width, beyond its tip."""
    moved = {}
    for weight in ("normal", "bold"):
        d = Draft()
        leg = d.leg(d.space("s", 3), "i", angle=angle)
        d.tensor("A", [leg], (0, 0))
        d.looks[leg.id] = Look(weight=weight)
        item = next(item for item in build(d.build()).items if item.owner == leg.id)
        line, words = item.shapes
        assert line.stroke is not None
        (_, *tip), (x, y, _, _) = line.path[-1], bounds(words.path)
        moved[weight] = (
            line.stroke.width,
            (x - tip[0]) * math.cos(math.radians(angle)) - (y - tip[1]) * math.sin(math.radians(angle)),
        )
    (thin, near), (thick, far) = moved["normal"], moved["bold"]
    assert thick > thin + 0.3
    assert far - near == pytest.approx((thick - thin) / 2, abs=1e-6)
