"""Commands of the drawing as a whole: on its side or upright, with or without the table of its legs."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram, Id, LegPlace, id_order
from tensordraw.editor import grasp
from tensordraw.editor.command import Command
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.enabled import something_drawn
from tensordraw.editor.state import State, Step, done, refused
from tensordraw.figure.angles import as_seen
from tensordraw.figure.index import index
from tensordraw.figure.legend import ROW, rows
from tensordraw.figure.lengths import PRESETS, points
from tensordraw.figure.panels import extent, next_letter
from tensordraw.figure.paths import EMPTY, union
from tensordraw.figure.turning import turned

_GAP = 24.0  # between the drawing and the table
_ABOVE = 8.0  # a panel's letter, above what it shows


def _turn(*, upright: bool) -> Any:
    def run(state: State, argument: Any) -> Step:
        after = turned(state.document, upright=upright, open_legs=_open_legs(state.document))
        stepped, effects = done(state, after, "Turn upright" if upright else "Turn on its side")
        return stepped, (*effects, ChangeView("fit"))

    return run


def _open_legs(diagram: Diagram) -> dict[Id, LegPlace]:
    """Where legs that lead nowhere, and whose direction the figure chose, are seen to leave."""
    found, anchors = index(diagram.content), grasp.figure_of(diagram).anchors
    out: dict[Id, LegPlace] = {}
    for leg in found.open_legs:
        node = diagram.content.nodes.get(found.owner[leg])
        if node is None or leg in diagram.layout.legs or leg not in anchors:
            continue
        place = diagram.layout.places.get(node.id, edits_layout.ORIGIN)
        angle, shift = as_seen(anchors[leg], place)
        out[leg] = LegPlace(round(angle, 2), round(shift, 2) + 0.0)
    return out


def _table(state: State, argument: Any) -> Step:
    """Put the table beside the drawing where that is high, below it where it is wide; or take it away."""
    document = state.document
    if any(note.table for note in document.layout.notes.values()):
        return done(state, edits_layout.remove_tables(document), "Remove the table of legs")
    left, top, right, bottom = grasp.figure_of(document).box
    high = ROW * (len(rows(document.content)) + 1)
    at = (right + _GAP, max(top + 8.0, bottom - high)) if bottom - top > right - left else (left, bottom + _GAP)
    after, note = edits_layout.add_table(document, round(at[0]), round(at[1]))
    return done(state, after, "Add the table of legs", {note})


def _frame(state: State, argument: Any) -> Step:
    """Put the selection into a panel, whose letter stands above its upper left corner."""
    document = state.document
    known = {*document.content.nodes, *document.content.regions, *document.content.equations, *document.layout.notes}
    equations = document.content.equations
    terms = {part.term for item in state.selection if item in equations for part in equations[item].parts}
    shown = sorted(state.selection & known | terms, key=lambda item: (id_order(item), item))
    after, note = edits_layout.add_panel(document, next_letter(document), shown, 0.0, 0.0)
    figure = grasp.figure_of(after)
    box = extent(figure, after, note)  # with what hangs on it: open legs, labels
    if box == EMPTY:
        return refused(state, "Nothing is drawn of what is selected: select what it is joined to as well.")
    letter = union(item.box for item in figure.items if item.owner == note)
    after = edits_layout.move(after, (note,), round(box[0] - letter[0]), round(box[1] - _ABOVE - letter[3]))
    return done(state, after, "Frame as a panel", {note})


def _set_width(state: State, argument: Any) -> Step:
    r"""Make figures so wide: "86mm", "0.5\linewidth", a preset, or "" for their natural width. A preset brings its theme, its
    scaling and its dots an inch with it, as in the dialog of exports."""
    width, chosen = str(argument).strip(), state.document.export
    preset = PRESETS.get(width)
    if preset is not None:
        made = replace(chosen, width=width, theme=preset.theme, scale=preset.scale, dpi=preset.dpi)
    else:
        if width:
            points(width)
        made = replace(chosen, width=width)
    if made == chosen:
        return state, ()
    return done(state, replace(state.document, export=made), "Figure width")


def _framable(state: State) -> str | None:
    document = state.document
    known = {*document.content.nodes, *document.content.regions, *document.content.equations}
    return None if state.selection & known else "Select what the panel shows."


ROWS: tuple[Command, ...] = (
    Command(
        "turn_side", "Turn the drawing on its side", _turn(upright=False), "Arrange", enabled=something_drawn,
        words=("rotate", "landscape", "horizontal", "sideways", "clockwise"),
    ),
    Command(
        "turn_upright", "Turn the drawing upright", _turn(upright=True), "Arrange", enabled=something_drawn,
        words=("rotate", "portrait", "vertical", "anticlockwise"),
    ),
    Command(
        "frame", "Frame as a panel", _frame, "Insert", enabled=_framable,
        words=("panel", "subfigure", "figure", "letter", "export"),
    ),
    Command(
        "set_figure_width", "Figure width…", _set_width, "File", hidden=True,
        argument="a length such as 86mm, a preset's name, or nothing for the natural width",
    ),
    Command(
        "table_of_legs", "Table of legs", _table, "Insert", enabled=something_drawn,
        words=("legend", "spaces", "sizes", "meaning", "key"),
    ),
)  # fmt: skip
