"""The last section of the inspector: what somebody wants to remember about one item, in plain text. It is not drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QBoxLayout, QWidget

from tensordraw.diagram.edits_layout import takes_remarks
from tensordraw.diagram.records import Content, Id
from tensordraw.editor.state import State
from tensordraw.ui.panels import fields
from tensordraw.ui.widgets import label
from tensordraw.ui.wording import node_words, region_words

Run = Callable[[str, Any], object]


def with_notes(form: QWidget, state: State, run: Run) -> QWidget:
    """The form of what is selected, with the section at its end where that is one node, wire, region or leg."""
    layout, document = form.layout(), state.document
    if len(state.selection) != 1 or not isinstance(layout, QBoxLayout):
        return form
    (item,) = state.selection
    if not takes_remarks(document, item):
        return form
    words, remark = f"What you want to remember about {_called(item, document.content)}", document.layout.remarks
    field = fields.lines("Notes", remark.get(item, ""), lambda text: run("set_remark", (item, text)), words)
    layout.addSpacing(6)
    layout.addWidget(label("Notes", "heading"))
    layout.addWidget(field)
    return form


def _called(item: Id, content: Content) -> str:
    """The name of an item that has one, else what it is."""
    if (node := content.nodes.get(item)) is not None:
        words = node_words(node, content)[0]
        return words if getattr(node, "name", "") else f"this {words}"
    if (region := content.regions.get(item)) is not None:
        return region_words(region)[0] if region.name else f"this {region_words(region)[0]}"
    return "this wire" if item in content.wires else "this leg"
