"""Rows 34 to 36 of the editor's behaviour: labels are edited in place, seen while they are typed, and take every letter."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram import file
from tensordraw.diagram.records import Tensor
from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.figure.display import Figure
from tensordraw.figure.paths import bounds
from tensordraw.ui.label_field import LabelField
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def field(hands: Hands) -> LabelField:
    """The label field that is open."""
    return next(one for one in hands.canvas.findChildren(LabelField) if one.isVisible())


def tensor(hands: Hands) -> Tensor:
    node = next(iter(hands.canvas.session.state.document.content.nodes.values()))
    assert isinstance(node, Tensor)
    return node


def test_ux_34_enter_f2_and_double_click_edit_in_place_enter_commits_and_escape_restores(hands: Hands) -> None:
    hands.window.send(events.Insert("tensor", 0, 0))
    hands.key(Qt.Key.Key_Return)
    hands.type("W_Q")
    hands.key(Qt.Key.Key_Return)
    assert tensor(hands).name == "W_Q"
    assert QApplication.focusWidget() is hands.canvas
    hands.key(Qt.Key.Key_F2)
    hands.type("nothing of this")
    hands.key(Qt.Key.Key_Escape)
    assert tensor(hands).name == "W_Q"
    place = hands.canvas.session.state.document.layout.places[tensor(hands).id]
    hands.double_click(place.x, place.y)
    assert field(hands).field.text() == "W_Q"
    x, y = hands.canvas.view.to_screen(place.x, place.y)
    assert field(hands).geometry().adjusted(-30, -30, 30, 30).contains(round(x), round(y)), "on the canvas, at the item"
    hands.type("W_K")
    hands.key(Qt.Key.Key_Return)
    assert tensor(hands).name == "W_K"


def test_ux_34_tab_commits_and_goes_on_to_the_next_without_a_label(hands: Hands) -> None:
    hands.window.send(events.Insert("tensor", 0, 0))
    hands.key(Qt.Key.Key_Return)
    for words in ("A", "i", "j"):
        hands.type(words)
        hands.key(Qt.Key.Key_Tab)
    assert tensor(hands).name == "A"
    assert [leg.label for leg in tensor(hands).legs] == ["i", "j"]
    assert not [one for one in hands.canvas.findChildren(LabelField) if one.isVisible()]
    assert "Every leg and wire has a label" in hands.window.said.text()


@pytest.mark.parametrize("how", ["save", "close the tab", "close the window"])
def test_ux_34_a_label_that_is_being_typed_is_taken_before_a_file_is_written_or_closed(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    session = hands.canvas.session
    path = tmp_path / "d.tdraw"
    assert window.files.save(session, str(path))
    hands.key(Qt.Key.Key_Return)
    hands.type("Kept")
    if how == "save":
        hands.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        assert '"Kept"' in path.read_text()
        assert not session.unsaved
        return
    asked: list[bool] = []
    monkeypatch.setattr(window.files, "_may_close", lambda one: asked.append(one.unsaved))
    if how == "close the tab":
        window.files.close_tab(0)
    else:
        window.close()
    assert asked == [True], "there is something to save"
    assert tensor(hands).name == "Kept"


def test_ux_35_the_mathematics_is_seen_while_typing_and_what_is_unknown_is_red(hands: Hands, qtbot: QtBot) -> None:
    hands.window.send(events.Insert("tensor", 0, 0))
    figure = hands.canvas.sheet.figure
    hands.key(Qt.Key.Key_Return)
    hands.type(r"\hat{W}_1")
    qtbot.waitUntil(lambda: bool(field(hands).preview.path), timeout=5000)
    qtbot.wait(60)
    good = field(hands).preview.path
    hands.type("2")
    qtbot.waitUntil(lambda: field(hands).preview.path != good, timeout=100)  # within 100 ms, once the fonts are loaded
    good = field(hands).preview.path
    hands.type(r"\nonsense")
    qtbot.waitUntil(lambda: field(hands).fault.isVisible(), timeout=2000)
    assert r"\nonsense" in field(hands).fault.text()
    red = field(hands).fault.palette().windowText().color()
    assert red == QColor(hands.window.colours.error)
    assert field(hands).preview.path == good
    assert hands.canvas.sheet.figure is figure, "the canvas keeps what it showed"
    hands.key(Qt.Key.Key_Escape)


def test_ux_36_letters_of_shortcuts_can_be_typed_into_every_field(window: Window, hands: Hands, qtbot: QtBot) -> None:
    letters = "".join(key.lower() for command in COMMANDS for key in command.keys if len(key) == 1 and key.isalnum())
    assert {"b", "r", "t", "w", "g", "1"} <= set(letters)
    window.send(events.Insert("isometry", 0, 0))
    qtbot.wait(60)
    hands.key(Qt.Key.Key_Return)
    hands.type(letters)
    assert field(hands).field.text() == letters
    hands.key(Qt.Key.Key_Escape)
    before = hands.canvas.session.state.document
    fields = [one for one in window.findChildren(QLineEdit) if one.isVisible() and not one.isReadOnly()]
    assert len(fields) >= 2
    for one in fields:
        one.setFocus()
        one.clear()
        QTest.keyClicks(one, letters)
        if one.validator() is None and not one.inputMask():
            assert one.text() == letters, one.accessibleName()
        assert hands.canvas.session.state.document is before
        one.clear()
        one.setModified(False)
    window.run("find")
    hands.type(letters)
    assert hands.canvas.session.state.document is before
    hands.key(Qt.Key.Key_Escape)
    hands.double_click(200, 120)
    hands.type(letters)
    assert hands.canvas.session.state.document is before
    hands.key(Qt.Key.Key_Escape)


def label_box(hands: Hands, wire: str) -> tuple[float, float, float, float]:
    """Where the label of a wire is."""
    figure = hands.canvas.sheet.figure
    assert figure is not None
    (path,) = [s.path for item in figure.items if item.owner == wire for s in item.shapes if s.role == "label"]
    return bounds(path)


def test_ux_37_the_label_of_a_wire_is_dragged_and_keeps_its_relative_place(hands: Hands) -> None:
    hands.window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    hands.window.run("select_none")
    session = hands.canvas.session
    (wire,) = session.state.document.content.wires
    left, top, right, bottom = label_box(hands, wire)
    x, y = (left + right) / 2, (top + bottom) / 2
    hands.drag((x, y), (x + 12, y + 21))
    moved = label_box(hands, wire)
    assert (moved[0] - left, moved[1] - top) == pytest.approx((12, 21), abs=0.1)
    assert session.state.history.undo_name == "Move label"
    before = session.state.document.layout
    wire_at = {
        end: hands.canvas.sheet.figure.anchors[end].tip for end in session.state.document.content.wires[wire].ends
    }  # type: ignore[union-attr]
    hands.window.run("select_all")
    hands.canvas.setFocus()
    for _ in range(4):
        hands.key(Qt.Key.Key_Down)
    shift = next(
        hands.canvas.sheet.figure.anchors[end].tip[1] - at[1]
        for end, at in wire_at.items()  # type: ignore[union-attr]
    )
    assert shift > 0
    assert label_box(hands, wire)[1] - moved[1] == pytest.approx(shift, abs=0.1)
    assert session.state.document.layout.labels == before.labels
    at = label_box(hands, wire)
    x, y = (at[0] + at[2]) / 2, (at[1] + at[3]) / 2
    hands.drag((x, y), (x - 12, y - 21))
    assert wire not in session.state.document.layout.labels, "near its natural place it goes back to it"
    hands.double_click(x - 12, y - 21)
    hands.type("bond")
    hands.key(Qt.Key.Key_Return)
    assert session.state.document.content.wires[wire].label == "bond"


def test_ux_38_macros_of_the_document_hold_on_the_canvas_while_typing_and_in_tikz(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.run("select_none")
    qtbot.wait(60)
    lines = next(one for one in window.inspector.findChildren(QPlainTextEdit) if one.isVisible())
    assert lines.accessibleName() == "Macros of labels"
    lines.setFocus()
    QTest.keyClicks(lines, r"\newcommand{\act}[1]{\mathbf{a}_{#1}}")
    hands.canvas.setFocus()
    assert hands.canvas.session.state.document.custom.macros.startswith(r"\newcommand")
    item = tensor(hands).id
    window.select(frozenset({item}))
    hands.key(Qt.Key.Key_Return)
    hands.type(r"\act{7}")
    qtbot.waitUntil(lambda: bool(field(hands).preview.path), timeout=5000)
    qtbot.wait(80)
    assert not field(hands).fault.isVisible()
    hands.key(Qt.Key.Key_Return)
    document = hands.canvas.session.state.document
    assert tensor(hands).name == r"\act{7}", "what is kept is what was typed"
    figure = hands.canvas.sheet.figure
    assert figure is not None

    def words(figure: Figure) -> set[str]:
        shapes = [s for one in figure.items if one.owner == item for s in one.shapes if s.words is not None]
        return {s.words.latex for s in shapes if s.words is not None}

    assert words(figure) == {r"\mathbf{a}_{7}"}
    tikz = td.tikz(document)
    assert r"\providecommand{\act}[1]{\mathbf{a}_{#1}}" in tikz
    assert r"$\mathbf{a}_{7}$" in tikz
    assert file.decode(file.encode(document)) == document
    window.run("set_macros", r"\newcommand{\act}[1]{\mathsf{A}_{#1}}")
    assert hands.canvas.sheet.figure is not None
    assert words(hands.canvas.sheet.figure) == {r"\mathsf{A}_{7}"}
    before = hands.canvas.session.state.document
    window.run("set_macros", r"\newcommand{\act}[1]{\mathsf{A}_{#2}}")
    assert hands.canvas.session.state.document is before
    assert "Line 1 of the macros uses #2" in window.said.text()
