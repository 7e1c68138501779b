"""Rows F19 and F20 of the requirements of figures: the window writes what the command line writes, and again by one key."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication, QDialog

import tensordraw as td
from tensordraw.diagram.exports import Export
from tensordraw.editor import events
from tensordraw.editor.state import open_state
from tensordraw.editor.update import update
from tensordraw.figure.export import SUFFIXES, options
from tensordraw.figure.panels import panels
from tensordraw.figure.themes import THEMES
from tensordraw.ui.copying import copy_menu
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.window import Window


def choose(dialog: ExportDialog, path: Path) -> None:
    """Choose a file and options."""
    dialog.path.setText(str(path))
    dialog.width_.setText("120mm")
    dialog.font_.setCurrentIndex(dialog.font_.findData("stix"))
    dialog.hatch.setChecked(True)
    dialog.padding.setValue(2.0)


def export(window: Window, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    def act(dialog: ExportDialog) -> int:
        choose(dialog, path)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ExportDialog, "exec", act)
    window.run("export")


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f19_the_window_writes_what_the_command_line_writes(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    from tensordraw import cli

    td.save(td.template("attention"), tmp_path / "a.tdraw")
    assert window.files.open(str(tmp_path / "a.tdraw"))
    export(window, monkeypatch, tmp_path / f"window{ending}")
    chosen = ["--width", "120mm", "--font", "stix", "--hatch", "--padding", "2"]
    assert (
        cli.main(["export", str(tmp_path / "a.tdraw"), "-o", str(tmp_path / f"line{ending}"), *chosen], lambda _: 0)
        == 0
    )
    assert (tmp_path / f"window{ending}").read_bytes() == (tmp_path / f"line{ending}").read_bytes()


OPTIONS = {
    "width": ["", "86mm", "nature", "0.5 nature", "slide", r"0.5\linewidth", "3.4in"], "scale": ["absolute", "all"],
    "theme": sorted(THEMES), "font": ["", "latin-modern", "stix", "sans"], "label": [0.0, 8.25, 50.0, 11.0],
    "padding": [1.0, 0.25, 150.0, 0.0], "dpi": [300.0, 72.27, 3000.0], "background": ["", "white", "#f0e68c"],
    "text": [False, True], "hatch": [False, True], "standalone": [False, True], "source": [True, False],
    "values": [False, True], "blind": [False, True], "frames": [False, True],
}  # fmt: skip


def test_f19_the_dialog_keeps_every_option_of_the_document(window: Window) -> None:
    """To the last decimal, so that a figure is the same from the dialog as from the command line."""
    rng = random.Random(19)
    framed = td.template("mps", sites=4)
    state, _ = update(open_state(framed), events.Select(frozenset(list(framed.content.nodes)[:2])))
    framed = update(state, events.Run("frame"))[0].document
    for _ in range(40):
        given = options(Export(), **{name: rng.choice(values) for name, values in OPTIONS.items()})
        chosen: list[Export] = []
        dialog = ExportDialog(
            window, replace(framed, export=given), "a.svg", lambda _, made, to=chosen: to.append(made) or ""
        )
        dialog.accept()
        assert chosen == [given]


def test_f18_the_dialog_asks_whether_only_the_panel_is_meant(window: Window) -> None:
    framed = td.template("mps", sites=4)
    state, _ = update(open_state(framed), events.Select(frozenset(list(framed.content.nodes)[:2])))
    framed = update(state, events.Run("frame"))[0].document
    (note,) = panels(framed)
    dialog = ExportDialog(window, replace(framed, export=Export(frame=note.id)), "a.svg", lambda path, chosen: "")
    assert dialog.frame_.text() == "Only the panel (a)"
    assert dialog.options().frame == note.id
    dialog.frame_.setChecked(False)
    assert dialog.options().frame == ""
    gone = ExportDialog(window, replace(framed, export=Export(frame="n99")), "a.svg", lambda path, chosen: "")
    assert gone.frame_.isHidden()
    assert gone.options().frame == ""


def test_f20_the_same_figure_again_by_one_key(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tensordraw.editor import commands

    assert commands.find("export_again").keys == ("Ctrl+Shift+E",)
    td.save(td.template("svd"), tmp_path / "s.tdraw")
    assert window.files.open(str(tmp_path / "s.tdraw"))
    export(window, monkeypatch, tmp_path / "s.pdf")
    assert window.state is not None
    kept = window.state.document.export
    assert kept == Export(width="120mm", font="stix", hatch=True, padding=2.0, path="s.pdf")
    first = (tmp_path / "s.pdf").read_bytes()
    (tmp_path / "s.pdf").unlink()
    monkeypatch.setattr(ExportDialog, "exec", lambda dialog: pytest.fail("no dialog is wanted"))
    window.run("export_again")
    assert (tmp_path / "s.pdf").read_bytes() == first
    window.run("save")
    assert td.load(tmp_path / "s.tdraw").export == kept  # the options live in the document


def test_f20_without_a_last_export_the_dialog_opens(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    window.files.new_from("svd")
    opened: list[QDialog] = []
    monkeypatch.setattr(ExportDialog, "exec", lambda dialog: opened.append(dialog))
    window.run("export_again")
    assert len(opened) == 1


def test_a_preset_sets_width_theme_and_scale_and_the_preview_says_the_size(window: Window) -> None:
    dialog = ExportDialog(window, td.template("attention"), "a.svg", lambda path, chosen: "")
    dialog.preset.setCurrentIndex(dialog.preset.findData("slide"))
    dialog._take_preset()
    made = dialog.options()
    assert (made.width, made.theme, made.scale) == ("slide", "slide", "all")
    dialog.width_.setText("20mm")
    dialog.scale.setCurrentIndex(dialog.scale.findData("absolute"))
    dialog.show_preview()
    assert "20.0 x " in dialog.cautions.text()
    assert "less than 5 pt" in dialog.cautions.text()
    assert not dialog.preview.pixmap().isNull()
    before = dialog.preview.pixmap().toImage()
    dialog.simulate.setCurrentIndex(dialog.simulate.findData("greyscale"))
    dialog.show_preview()
    grey = dialog.preview.pixmap().toImage()
    assert grey != before
    spot = [grey.pixelColor(x, y) for x in range(0, grey.width(), 3) for y in range(0, grey.height(), 3)]
    assert all(colour.red() == colour.green() == colour.blue() for colour in spot)
    dialog.close()


def test_a_figure_that_was_changed_says_so(window: Window, tmp_path: Path) -> None:
    td.export(td.template("svd"), tmp_path / "s.svg")
    text = (tmp_path / "s.svg").read_text()
    (tmp_path / "s.svg").write_text(text.replace("#ffffff", "#fffff0"))
    assert window.files.open(str(tmp_path / "s.svg"))
    assert "changed since it was exported" in window.said.text()
    QApplication.processEvents()


def test_f11_and_f13_the_description_and_tikz_are_copied_and_what_tikz_lacks_is_shown_before(window: Window) -> None:
    window.files.new(td.template("svd"), "svd")
    assert window.session is not None
    actions = {action.text().strip(): action for action in copy_menu(window, window.session).actions()}
    assert "screen readers" in actions["TikZ"].toolTip()
    actions["Description in words"].trigger()
    said = QApplication.clipboard().text()
    assert said == window.session.document.description
    actions["Description for LaTeX"].trigger()
    copied = QApplication.clipboard().text()
    assert copied.startswith(r"\Description{" + said[:10])
    assert not re.search(r"(?<!\\)[_%&#]", copied)
    actions["TikZ"].trigger()
    assert QApplication.clipboard().text().startswith(td.tikz(window.session.document))


def test_f21_the_dialog_says_in_words_what_the_figure_carries(window: Window) -> None:
    dialog = ExportDialog(window, td.template("attention"), "a.svg", lambda path, chosen: "")
    assert dialog.source.isChecked()
    assert "carries its document" in dialog.source.text()
    assert not dialog.blind.isChecked()
    assert not dialog.values.isChecked()
    assert "no document, title, path or name" in dialog.blind.text()
    dialog.blind.setChecked(True)
    assert dialog.options().blind
    assert not dialog.values.isEnabled()
    dialog.close()


@pytest.mark.parametrize(
    ("name", "white", "said"), [("a.png", False, True), ("a.png", True, False), ("a.svg", False, False)]
)
def test_f8_a_transparent_png_is_told_of(window: Window, name: str, white: bool, said: bool) -> None:
    dialog = ExportDialog(window, td.template("svd"), name, lambda path, chosen: "")
    dialog.white.setChecked(white)
    dialog.show_preview()
    assert ("cannot be seen on a dark page" in dialog.cautions.text()) == said
    dialog.close()
