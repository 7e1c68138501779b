"""Models and weights that are damaged, as the window meets them: one sentence in red, the document as it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram.records import Tensor
from tensordraw.program.load import list_arrays
from tensordraw.templates import template
from tensordraw.ui import dialogs
from tensordraw.ui.window import Window
from tests.templates.folders import gpt2_folder
from tests.templates.models import Damage, cut, header, settings, text, without

WHOLE = "model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return gpt2_folder(tmp_path / "m")


def drop(window: Window, path: Path, at: QPointF = QPointF(200, 150)) -> None:
    """Let go of a file or folder over the canvas."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    action, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window.canvas, QDragEnterEvent(at.toPoint(), action, mime, left, none))
    QApplication.sendEvent(window.canvas, QDropEvent(at, action, mime, left, none))


def parts(folder: Path) -> None:
    """Names a part in an index, which is not there."""
    files = dict.fromkeys((stored.key for stored in list_arrays(folder / WHOLE)), "model-00001-of-00001.safetensors")
    (folder / WHOLE).unlink()
    (folder / f"{WHOLE}.index.json").write_text(json.dumps({"weight_map": files}))


def overlapping(head: dict[str, dict[str, object]]) -> None:
    head["transformer.wte.weight"]["data_offsets"] = [0, 9600]


FAULTS: list[tuple[Damage, str]] = [
    (cut(WHOLE, 300), "model.safetensors is damaged, or no .safetensors file; download it or save it again."),
    (cut(WHOLE, -40), "model.safetensors is damaged: "), (header(overlapping), "into the same place; download"),
    (without(WHOLE), "holds none of model.safetensors, pytorch_model.bin"),
    (without("config.json"), "config.json is missing"), (text("config.json", "{,"), "config.json is damaged"),
    (settings(n_layer=2), "speaks of 2 layers"), (settings(n_layer=5), "speaks of 5 layers"),
    (settings(n_embd=16), "is expected by config.json."), (settings(n_head=-2), "n_head = -2; a size is"),
    (settings(model_type="mamba"), "'mamba', which no template draws"),
    (settings(scale_attn_by_inverse_layer_idx=True), "does not draw"), (parts, "model-00001-of-00001.safetensors is missing"),
]  # fmt: skip


def test_a_dropped_model_that_is_damaged(window: Window, qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    window.files.new(template("gpt2", layer_norm=True, bias=True), "gpt2")
    before = window.state
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    for damage, words in FAULTS:
        for path in folder.iterdir():
            path.unlink()
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        damage(folder)
        window.say("")
        drop(window, folder)
        qtbot.waitUntil(lambda: window.said.text() not in ("", "Looking at m…"), timeout=8_000)
        sentence = window.said.text()
        assert words in sentence
        assert sentence.endswith(".")
        assert window.said.property("role") == "error"
        assert window.state.document is before.document
        assert len(window.sessions()) == 1


@pytest.fixture
def opened(window: Window, qtbot: QtBot, folder: Path, tmp_path: Path) -> Window:
    """A window on a saved document, which takes its weights from the folder beside it."""
    td.save(td.template("gpt2", weights=folder), tmp_path / "g.tdraw")
    window.files.open(str(tmp_path / "g.tdraw"))
    qtbot.waitUntil(lambda: window.problem_count.text() == "No problems", timeout=20_000)
    return window


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (without(WHOLE), "model.safetensors is missing."), (cut(WHOLE, -40), "model.safetensors is damaged: "),
        (cut(WHOLE, 100), "model.safetensors is damaged, or no .safetensors file"),
    ],
)  # fmt: skip
def test_weights_that_go_between_opening_and_running(
    opened: Window, qtbot: QtBot, folder: Path, damage: Callable[[Path], object], words: str
) -> None:
    before = opened.state.document
    damage(folder)
    opened.run("evaluate")
    qtbot.waitUntil(lambda: not opened.evaluates() and words in opened.said.text(), timeout=60_000)
    assert opened.said.property("role") == "error"
    opened.following.check_sources()  # as the window does when it becomes the active one
    qtbot.waitUntil(lambda: opened.problem_count.text() == "1 error", timeout=20_000)
    (problem,) = opened.problems.problems
    assert words in problem.what
    assert opened.state.document is before
    assert not opened.session.unsaved
    opened.performer.evaluation.close()


