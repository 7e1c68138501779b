"""Files from the window: what cannot be read or written leaves everything as it was, and is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from tensordraw.bundled import bundled
from tensordraw.diagram import file
from tensordraw.diagram.records import Source
from tensordraw.editor import events
from tensordraw.gallery import SECTIONS
from tensordraw.templates import template
from tensordraw.ui import dialogs, recovery, settings
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.gallery_dialog import GalleryDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def answer(monkeypatch: pytest.MonkeyPatch, button: QMessageBox.StandardButton) -> list[str]:
    """Answer every question with that button; the questions that were asked."""
    asked: list[str] = []

    def choose(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return button

    monkeypatch.setattr(QMessageBox, "exec", choose)
    return asked


def test_save_reopen_save_gives_the_same_bytes(window: Window, tmp_path: Path) -> None:
    window.files.new_from("svd")
    first, second = tmp_path / "a.tdraw", tmp_path / "b.tdraw"
    assert window.session is not None
    assert window.files.save(window.session, str(first))
    assert not window.session.unsaved
    assert window.files.open(str(first))
    assert len(window.sessions()) == 1  # it is open already
    assert window.files.close(window.session)
    assert window.files.open(str(first))
    assert window.files.save(window.session, str(second))
    assert first.read_bytes() == second.read_bytes()
    assert settings.recent()[:2] == [str(second), str(first)]


def test_a_figure_of_the_gallery_opens_as_a_new_document(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saving asks for a place: what the program carries stays as it is."""
    seen: dict[str, list[str]] = {}

    def choose(self: GalleryDialog) -> int:
        for at in range(self.list.topLevelItemCount()):
            heading = self.list.topLevelItem(at)
            seen[heading.text(0)] = [heading.child(row).text(0) for row in range(heading.childCount())]
        assert self.chosen() == [str(bundled("gallery/01-tensors.tdraw"))]
        first = self.preview.figure
        (entry,) = self.list.findItems("Outer product", Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
        self.list.setCurrentItem(entry)
        assert self.preview.figure not in (None, first)
        assert self.about.text()
        QTest.keyClick(self.list, Qt.Key.Key_Return)
        return 1

    monkeypatch.setattr(GalleryDialog, "exec", choose)
    window.run("gallery")
    assert list(seen) == [title for _, title in SECTIONS]
    assert "Outer product" in seen["Operations"]
    assert "Isometry" in seen["Special tensors"]
    assert sum(map(len, seen.values())) == len(list(bundled("gallery").glob("*.tdraw")))
    assert window.session is not None
    assert window.session.document.title == "Outer product"
    assert (window.session.name, window.session.state.path) == ("04-outer-product", "")


def test_the_start_page_shows_the_gallery_by_section_with_pictures_of_what_is_in_sight(
    window: Window, qtbot: QtBot
) -> None:
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: bool(page.shelf.cards), timeout=20_000)
    paths = [str(path) for path in sorted(bundled("gallery").glob("*.tdraw"))]
    assert list(page.shelf.cards) == paths
    titles = [one.text() for one in page.shelf.findChildren(QLabel)]
    assert titles == [title for _, title in SECTIONS]
    last = page.shelf.cards[paths[-1]]
    assert last.picture.isNull()
    assert not last.asked, "pictures are made when they come into sight"
    qtbot.waitUntil(lambda: page.verticalScrollBar().maximum() > 1000, timeout=10_000)
    page.ensureWidgetVisible(last)
    qtbot.waitUntil(lambda: not last.picture.isNull(), timeout=30_000)
    first = page.shelf.cards[paths[0]]
    page.ensureWidgetVisible(first)
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert window.session is not None
    assert (window.session.name, window.session.state.path) == ("01-tensors", "")
    assert window.session.document.title == file.load(paths[0]).title


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.tdraw", "{"),
        ("newer.tdraw", '{"format": "tensordraw", "version": 99}'),
        ("list.tdraw", "[]"),
        ("x.npy", ""),
    ],
)
def test_what_cannot_be_opened_leaves_the_document(
    window: Window, hands: Hands, tmp_path: Path, name: str, content: str
) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    before, tabs = window.state, window.tabs.count()
    (tmp_path / name).write_text(content)
    assert not window.files.open(str(tmp_path / name))
    assert window.state is before
    assert window.tabs.count() == tabs
    assert name in window.said.text() or "version" in window.said.text()
    assert not window.files.open(str(tmp_path / "missing.tdraw"))
    assert "missing.tdraw" in window.said.text()


