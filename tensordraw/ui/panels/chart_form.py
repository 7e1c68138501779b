"""The inspector's form of a chart in the drawing: its title, its width and height on paper, and how its numbers are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from tensordraw.diagram.records import Note
from tensordraw.ui.panels import fields
from tensordraw.ui.widgets import button, column, label, named, row

Run = Callable[[str, Any], object]


def chart_form(note: Note, run: Run) -> QWidget:
    """What can be set on a chart."""
    chart = note.chart
    assert chart is not None
    form = fields.form()
    fields.add(form, "Title", fields.text("Title", note.text, lambda text: run("change_note", (note.id, text))))
    width = f"{chart.width / 72 * 25.4:.4g}mm"
    fields.add(
        form, "Width", fields.text("Width", width, lambda text: run("set_chart", (note.id, {"width": text})), "63mm")
    )
    if chart.kind != "top":
        high = "" if chart.height is None else f"{chart.height / 72 * 25.4:.4g}mm"
        height = fields.text("Height", high, lambda text: run("set_chart", (note.id, {"height": text})), "usual")
        height.setToolTip("Of the frame around the numbers; empty for the usual height")
        fields.add(form, "Height", height)
    boxes = []
    if chart.kind in ("line", "bars"):
        kinds = fields.choice(
            "Kind",
            [("line", "line"), ("bars", "bars")],
            chart.kind,
            lambda kind: run("set_chart", (note.id, {"kind": kind})),
        )
        fields.add(form, "Kind", kinds)
        boxes.append(_box("Logarithmic", chart.log, lambda on: run("set_chart", (note.id, {"log": on}))))
        if chart.sides[0].block == 1:
            error = _box("Error against rank", chart.error, lambda on: run("set_chart", (note.id, {"error": on})))
            error.setToolTip("Of singular values: the relative error of what keeps the first so many")
            boxes.append(error)
    head = row(label("Chart", "heading"), 1, button("play", "Update charts", lambda: run("update_charts", None)))
    sizes = " × ".join(f"{side.name} {side.size}" for side in chart.sides)
    said = label(f"{len(chart.numbers)} numbers of {chart.name or 'the result'}, {sizes}", "faint", wrap=True)
    return named(QWidget(), "Chart", column(head, form, *boxes, said, spacing=8))


def _box(words: str, on: bool, tell: Callable[[bool], object]) -> QCheckBox:
    made = QCheckBox(words)
    made.setAccessibleName(words)
    made.setChecked(on)
    made.toggled.connect(tell)
    return made