def test_a_document_without_its_weights(window: Window, qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    td.save(td.template("gpt2", weights=folder), tmp_path / "g.tdraw")
    folder.rename(tmp_path / "elsewhere")
    window.files.open(str(tmp_path / "g.tdraw"))
    qtbot.waitUntil(lambda: window.problem_count.text() == "1 error", timeout=20_000)
    (problem,) = window.problems.problems
    assert problem.what == f"The file {folder / WHOLE} is missing."
    qtbot.waitUntil(lambda: "def forward" in window.code.text.toPlainText(), timeout=20_000)  # which needs no files
    (tmp_path / "elsewhere").rename(folder)
    window.following.check_sources()
    qtbot.waitUntil(lambda: window.problem_count.text() == "No problems", timeout=20_000)


def test_a_model_that_is_too_large_for_the_machine(window: Window, qtbot: QtBot) -> None:
    """A terabyte of arrays, which nobody has given: the evaluator refuses before it makes any."""
    from tensordraw.program import memory

    if memory.room() > 2e12:
        pytest.skip("this machine could hold it")
    sizes = {"layers": 126, "heads": 128, "kv_heads": 8, "hidden": 16384, "mlp": 53248, "vocab": 128256, "seq": 4}
    window.files.new(template("llama", **sizes), "llama")
    before = window.state.document
    window.run("evaluate")
    qtbot.waitUntil(lambda: "needs at least" in window.said.text(), timeout=60_000)
    assert " GB for its arrays" in window.said.text()
    assert window.said.property("role") == "error"
    assert window.state.document is before
    window.performer.evaluation.close()


def test_files_of_pytorch_on_a_tensor(
    window: Window, qtbot: QtBot, torch: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An array of a `.pt` is bound by its key; a file that holds a call is refused, and the call is not made."""
    window.files.new(template("matrix_product"), "p")
    window.files.save(window.session, str(tmp_path / "d.tdraw"))
    before = window.state.document
    tensor = next(node for node in before.content.nodes.values() if isinstance(node, Tensor))
    sizes = [before.content.spaces[leg.space].size for leg in tensor.legs]
    torch.save({"layer": {"w": torch.zeros(sizes)}, "other": torch.zeros(3)}, tmp_path / "w.pt")
    torch.save({"w": torch.zeros(sizes), "call": Call(tmp_path / "made")}, tmp_path / "bad.pt")
    monkeypatch.setattr(dialogs.BindDialog, "exec", lambda dialog: int(dialogs.QDialog.DialogCode.Accepted))
    at = QPointF(*window.canvas.view.to_screen(before.layout.places[tensor.id].x, before.layout.places[tensor.id].y))
    drop(window, tmp_path / "bad.pt", at)
    assert window.said.text() == "Looking at bad.pt…", "the window does not wait for PyTorch"
    qtbot.waitUntil(lambda: window.said.property("role") == "error", timeout=20_000)
    assert "bad.pt holds more than weights (it asks for posix.mkdir), which is not run" in window.said.text()
    assert window.said.property("role") == "error"
    assert window.state.document is before
    assert not (tmp_path / "made").exists()
    drop(window, tmp_path / "w.pt", at)
    drop(window, tmp_path / "w.pt", at)  # what is dropped twice is offered twice
    qtbot.waitUntil(lambda: tensor.name in window.state.document.content.sources, timeout=20_000)
    assert window.said.text() != "Looking at w.pt…"
    assert window.state.document.content.sources[tensor.name].key == "layer.w"
    assert window.state.document.content.sources[tensor.name].path == "w.pt"


class Call:
    """What a malicious file holds: a call that unpickling makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.folder),)
