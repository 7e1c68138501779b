"""The inspector's form of an equation: its terms in order, what stands before each, and the check of its sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from tensordraw.diagram.records import Content, Equation, Id, Sum, id_order
from tensordraw.diagram.signs import sign_id
from tensordraw.editor.signing import written
from tensordraw.editor.state import State
from tensordraw.figure.index import index
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.wording import node_words

Run = Callable[[str, Any], object]

HINT = r"A sign is one of  = ~ := + -  or a comma, and a coefficient or a sum after it:  = 2  or  = \sum_k"


def equation_form(equation: Equation, sign: Id, state: State, run: Run) -> QWidget:
    """What can be set on an equation; `sign` is the one that is selected, "" for none."""
    content = state.document.content
    ids = [sign_id(equation.id, part.term) for part in equation.parts]
    rows = [
        [written(state.document, item) or "", term_words(part.term, content)]
        for item, part in zip(ids, equation.parts, strict=True)
    ]

    def edited(at: int, place: int, words: str) -> None:
        if place == 0:
            run("set_sign", (ids[at], words))

    table = Table("Terms of the equation", ["Sign", "Term"], rows, edited, 1)
    table.freeze(1)
    if sign in ids:
        table.setCurrentCell(ids.index(sign), 0)

    def act(command: str) -> Callable[[], object]:
        return lambda: run(command, ids[max(table.currentRow(), 0)])

    bar = row(
        label("Equation", "heading"), 1,
        button("up", "Move the term to the left", act("equation_earlier")),
        button("down", "Move the term to the right", act("equation_later")),
        button("minus", "Take the term out of the equation", act("equation_take_out")),
        button("play", "Check equation", lambda: run("check_equation", None)),
        spacing=0,
    )  # fmt: skip
    return named(QWidget(), "Equation", column(bar, table, label(HINT, "faint", wrap=True), spacing=8))


def term_words(term: Id, content: Content) -> str:
    """A term by its name, or else by what is in it."""
    region = content.regions[term]
    if region.name:
        return region.name
    known = index(content)
    inner = (content.regions[one] for one in sorted(known.members[term][1], key=id_order))
    over = "".join(f"Σ {one.index} " for one in inner if isinstance(one, Sum))
    held = [node for node in content.nodes.values() if term in known.chain[node.inside]]
    names = [node_words(node, content)[0] for node in held[:6]]
    return (over + " ".join(names) + (" …" if len(held) > 6 else "")).strip() or "empty"
