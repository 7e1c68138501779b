"""Rows 50, 51 and 64 of the editor's behaviour: recovery, closing, recent files, the first start and the tour."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from tensordraw.diagram import file
from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.templates import template
from tensordraw.ui import recovery, settings
from tensordraw.ui.panels.palette import Tile
from tensordraw.ui.recovery_dialog import RecoveryDialog
from tensordraw.ui.tour import STOPS, Tour
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier
GONE = 2**22 + 12345  # no process has this number


def crash() -> None:
    """Make the copies that there are those of a process that is gone."""
    for about in recovery.folder().glob("*.json"):
        about.write_text(json.dumps({**json.loads(about.read_text()), "process": GONE}))


def test_ux_50_a_copy_is_written_within_two_seconds_and_offered_with_picture_and_age(
    window: Window, hands: Hands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.key(Qt.Key.Key_1)
    hands.key(Qt.Key.Key_1)
    session = window.session
    assert session is not None
    document = session.state.document
    assert len(document.content.nodes) == 2
    assert "recovery" not in window.saved.text()
    qtbot.waitUntil(lambda: bool(list(recovery.folder().glob("*.tdraw"))), timeout=2000)
    qtbot.waitUntil(lambda: "recovery copy" in window.saved.text(), timeout=1000)
    window.files.offer_recovery()  # this process lives: nothing is offered
    assert recovery.left_behind() == []
    crash()
    seen: list[str] = []

    def look(dialog: RecoveryDialog) -> int:
        qtbot.waitUntil(lambda: not dialog.thumbnails.background.busy, timeout=20_000)
        row = dialog.list.item(0)
        seen.append(row.text())
        picture = row.icon().pixmap(132, 92).toImage()
        inks = {picture.pixelColor(x, y).alpha() for x in range(0, 132, 2) for y in range(0, 92, 2)}
        assert len(inks) > 2, "a thumbnail of the drawing"
        QTest.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
        return dialog.result()

    monkeypatch.setattr(RecoveryDialog, "exec", look)
    window.files.offer_recovery()
    assert "Untitled" in seen[0]
    assert "a moment ago" in seen[0]
    assert window.session is not session
    assert window.session is not None
    assert file.encode(window.session.state.document) == file.encode(document)
    assert window.session.unsaved
    assert recovery.left_behind() == []


def test_ux_50_what_is_put_off_is_offered_again(
    window: Window, hands: Hands, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.key(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(list(recovery.folder().glob("*.tdraw"))), timeout=2000)
    crash()

    def press(which: str):  # type: ignore[no-untyped-def]
        def act(dialog: RecoveryDialog) -> int:
            qtbot.waitUntil(lambda: not dialog.thumbnails.background.busy, timeout=20_000)
            QTest.mouseClick(getattr(dialog, which), Qt.MouseButton.LeftButton)
            return dialog.result()

        return act

    monkeypatch.setattr(RecoveryDialog, "exec", press("later_button"))
    window.run("recover")
    assert len(recovery.left_behind()) == 1
    window.run("templates")
    assert window.start_page is not None
    qtbot.waitUntil(lambda: window.start_page.recover_button.isVisible(), timeout=5000)
    monkeypatch.setattr(RecoveryDialog, "exec", press("discard_button"))
    QTest.mouseClick(window.start_page.recover_button, Qt.MouseButton.LeftButton)
    assert recovery.left_behind() == []
    window.run("recover")
    assert "nothing to recover" in window.said.text()


def test_ux_50_a_second_running_instance_never_triggers_the_offer(window: Window, hands: Hands, qtbot: QtBot) -> None:
    hands.key(Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(list(recovery.folder().glob("*.tdraw"))), timeout=2000)
    (about,) = recovery.folder().glob("*.json")
    about.write_text(json.dumps({**json.loads(about.read_text()), "process": os.getppid()}))
    assert recovery.left_behind() == []


def test_ux_51_closing_asks_for_each_document(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: list[QMessageBox.StandardButton] = []

    def choose(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "exec", choose)
    hands.key(Qt.Key.Key_1)
    hands.key(Qt.Key.Key_N, CTRL)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_1)
    answers += [QMessageBox.StandardButton.Discard, QMessageBox.StandardButton.Cancel]
    assert not window.files.close_all()
    assert [words.rstrip("?").rpartition(" to ")[2] for words in asked] == ["Untitled", "Untitled 2"]
    assert len(window.sessions()) == 2
    answers += [QMessageBox.StandardButton.Discard]
    hands.key(Qt.Key.Key_W, CTRL)
    assert len(window.sessions()) == 1
    answers += [QMessageBox.StandardButton.Save]
    path = tmp_path / "kept.tdraw"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_W, CTRL)
    assert len(file.load(path).content.nodes) == 1
    assert window.sessions() == []


def test_ux_51_twelve_recent_files_have_pictures_and_missing_ones_are_dropped(
    window: Window, qtbot: QtBot, tmp_path: Path
) -> None:
    drawn = template("matrix_product")
    for number in range(14):
        path = tmp_path / f"d{number}.tdraw"
        file.save(drawn, path)
        settings.remember(str(path))
    (tmp_path / "d13.tdraw").unlink()
    (tmp_path / "d12.tdraw").write_text("{")  # damaged: it keeps its icon, and opening it says why
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) > 2, timeout=10_000)  # the page has filled itself
    page.show_recent(settings.recent())
    assert [Path(path).stem for path in page.files] == [f"d{number}" for number in range(12, 0, -1)]
    first, second = list(page.files.values())[:2]
    qtbot.waitUntil(lambda: all(not one.picture.isNull() for one in list(page.files.values())[1:]), timeout=30_000)
    assert first.picture.isNull()
    assert page.grab().toImage().width() > 0
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert window.session is not None
    assert window.session.name == "d11.tdraw"


def test_ux_64_the_first_start_has_pictures_a_palette_hint_and_a_tour_that_is_not_forced(
    window: Window, qtbot: QtBot
) -> None:
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) > 7, timeout=20_000)
    assert {"", "matrix_product", "svd", "mps", "residual_stream", "gpt2", "attention", "copy_delta"} <= {
        card.name for card in page.cards
    }
    assert any("Ctrl+Shift+P" in one.text() for one in page.findChildren(type(page.recent_title)))
    assert not page.recent_title.isVisible()
    assert window.findChildren(Tour) == []
    page._todo.clear()
    QTest.mouseClick(page.tour_button, Qt.MouseButton.LeftButton)
    (tour,) = window.findChildren(Tour)
    titles = []
    for _ in STOPS:
        assert tour.isVisible()
        assert tour.frame.isVisible()
        assert window.rect().contains(tour.geometry())
        titles.append(tour.title.text())
        QTest.keyClick(tour.on, Qt.Key.Key_Space)
    assert [title[0] for title in titles] == list("123456")
    assert not tour.isVisible()
    assert window.canvas is not None, "there is a drawing to try it on"
    QApplication.sendPostedEvents(None, 52)
    window.run("tour")
    again = next(one for one in window.findChildren(Tour) if one.isVisible())
    QTest.keyClick(again.on, Qt.Key.Key_Space)
    QTest.keyClick(again, Qt.Key.Key_Escape)
    assert not again.isVisible()


def test_ux_64_every_button_of_a_command_tells_its_keys(window: Window, hands: Hands) -> None:
    titles = {command.title.rstrip("…"): command.keys for command in COMMANDS if command.keys and not command.hidden}
    checked = 0
    for button in window.findChildren(QAbstractButton):
        keys = titles.get(button.accessibleName().rstrip("…"))
        made_by_qt = button.objectName().startswith("qt_")
        if keys and not made_by_qt and not isinstance(button, Tile):  # a tile is called as its kind is
            checked += 1
            assert any(key in button.toolTip() for key in keys), button.accessibleName()
    assert checked >= 14


def test_a_dialog_of_recovery_opens_only_what_is_ticked(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        path = tmp_path / f"{name}.tdraw"
        file.save(template("svd"), path)
        made.append(recovery.Copy(path, "", name, 400.0))
    dialog = RecoveryDialog(window, window.colours, made)
    qtbot.addWidget(dialog)
    assert "7 minutes ago" in dialog.list.item(0).text()
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert [one.name for one in dialog.chosen] == ["b"]
    dialog.list.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.open_button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.thumbnails.background.busy, timeout=20_000)
    dialog.reject()
    assert dialog.later
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_an_unsaved_document_keeps_its_copy_until_it_is_saved(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    qtbot.waitUntil(lambda: bool(list(recovery.folder().glob("*.tdraw"))), timeout=2000)
    assert window.session is not None
    assert window.files.save(window.session, str(tmp_path / "x.tdraw"))
    assert list(recovery.folder().glob("*")) == []
