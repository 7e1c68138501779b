"""The legs of a node in the inspector: a table of them in the order of the array's axes, with buttons to add and remove legs and
to move them in that order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from PySide6.QtWidgets import QVBoxLayout

from tensordraw.diagram.edits_tips import SIDED
from tensordraw.diagram.records import Id, Node, Tensor, node_legs
from tensordraw.diagram.whole import whole
from tensordraw.editor import siding
from tensordraw.editor.state import State
from tensordraw.ui.panels import side_cells, tables
from tensordraw.ui.widgets import button, label, row

Run: TypeAlias = Callable[[str, Any], None]


def add_legs(
    layout: QVBoxLayout, item: Id, node: Node, state: State, run: Run, picked: dict[str, Id], same: Callable[[], bool]
) -> None:
    """Add the table to a layout. `picked["legs"]` is the leg of the current row, kept from one table to the next; `same` says
    whether the document is still that of the state: what was run was refused."""
    content = state.document.content
    legs = list(node_legs(node))

    def edited(at: int, place: int, words: str) -> None:
        leg = legs[at]
        match place:
            case 0:
                run("label_leg", (leg.id, words.strip()))
            case 1:
                run("set_leg_space_named", (leg.id, words.strip()))
            case 2:
                run("change_space", {"args": (leg.id,), "size": count(words)})
            case 3:
                run("bind_leg", (leg.id, index_of(words.strip(), state)))
            case side_cells.SIDE:
                run("put_leg", (leg.id, words))
            case _:
                run("set_at_tip", (leg.id, words == "yes"))
                if same():
                    tables.tick(table, at, place, words != "yes", "")

    table = tables.legs_table(legs, content, edited, tip_of(node))
    side_cells.let_choose(table, legs, siding.sides(state.document), siding.HIDDEN)
    rows = [leg.id for leg in legs]
    if picked.get("legs") in rows:
        table.setCurrentCell(rows.index(picked["legs"]), 0)

    def pick(at: int, *_: int) -> None:
        if 0 <= at < len(rows):
            picked["legs"] = rows[at]

    table.currentCellChanged.connect(pick)

    def current() -> int:
        return table.currentRow()

    def put(at: int, before: int) -> None:
        if 0 <= at < len(rows) and 0 <= before <= len(rows):
            order = [*rows[:before], rows[at], *rows[before:]]
            del order[at if before > at else at + 1]
            run("reorder_legs", (item, tuple(order)))

    table.moved.connect(put)

    def remove() -> None:
        at = current() if current() >= 0 else len(legs) - 1
        if legs:
            run("remove_leg", legs[at].id)

    bar = row(
        label("Legs", "heading"), 1,
        button("plus", "Add a leg", lambda: run("add_leg", None)),
        button("minus", "Remove the leg", remove),
        button("up", "Move the leg up", lambda: put(current(), current() - 1)),
        button("down", "Move the leg down", lambda: put(current(), current() + 2)),
        spacing=0,
    )  # fmt: skip
    layout.addSpacing(6)
    layout.addLayout(bar)
    layout.addWidget(table)


def sides_of(item: Id, state: State) -> tuple[str | None, ...]:
    """The sides on which the legs of a node are seen, in their order; nothing for what is no node."""
    node = state.document.content.nodes.get(item)
    if node is None:
        return ()
    seen = siding.sides(state.document)
    return tuple(seen.get(leg.id) for leg in node_legs(node))


def index_of(words: str, state: State) -> int | Id | None:
    """What was typed as an index: a number, the name of a sum's or repeat's index, or nothing."""
    if not words:
        return None
    if (number := whole(words)) is not None:
        return number
    for region in state.document.content.regions.values():
        if getattr(region, "index", None) == words:
            return region.id
    return words


def tip_of(node: object) -> frozenset[Id] | None:
    """The legs at the tip of a triangle; None for what has none."""
    return frozenset(node.tip) if isinstance(node, Tensor) and node.form in SIDED else None


def count(text: str) -> int | str:
    """A whole number where it is one; else the text, which the edit refuses in words."""
    number = whole(text.replace(" ", "").replace("_", ""))
    return text if number is None else number
