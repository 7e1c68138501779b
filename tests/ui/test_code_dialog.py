"""New from code: the drawing follows the text, faults are marked at their line, files of code are dropped and opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Tensor
from tensordraw.editor import grasp
from tensordraw.ui import code_dialog, look
from tensordraw.ui.code_dialog import CodeDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


@pytest.fixture
def dialog(qtbot: QtBot, qapp: QApplication) -> CodeDialog:
    made = CodeDialog(None, look.LIGHT)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def settled(dialog: CodeDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.background.busy, timeout=20_000)


def test_the_drawing_follows_the_text(dialog: CodeDialog, qtbot: QtBot) -> None:
    settled(dialog, qtbot)
    assert not dialog.button.isEnabled()
    dialog.text.setFocus()
    QTest.keyClicks(dialog.text, "ij,jk->ik")
    settled(dialog, qtbot)
    assert dialog.button.isEnabled()
    assert dialog.preview.figure is not None
    assert dialog.said.text() == ""
    QTest.keyClicks(dialog.sizes, "i=7")
    settled(dialog, qtbot)
    dialog.accept()
    assert dialog.diagram is not None
    assert {space.name: space.size for space in dialog.diagram.content.spaces.values()}["i"] == 7


def test_the_line_that_is_not_understood_is_marked_and_the_rest_can_be_taken(dialog: CodeDialog, qtbot: QtBot) -> None:
    dialog.text.setPlainText("y = A @ B\nz = mystery(y)\n")
    settled(dialog, qtbot)
    assert "line 2" in dialog.said.text()
    (mark,) = dialog.text.extraSelections()
    assert mark.cursor.blockNumber() == 1
    assert dialog.button.text() == "Open what was read"
    dialog.accept()
    assert dialog.diagram is not None
    nodes = dialog.diagram.content.nodes.values()
    assert {node.name for node in nodes if isinstance(node, Tensor)} == {"A", "B"}


def test_the_last_drawing_stays_faint_while_the_text_cannot_be_read(dialog: CodeDialog, qtbot: QtBot) -> None:
    dialog.text.setPlainText("y = A @ B\n")
    settled(dialog, qtbot)
    figure = dialog.preview.figure
    assert figure is not None
    clear = dialog.preview.grab().toImage()
    for wrong in ("y = A @ B\ny = (\n", "def f(:\n", "hello there!"):
        dialog.text.setPlainText(wrong)
        settled(dialog, qtbot)
        assert dialog.said.text()
        assert dialog.preview.stale
        assert dialog.preview.figure is figure
        assert dialog.preview.grab().toImage() != clear
    dialog.text.setPlainText("y = A @ B\n")
    settled(dialog, qtbot)
    assert not dialog.preview.stale
    assert dialog.preview.grab().toImage() == clear
    dialog.text.setPlainText("")
    settled(dialog, qtbot)
    assert dialog.preview.figure is None


def test_what_cannot_be_read_cannot_be_taken(dialog: CodeDialog, qtbot: QtBot) -> None:
    dialog.text.setPlainText("def f(:\n")
    settled(dialog, qtbot)
    assert "line 1" in dialog.said.text()
    assert not dialog.button.isEnabled()
    dialog.accept()
    assert dialog.diagram is None
    assert dialog.isVisible()


def test_keys_alone(dialog: CodeDialog, qtbot: QtBot) -> None:
    assert dialog.focusWidget() is dialog.text
    QTest.keyClicks(dialog.text, "def f(x):")
    QTest.keyClick(dialog.text, Qt.Key.Key_Return)
    QTest.keyClick(dialog.text, Qt.Key.Key_Tab)
    QTest.keyClicks(dialog.text, "return x @ W")
    assert dialog.text.toPlainText() == "def f(x):\n    return x @ W"
    settled(dialog, qtbot)
    QTest.keyClick(dialog.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.diagram is not None


def test_shapes_decide_what_a_name_is(dialog: CodeDialog, qtbot: QtBot) -> None:
    dialog.text.setPlainText("import torch\nscores = x @ x.T\ntorch.softmax(scores, dim=-1) @ x\n")
    dialog.sizes.setText("x=(5, 3)")
    settled(dialog, qtbot)
    assert dialog.said.text() == ""
    dialog.accept()
    assert dialog.diagram is not None
    assert {space.size for space in dialog.diagram.content.spaces.values()} == {5, 3}


def drop(window: Window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at, buttons = QPointF(500, 300), Qt.MouseButton.LeftButton
    none, copy = Qt.KeyboardModifier.NoModifier, Qt.DropAction.CopyAction
    target = window.canvas or window
    QApplication.sendEvent(target, QDragEnterEvent(at.toPoint(), copy, data, buttons, none))
    QApplication.sendEvent(target, QDropEvent(at, copy, data, buttons, none))


def test_a_file_of_code_is_dropped_on_the_start_page_and_on_the_canvas(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "product.py"
    path.write_text("def forward(A, B):\n    return A @ B\n")
    for number in (1, 2):
        drop(window, path)
        assert len(window.sessions()) == number
        assert window.session is not None
        assert window.session.name == "product"
        assert len(window.session.state.document.content.nodes) == 2
        assert window.session.state.path == ""


def test_a_file_that_stops_is_shown(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "half.py"
    path.write_text("y = A @ B\nz = mystery(y)\n")
    shown: list[str] = []

    def take(self: CodeDialog) -> int:
        shown.append(self.text.toPlainText())
        self.seen = code_dialog.see(self.text.toPlainText(), "")
        self.accept()
        return 1

    monkeypatch.setattr(CodeDialog, "exec", take)
    window.files.open(str(path))
    assert shown == [path.read_text()]
    assert len(window.sessions()) == 1
    path.write_bytes(b"\xff\xfe\x00")
    window.files.open(str(path))
    assert "no text" in window.said.text()


def test_code_on_the_clipboard_is_pasted_by_ctrl_v(window: Window, hands: Hands, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("C = A @ B\nC + D")
    hands.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.state is not None
    assert len(window.state.document.content.nodes) >= 3
    assert window.state.selection
    window.run("undo")
    assert window.state.document.content.nodes == {}


def test_code_that_stops_is_shown_before_it_is_pasted(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def take(self: CodeDialog) -> int:
        asked.append(self.windowTitle())
        self.seen = code_dialog.see(self.text.toPlainText(), "")
        self.accept()
        return 1

    monkeypatch.setattr(CodeDialog, "exec", take)
    QGuiApplication.clipboard().setText("y = A @ B\nz = mystery(y)")
    hands.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert asked == ["Paste code"]
    assert window.state is not None
    assert window.state.selection
    window.run("undo")
    assert window.state.document.content.nodes == {}


def test_what_was_pasted_is_seen_with_its_legs(window: Window, hands: Hands) -> None:
    QGuiApplication.clipboard().setText("ij,jk->ik")
    hands.mouse(QEvent.Type.MouseMove, *hands.canvas.view.to_layout(2, 2), Qt.KeyboardModifier.NoModifier)
    hands.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.state is not None
    anchors = grasp.figure_of(window.state.document).anchors
    assert len(anchors) == 4
    for anchor in anchors.values():
        at = hands.pixel(*anchor.tip)
        assert hands.canvas.rect().contains(at)
