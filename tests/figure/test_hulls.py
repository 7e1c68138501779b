"""Borders go round what belongs inside, wires that leave included where they turn close to the content."""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Curve, Diagram
from tensordraw.figure.build import build, forget


def leaving(turn: tuple[float, float]) -> tuple[Diagram, str, str]:
    """A tensor in a bubble whose wire turns at a place on its way out; the ids of the bubble and the wire."""
    draft = Draft()
    bubble = draft.bubble("relu")
    inner, outer = draft.leg("i", angle=0.0), draft.leg("i", angle=180.0)
    draft.tensor("A", [inner], (0, 0), inside=bubble.id)
    draft.tensor("B", [outer], (120, 0))
    wire = draft.wire(inner, outer)
    draft.curves[wire.id] = Curve("orthogonal", (turn,))
    return draft.build(), bubble.id, wire.id


def bottom(diagram: Diagram, region: str) -> float:
    return next(item.box[3] for item in build(diagram).items if item.owner == region)


def test_a_wire_that_turns_beside_the_content_stays_inside() -> None:
    near, bubble, _ = leaving((24.0, 18.0))
    far, other, _ = leaving((24.0, 60.0))
    assert bottom(near, bubble) > 18.0 + 5.0
    assert bottom(far, other) < 20.0


def test_bending_a_wire_gives_what_building_from_nothing_gives() -> None:
    diagram, _, wire = leaving((24.0, 60.0))
    build(diagram)
    bent = replace(diagram, layout=replace(diagram.layout, curves={wire: Curve("orthogonal", ((24.0, 18.0),))}))
    followed = build(bent)
    forget()
    assert build(replace(bent, title="again")) == followed
