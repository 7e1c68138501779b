"""The inspector: what is selected and all that can be set on it; with nothing selected, the document's own settings.

It is made anew when the selection or what is selected changes, from the records alone, and sends each change as a hidden
command of the table. Whoever types here is done with Enter or Escape: `left` says that the focus is free for the canvas,
as it does when what had it goes with the old form.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QScrollArea, QTableWidget, QToolButton, QVBoxLayout, QWidget

from tensordraw.diagram.records import Add, Fixed, Id, Node, Tensor
from tensordraw.diagram.signs import signed
from tensordraw.editor import effects, events
from tensordraw.editor.state import State
from tensordraw.program.declared import array_declared
from tensordraw.ui.background import Background
from tensordraw.ui.panels import fields, tables
from tensordraw.ui.panels.chart_form import chart_form
from tensordraw.ui.panels.choices import COLOURS, FORMS, SHAPES, STYLES, WEIGHTS
from tensordraw.ui.panels.data_form import DataForm, told
from tensordraw.ui.panels.document_form import document_form
from tensordraw.ui.panels.entry import Lines, entries
from tensordraw.ui.panels.equation_form import equation_form
from tensordraw.ui.panels.legs_form import add_legs, count, index_of, sides_of, tip_of
from tensordraw.ui.panels.notes_form import with_notes
from tensordraw.ui.panels.region_form import region_form
from tensordraw.ui.panels.several_form import several_form, shown_of
from tensordraw.ui.widgets import column, label, named
from tensordraw.ui.wording import find_leg, owner_words

SIDES = [("tip", "at the tip"), ("base", "at the base")]
# They have the focus again when the form is made anew.
KEEPING = (QToolButton, QLineEdit, Lines, QComboBox, QTableWidget)


class InspectorPanel(QScrollArea):
    """Shows the selection of a state; `happened` carries editor events, `asked` effects."""

    happened = Signal(object)
    asked = Signal(object)
    left = Signal()
    pointed = Signal(object)  # the items that what is under the pointer stands for

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Inspector")
        self.key: Any = None
        # By table: the leg whose row is selected, found again when the form is made anew.
        self.picked: dict[str, Id] = {}
        self.state: State | None = None
        self.data: DataForm | None = None
        self.background = Background(delay=60, parent=self)
        self.background.finished.connect(self._take_told)
        self._show(label("", "faint"))

    def run(self, command: str, argument: Any) -> None:
        """Send a hidden command."""
        self.happened.emit(events.Run(command, argument))

    def forget(self) -> None:
        """Make the form anew at the next chance (another theme)."""
        self.key = None

    def show_spaces(self) -> None:
        """Show the document's settings, with its spaces."""
        self.happened.emit(events.Select(frozenset()))

    def show_state(self, state: State | None) -> None:
        """Show what is selected; nothing is made anew while it stays the same."""
        if state is None:
            if self.key is not None:
                self.key = None
                self._show(label("", "faint"))
            self.state = None
            return
        key = (state.selection, self._records(state))
        if self.key is not None and self.key == key and not self._overtaken():
            self.state = state
            return
        self.key, self.state = key, state
        place = self.verticalScrollBar().value()
        self._show(with_notes(self._contents(state), state, self.run))
        self.verticalScrollBar().setValue(place)

    def _overtaken(self) -> bool:
        """Whether a field shows what was typed and is undone already: the form never saw the state between."""
        overtaken = (one for one in entries(self) if one.text() != one.first and not one.hasFocus())
        return any(not one.property("wrong") for one in overtaken)

    def _records(self, state: State) -> Any:
        """What the shown form depends on."""
        content, layout = state.document.content, state.document.layout
        if len(state.selection) != 1:
            if not state.selection:
                document = state.document
                return content, document.title, document.description, document.export.width, state.page
            signs = content.equations and any(signed(content, item) for item in state.selection)
            return (content.equations,) if signs else shown_of(state.selection, state)
        item = next(iter(state.selection))
        remark = layout.remarks.get(item)
        seen = sides_of(item, state)
        return (content, layout.looks.get(item), layout.curves.get(item), layout.notes.get(item), remark, seen)

    def _show(self, contents: QWidget) -> None:
        holder = QWidget()
        named(holder, "Inspector contents", column(contents, 1, margins=(14, 12, 14, 12)))
        if self.data is not None and not holder.isAncestorOf(self.data):
            self.data = None
        focus = self.focusWidget()
        held = focus is not None and focus.hasFocus()
        inner = focus.parentWidget() if held and isinstance(focus, QLineEdit | QComboBox) else None
        outer = inner.parentWidget() if inner is not None else None
        typed = None
        if isinstance(outer, QTableWidget):  # what is typed or chosen in is a cell
            if isinstance(focus, QLineEdit):
                typed = focus.text() if focus.isModified() else ""
            focus = outer
        focused = focus.accessibleName() if held and isinstance(focus, KEEPING) else ""
        cell = (focus.currentRow(), focus.currentColumn()) if isinstance(focus, QTableWidget) else (0, 0)
        if held:
            self.setFocus()  # else it would pass to the first field while the old form goes
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(holder)
        for made in holder.findChildren(QWidget) if focused else ():  # so that it can be pressed, or typed in, again
            if isinstance(made, KEEPING) and made.accessibleName() == focused:
                made.setFocus()
                if isinstance(made, QTableWidget):
                    made.setCurrentCell(*cell)
                if isinstance(made, tables.Table) and typed is not None:
                    made.edit_on(typed)
                if isinstance(made, Lines) and isinstance(focus, Lines):
                    made.go_on_from(focus)
        for field in entries(holder):
            field.let_go.connect(self.left)
        for table in holder.findChildren(tables.Table):
            table.let_go.connect(self.left)
            table.stepped.connect(partial(self._step, table))
        if held and self.hasFocus():
            self.left.emit()

    def _step(self, table: tables.Table, step: int) -> None:
        """Go on from a cell, in the table that stands now where `table` was; beyond its ends, to the next or last field."""
        name, cell = table.accessibleName(), (table.currentRow(), table.currentColumn())
        now = next((one for one in self.findChildren(tables.Table) if one.accessibleName() == name), None)
        if now is not None and not now.edit_after(*cell, step):
            now.setFocus()
            now.focusNextPrevChild(step > 0)

    def _contents(self, state: State) -> QWidget:
        content = state.document.content
        chosen = state.selection
        if not chosen:
            return document_form(state, self.run, self.picked)
        before_dot = {item.partition(".")[0] for item in chosen} if content.equations else set()
        equations = before_dot & content.equations.keys()
        if len(equations) == 1 and all(item.partition(".")[0] in equations for item in chosen):
            return equation_form(content.equations[equations.pop()], min(chosen), state, self.run)
        if len(chosen) > 1:
            return several_form(chosen, state, self.run)
        item = next(iter(chosen))
        if item in content.nodes:
            return self._node(item, content.nodes[item], state)
        if item in content.regions:
            return region_form(content.regions[item], state, self.run, self.pointed.emit)
        if item in content.wires:
            return self._wire(item, state)
        if item in state.document.layout.notes and state.document.layout.notes[item].chart is not None:
            return chart_form(state.document.layout.notes[item], self.run)
        if item in state.document.layout.notes:
            return self._simple("Text", [("Text", "change_note", item, state.document.layout.notes[item].text)])
        return self._leg(item, state)

    # --------------------------------------------------------------------------------------------------------- nodes

    def _node(self, item: Id, node: Node, state: State) -> QWidget:
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        named(body, "Node")
        kind = type(node).__name__ if not isinstance(node, Fixed) else node.kind.replace("_", " ").capitalize()
        layout.addWidget(label(kind, "heading"))
        form = fields.form()
        layout.addLayout(form)
        if isinstance(node, Fixed) and node.kind == "constant":
            self._text(
                form, "Expression", node.expression, lambda text: ("set_fields", {"args": (item,), "expression": text})
            )
        elif hasattr(node, "name"):
            self._text(form, "Name", node.name, lambda text: ("rename", (item, text)))
        if isinstance(node, Fixed) and node.kind == "shift":
            self._text(
                form, "Offset", str(node.offset), lambda text: ("set_fields", {"args": (item,), "offset": count(text)})
            )
        if isinstance(node, Tensor):
            combo = fields.choice("Form", FORMS, node.form, lambda value: self.run("set_form", (item, value, None)))
            fields.add(form, "Form", combo)
        if isinstance(node, Add):
            for number, operand in enumerate(node.operands):
                self._text(
                    form, f"Coefficient {number + 1}", operand.coefficient,
                    lambda text, number=number: ("set_coefficient", (item, number, text)),
                )  # fmt: skip
        add_legs(layout, item, node, state, self.run, self.picked, lambda: self.state is state)
        if isinstance(node, Tensor | Fixed) and array_declared(state.document.content, node.name):
            self._data(layout, item, node.name, state)
        self._style(layout, item, state)
        return body

    def _text(self, form: Any, words: str, value: str, make: Any) -> None:
        fields.add(form, words, fields.text(words, value, lambda text: self.run(*make(text))))

    def _data(self, layout: QVBoxLayout, item: Id, name: str, state: State) -> None:
        """Where the array comes from, and what it then is, which is worked out off the window's thread."""
        form = DataForm(
            name, state.document.content, self.run, lambda: self.asked.emit(effects.OpenDialog("bind", item))
        )
        layout.addSpacing(6)
        layout.addWidget(form)
        home = os.path.dirname(state.path) if state.path else state.document.home
        document = replace(state.document, home=home)
        self.data = form
        self.background.request(form, lambda: told(document, name))

    def _take_told(self, form: DataForm, words: str | None, sentence: str | None) -> None:
        if form is self.data:
            form.show_told(words or sentence or "")

    def _style(self, layout: QVBoxLayout, item: Id, state: State) -> None:
        look = state.document.layout.looks.get(item)
        shape, colour = (look.shape or "", look.colour or "") if look else ("", "")
        weight = look.weight if look else "normal"
        form = fields.form()

        def put(field: str) -> Any:
            return lambda value: self.run("set_look", {"args": (item,), field: value or None})

        if item in state.document.content.nodes:
            fields.add(form, "Shape", fields.choice("Shape", SHAPES, shape, put("shape")))
        fields.add(form, "Colour", fields.choice("Colour", COLOURS, colour, put("colour")))
        fields.add(form, "Line", fields.choice("Line", WEIGHTS, weight, put("weight")))
        layout.addSpacing(6)
        layout.addWidget(label("Style", "heading"))
        layout.addLayout(form)

    # ------------------------------------------------------------------------------------------------ wires and legs

    def _wire(self, item: Id, state: State) -> QWidget:
        content = state.document.content
        wire = content.wires[item]
        curve = state.document.layout.curves.get(item)
        body = QWidget()
        form = fields.form()
        self._text(form, "Label", wire.label, lambda text: ("set_label", (item, text)))
        found = find_leg(content, wire.ends[0]) or find_leg(content, wire.ends[1])
        if found is not None:
            space = content.spaces[found[0].space]
            self._text(form, "Space", space.name, lambda text: ("set_leg_space_named", (found[0].id, text)))
            self._text(
                form,
                "Size",
                str(space.size),
                lambda text: ("change_space", {"args": (found[0].id,), "size": count(text)}),
            )
        style = fields.choice(
            "Curve", STYLES, curve.style if curve else "curve",
            lambda value: self.run("set_curve", {"args": (item,), "style": value}),
        )  # fmt: skip
        fields.add(form, "Curve", style)
        layout = column(label("Wire", "heading"), spacing=8)
        layout.addLayout(form)
        self._style(layout, item, state)
        return named(body, "Wire", layout)

    def _leg(self, item: Id, state: State) -> QWidget:
        content = state.document.content
        found = find_leg(content, item)
        if found is None:
            return label("A port of a repeat", "faint")
        leg, owner = found
        space = content.spaces[leg.space]
        body = QWidget()
        form = fields.form()
        self._text(form, "Label", leg.label, lambda text: ("label_leg", (item, text)))
        self._text(form, "Space", space.name, lambda text: ("set_leg_space_named", (item, text)))
        self._text(form, "Size", str(space.size), lambda text: ("change_space", {"args": (item,), "size": count(text)}))
        index = tables.index_words(leg, content)
        self._text(form, "Index", index, lambda text: ("bind_leg", (item, index_of(text.strip(), state))))
        variance = fields.choice(
            "Variance", [(one, one) for one in ("none", "upper", "lower")], leg.variance,
            lambda value: self.run("set_variance", (item, value)),
        )  # fmt: skip
        fields.add(form, "Variance", variance)
        tip = tip_of(content.nodes.get(owner))
        if tip is not None:
            sides = fields.choice("Side", SIDES, "tip" if item in tip else "base",
                                  lambda value: self.run("set_at_tip", (item, value == "tip")))  # fmt: skip
            fields.add(form, "Side", sides)
        head = f"Leg of {owner_words(owner, content)}"
        layout = column(label(head, "heading"), spacing=8)
        layout.addLayout(form)
        return named(body, "Leg", layout)

    def _simple(self, head: str, rows: list[tuple[str, str, Id, str]]) -> QWidget:
        body = QWidget()
        form = fields.form()
        for words, command, item, value in rows:
            self._text(form, words, value, lambda text, command=command, item=item: (command, (item, text)))
        layout = column(label(head, "heading"), spacing=8)
        layout.addLayout(form)
        return named(body, head, layout)
