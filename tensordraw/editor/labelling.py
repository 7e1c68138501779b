"""Dragging the label of a wire, an open leg, a copy, and with Alt the name of a region: along it and across it.

What is kept is how far the label is from its natural place, which goes along when the item moves; near that place it springs
back to it.
"""

from __future__ import annotations

import math
from dataclasses import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Copy, Diagram, Id
from tensordraw.editor import grasp
from tensordraw.editor.state import Labelling, Point, State, Step, done, idle
from tensordraw.figure.display import Figure
from tensordraw.figure.near import near
from tensordraw.figure.paths import bounds

GROWN = 2.0  # pixels around a label that still take it
TIP = 5.0  # pixels from the end of an open leg that are the leg's, even where they are its label's too
BACK = 4.0  # pixels from the natural place within which the label goes back to it


def label_at(diagram: Diagram, at: Point, scale: float, *, region: bool = False) -> Id | None:
    """The wire, open leg or copy whose label is there; with `region` the region whose name is there, which is a handle of the
    region otherwise."""
    x, y = at
    reach = GROWN / scale
    figure = grasp.figure_of(diagram)
    table = near(figure)
    for number in table.touching((x - reach, y - reach, x + reach, y + reach)):
        item = table.items[number]
        if _is_loose(diagram, figure, item.owner, region):
            for shape in item.shapes:
                if shape.role == "label":
                    left, top, right, bottom = bounds(shape.path)
                    if left - reach <= x <= right + reach and top - reach <= y <= bottom + reach:
                        if item.owner in figure.anchors and math.dist(figure.anchors[item.owner].tip, at) * scale < TIP:
                            continue  # the end of the leg, where wires begin
                        return item.owner
    return None


def _is_loose(diagram: Diagram, figure: Figure, owner: Id, region: bool) -> bool:
    """Whether the label of this item can be dragged."""
    content, looks = diagram.content, diagram.layout.looks
    if region:
        return owner in content.regions and not (owner in looks and looks[owner].collapsed)
    return owner in content.wires or owner in figure.anchors or isinstance(content.nodes.get(owner), Copy)


def follow(state: State, tool: Labelling, at: Point) -> State:
    """The label follows the pointer."""
    dx, dy = tool.base[0] + at[0] - tool.origin[0], tool.base[1] + at[1] - tool.origin[1]
    offset = None if math.hypot(dx, dy) * state.scale <= BACK else (round(dx, 2), round(dy, 2))
    return replace(state, preview=edits_layout.offset_label(state.document, tool.item, offset))


def finish(state: State) -> Step:
    """The label is let go."""
    return (idle(state), ()) if state.preview is None else done(state, state.preview, "Move label")
