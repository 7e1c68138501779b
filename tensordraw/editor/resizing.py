"""Resizing a chart by its corners: the corner follows the pointer, the opposite one stays where it is.

Only the frame around the numbers grows, for labels keep their size on paper. A heatmap keeps its proportions and Shift frees
them, plots are free and Shift keeps theirs; a list of the largest entries is only made wider. Corners come to rest at edges and
centres of other items, else on the grid; Ctrl suspends that.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Literal, TypeAlias

from msgspec.structs import replace as changed

from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart
from tensordraw.diagram.macros import applied
from tensordraw.diagram.records import Diagram, Id, Note
from tensordraw.editor import grasp, snapping
from tensordraw.editor.events import Modifier
from tensordraw.editor.state import Idle, Line, Point, Pressed, Resizing, State, Step, done, idle
from tensordraw.figure.chart_items import MARGIN, Extent, extent
from tensordraw.figure.display import Box
from tensordraw.figure.paths import grown
from tensordraw.figure.themes import theme

Corner: TypeAlias = Literal["nw", "ne", "sw", "se"]

CORNERS: dict[str, tuple[int, int]] = {"nw": (-1, -1), "ne": (1, -1), "sw": (-1, 1), "se": (1, 1)}  # to which sides
REACH = 7.0  # pixels from a corner within which it is taken
_LEAST: dict[str, tuple[float, float]] = {
    "heatmap": (10.0, 6.0),
    "line": (32.0, 16.0),
    "bars": (32.0, 16.0),
    "top": (24.0, 0.0),
}
_MOST = 2000.0  # points


def offered(state: State) -> Id | None:
    """The chart whose handles are shown: the only thing that is selected."""
    if len(state.selection) != 1:
        return None
    (chosen,) = state.selection
    note = state.document.layout.notes.get(chosen)
    return chosen if note is not None and note.chart is not None else None


def handles(state: State) -> dict[str, Point]:
    """Where the corners of the selected chart are that can be dragged, as it is shown; none where no chart is."""
    note = offered(state)
    box = None if note is None else grasp.box_of(grasp.figure_of(state.shown), note)
    return {} if box is None else {corner: _corner(grown(box, MARGIN), corner) for corner in CORNERS}


def _corner(box: Box, corner: str) -> Point:
    across, down = CORNERS[corner]
    return box[0] if across < 0 else box[2], box[1] if down < 0 else box[3]


def handle_at(state: State, at: Point, scale: float) -> str | None:
    """The corner there; `scale` in pixels a layout unit."""
    near = [(math.dist(at, place) * scale, corner) for corner, place in handles(state).items()]
    distance, corner = min(near, default=(math.inf, ""))
    return corner if distance <= REACH else None


def held(state: State) -> str | None:
    """The corner that is dragged, or that a press at the pointer would take."""
    match state.tool:
        case Resizing(corner=corner):
            return corner
        case Pressed(part=part) if part in CORNERS:
            return part
        case Idle():
            return handle_at(state, state.pointer, state.scale)
        case _:
            return None


def begin(state: State, note: Id, corner: str, at: Point) -> State:
    """Start to drag a corner of a chart."""
    figure = grasp.figure_of(state.document)
    box = grasp.box_of(figure, note)
    if box is None:
        return idle(state)
    lines = snapping.lines(state.document, figure, {note})
    return replace(state, tool=Resizing(note, corner, at, box, lines=lines))


def follow(state: State, tool: Resizing, at: Point, scale: float, modifiers: frozenset[Modifier]) -> State:
    """The corner follows the pointer."""
    note = state.document.layout.notes[tool.note]
    assert note.chart is not None
    across, down = CORNERS[tool.corner]
    size = extent(_shown(state.document, tool.note), theme("paper"))
    moved = (at[0] - tool.origin[0], at[1] - tool.origin[1])
    keeps = (note.chart.kind == "heatmap") != ("Shift" in modifiers)
    start = _corner(tool.box, tool.corner)
    guides: tuple[Line, ...] = ()
    frame = _grown(size, moved[0] * across, moved[1] * down, note.chart, keeps)
    if "Ctrl" not in modifiers and isinstance(tool.lines, snapping.Lines):
        to = (start[0] + (frame[0] - size.frame[0]) * across, start[1] + (frame[1] - size.frame[1]) * down)
        there, guides = _rest(state, tool.lines, to, snapping.REACH / scale, note.chart, keeps)
        by = ((there[0] - start[0]) * across, (there[1] - start[1]) * down)
        if keeps and there != to:  # the axis that came to rest decides
            share = 1.0 + (by[0] / size.frame[0] if there[0] != to[0] else by[1] / max(size.frame[1], 1.0))
            by = (size.frame[0] * (share - 1.0), size.frame[1] * (share - 1.0))
        frame = _grown(size, *by, note.chart, keeps)
    made = _sized(note.chart, size, frame)
    return replace(
        state, tool=replace(tool, guides=guides), preview=placed(state.document, note, made, tool.box, tool.corner)
    )


def _shown(diagram: Diagram, note: Id) -> Note:
    """The note with the document's macros written out, as it is drawn."""
    return applied(diagram).layout.notes[note]


