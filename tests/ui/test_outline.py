"""The outline mends its rows after an edit: to what making the tree anew gives, and without doing that."""

from __future__ import annotations

import random

import pytest
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from tensordraw.diagram import edits
from tensordraw.diagram.records import Diagram
from tensordraw.editor.events import Committed, Event, Insert, Run, Select
from tensordraw.editor.state import items_of, open_state
from tensordraw.editor.update import update
from tensordraw.templates import template
from tensordraw.ui.panels.outline import ITEM, OutlinePanel
from tests.figure import samples

Read = list[tuple[str, str, "Read"]]


def read(row: QTreeWidgetItem) -> Read:
    """The rows in a row: item, words, and the rows in it."""
    inner = (row.child(k) for k in range(row.childCount()))
    return [(one.data(0, ITEM), one.text(0), read(one)) for one in inner]


def shown(panel: OutlinePanel) -> Read:
    return read(panel.tree.invisibleRootItem())


@pytest.mark.parametrize("name", ["attention", "gpt2", "lattice"])
def test_rows_after_random_edits_are_those_of_a_new_tree(name: str, qtbot: QtBot) -> None:
    draw = random.Random(name)
    panel, fresh = OutlinePanel(), OutlinePanel()
    for one in (panel, fresh):
        qtbot.addWidget(one)
        one.show()
    state = open_state(samples.lattice(16, labels=True) if name == "lattice" else template(name))
    for _ in range(40):
        items = sorted(items_of(state.document))
        chosen: list[Event] = draw.choice((
            [Insert(draw.choice(("tensor", "dot", "add")), 10.0, 10.0)],
            [Select(frozenset(draw.sample(items, min(2, len(items))))), Run(draw.choice(("delete", "duplicate", "wrap_bubble")))],
            [Committed(draw.choice(items or [""]), draw.choice(("W", "a b", "V_1")))],
            [Run(draw.choice(("undo", "redo")))],
        ))  # fmt: skip
        for event in chosen:
            state, _ = update(state, event)
        document = state.document
        panel.show_content(document.content, frozenset(), document.layout.notes)
        fresh.content = None
        fresh.show_content(document.content, frozenset(), document.layout.notes)
        assert shown(panel) == shown(fresh)
        assert panel.rows.keys() == fresh.rows.keys()


def test_rows_that_read_the_same_stay(qtbot: QtBot) -> None:
    panel = OutlinePanel()
    qtbot.addWidget(panel)
    panel.show()
    diagram: Diagram = samples.lattice(36)
    panel.show_content(diagram.content, frozenset())
    first, *_, last = diagram.content.nodes
    row = panel.rows[first]
    row.setExpanded(True)
    panel.show_content(edits.remove(diagram, [last]).content, frozenset())
    assert last not in panel.rows
    assert panel.rows[first] is row
    assert row.isExpanded()
    panel.show_content(diagram.content, frozenset())
    assert panel.rows[first] is row
    assert panel.tree.invisibleRootItem().child(35).data(0, ITEM) == last
