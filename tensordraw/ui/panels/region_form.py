"""The inspector's form of a region: a bubble's function, axes and parameters; a sum's or repeat's index; a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QPushButton, QWidget

from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.edits_regions import border_legs
from tensordraw.diagram.records import Bubble, Content, Id, Repeat, Sum, node_legs
from tensordraw.diagram.records import Region as RegionRecord
from tensordraw.diagram.signs import equation_of, sign_id
from tensordraw.editor.folding import is_collapsed
from tensordraw.editor.signing import written
from tensordraw.editor.state import State
from tensordraw.figure.index import index
from tensordraw.program.functions import FUNCTIONS
from tensordraw.ui.panels import fields
from tensordraw.ui.widgets import column, label, named
from tensordraw.ui.wording import find_leg, leg_words, owner_words

Run = Callable[[str, Any], object]
Point = Callable[[frozenset[Id]], object]


def region_form(region: RegionRecord, state: State, run: Run, point: Point) -> QWidget:
    """What can be set on a region; `point` hears of the items that an entry of a list stands for, while it is pointed at."""
    body = QWidget()
    form = fields.form()
    heads = {"Bubble": "Bubble", "Sum": "Sum", "Repeat": "Repeat", "Block": "Block", "Term": "Parentheses"}
    layout = column(label(heads[type(region).__name__], "heading"), spacing=8)
    layout.addLayout(form)
    name = fields.text("Name", region.name, lambda text: run("set_fields", {"args": (region.id,), "name": text}))
    if isinstance(region, Bubble):
        _bubble(form, layout, region, state, run, point)
    elif isinstance(region, Sum | Repeat):
        spaces = [(space.id, f"{space.name} ({space.size})") for space in state.document.content.spaces.values()]
        index = fields.text("Index", region.index, lambda text: run("set_binder", (region.id, text, None)))
        fields.add(form, "Index", index)
        space = fields.choice(
            "Runs through", spaces, region.space, lambda value: run("set_binder", (region.id, None, value))
        )
        fields.add(form, "Runs through", space)
    fields.add(form, "Name", name)
    folded = is_collapsed(state.document, region.id)
    layout.addWidget(_button("Expand" if folded else "Collapse to a box", lambda: run("collapse", None)))
    if isinstance(region, Repeat):
        layout.addWidget(_button("Draw the layers one by one", lambda: run("unroll", None)))
    equation = equation_of(state.document.content, region.id)
    if equation is not None:
        sign = sign_id(equation.id, region.id)
        before = written(state.document, sign) or ""
        fields.add(form, "Sign", fields.text("Sign", before, lambda text: run("set_sign", (sign, text)), "= 2"))
    return named(body, heads[type(region).__name__], layout)


def _button(words: str, act: Callable[[], object]) -> QPushButton:
    made = QPushButton(words)
    made.setAccessibleName(words)
    made.clicked.connect(lambda: act())
    return made


def _bubble(form: Any, layout: Any, bubble: Bubble, state: State, run: Run, point: Point) -> None:
    content = state.document.content
    options = [(row.name, row.title) for row in FUNCTIONS.values()]
    if bubble.function not in FUNCTIONS:
        options.append((bubble.function, bubble.function))
    combo = fields.choice(
        "Function", options, bubble.function, lambda value: run("set_function", {"args": (bubble.id, value)})
    )  # fmt: skip
    combo.setMaxVisibleItems(24)
    fields.add(form, "Function", combo)
    if bubble.function == "expression":
        expression = fields.text(
            "Expression in x", bubble.expression,
            lambda text: run("set_function", {"args": (bubble.id, bubble.function), "expression": text}),
        )  # fmt: skip
        fields.add(form, "Expression in x", expression)
    record = FUNCTIONS.get(bubble.function)
    rule = AXIS_RULES.get(bubble.function)
    crossing = border_legs(content, bubble.id)
    legs = leg_names(tuple(dict.fromkeys((*crossing, *bubble.axes))), content)
    for number in range(rule.count if rule else 0):
        titles = record.axes if record and len(record.axes) > number else ()
        words = (
            titles[number].capitalize() if titles else ("Along" if rule and rule.count == 1 else f"Axis {number + 1}")
        )
        now = bubble.axes[number] if number < len(bubble.axes) else ""

        def choose(value: str, number: int = number) -> None:
            axes = list(bubble.axes) + [""] * (number + 1 - len(bubble.axes))
            if value in axes and axes.index(value) != number:
                axes[axes.index(value)] = axes[number]  # the two legs change places
            axes[number] = value
            run("set_function", {"args": (bubble.id, bubble.function), "axes": tuple(axis for axis in axes if axis)})

        along = fields.choice(words, legs, now, choose)
        along.highlighted.connect(lambda at: point(frozenset({legs[at][0]})))
        along.left.connect(lambda: point(frozenset()))
        fields.add(form, words, along)
    for name, default in (record.params if record else {}).items():
        value = bubble.params.get(name, default)

        def set_param(text: str, name: str = name) -> None:
            try:
                number = float(text)
            except ValueError:
                return
            run("set_function", {"args": (bubble.id, bubble.function), "params": {**bubble.params, name: number}})

        fields.add(form, name, fields.text(name, f"{value:g}", set_param))
    if record is not None:
        layout.addWidget(label(record.sentence, "faint", wrap=True))


def leg_names(legs: Sequence[Id], content: Content) -> list[tuple[Id, str]]:
    """Each leg in words that no other of them has: label, space, size and owner; where that is not enough what it is joined
    to, and else the axis that it is of its owner's."""
    names = {leg: _leg_name(leg, content) for leg in legs}
    for more in (_far_end, _axis):
        counts = Counter(names.values())
        names = {leg: words + more(leg, content) if counts[words] > 1 else words for leg, words in names.items()}
    return list(names.items())


def _leg_name(leg: Id, content: Content) -> str:
    found = find_leg(content, leg)
    if found is None:
        return "port"
    return f"{leg_words(found[0], content)} of {owner_words(found[1], content)}"


def _far_end(leg: Id, content: Content) -> str:
    known = index(content)
    if leg not in known.partner:
        return ", open"
    return f", to {owner_words(known.owner[known.partner[leg]], content)}"


def _axis(leg: Id, content: Content) -> str:
    found = find_leg(content, leg)
    node = None if found is None else content.nodes.get(found[1])
    places = [own.id for own in node_legs(node)] if node is not None else []
    return f", axis {places.index(leg) + 1}" if leg in places else f", {leg}"
