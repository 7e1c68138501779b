"""Commands of the charts in the drawing: put in beside it, changed in their look, filled with the numbers of now."""

from __future__ import annotations

from typing import Any

from tensordraw.charting import added, with_charts
from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart
from tensordraw.diagram.fingerprints import charts
from tensordraw.diagram.records import Id
from tensordraw.editor.command import Command
from tensordraw.editor.effects import AddViewer, ChangeView, UpdateCharts
from tensordraw.editor.state import State, Step, done
from tensordraw.figure.lengths import points


def _add(state: State, argument: Any) -> Step:
    chart, title = argument
    after, note = added(state.document, chart, title)
    stepped, effects = done(state, after, "Add a chart to the figure", {note})
    return stepped, (*effects, ChangeView("reveal"))


def _set(state: State, argument: Any) -> Step:
    note, fields = argument
    if isinstance(fields.get("width"), str):
        fields = {**fields, "width": round(points(fields["width"]), 2)}
    if isinstance(fields.get("height"), str):
        fields = {**fields, "height": round(points(fields["height"]), 2) if fields["height"].strip() else None}
    return done(state, edits_layout.set_chart(state.document, note, **fields), "Change the chart")


def _write(state: State, argument: Any) -> Step:
    note, text = argument
    return done(state, edits_layout.change_note(state.document, note, str(text)), "Change the text")


def _renew(state: State, argument: Any) -> Step:
    made: dict[Id, Chart] = argument
    return done(state, with_charts(state.document, made), "Update charts")


def _has_charts(state: State) -> str | None:
    return None if charts(state.document) else "There is no chart in the drawing: add a viewer of a value to it."


ROWS: tuple[Command, ...] = (
    Command(
        "add_viewer", "Add the viewer to the figure", lambda state, _: (state, (AddViewer(),)), "Run", ("Ctrl+Alt+A",),
        words=("chart", "heatmap", "plot", "values", "attention pattern", "singular values"),
    ),
    Command(
        "update_charts", "Update charts", lambda state, _: (state, (UpdateCharts(),)), "Run", enabled=_has_charts,
        words=("evaluate", "recompute", "refresh", "heatmap", "plot"),
    ),
    Command(
        "add_chart", "Add a chart…", _add, "Insert", hidden=True, argument="a chart with its numbers, and its title",
    ),
    Command("change_note", "Change a text…", _write, "Inspector", hidden=True, argument="the note's id, and its text"),
    Command("set_chart", "Change a chart…", _set, "Insert", hidden=True, argument="the chart's id, and fields of it"),
    Command(
        "renew_charts", "Fill charts…", _renew, "Insert", hidden=True, argument="charts with new numbers, by their ids",
    ),
)  # fmt: skip
