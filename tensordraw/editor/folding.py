"""Collapsing and expanding regions by hand: what a click on the small button of a region does, and where the button is."""

from __future__ import annotations

import math

from tensordraw.diagram.records import Diagram, Id, Look
from tensordraw.editor.state import Point, State, Step, done
from tensordraw.figure.closing import collapse, expand
from tensordraw.figure.display import Figure
from tensordraw.figure.paths import bounds, union

BUTTON = 7.0  # pixels from its middle to its sides
_PLAIN = Look()


def is_collapsed(diagram: Diagram, region: Id) -> bool:
    """Whether the region is drawn as one box."""
    return diagram.layout.looks.get(region, _PLAIN).collapsed


def button_of(diagram: Diagram, figure: Figure, region: Id, scale: float) -> Point | None:
    """The middle of a region's button, outside the upper left corner of its border; None where the region is not seen.

    `scale` is in pixels a layout unit.
    """
    items = [item for item in figure.items if item.owner == region and region in diagram.content.regions]
    found = [bounds(s.path) for item in items for s in item.shapes if s.role in ("region", "body")]
    if not found:
        return None
    left, top, _, _ = union(found)
    return left - BUTTON / scale, top - BUTTON / scale


def offered(state: State) -> Id | None:
    """The region whose button is shown: the only thing that is selected."""
    if len(state.selection) != 1:
        return None
    (chosen,) = state.selection
    return chosen if chosen in state.document.content.regions else None


def pressed(state: State, figure: Figure, at: Point, scale: float) -> Step | None:
    """The step of a press on the button that is shown; None where the press is elsewhere."""
    region = offered(state)
    middle = None if region is None else button_of(state.document, figure, region, scale)
    if region is None or middle is None or math.dist(at, middle) * scale > BUTTON * 1.3:
        return None
    return toggled(state, [region])


def toggled(state: State, regions: list[Id], *, close: bool = False) -> Step:
    """Expand these regions if all are collapsed, else collapse those that are not."""
    document = state.document
    if not close and all(is_collapsed(document, region) for region in regions):
        return done(state, expand(document, regions), "Expand", regions)
    name = "Collapse and close up" if close else "Collapse"
    return done(state, collapse(document, regions, close=close), name, regions)


__all__ = ["BUTTON", "button_of", "is_collapsed", "offered", "pressed", "toggled"]
