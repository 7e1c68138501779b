"""Legs keep the side that they are seen at when their body is mirrored.

A leg without a place of its own turns to what it leads to, or to the usual side for its number, whatever the flip of its
body: before it is mirrored, it is given the place that it is seen at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from tensordraw.diagram import edits_layout
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Diagram, Id, node_legs
from tensordraw.editor import grasp


def with_places(diagram: Diagram, nodes: Iterable[Id], *, wired_too: bool = False) -> Diagram:
    """The diagram whose open legs of these nodes, or all of them, have the places that they are seen at."""
    anchors, wired, layout = grasp.figure_of(diagram).anchors, joined(diagram), diagram.layout
    for item in nodes:
        place = layout.places.get(item, edits_layout.ORIGIN)
        for leg in node_legs(diagram.content.nodes[item]):
            if leg.id in layout.legs or leg.id not in anchors or (leg.id in wired and not wired_too):
                continue
            anchor = anchors[leg.id]
            turn = math.radians(anchor.angle)
            shift = -(anchor.root[0] - place.x) * math.sin(turn) - (anchor.root[1] - place.y) * math.cos(turn)
            angle = 180.0 - anchor.angle + place.turn if place.flip else anchor.angle - place.turn
            diagram = edits_layout.place_leg(diagram, leg.id, angle, -shift if place.flip else shift)
    return diagram


def looks_the_same(one: Diagram, other: Diagram) -> bool:
    """Whether two layouts give one picture."""
    before, after = grasp.figure_of(one), grasp.figure_of(other)
    return before is after or (before.items == after.items and before.anchors == after.anchors)


__all__ = ["looks_the_same", "with_places"]
