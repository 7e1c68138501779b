"""What somebody met who wrote a figure for a paper: exports that go back to their file, copies that come back, words for
what is not found."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QMessageBox

import tensordraw as td
from tensordraw.diagram.exports import Export
from tensordraw.editor import events
from tensordraw.ui.copying import copy_menu
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.popups import FilterList
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


@pytest.mark.parametrize("ending", ["pdf", "svg", "png", "eps", "tex"])
def test_an_opened_figure_is_exported_again_to_itself_as_it_was(window: Window, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"fig2.{ending}"
    td.export(td.template("mps"), path, width="80mm", theme="paper", padding=3)
    assert window.files.open(str(path))
    session = window.session
    assert session is not None
    session.send(events.Insert("", 0.0, 90.0, text="New: a=2 b=3"))
    window.run("export_again")
    after = td.load(path)
    assert "New" in {getattr(node, "name", "") for node in after.content.nodes.values()}
    assert (after.export.width, after.export.padding) == ("80mm", 3)
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == [path.name]


def test_a_paper_that_holds_a_figure_is_not_written_over(window: Window, tmp_path: Path) -> None:
    path = tmp_path / "paper.tex"
    picture = tmp_path / "fig.tex"
    td.export(td.template("mps"), picture)
    path.write_text(
        "\\documentclass{article}\n\\begin{document}\nWe show\n" + picture.read_text() + "\\end{document}\n"
    )
    assert window.files.open(str(path))
    assert window.session is not None
    assert not window.session.document.export.path


def test_exporting_over_another_file_is_asked_for_and_over_the_last_one_is_not(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Save]

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return answers[len(asked) - 1]

    monkeypatch.setattr(QMessageBox, "exec", answer)
    written: list[str] = []

    def write(path: str, chosen: Export) -> str:
        written.append(path)
        return ""

    other, last = tmp_path / "other.svg", tmp_path / "last.svg"
    for path in (other, last):
        path.write_text("something")
    document = td.template("mps")
    document = replace(document, home=str(tmp_path), export=replace(document.export, path="last.svg"))
    dialog = ExportDialog(window, document, str(other), write)
    dialog.accept()
    assert (asked, written) == (["other.svg is there already."], [])
    assert dialog.result() == 0, "the dialog stays"
    dialog.accept()
    assert written == [str(other)]
    for name in (str(last), str(tmp_path / "new.svg")):
        ExportDialog(window, document, name, write).accept()
    assert len(asked) == 2
    assert written[1:] == [str(last), str(tmp_path / "new.svg")]


def test_copied_tikz_is_pasted_back(hands: Hands) -> None:
    window = hands.window
    window.send(events.Insert("", 0.0, 0.0, text="mps 3"))
    session = window.session
    assert session is not None
    before = len(session.document.content.nodes)
    menu = copy_menu(window, session)
    next(action for action in menu.actions() if action.text() == "TikZ").trigger()
    text = QApplication.clipboard().text()
    assert text.startswith("% ")
    window.run("paste")
    assert len(session.document.content.nodes) == 2 * before
    QApplication.clipboard().setText("\n".join(line for line in text.split("\n") if "tensordraw:1:" not in line))
    window.run("paste")
    assert len(session.document.content.nodes) == 2 * before
    assert "TikZ carries no drawing" in session.refusal
    assert "Python" not in session.refusal


def test_the_palette_says_that_it_finds_nothing(hands: Hands) -> None:
    hands.window.run("command_palette")
    popup = next(one for one in hands.window.findChildren(FilterList) if one.isVisible())
    popup.field.setText("zzzz")
    assert popup.told.text() == "No command is called that."
    assert popup.told.isVisible()
    popup.field.setText("undo")
    assert popup.told.isHidden()
    popup.dismiss()


def test_factors_are_brought_into_sight(hands: Hands) -> None:
    window = hands.window
    window.send(events.Insert("", 0.0, 0.0, text="M: a=4 b=3"))
    canvas = hands.canvas
    window.send(events.Insert("", 0.0, 0.0, text="U, S, V = svd of M"))
    figure, view = canvas.sheet.figure, canvas.view
    assert figure is not None
    session = window.session
    assert session is not None
    made = [item.box for item in figure.items if item.owner in session.state.selection]
    assert len(made) >= 4
    for left, top, right, bottom in made:
        for x, y in (view.to_screen(left, top), view.to_screen(right, bottom)):
            assert 0 <= x <= canvas.width()
            assert 0 <= y <= canvas.height()
