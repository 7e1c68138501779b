"""Dialogs keep what was typed until it is right, and say what is wrong inside themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Source
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui.dialogs import BindDialog
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.files import DOCUMENTS
from tensordraw.ui.template_dialog import TemplateDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


class Script:
    """What a person does in the dialog that opens next; a fault in it fails the test, and closes the dialog."""

    def __init__(self, act: Callable[[QDialog], None]) -> None:
        self.act, self.fault, self.ran = act, None, False
        QTimer.singleShot(30, self.run)

    def run(self) -> None:
        dialog = QApplication.activeModalWidget()
        try:
            assert isinstance(dialog, QDialog)
            self.act(dialog)
        except BaseException as fault:  # told to the test, which waits in the dialog's loop
            self.fault = fault  # type: ignore[assignment]
        if isinstance(dialog, QDialog) and dialog.isVisible():
            dialog.reject()
        self.ran = True

    def end(self) -> None:
        if self.fault is not None:
            raise self.fault
        assert self.ran


def press(dialog: QDialog, name: str) -> None:
    found = [button for button in dialog.findChildren(QPushButton) if button.accessibleName() == name]
    QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)


def put(field: QLineEdit, words: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)


def test_a_wrong_size_of_a_template_is_said_in_the_dialog(window: Window) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, TemplateDialog)
        hidden, heads = dialog.fields["hidden"], dialog.fields["heads"]
        assert isinstance(hidden, QLineEdit)
        assert isinstance(heads, QLineEdit)
        put(heads, "3")
        put(hidden, "8")
        press(dialog, "Create")
        assert dialog.isVisible()
        assert "heads" in dialog.said.text()
        assert dialog.said.isVisible()
        assert hidden.text() == "8"
        put(heads, "2")
        QTest.keyClick(heads, Qt.Key.Key_Return)
        assert not dialog.isVisible(), dialog.said.text()

    script = Script(act)
    window.files.ask_sizes("gpt2")
    script.end()
    assert window.state is not None
    assert {space.name: space.size for space in window.state.document.content.spaces.values()}["head"] == 2


@pytest.mark.parametrize(("folder", "width"), [("", "86 bananas"), ("no/such", "86mm")])
def test_what_cannot_be_exported_is_said_in_the_dialog(window: Window, tmp_path: Path, folder: str, width: str) -> None:
    window.files.new_from("matrix_product")

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        put(dialog.path, str(tmp_path / folder / "f.svg"))
        put(dialog.width_, width)
        press(dialog, "Export")
        assert dialog.isVisible()
        assert dialog.said.isVisible()
        assert dialog.said.text().endswith(".")
        assert dialog.width_.text() == width
        put(dialog.path, str(tmp_path / "f.svg"))
        put(dialog.width_, "86mm")
        press(dialog, "Export")
        assert not dialog.isVisible()

    script = Script(act)
    window.run("export")
    script.end()
    assert (tmp_path / "f.svg").exists()
    assert window.said.text() == f"Exported {tmp_path / 'f.svg'}"


@pytest.mark.parametrize("white", [True, False])
def test_a_figure_is_transparent_or_white(window: Window, tmp_path: Path, white: bool) -> None:
    window.files.new_from("matrix_product")
    path = tmp_path / "f.png"

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, ExportDialog)
        put(dialog.path, str(path))
        dialog.white.setChecked(white)
        press(dialog, "Export")

    script = Script(act)
    window.run("export")
    script.end()
    corner = QImage(str(path)).pixelColor(0, 0)
    assert (corner.alpha(), corner.lightness()) == ((255, 255) if white else (0, 0))


def test_a_square_matrix_is_transposed_by_choice(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.files.new(template("matrix_product", rows=3, inner=3, columns=4))
    assert window.state is not None
    tensor = next(iter(window.state.document.content.nodes.values()))
    np.savez(tmp_path / "a.npz", odd=np.zeros((3, 5)), square=np.zeros((3, 3)))

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, BindDialog)
        assert dialog.list.currentRow() == 1
        assert all(picker.isVisible() and picker.height() > 10 for picker in dialog.axes)
        assert dialog.order() == (0, 1)
        load = next(button for button in dialog.buttons.buttons() if button.accessibleName() == "Load")
        dialog.list.setCurrentRow(0)
        assert not load.isEnabled()
        assert dialog.said.isVisible()
        assert "5" in dialog.said.text()
        press(dialog, "Load")
        assert dialog.isVisible()
        dialog.list.setCurrentRow(1)
        dialog.axes[0].setFocus()
        QTest.keyClick(dialog.axes[0], Qt.Key.Key_Down)
        assert dialog.order() == (1, 0)  # the other leg takes the axis that became free
        assert load.isEnabled()
        assert not dialog.said.isVisible()
        press(dialog, "Load")

    script = Script(act)
    from tensordraw.ui import dialogs

    assert window.session is not None
    dialogs.bind_array(window, window.session, tensor.id, str(tmp_path / "a.npz"))
    script.end()
    (source,) = window.session.state.document.content.sources.values()
    assert source == Source(str(tmp_path / "a.npz"), "square", (1, 0))


def test_dialogs_start_in_the_documents_folder_else_the_one_used_last(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    asked: list[tuple[str, str]] = []

    def ask(parent: object, title: str, start: str, kinds: str) -> tuple[list[str], str]:
        asked.append((start, kinds))
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", ask)
    monkeypatch.chdir(tmp_path)
    window.run("open")
    assert asked == [(str(tmp_path), DOCUMENTS)]
    assert DOCUMENTS.split(";;")[0].endswith("(*.tdraw *.svg *.pdf *.png *.eps *.tex *.py)")
    (tmp_path / "used").mkdir()
    window.files.used(str(tmp_path / "used" / "f.svg"))
    window.run("open")
    assert asked[-1][0] == str(tmp_path / "used")
    (tmp_path / "home").mkdir()
    window.send(events.Insert("tensor", 0.0, 0.0))
    assert window.session is not None
    assert window.files.save(window.session, str(tmp_path / "home" / "d.tdraw"))
    window.files.used(str(tmp_path / "used" / "f.svg"))
    window.run("open")
    assert asked[-1][0] == str(tmp_path / "home")
    starts: list[str] = []
    script = Script(lambda dialog: starts.append(dialog.path.text()))  # type: ignore[attr-defined]
    window.run("export")
    script.end()
    assert starts == [str(tmp_path / "home" / "d.svg")]
