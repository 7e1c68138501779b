"""A wire to a leg on the far side of its body goes round the body, not through it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Curve, Diagram
from tensordraw.figure.build import build
from tensordraw.figure.paths import flattened, grown, segment_hits_box, union
from tests.figure import samples

SPOTS = (
    (50.0, 0.0),
    (80.0, 0.0),
    (50.0, 10.0),
    (50.0, -10.0),
    (0.0, 60.0),
    (-8.0, 60.0),
    (-50.0, 0.0),
    (0.0, -60.0),
    (40.0, 30.0),
)


def pair(first: float, second: float, at: tuple[float, float], style: str = "smooth") -> Diagram:
    """Two tensors with a leg each, joined."""
    d = Draft()
    a, b = d.leg("s", angle=first), d.leg("s", angle=second)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], at)
    wire = d.wire(a, b)
    d.curves[wire.id] = Curve(style)  # type: ignore[arg-type]
    return d.build()


def pierced(diagram: Diagram) -> list[str]:
    """The tensors that the wire runs through."""
    figure = build(diagram)
    (wire,) = diagram.content.wires
    lines = [
        line
        for item in figure.items
        if item.owner == wire
        for s in item.shapes
        if s.role == "wire"
        for line in flattened(s.path)
    ]
    found = []
    for node in diagram.content.nodes:
        body = union(s_box for item in figure.items if item.owner == node for s_box in [item.box])
        core = grown(body, -0.2 * (body[2] - body[0]))
        if any(segment_hits_box(p, q, core) for line in lines for p, q in pairwise(line)):
            found.append(node)
    return found


@pytest.mark.parametrize("style", ["smooth", "orthogonal"])
@pytest.mark.parametrize("at", SPOTS)
def test_no_wire_runs_through_the_bodies_that_it_joins(at: tuple[float, float], style: str) -> None:
    for first in (0.0, 90.0, 180.0, 270.0):
        for second in (0.0, 90.0, 180.0, 270.0):
            assert pierced(pair(first, second, at, style)) == [], (first, second)


def test_a_wire_between_legs_that_look_at_each_other_stays_straight() -> None:
    figure = build(pair(0.0, 180.0, (50.0, 0.0)))
    (path,) = (s.path for item in figure.items for s in item.shapes if s.role == "wire")
    assert len(path) == 2


def test_a_body_that_is_moved_past_takes_its_wire_along() -> None:
    """The same figure as one that is made from nothing."""
    from tensordraw.figure.build import forget

    before = pair(0.0, 0.0, (-60.0, 0.0))
    build(before)
    node = list(before.content.nodes)[1]
    after = samples.shifted(before, {node: (120.0, 0.0)})
    followed = build(after)
    forget()
    assert build(after) == followed
