"""Legs keep the side that they are seen at when their body is mirrored.

A leg without a place of its own turns to what it leads to, or to the usual side for its number, whatever the flip of its
body: before it is mirrored, it is given the place that it is seen at.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Diagram, Id, LegPlace, node_legs
from tensordraw.editor import grasp
from tensordraw.figure.angles import as_seen


def with_places(diagram: Diagram, nodes: Iterable[Id], *, wired_too: bool = False) -> Diagram:
    """The diagram whose open legs of these nodes, or all of them, have the places that they are seen at."""
    anchors, wired, layout = grasp.figure_of(diagram).anchors, joined(diagram), diagram.layout
    legs = dict(layout.legs)
    for item in nodes:
        place = layout.places.get(item, edits_layout.ORIGIN)
        for leg in node_legs(diagram.content.nodes[item]):
            if leg.id not in layout.legs and leg.id in anchors and (wired_too or leg.id not in wired):
                legs[leg.id] = LegPlace(*as_seen(anchors[leg.id], place))
    return replace(diagram, layout=replace(layout, legs=legs)) if len(legs) > len(layout.legs) else diagram


def looks_the_same(one: Diagram, other: Diagram) -> bool:
    """Whether two layouts give one picture."""
    before, after = grasp.figure_of(one), grasp.figure_of(other)
    return before is after or (before.items == after.items and before.anchors == after.anchors)


__all__ = ["looks_the_same", "with_places"]
