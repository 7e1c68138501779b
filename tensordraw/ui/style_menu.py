"""The menu of the style of what is selected: colour, line, and the curve of wires. Each choice is one step for all of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from tensordraw.diagram.records import Curve, Look
from tensordraw.editor.state import State
from tensordraw.figure.themes import theme
from tensordraw.ui.panels.choices import COLOURS, STYLES, WEIGHTS
from tensordraw.ui.panels.tables import swatch


def style_menu(parent: QWidget, window: Any, state: State) -> QMenu:
    """The menu for a selection; what all of it has is ticked."""
    menu = QMenu(parent)
    menu.setAccessibleName("Style of the selection")
    layout, content = state.document.layout, state.document.content
    wires = [item for item in state.selection if item in content.wires]
    chosen = [item for item in state.selection if item in content.nodes or item in content.regions] + wires
    looks = [layout.looks.get(item, Look()) for item in chosen]
    colours = theme(window.colours.figure).colours

    def add(options: list[tuple[str, str]], field: str, command: str, items: list[str], now: set[str]) -> None:
        group = QActionGroup(menu)
        for value, words in options:
            made = group.addAction(words)
            made.setCheckable(True)
            made.setChecked(now == {value})
            if field == "colour" and value:
                made.setIcon(swatch(colours[value]))
            made.triggered.connect(partial(window.run, command, {"args": tuple(items), field: value or None}))
        menu.addActions(group.actions())

    add(COLOURS, "colour", "set_look", chosen, {look.colour or "" for look in looks})
    menu.addSeparator()
    add(WEIGHTS, "weight", "set_look", chosen, {look.weight for look in looks})
    if wires:
        menu.addSeparator()
        add(STYLES, "style", "set_curve", wires, {layout.curves.get(wire, Curve()).style for wire in wires})
    return menu
