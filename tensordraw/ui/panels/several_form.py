"""What several selected items have in common: how many there are of each kind, and what is set on all of them as one step.

A choice is offered where at least one of the items can have it; where they differ it says so until something is chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from tensordraw.diagram.records import Curve, Fixed, Id, Look, Tensor
from tensordraw.editor.commands import find
from tensordraw.editor.state import State
from tensordraw.ui.panels import fields
from tensordraw.ui.panels.choices import COLOURS, FORMS, SHAPES, STYLES, WEIGHTS
from tensordraw.ui.panels.several import several_words
from tensordraw.ui.widgets import button, label, named, row
from tensordraw.ui.wording import note_words

DIFFER = "differ"
_ALIGN = ("left", "centre", "right", "top", "middle", "bottom")
_SPREAD = ("horizontal", "vertical")
Run = Callable[[str, Any], None]


def several_form(chosen: frozenset[Id], state: State, run: Run) -> QWidget:
    """The form of several selected items."""
    body = QWidget()
    layout = QVBoxLayout(body)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    named(body, "Several items")
    layout.addWidget(label(f"{len(chosen)} items selected", "heading"))
    layout.addWidget(label(_counted(chosen, state), wrap=True))
    layout.addWidget(label(several_words(chosen, state), "faint", wrap=True))
    form = fields.form()
    layout.addLayout(form)
    content, looks, curves = state.document.content, state.document.layout.looks, state.document.layout.curves
    nodes, wires = sorted(chosen & content.nodes.keys()), sorted(chosen & content.wires.keys())
    styled = sorted({*nodes, *(chosen & content.regions.keys()), *wires})
    tensors = [node for node in (content.nodes[item] for item in nodes) if isinstance(node, Tensor)]

    def look(field: str, items: Sequence[Id]) -> Callable[[str], None]:
        return lambda value: run("set_look", {"args": tuple(items), field: value or None})

    given = [looks.get(item, Look()) for item in styled]
    if len(tensors) > 1:
        _choice(form, "Form", FORMS, (node.form for node in tensors), lambda value: run(f"make_{value}", None))
    if nodes:
        shapes = (looks.get(item, Look()).shape or "" for item in nodes)
        _choice(form, "Shape", SHAPES, shapes, look("shape", nodes))
    if styled:
        _choice(form, "Colour", COLOURS, (one.colour or "" for one in given), look("colour", styled))
        _choice(form, "Line", WEIGHTS, (one.weight for one in given), look("weight", styled))
    if wires:
        _choice(
            form, "Curve", STYLES, (curves.get(item, Curve()).style for item in wires),
            lambda value: run("set_curve", {"args": tuple(wires), "style": value}),
        )  # fmt: skip
    if find("align_left").enabled(state) is None:
        layout.addSpacing(6)
        layout.addWidget(label("Line up", "heading"))
        names = (*(f"align_{side}" for side in _ALIGN), *(f"distribute_{way}" for way in _SPREAD))
        layout.addLayout(row(*(_button(name, run) for name in names), 1, spacing=2))
    return body


def _button(command: str, run: Run) -> QWidget:
    return button(command, find(command).title, lambda: run(command, None))


def _choice(
    form: Any, words: str, options: Sequence[tuple[str, str]], values: Iterable[Hashable], tell: Callable[[str], None]
) -> None:
    """A combo box of what all have; empty with a word where they differ."""
    found = set(values)
    one = found.pop() if len(found) == 1 else None
    box: QComboBox = fields.choice(words, options, str(one) if one is not None else "\0", tell)
    if one is None:
        box.setPlaceholderText(DIFFER)
        box.setCurrentIndex(-1)
    fields.add(form, words, box)


def _counted(chosen: frozenset[Id], state: State) -> str:
    """How many there are of each kind: "4 tensors, 3 wires"."""
    content = state.document.content
    kinds: Counter[str] = Counter()
    for item in sorted(chosen):
        if item in content.nodes:
            node = content.nodes[item]
            kinds[node.kind.replace("_", " ") if isinstance(node, Fixed) else type(node).__name__.lower()] += 1
        elif item in content.regions:
            kinds[type(content.regions[item]).__name__.lower()] += 1
        elif item in content.wires:
            kinds["wire"] += 1
        elif item in state.document.layout.notes:
            kinds["chart" if state.document.layout.notes[item].chart is not None else "text"] += 1
        else:
            kinds["leg"] += 1
    order = sorted(kinds, key=lambda kind: (kind in ("wire", "leg", "text", "chart"), -kinds[kind], kind))
    return ", ".join(f"{kinds[kind]} {kind if kinds[kind] == 1 else _plural(kind)}" for kind in order)


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else kind if kind.endswith("s") else f"{kind}s"


def shown_of(chosen: frozenset[Id], state: State) -> tuple[object, ...]:
    """What the form depends on; not on where things lie, so that moving them leaves it."""
    content, layout = state.document.content, state.document.layout
    tables = (content.nodes, content.regions, layout.looks)
    styles = {item: layout.curves[item].style for item in chosen & layout.curves.keys()}
    notes = {item: note_words(layout.notes[item]) for item in chosen & layout.notes.keys()}
    return styles, notes, tuple(tuple(table.get(item) for table in tables) for item in sorted(chosen))


__all__ = ["DIFFER", "several_form", "shown_of"]