def _grown(size: Extent, wider: float, higher: float, chart: Chart, keeps: bool) -> tuple[float, float]:
    """The frame's new width and height."""
    width, height = size.frame
    least = _LEAST[chart.kind]
    if chart.kind == "top":
        return min(max(width + wider, least[0]), _MOST), height
    if keeps:
        share = max((width + wider) / width, (height + higher) / height)
        share = min(max(share, min(least[0] / width, 1.0), min(least[1] / height, 1.0)), _MOST / max(width, height))
        return width * share, height * share
    return tuple(  # type: ignore[return-value]
        min(max(old + by, min(low, old)), _MOST)
        for old, by, low in zip(size.frame, (wider, higher), least, strict=True)
    )


def _rest(
    state: State, lines: snapping.Lines, to: Point, reach: float, chart: Chart, keeps: bool
) -> tuple[Point, tuple[Line, ...]]:
    """Where a corner near `to` comes to rest, with the guides that say at what; on one axis where proportions are kept."""
    found: list[tuple[float, int, Line]] = []
    for axis in (0, 1) if chart.kind != "top" else (0,):
        mark = (to[axis], to[1 - axis])
        match = None
        if state.snap_objects:
            match = snapping.nearest((mark,), lines.still_edges[axis], 0.0, reach)
            match = match or snapping.nearest((mark,), lines.still_centres[axis], 0.0, reach)
        if match is not None:
            by, mine, theirs = match
            found.append((by, axis, snapping.guide(axis, theirs, mine[1])))
    if keeps and found:
        found = [min(found, key=lambda one: abs(one[0]))]
    there, settled = list(to), {axis for _, axis, _ in found}
    for by, axis, _ in found:
        there[axis] += by
    if state.snap_grid and not (keeps and settled):
        for axis in (0,) if keeps or chart.kind == "top" else (0, 1):
            if axis not in settled:
                there[axis] = round(there[axis] / snapping.GRID) * snapping.GRID
    return (there[0], there[1]), tuple(line for _, _, line in found)


def _sized(chart: Chart, size: Extent, frame: tuple[float, float]) -> Chart:
    """The chart with this frame; what stands beside it keeps its width."""
    usual = chart.kind == "heatmap" and chart.height is None  # then it may be narrower than it could be
    now = size.bare[0] if usual else chart.width
    width = round(min(max(now + frame[0] - size.frame[0], 20.0), 5000.0), 2)
    return changed(chart, width=width, height=None if chart.kind == "top" else round(max(frame[1], 5.0), 2))


def placed(diagram: Diagram, note: Note, chart: Chart, box: Box, corner: str) -> Diagram:
    """The diagram with another chart in a note, whose corner opposite to `corner` stays that of the box."""
    if note.chart == chart:
        return diagram
    made = edits_layout.set_chart(diagram, note.id, **{name: getattr(chart, name) for name in ("width", "height")})
    width, height = extent(_shown(made, note.id), theme("paper")).whole
    across, down = CORNERS[corner]
    x = box[0] if across > 0 else box[2] - width
    y = box[1] if down > 0 else box[3] - height
    return edits_layout.place_at(made, {note.id: (round(x, 2), round(y, 2))})


def finish(state: State) -> Step:
    """The corner is let go."""
    if state.preview is None or state.preview is state.document:
        return idle(state), ()
    return done(state, state.preview, "Resize chart")


__all__ = ["CORNERS", "begin", "finish", "follow", "handle_at", "handles", "held", "offered", "placed"]
