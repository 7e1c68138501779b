"""The last section of the inspector: what somebody noted of one item is typed, told where the pointer rests, and found."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Id
from tensordraw.editor import events
from tensordraw.editor.keys import COMMANDS
from tensordraw.ui.find_bar import FindBar
from tensordraw.ui.panels.entry import Lines
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import CTRL, SHIFT, content, document, entries, legs, put, undo


def notes(window: Window, qtbot: QtBot, item: Id) -> Lines:
    """The field of an item that is selected."""
    window.select(frozenset({item}))
    followed(window, qtbot)
    return shown(window)


def followed(window: Window, qtbot: QtBot) -> None:
    """Wait until the inspector shows the document as it is."""
    qtbot.waitUntil(lambda: not window.following.soon.isActive() and window.inspector.state is window.state)


def shown(window: Window) -> Lines:
    (field,) = (one for one in window.inspector.findChildren(Lines) if one.accessibleName() == "Notes")
    return field


def remarks(hands: Hands) -> dict[Id, str]:
    return document(hands).layout.remarks


def test_what_is_typed_is_noted_when_the_field_is_left_as_one_step(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="W: m=7 n=5"))
    (item,) = content(hands).nodes
    before, figure = document(hands), hands.canvas.sheet.figure
    field = notes(window, qtbot, item)
    assert field.placeholderText() == "What you want to remember about W"
    field.setFocus()
    letters = "".join(key.lower() for command in COMMANDS for key in command.keys if len(key) == 1 and key.isalnum())
    QTest.keyClicks(field, letters)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "eq. 7")
    assert document(hands) is before, "it is still being typed"
    count = entries(hands)
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    assert remarks(hands) == {item: f"{letters}\neq. 7"}
    assert entries(hands) == count + 1
    assert hands.canvas.session.state.history.undo_name == "Write a note"
    assert QApplication.focusWidget() is hands.canvas
    assert not window.evaluates(), "Ctrl+Enter is the field's"
    assert document(hands).content is before.content
    assert hands.canvas.sheet.figure is not None
    assert figure is not None
    assert hands.canvas.sheet.figure.items == figure.items, "it is not drawn"
    undo(hands)
    assert document(hands) is before
    followed(window, qtbot)
    assert shown(window).text() == "", "the field shows what holds"
    field = shown(window)
    field.setFocus()
    QTest.keyClicks(field, "later")
    hands.canvas.setFocus()
    assert remarks(hands) == {item: "later"}


def test_escape_gives_back_what_was_noted_and_an_empty_field_removes_it(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    item = put(hands, "tensor", 0, 0)
    window.run("set_remark", (item, "first"))
    field = notes(window, qtbot, item)
    before = document(hands)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "other")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "first"
    assert document(hands) is before
    assert QApplication.focusWidget() is hands.canvas
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    assert item in content(hands).nodes
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    assert remarks(hands) == {}
    assert hands.canvas.session.state.history.undo_name == "Remove a note"


def test_undo_in_the_field_is_the_documents_until_something_is_typed(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    item = put(hands, "tensor", 0, 0)
    window.run("set_remark", (item, "one"))
    window.run("set_remark", (item, "two"))
    field = notes(window, qtbot, item)
    field.setFocus()
    QTest.keyClicks(field, "x")
    hands.key(Qt.Key.Key_Z, CTRL)
    assert (field.text(), remarks(hands)) == ("two", {item: "two"}), "what was typed is taken back first"
    hands.key(Qt.Key.Key_Z, CTRL)
    assert remarks(hands) == {item: "one"}
    followed(window, qtbot)
    assert shown(window).text() == "one"
    assert shown(window).hasFocus()
    hands.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert remarks(hands) == {item: "two"}


@pytest.mark.parametrize("how", ["save", "close"])
def test_what_is_being_typed_is_taken_before_a_file_is_written_or_closed(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    item, path = put(hands, "tensor", 0, 0), tmp_path / "d.tdraw"
    assert window.files.save(hands.canvas.session, str(path))
    field = notes(window, qtbot, item)
    field.setFocus()
    QTest.keyClicks(field, "kept")
    if how == "close":
        asked: list[bool] = []
        monkeypatch.setattr(window.files, "_may_close", lambda one: asked.append(one.unsaved))
        window.close()
        assert asked == [True], "there is something to save"
        return
    QTest.keyClick(field, Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_S, CTRL)
    assert '"kept"' in path.read_text()
    followed(window, qtbot)
    assert shown(window).hasFocus(), "whoever saves goes on typing"
    QTest.keyClicks(shown(window), "!")
    assert shown(window).text() == "kep!t"


def test_one_node_wire_region_or_leg_has_the_section_and_nothing_else(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    one, other = content(hands).nodes
    (wire,) = content(hands).wires
    window.select(frozenset({one}))
    window.run("wrap_bubble", "relu")
    (region,) = content(hands).regions
    about = {
        wire: "What you want to remember about this wire",
        region: "What you want to remember about this relu",
        legs(hands, other)[1]: "What you want to remember about this leg",
    }
    for item, hint in about.items():
        field = notes(window, qtbot, item)
        assert field.placeholderText() == hint
        field.setFocus()
        QTest.keyClicks(field, f"of {item}")
        hands.canvas.setFocus()
    assert remarks(hands) == {item: f"of {item}" for item in about}
    text = put(hands, "note", 300, 300)
    for selection in ({one, other}, {text}, set()):
        window.select(frozenset(selection))
        followed(window, qtbot)
        assert "Notes" not in [field.accessibleName() for field in window.inspector.findChildren(Lines)]


def test_a_note_is_told_where_the_pointer_rests_and_in_the_outline(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="W: m=7 n=5"))
    (item,) = content(hands).nodes
    said = "<b>head 5</b> & " + "the induction head " * 8
    window.run("set_remark", (item, said))
    followed(window, qtbot)
    assert window.session is not None
    window.hovering.rest(window.session, item, window.mapToGlobal(QPoint(400, 300)))
    words = window.hovering.card.words.text().splitlines()
    assert words[0] == "W: m 7, n 5"
    assert words[1].startswith("<b>head 5</b> & the induction")
    assert " ".join(words[1:]) == said.strip()
    assert max(map(len, words)) <= 64
    window.run("set_remark", (item, "line\n" * 30))
    window.hovering.rest(window.session, item, window.mapToGlobal(QPoint(400, 300)))
    assert window.hovering.card.words.text().splitlines()[-2:] == ["line", "…"], "a long one ends"
    window.run("set_remark", (item, said))
    window.run("toggle_outline")
    qtbot.waitUntil(lambda: item in window.outline.rows)
    row = window.outline.rows[item]
    assert row.data(0, Qt.ItemDataRole.AccessibleDescriptionRole) == said.strip()
    assert "&lt;b&gt;head 5&lt;/b&gt; &amp; the" in row.toolTip(0)
    window.run("set_remark", (item, ""))
    qtbot.waitUntil(lambda: window.outline.rows[item].toolTip(0) == "")
    window.run("undo")
    qtbot.waitUntil(lambda: "head 5" in window.outline.rows[item].toolTip(0))
    qtbot.waitUntil(lambda: not window.hovering.background.busy, timeout=20_000)


def test_ux_42_an_item_is_found_by_what_is_noted_of_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    one = next(iter(content(hands).nodes))
    (wire,) = content(hands).wires
    window.run("set_remark", (wire, "the Induction circuit"))
    window.run("set_remark", (one, "induction\nhead"))
    window.run("select_none")
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_F, CTRL)
    hands.type("inductio")
    bar = hands.canvas.findChild(FindBar)
    assert bar is not None
    assert bar.count.text() == "1 of 2"
    assert hands.canvas.session.state.selection == {one}
    hands.key(Qt.Key.Key_F3)
    assert hands.canvas.session.state.selection == {wire}


def test_macros_that_are_refused_stay_marked_until_escape(window: Window, hands: Hands, qtbot: QtBot) -> None:
    put(hands, "tensor", 0, 0)
    window.run("select_none")
    followed(window, qtbot)
    (field,) = window.inspector.findChildren(Lines)
    before, tip = document(hands), field.toolTip()
    field.setFocus()
    QTest.keyClicks(field, r"\newcommand{\act}[1]{#2}")
    QTest.keyClick(field, Qt.Key.Key_Return, CTRL)
    assert document(hands) is before
    assert field.hasFocus(), "to be mended"
    assert field.property("wrong")
    assert "uses #2" in field.toolTip()
    window.run("toggle_grid")
    followed(window, qtbot)
    assert field.text().endswith("{#2}"), "what was typed is kept"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.toolTip(), field.property("wrong")) == ("", tip, False)
    assert document(hands) is before
