"""Lists that say what is meant: functions of bubbles, legs along which they run, kinds around the selection, remedies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Bubble
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui import recovery
from tensordraw.ui.panels.fields import Choice
from tensordraw.ui.popups import FilterList
from tensordraw.ui.recovery_dialog import RecoveryDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import content, document, entries


def typed(window: Window, text: str, x: float = 0.0) -> None:
    window.send(events.Insert("", x, 0.0, text=text))


def test_b_and_escape_leave_the_drawing_as_it_was(window: Window, hands: Hands) -> None:
    typed(window, "W: a=3 b=4")
    before, count = document(hands), entries(hands)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_B)
    assert isinstance(window.performer.floating, FilterList)
    hands.key(Qt.Key.Key_Escape)
    assert document(hands) is before
    assert hands.canvas.hasFocus()
    hands.key(Qt.Key.Key_B)
    hands.type("softm")
    hands.key(Qt.Key.Key_Return)
    (bubble,) = content(hands).regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.function == "softmax"
    assert entries(hands) == count + 1


def test_what_is_no_expression_is_said_while_typing_and_stays(window: Window, hands: Hands) -> None:
    typed(window, "W: head_size=3 b=4")
    before = document(hands)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_B)
    popup = window.performer.floating
    assert isinstance(popup, FilterList)
    hands.type("x/sqrt(head_size)")
    assert "head_size" in popup.told.text()
    assert "constant" in popup.told.text(), "it says what to draw instead"
    hands.key(Qt.Key.Key_Return)
    assert popup.isVisible()
    assert document(hands) is before
    popup.field.clear()
    hands.type("x/sqrt(3)")
    hands.key(Qt.Key.Key_Return)
    (bubble,) = content(hands).regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.expression == "x/sqrt(3)"


def test_legs_along_which_a_bubble_runs_are_told_apart_and_shown(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "x: i=2 i i")
    window.run("wrap_bubble", "softmax")
    qtbot.waitUntil(lambda: any(one.accessibleName() == "Along" for one in window.inspector.findChildren(Choice)))
    along = next(one for one in window.inspector.findChildren(Choice) if one.accessibleName() == "Along")
    words = [along.itemText(at) for at in range(along.count())]
    assert len(words) == len(set(words)) == 3
    assert words[0].endswith("axis 1")
    along.showPopup()
    QTest.keyClick(along.view(), Qt.Key.Key_Home)
    along.highlighted.emit(1)
    assert hands.canvas.glow == frozenset({along.itemData(1)})
    along.hidePopup()
    assert not hands.canvas.glow


def test_a_bubble_picked_from_the_list_goes_around_the_selection(window: Window, hands: Hands) -> None:
    typed(window, "W: a=3 b=4")
    typed(window, "x: b", 100.0)
    window.select(frozenset(content(hands).nodes))
    hands.canvas.setFocus()
    window.run("quick_insert")
    hands.type("softmax")
    hands.key(Qt.Key.Key_Return)
    (region,) = content(hands).regions
    assert {node.inside for node in content(hands).nodes.values()} == {region}
    assert len(content(hands).nodes) == 2


def test_a_problem_with_two_remedies_has_two_buttons(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "x: query=6 hidden=8")
    typed(window, "x: key=6 hidden", 100.0)
    window.docks["problems"].raise_()
    qtbot.waitUntil(lambda: len(window.problems.findChildren(QPushButton)) == 2)
    share = next(one for one in window.problems.findChildren(QPushButton) if one.text() == "Give both the same spaces")
    QTest.mouseClick(share, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.problems.problems)
    assert {space.name for space in content(hands).spaces.values()} == {"query", "hidden"}
    assert hands.canvas.hasFocus()


def test_a_dot_on_a_wire_has_a_button_that_attaches_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "a: hidden=8")
    typed(window, "b: hidden", 200.0)
    window.select(frozenset(content(hands).nodes))
    ends = [node.legs[0].id for node in content(hands).nodes.values()]  # type: ignore[union-attr]
    figure = hands.canvas.sheet.figure
    assert figure is not None
    qtbot.waitUntil(lambda: set(ends) <= set(hands.canvas.sheet.figure.anchors))  # type: ignore[union-attr]
    anchors = hands.canvas.sheet.figure.anchors  # type: ignore[union-attr]
    hands.drag(anchors[ends[0]].tip, anchors[ends[1]].tip)
    assert len(content(hands).wires) == 1
    window.send(events.Insert("dot", 100.0, 0.0, modifiers=frozenset({"Ctrl"})))
    window.docks["problems"].raise_()
    qtbot.waitUntil(lambda: any(one.text() == "Attach it" for one in window.problems.findChildren(QPushButton)))
    button = next(one for one in window.problems.findChildren(QPushButton) if one.text() == "Attach it")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(content(hands).wires) == 2


def test_templates_and_figures_are_found_in_the_command_palette(window: Window, hands: Hands) -> None:
    window.run("command_palette")
    popup = window.performer.floating
    assert isinstance(popup, FilterList)
    hands.type("gpt-2")
    rows = [popup.list.item(at).text() for at in range(popup.list.count())]
    assert "New from template: GPT-2" in rows
    popup.field.clear()
    hands.type("mera")
    popup.list.setCurrentRow(0)
    assert popup.list.item(0).text() == "New from the gallery: mera"
    count = len(window.sessions())
    hands.key(Qt.Key.Key_Return)
    assert len(window.sessions()) == count + 1
    assert len(content(hands).nodes) > 3


def test_several_unsaved_documents_are_discarded_or_saved_at_once(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[list[str]] = []
    answers = [QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.NoToAll]

    def choose(box: QMessageBox) -> QMessageBox.StandardButton:
        offered.append([one.text().replace("&", "") for one in box.buttons()])
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "exec", choose)
    for _ in range(4):
        typed(window, "W: a=3 b=4")
        window.files.new()
    assert sum(session.unsaved for session in window.sessions()) == 4
    assert window.files.close_all()
    assert len(offered) == 2, "the second answer was for all that were left"
    assert all({"Save all", "Discard all"} <= set(words) for words in offered)
    answers.append(QMessageBox.StandardButton.Cancel)
    window.tabs.setCurrentIndex(0)
    assert window.session is not None
    assert not window.files.close(window.session)
    assert "Discard all" not in offered[-1]


def test_recovered_documents_come_in_their_order_and_are_saved_by_their_names(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number, name in ((1, "first"), (2, "second"), (10, "last")):
        recovery.write(str(number), template("matrix_product"), "", name)
    for about in (tmp_path / "recovery").glob("*.json"):
        words = json.loads(about.read_text())
        stem = f"999999999-{about.stem.partition('-')[2]}"
        about.with_suffix(".tdraw").rename(about.with_name(f"{stem}.tdraw"))
        about.unlink()
        about.with_name(f"{stem}.json").write_text(json.dumps({**words, "process": 999_999_999}))
    accepted = QDialog.DialogCode.Accepted

    def open_all(dialog: RecoveryDialog) -> int:
        dialog.accept()
        return int(accepted)

    monkeypatch.setattr(RecoveryDialog, "exec", open_all)
    window.files.offer_recovery()
    names = [session.name for session in window.sessions()][-3:]
    assert names == ["first (recovered)", "second (recovered)", "last (recovered)"]
    started: list[str] = []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (started.append(a[2]), ("", ""))[1])
    window.files.ask_save(window.sessions()[-1])
    assert Path(started[0]).name == "last.tdraw"


def test_a_leg_is_written_with_its_label_and_its_space(window: Window, hands: Hands) -> None:
    typed(window, "x: query=6 hidden=8")
    typed(window, "x: key:query hidden", 100.0)
    node = list(content(hands).nodes.values())[-1]
    spaces = content(hands).spaces
    assert [(leg.label, spaces[leg.space].name) for leg in node.legs] == [("key", "query"), ("", "hidden")]  # type: ignore[union-attr]
    assert not problems(content(hands))
