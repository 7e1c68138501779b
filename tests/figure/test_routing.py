"""Wires at right angles that find their way round bodies and regions, and follow when these move."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tensordraw.diagram import edits_layout, edits_regions
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id
from tensordraw.figure.build import build, forget
from tensordraw.figure.display import Path
from tensordraw.figure.paths import flattened, grown, segment_hits_box
from tensordraw.templates import template


def between(at: tuple[float, float], bubble: bool = False, count: int = 1) -> tuple[Diagram, Id, list[Id]]:
    """A and B joined at right angles, and tensors between them: the drawing, the wire, what is between."""
    draft = Draft()
    space = draft.space("n", 2)
    one, other = draft.leg(space, angle=0.0), draft.leg(space, angle=180.0)
    draft.tensor("A", [one], (0, 0))
    draft.tensor("B", [other], (200, 0))
    middle = [draft.tensor(f"C{k}", [], (at[0] + 30 * k, at[1])).id for k in range(count)]
    wire = draft.wire(one, other).id
    made = draft.build()
    if bubble:
        made, _ = edits_regions.wrap(made, middle, "bubble", function="relu")
    return edits_layout.set_curve(made, (wire,), style="orthogonal"), wire, middle


def path(diagram: Diagram, wire: Id) -> Path:
    (found,) = [s.path for item in build(diagram).items if item.owner == wire for s in item.shapes if s.role == "wire"]
    return found


def box_of(diagram: Diagram, owner: Id) -> tuple[float, float, float, float]:
    return next(item.box for item in build(diagram).items if item.owner == owner)


def crosses(diagram: Diagram, wire: Id, owner: Id, margin: float) -> bool:
    box = grown(box_of(diagram, owner), margin)
    return any(segment_hits_box(p, q, box) for line in flattened(path(diagram, wire), 4) for p, q in pairwise(line))


@pytest.mark.parametrize("bubble", [False, True])
def test_a_wire_goes_round_a_body_and_round_its_bubble(bubble: bool) -> None:
    diagram, wire, (node,) = between((100, 3), bubble)
    assert not crosses(diagram, wire, node, 4.0)
    if bubble:
        (region,) = diagram.content.regions
        assert not crosses(diagram, wire, region, -3.0)
    away = edits_layout.move(diagram, (node,), 0.0, 120.0)
    assert len(flattened(path(away, wire))[0]) == 2, "with nothing between, it is straight"


def test_a_wire_with_way_points_of_a_person_stays_where_it_was_put() -> None:
    diagram, wire, (node,) = between((100, 0))
    by_hand = edits_layout.set_curve(diagram, (wire,), points=((60.0, 0.0), (140.0, 0.0)))
    assert crosses(by_hand, wire, node, 0.0)


def test_where_there_is_no_way_it_goes_straight_on() -> None:
    diagram, wire, _ = between((10, 0), count=4)  # over the very legs
    assert path(diagram, wire)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(-80, 80), st.integers(-80, 80)), min_size=1, max_size=6))
def test_moving_what_is_between_gives_the_same_picture_as_drawing_anew(steps: list[tuple[int, int, int]]) -> None:
    diagram, _, middle = between((70, 5), bubble=True, count=3)
    build(diagram)
    for node, dx, dy in steps:
        diagram = edits_layout.move(diagram, (middle[node],), float(dx), float(dy))
        shown = build(diagram)
    forget()
    assert build(replace(diagram, title="again")).items == shown.items


def test_a_straight_way_that_is_a_little_near_a_body_stays_straight() -> None:
    """In GPT-2 the wire of seq runs past W_out, upright."""
    diagram = template("gpt2")
    kinks = [
        wire.id
        for wire in diagram.content.wires.values()
        for (ax, ay), (bx, by) in pairwise(flattened(path(diagram, wire.id), 1)[0])
        if wire.id in diagram.layout.curves and 1e-3 < abs(ax - bx) + abs(ay - by) < 2.0
    ]
    assert kinks == []