def test_what_cannot_be_written_stays_unsaved(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    assert window.session is not None
    assert not window.files.save(window.session, str(tmp_path / "no" / "such" / "folder.tdraw"))
    assert window.session.unsaved
    assert window.said.text()
    assert list(tmp_path.glob("**/*.tdraw")) == []


def test_ux_51_closing_asks_and_cancel_keeps(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    session = window.session
    assert session is not None
    asked = answer(monkeypatch, QMessageBox.StandardButton.Cancel)
    assert not window.files.close(session)
    assert len(asked) == 1
    assert not window.files.close_all()
    assert window.session is session
    path = tmp_path / "kept.tdraw"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    answer(monkeypatch, QMessageBox.StandardButton.Save)
    assert window.files.close(session)
    assert len(file.load(path).content.nodes) == 1
    assert window.session is None
    assert window.start_page is not None


def test_a_saved_document_leaves_no_recovery_copy(window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    qtbot.waitUntil(lambda: bool(list(recovery.folder().glob("*.tdraw"))), timeout=2000)
    assert window.session is not None
    assert window.files.save(window.session, str(tmp_path / "x.tdraw"))
    assert list(recovery.folder().glob("*")) == []


def drop(window: Window, path: Path, x: float, y: float) -> None:
    """Drop a file on the canvas at a point of the drawing."""
    canvas = window.canvas
    assert canvas is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPointF(*canvas.view.to_screen(x, y))
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(canvas, QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, left, none))
    QApplication.sendEvent(canvas, QDropEvent(at, Qt.DropAction.CopyAction, data, left, none))


def test_ux_52_an_array_dropped_on_a_tensor_is_bound_with_its_axes(
    window: Window, hands: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.files.new(template("matrix_product"))
    assert window.session is not None
    home = tmp_path / "work"
    home.mkdir()
    window.files.save(window.session, str(home / "d.tdraw"))
    content = window.session.state.document.content
    tensor = next(iter(content.nodes.values()))
    sizes = [content.spaces[leg.space].size for leg in tensor.legs]  # type: ignore[union-attr]
    np.savez(home / "w.npz", other=np.zeros(3), turned=np.zeros(sizes[::-1]))

    def accept(dialog: dialogs.BindDialog) -> int:
        assert "other" in dialog.list.item(0).text()
        assert dialog.list.currentRow() == 1
        assert dialog.order() == (1, 0)
        return int(dialogs.QDialog.DialogCode.Accepted)

    monkeypatch.setattr(dialogs.BindDialog, "exec", accept)
    place = window.session.state.document.layout.places[tensor.id]
    drop(window, home / "w.npz", place.x, place.y)
    sources = window.session.state.document.content.sources
    assert sources == {tensor.name: Source("w.npz", "turned", (1, 0))}  # type: ignore[union-attr]


def test_a_broken_array_file_is_one_sentence(window: Window, hands: Hands, tmp_path: Path) -> None:
    window.files.new_from("matrix_product")
    before = window.state
    assert before is not None
    path = tmp_path / "w.npz"
    path.write_bytes(b"no arrays here")
    place = next(iter(before.document.layout.places.values()))
    drop(window, path, place.x, place.y)
    assert window.state is not None
    assert window.state.document is before.document
    assert "w.npz" in window.said.text()


def test_a_dropped_document_opens(window: Window, hands: Hands, tmp_path: Path) -> None:
    file.save(template("mps"), tmp_path / "chain.tdraw")
    drop(window, tmp_path / "chain.tdraw", 0.0, 0.0)
    assert window.session is not None
    assert window.session.name == "chain.tdraw"


@pytest.mark.parametrize(
    ("name", "fails"), [("f.svg", False), ("f.png", False), ("f.pdf", False), ("f.gif", True), ("no/such/f.svg", True)]
)
def test_export(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, fails: bool) -> None:
    window.files.new_from("matrix_product")

    def fill(dialog: ExportDialog) -> int:
        dialog.path.setText(str(tmp_path / name))
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(ExportDialog, "exec", fill)
    window.run("export")
    assert (tmp_path / name).exists() is not fails
    assert bool(window.said.property("role")) is fails
    assert window.said.text()


def test_copy_and_paste_between_documents(window: Window, hands: Hands) -> None:
    window.files.new_from("matrix_product")
    window.run("select_all")
    window.run("copy")
    mime = QApplication.clipboard().mimeData()
    assert mime.hasText()
    assert mime.hasImage() or mime.hasFormat("image/png")
    assert mime.hasFormat("image/svg+xml")
    window.files.new()
    window.run("paste")
    assert window.state is not None
    assert len(window.state.document.content.nodes) == 2
    QTest.qWait(10)


def test_new_documents_are_numbered_among_themselves(window: Window) -> None:
    for name in ("", "svd", "", "svd", ""):
        window.files.new_from(name)
    assert [session.name for session in window.sessions()] == ["Untitled", "svd", "Untitled 2", "svd", "Untitled 3"]
    assert len({session.recovery for session in window.sessions()}) == 5


def test_a_gallery_without_figures_says_so(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "01-broken.tdraw").write_text("{")
    dialog = GalleryDialog(window, window.colours, tmp_path)
    qtbot.addWidget(dialog)
    assert "01-broken" in dialog.said.text()
    assert not dialog.button.isEnabled()
    dialog.accept()
    assert dialog.paths == []
