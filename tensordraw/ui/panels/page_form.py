"""The width of the document's figure, in the inspector while nothing is selected: the options of its export, and the page
on the canvas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from tensordraw.editor.state import State
from tensordraw.figure.lengths import PRESETS
from tensordraw.ui.panels import fields
from tensordraw.ui.widgets import column, label, named

Run = Callable[[str, Any], object]
SHARES = {r"\linewidth": "the line of a LaTeX article", r"0.5\linewidth": "half a line of a LaTeX article"}


def page_form(state: State, run: Run) -> QWidget:
    """Preset, width, and whether the page is shown."""
    body, form, width = QWidget(), fields.form(), state.document.export.width
    offered = [("", "natural width"), *((one.name, one.sentence) for one in PRESETS.values()), *SHARES.items()]
    if width not in dict(offered):
        offered.insert(1, (width, f"as typed, {width}"))
    preset = fields.choice("Preset of the figure's width", offered, width, lambda name: run("set_figure_width", name))
    preset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    preset.setMinimumContentsLength(12)
    fields.add(form, "For", preset)
    typed = fields.text(
        "Width of the figure",
        width,
        lambda text: run("set_figure_width", text),
        r"natural, or 86mm, 3.4in, 0.5\linewidth",
    )
    typed.setToolTip(r"A length with its unit (mm, cm, in, pt, px), a share of \linewidth, or the name of a preset")
    fields.add(form, "Width", typed)
    shown = QCheckBox("Frame on the canvas")
    shown.setToolTip("Where the edges of the column fall, and how large labels come out (View > Figure frame)")
    shown.setChecked(state.page)
    shown.clicked.connect(lambda: run("toggle_page", None))
    layout = column(label("Figure", "heading"), spacing=6)
    layout.addLayout(form)
    layout.addWidget(shown)
    return named(body, "Figure", layout)
