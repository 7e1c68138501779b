"""The code panel's languages, batches, and files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

import tensordraw
from tensordraw.editor import events
from tensordraw.program.emit import LANGUAGES
from tensordraw.ui.panels.code import CodePanel
from tensordraw.ui.settings import settings
from tensordraw.ui.window import Window
from tensordraw.ui.writing import MODULE, languages, write_code
from tests.ui.conftest import Hands


def shown(window: Window, qtbot: QtBot, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.code.text.toPlainText(), timeout=20_000)


def choose(window: Window, name: str) -> None:
    names = [one.name for one in languages()]
    window.code.language.setCurrentIndex(names.index(name))


def test_every_language_is_listed_by_its_title_and_the_choice_is_kept(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    box = window.code.language
    assert [box.itemText(at) for at in range(box.count())] == [one.title for one in languages()]
    assert set(names := [one.name for one in languages()]) == {*LANGUAGES, MODULE.name}
    assert names[:2] == ["torch", MODULE.name]
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    shown(window, qtbot, "def forward(A, B)")
    choose(window, "numpy")
    shown(window, qtbot, "import numpy as np")
    assert settings().value("language") == "numpy"
    again = CodePanel(write_code, languages, window.colours)
    qtbot.addWidget(again)
    assert again.language.count() == 0, "the languages are loaded when the panel is seen"
    again.show_diagram(window.state.document if window.state else None)
    again.show()
    assert again.spoken is not None
    assert again.spoken.name == "numpy"


def test_the_module_is_shown_and_saved(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    choose(window, MODULE.name)
    shown(window, qtbot, "class Network(torch.nn.Module)")
    asked: list[str] = []

    def file(parent: object, title: str, start: str, kinds: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return str(tmp_path / asked[-1]), kinds

    monkeypatch.setattr(QFileDialog, "getSaveFileName", file)
    choose(window, "numpy")
    window.run("save_module")
    assert asked == ["network.py"]
    text = (tmp_path / "network.py").read_text(encoding="utf-8")
    assert text == tensordraw.code(window.state.document, "torch", module=True)
    assert window.said.text() == "Saved network.py"
    choose(window, "numpy")
    window.run("save_code")
    assert "import numpy" in (tmp_path / "forward.py").read_text(encoding="utf-8")


def test_arrays_in_batches(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,j->i"))
    choose(window, "numpy")
    shown(window, qtbot, "def forward(A, B)")
    plain = window.code.text.toPlainText()
    menu = window.code.batches.menu()
    assert [action.text() for action in menu.actions()] == ["A", "B"]
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.code.text.toPlainText() != plain, timeout=20_000)
    assert "batch" in window.code.text.toPlainText()
    assert window.code.batches.text() == "Batch: B"
    menu.actions()[1].trigger()
    qtbot.waitUntil(lambda: window.code.text.toPlainText() == plain, timeout=20_000)


def test_each_document_is_read_in_its_language(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    choose(window, MODULE.name)
    shown(window, qtbot, "class Network(torch.nn.Module)")
    window.files.new()
    window.send(events.Insert("", 0, 0, text="ij,j->i"))
    choose(window, "numpy")
    shown(window, qtbot, "import numpy as np")
    window.tabs.setCurrentIndex(0)
    shown(window, qtbot, "class Network(torch.nn.Module)")
    assert window.code.spoken == MODULE
    window.tabs.setCurrentIndex(1)
    shown(window, qtbot, "import numpy as np")


def test_batches_belong_to_their_document(window: Window, hands: Hands, qtbot: QtBot) -> None:
    def seen(words: str, button: str) -> None:
        qtbot.waitUntil(
            lambda: (words in window.code.text.toPlainText(), window.code.batches.text()) == (True, button),
            timeout=20_000,
        )

    window.send(events.Insert("", 0, 0, text="ij,j->i"))
    choose(window, "numpy")
    shown(window, qtbot, "def forward(A, B)")
    window.code.batches.menu().actions()[1].trigger()
    seen("batch", "Batch: B")
    window.files.new()
    window.send(events.Insert("", 0, 0, text="ij,jk,kl->il"))
    seen("def forward(A, B, C)", "Batch")
    assert "batch" not in window.code.text.toPlainText()
    assert [action.isChecked() for action in window.code.batches.menu().actions()] == [False, False, False]
    window.tabs.setCurrentIndex(0)
    seen("batch", "Batch: B")
    assert [action.isChecked() for action in window.code.batches.menu().actions()] == [False, True]


def test_formulas_follow_the_macros(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text=r"\act{h}: i j"))
    choose(window, "latex")
    shown(window, qtbot, r"\act{h}_{ij}")
    window.run("set_macros", r"\newcommand{\act}[1]{\mathbf{a}_{#1}}")
    shown(window, qtbot, r"(\mathbf{a}_{h})_{ij}")


def test_code_of_an_earlier_drawing_is_dimmed(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    shown(window, qtbot, "def forward(A, B)")

    def inks() -> set[str]:
        first = window.code.text.document().findBlockByNumber(0)
        return {one.format.foreground().color().name() for one in first.layout().formats()}

    before = inks()
    code = window.code.text.toPlainText()
    assert not window.code.age.isVisible()
    window.send(events.Insert("", 200, 0, text="A: p=7"))  # an array of another shape by that name
    qtbot.waitUntil(window.code.age.isVisible, timeout=20_000)
    assert window.code.text.toPlainText() == code
    assert inks() == {window.colours.faint}
    window.run("undo")
    qtbot.waitUntil(lambda: not window.code.age.isVisible(), timeout=20_000)
    assert inks() == before
    window.send(events.Insert("", 200, 0, text="A: p=7"))
    qtbot.waitUntil(window.code.age.isVisible, timeout=20_000)
    window.files.new()
    qtbot.waitUntil(lambda: window.code.text.toPlainText() == "", timeout=20_000)
    assert not window.code.age.isVisible()


def test_code_is_saved_under_the_language_s_ending(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch
) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    shown(window, qtbot, "def forward")
    for spoken in languages():
        choose(window, spoken.name)
        qtbot.waitUntil(lambda name=spoken.name: window.code.written_in == name, timeout=20_000)
        asked: list[str] = []

        def answer(parent, title, start, kinds, asked=asked, name=spoken.name) -> tuple[str, str]:
            asked.append(start)
            return str(tmp_path / name), kinds

        monkeypatch.setattr("tensordraw.ui.panels.code.QFileDialog.getSaveFileName", answer)
        window.code.save()
        assert asked[0].endswith(spoken.suffix)
        assert (tmp_path / f"{spoken.name}{spoken.suffix}").read_text() == window.code.text.toPlainText()
    window.code.write_to(tmp_path / "no such folder" / "x.py")
    assert "was not written" in window.code.said.text()


def test_a_long_sentence_leaves_the_panels_as_wide_as_they_are(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="v: n=3"))
    shown(window, qtbot, "def forward")
    before = window.docks["inspector"].width()
    window.code.said.setText("This is a long sentence about what the drawing lacks. " * 8)
    qtbot.wait(200)
    assert window.docks["inspector"].width() == before
