"""Bodies that only look connected are noted, and our own figures have none."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.figure.build import build
from tensordraw.figure.misplaced import misplaced
from tensordraw.templates import template, templates


def said(draft: Draft) -> list[str]:
    diagram = draft.build()
    return [problem.what for problem in misplaced(diagram, build(diagram))]


@pytest.mark.parametrize("name", [entry.name for entry in templates()])
def test_templates_are_clean(name: str) -> None:
    diagram = template(name)
    assert misplaced(diagram, build(diagram)) == ()


def test_bodies_on_each_other_are_noted() -> None:
    d = Draft()
    d.tensor("A", (), (0, 0))
    d.tensor("B", [d.leg("s", angle=180)], (12, 3))
    d.tensor("C", (), (60, 3))
    d.tensor("D", (), (60, 3))
    assert said(d) == ["The tensor A and tensor B lie on each other.", "The tensor C and tensor D lie on each other."]


WORDS = "The tensor C lies {} the wire i between tensor A and tensor B, and is not attached to it."


def beside_a_wire(lift: float) -> Draft:
    """A and B joined by the wire `i` along y = 0, with room for what is put at (45, lift)."""
    d = Draft()
    a, b = d.leg("s", "i", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    d.wire(a, b)
    return d


@pytest.mark.parametrize(
    ("lift", "where"), [(0.0, "on"), (8.0, "on"), (10.4, "on"), (11.0, "beside"), (-15.9, "beside"), (16.1, None)]
)
def test_a_body_within_six_units_of_a_wire_that_it_is_not_attached_to_is_noted(lift: float, where: str | None) -> None:
    d = beside_a_wire(lift)
    c = d.tensor("C", (), (45, lift))  # a circle with the radius 10
    assert said(d) == ([WORDS.format(where)] if where else [])
    found = misplaced(d.build(), build(d.build()))
    assert all(problem.severity == "note" and problem.items[0] == c.id for problem in found)


@pytest.mark.parametrize(("lift", "noted"), [(5.0, True), (7.9, True), (8.1, False)])
def test_a_dot_within_six_units_of_a_wire_is_noted(lift: float, noted: bool) -> None:
    d = beside_a_wire(lift)
    d.delta([d.leg("s", angle=angle) for angle in (60, 90, 120)], (45, -lift))  # a disc with the radius 2
    assert bool(said(d)) is noted


def test_an_open_leg_is_noted_only_where_it_touches() -> None:
    """Neighbours stand a few units from each other's open legs in many a row of tensors."""
    for gap, noted in ((4.0, False), (0.3, True)):
        d = Draft()
        d.tensor("A", [d.leg("s", angle=0, length=16.0)], (0, 0))  # its leg ends at 26
        d.tensor("B", (), (36 + gap, 0))
        assert bool(said(d)) is noted


def test_the_ends_of_a_wire_may_be_near_each_other() -> None:
    d = beside_a_wire(0)
    a, c = d.leg("s", angle=270), d.leg("s", angle=90)
    d.tensor("D", [a], (150, 0))
    d.tensor("E", [c], (150, 24))
    d.wire(a, c)
    assert said(d) == []
