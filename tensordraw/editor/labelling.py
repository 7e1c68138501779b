"""Dragging the label of a wire: along it and across it. What is kept is how far the label is from its natural place, which
goes along when the wire moves; near that place it springs back to it."""

from __future__ import annotations

import math
from dataclasses import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor import grasp
from tensordraw.editor.state import Labelling, Point, State, Step, done, idle
from tensordraw.figure.near import near
from tensordraw.figure.paths import bounds

GROWN = 2.0  # pixels around a label that still take it
BACK = 4.0  # pixels from the natural place within which the label goes back to it


def label_at(diagram: Diagram, at: Point, scale: float) -> Id | None:
    """The wire whose label is there."""
    x, y = at
    reach = GROWN / scale
    figure, wires = grasp.figure_of(diagram), diagram.content.wires
    table = near(figure)
    for number in table.touching((x - reach, y - reach, x + reach, y + reach)):
        item = table.items[number]
        if item.owner in wires:
            for shape in item.shapes:
                if shape.role == "label":
                    left, top, right, bottom = bounds(shape.path)
                    if left - reach <= x <= right + reach and top - reach <= y <= bottom + reach:
                        return item.owner
    return None


def follow(state: State, tool: Labelling, at: Point) -> State:
    """The label follows the pointer."""
    dx, dy = tool.base[0] + at[0] - tool.origin[0], tool.base[1] + at[1] - tool.origin[1]
    offset = None if math.hypot(dx, dy) * state.scale <= BACK else (round(dx, 2), round(dy, 2))
    return replace(state, preview=edits_layout.offset_label(state.document, tool.item, offset))


def finish(state: State) -> Step:
    """The label is let go."""
    return (idle(state), ()) if state.preview is None else done(state, state.preview, "Move label")
