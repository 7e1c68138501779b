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


@pytest.mark.parametrize(("lift", "noted"), [(0.0, True), (8.0, True), (24.0, False)])
def test_a_body_on_a_wire_that_it_is_not_attached_to_is_noted(lift: float, noted: bool) -> None:
    d = Draft()
    a, b = d.leg("s", "i", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    d.wire(a, b)
    c = d.tensor("C", (), (45, lift))
    words = "The tensor C lies on the wire i between tensor A and tensor B, and is not attached to it."
    assert said(d) == ([words] if noted else [])
    found = misplaced(d.build(), build(d.build()))
    assert all(problem.severity == "note" and problem.items[0] == c.id for problem in found)


@pytest.mark.parametrize(("lift", "noted"), [(5.0, True), (7.0, False)])
def test_a_dot_within_six_units_of_a_wire_is_noted(lift: float, noted: bool) -> None:
    d = Draft()
    a, b = d.leg("s", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    d.wire(a, b)
    d.delta([d.leg("s", angle=angle) for angle in (60, 90, 120)], (45, -lift))
    assert bool(said(d)) is noted
