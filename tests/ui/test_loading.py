"""A person drops a model's folder, or chooses it: the open template is filled, or the model opens; real drops and keys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from safetensors.numpy import save_file

import tensordraw as td
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui import settings
from tensordraw.ui.template_dialog import TemplateDialog
from tensordraw.ui.weights_dialog import WeightsDialog
from tensordraw.ui.window import Window
from tests.templates.folders import gpt2_folder
from tests.ui.models import drop, loaded

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return gpt2_folder(tmp_path / "gpt2-tiny")


def test_a_folder_dropped_on_the_template_fills_it_in_one_step(window: Window, qtbot: QtBot, folder: Path) -> None:
    window.files.new(template("gpt2", layer_norm=True, bias=True), "gpt2")
    before = window.state.document
    assert window.tokens.isVisible()
    assert window.tokens.weights.text() == "Load weights…"
    drop(window.canvas, folder)
    after = loaded(window, qtbot)
    assert window.said.text().startswith("GPT-2 from gpt2-tiny: 3 layers, ")
    assert after.content == td.template("gpt2", weights=folder).content
    assert after.layout is before.layout
    assert len(window.sessions()) == 1
    assert window.tokens.weights.isVisible()
    assert window.tokens.weights.text() == "Other weights…"
    window.run("undo")
    assert window.state.document is before
    window.run("redo")
    assert window.state.document is after


@pytest.mark.parametrize("name", ["", "config.json", "model.safetensors"])
def test_on_the_start_page_the_template_of_the_folder_opens(
    window: Window, qtbot: QtBot, folder: Path, name: str
) -> None:
    drop(window, folder / name)
    assert loaded(window, qtbot) == td.template("gpt2", weights=folder)
    assert window.session.name == "gpt2-tiny"
    assert window.start_page is None


def test_a_blank_page_becomes_the_template(window: Window, qtbot: QtBot, folder: Path) -> None:
    window.files.new()
    drop(window.canvas, folder)
    loaded(window, qtbot)
    assert [session.name for session in window.sessions()] == ["gpt2-tiny"]
    assert window.state.history.undo_name == "Load weights"


def test_another_drawing_stays_and_the_model_opens_beside_it(window: Window, qtbot: QtBot, folder: Path) -> None:
    window.files.new(template("mps"), "mps")
    before = window.state.document
    drop(window.canvas, folder)
    loaded(window, qtbot)
    assert [session.name for session in window.sessions()] == ["mps", "gpt2-tiny"]
    assert window.sessions()[0].state.document is before


def test_what_is_no_model_is_said_and_changes_nothing(window: Window, qtbot: QtBot, folder: Path) -> None:
    window.files.new(template("gpt2"), "gpt2")
    before = window.state.document
    empty = folder.parent / "empty"
    empty.mkdir()
    drop(window.canvas, empty)
    qtbot.waitUntil(lambda: "config.json" in window.said.text(), timeout=20_000)
    assert window.said.property("role") == "error"
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:-40])
    drop(window.canvas, folder)
    qtbot.waitUntil(lambda: "model.safetensors" in window.said.text(), timeout=20_000)
    assert window.said.property("role") == "error"
    assert window.state.document is before


def test_arrays_dropped_on_a_tensor_are_bound_as_before(
    window: Window, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_file({"A": np.zeros((2, 3), np.float32)}, folder / "a.safetensors")
    sent: list[object] = []
    window.files.new(template("matrix_product"), "p")
    monkeypatch.setattr(window, "send", sent.append)
    drop(window.canvas, folder / "a.safetensors")
    assert isinstance(sent[0], events.FileDropped)


def test_the_command_asks_for_a_folder_and_says_what_it_is(
    window: Window, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def use(dialog: WeightsDialog) -> int:
        """Type a wrong path, then the right one, and press Enter."""
        dialog.show()
        QTest.keyClicks(dialog.model.field, str(folder / "nothing"))
        qtbot.waitUntil(lambda: "nothing" in dialog.model.said.text(), timeout=20_000)
        said.append(dialog.model.said.property("role"))
        assert dialog.model.loaded is None
        dialog.model.field.selectAll()
        QTest.keyClicks(dialog.model.field, str(folder))
        QTest.keyClick(dialog.model.field, Qt.Key.Key_Return)  # before it is known what it is
        assert dialog.model.loaded is None
        qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)
        said.append(dialog.model.said.text())
        return dialog.result()

    monkeypatch.setattr(WeightsDialog, "exec", use)
    window.run("load_weights")  # on the start page
    loaded(window, qtbot)
    assert said[0] == "error"
    assert said[1].startswith("GPT-2 from gpt2-tiny: 3 layers")
    assert settings.model() == str(folder)
    window.files.new(template("gpt2"), "gpt2")
    window.run("load_weights")
    assert window.state.history.undo_name == "Load weights"
    assert "drawn anew: the model is with layer_norm" in said[-1]


def test_the_template_dialog_takes_weights(window: Window, qtbot: QtBot, folder: Path) -> None:
    dialog = TemplateDialog(window, "gpt2")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.weights is not None
    QTest.keyClicks(dialog.weights.field, str(folder))
    assert not dialog.fields["layers"].isEnabled()
    qtbot.waitUntil(lambda: dialog.weights.loaded is not None, timeout=20_000)
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.loaded is not None
    assert dialog.loaded.diagram == td.template("gpt2", weights=folder)
    dialog.fields["sideways"].setChecked(True)  # how it is drawn may still be chosen
    dialog.accept()
    assert dialog.loaded.diagram == td.template("gpt2", weights=folder, sideways=True)
    other = TemplateDialog(window, "llama")
    qtbot.addWidget(other)
    other.weights.field.setText(str(folder))
    qtbot.waitUntil(lambda: "the template gpt2, not of llama" in other.weights.said.text(), timeout=20_000)
    other.accept()
    assert other.loaded is None
    assert TemplateDialog(window, "mps").weights is None


def test_a_file_of_pytorch_is_a_model_on_the_start_page(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a.pt").write_bytes(b"no")
    drop(window, tmp_path / "a.pt")
    qtbot.waitUntil(lambda: window.said.property("role") == "error", timeout=20_000)
    assert "a.pt" in window.said.text()
    assert "drop it on a tensor" not in window.said.text()
    window.files.new()
    drop(window, tmp_path / "a.pt")
    waited = "a.pt holds arrays: drop it on a tensor to load one."
    qtbot.waitUntil(lambda: window.said.text() == waited, timeout=20_000)
