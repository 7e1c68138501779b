"""Rows 46 to 49, 52 and 53 of the editor's behaviour: clipboard, copy as, undo, arrays, the file."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QToolTip
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram import file
from tensordraw.diagram.records import Source, Tensor
from tensordraw.editor import events
from tensordraw.figure import source
from tensordraw.figure.export import picture
from tensordraw.ui import copying
from tensordraw.ui.clipping import FRAGMENT
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def content(hands: Hands):  # type: ignore[no-untyped-def]
    return hands.canvas.session.state.document.content


def put_on_clipboard(kind: str, data: bytes) -> None:
    mime = QMimeData()
    mime.setData(kind, data)
    QGuiApplication.clipboard().setMimeData(mime)


def test_ux_46_copy_puts_four_formats_on_the_clipboard_and_a_paste_brings_all_along(
    window: Window, hands: Hands, tmp_path: Path
) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    first = next(iter(content(hands).nodes.values()))
    window.send(events.Bind(first.name, Source("a.npy")))
    window.run("select_all")
    window.run("wrap_bubble", "softmax")
    (region,) = content(hands).regions.values()
    axis = next(leg.id for node in content(hands).nodes.values() for leg in node.legs if leg.id not in wired(hands))
    window.run("set_function", {"args": (region.id, "softmax"), "axes": (axis,)})
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_A, CTRL)
    hands.key(Qt.Key.Key_C, CTRL)
    mime = QGuiApplication.clipboard().mimeData()
    assert {FRAGMENT, "image/svg+xml", "image/png", "text/plain"} <= set(mime.formats())
    assert len(file.decode(mime.text()).content.nodes) == 2
    assert len(source.carried(bytes(mime.data("image/svg+xml").data())).content.nodes) == 2
    assert not QImage.fromData(mime.data("image/png")).isNull()
    before = content(hands)
    hands.key(Qt.Key.Key_N, CTRL)
    assert not content(hands).nodes
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_V, CTRL)
    after = content(hands)
    assert [node.name for node in after.nodes.values()] == [node.name for node in before.nodes.values()]
    (pasted,) = after.regions.values()
    assert pasted.function == "softmax"
    assert len(pasted.axes) == 1
    assert {node.inside for node in after.nodes.values()} == {pasted.id}
    assert after.sources == before.sources
    assert [space.size for space in after.spaces.values()] == [space.size for space in before.spaces.values()]


def wired(hands: Hands) -> set[str]:
    return {end for wire in content(hands).wires.values() for end in wire.ends}


def copy_as(hands: Hands, title: str) -> QMimeData:
    """Ctrl+Shift+C, then the entry of that title."""
    chosen: list[str] = []

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        if menu is None:  # a busy machine is slower to open it
            QTimer.singleShot(50, choose)
            return
        assert isinstance(menu, QMenu)
        everything = [*menu.actions(), *(one for sub in menu.findChildren(QMenu) for one in sub.actions())]
        action = next(one for one in everything if one.text() == title)
        menu.close()
        action.trigger()
        chosen.append(title)

    QTimer.singleShot(150, choose)
    hands.key(Qt.Key.Key_C, CTRL | SHIFT)
    assert chosen == [title]
    return QGuiApplication.clipboard().mimeData()


def test_ux_46_what_is_too_large_for_a_picture_of_pixels_is_copied_in_the_other_formats(
    window: Window, hands: Hands
) -> None:
    for x in (0.0, 40_000.0):
        window.send(events.Insert("tensor", x, x))
    window.run("select_all")
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_C, CTRL)
    mime = QGuiApplication.clipboard().mimeData()
    assert {FRAGMENT, "image/svg+xml", "text/plain"} <= set(mime.formats())
    assert not mime.hasFormat("image/png")
    assert window.said.text().startswith("Copied without a PNG: The picture would have more than 200 million pixels")


def test_ux_47_copy_as_gives_every_format_of_the_selection_or_of_everything(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    window.run("select_none")
    hands.canvas.setFocus()
    assert copy_as(hands, "Einsum string").text() == "ij,jk->ik"
    assert "image/svg+xml" in copy_as(hands, "SVG").formats()
    widths = []
    for dpi in (72, 300):
        image = QImage.fromData(copy_as(hands, f"PNG, {dpi} dpi").data("image/png"))
        widths.append(image.width())
    assert widths[1] == pytest.approx(widths[0] * 300 / 72, abs=4)
    assert r"\begin{tikzpicture}" in copy_as(hands, "TikZ").text()
    assert r"\begin{equation*}" in copy_as(hands, "LaTeX equation").text()
    assert "np.einsum('ij,jk->ik', A, B)" in copy_as(hands, "NumPy").text()
    assert "einsum(A, B, 'i j, j k -> i k')" in next(copy_as(hands, title).text() for title in (td_title("torch"),))
    first = next(iter(content(hands).nodes))
    window.select(frozenset({first}))
    assert copy_as(hands, "Einsum string").text() == "ij->ij"
    assert "def forward(A):" in copy_as(hands, "NumPy").text()


def td_title(name: str) -> str:
    from tensordraw.program.emit import LANGUAGES

    return LANGUAGES[name].title


def test_ux_47_what_a_format_cannot_say_is_a_sentence_and_the_clipboard_stays(window: Window, hands: Hands) -> None:
    window.files.new_from("dense_network")
    QGuiApplication.clipboard().setText("before")
    title = "Einsum string: this is more than one contraction of arrays"
    assert copy_as(hands, title).text() == "before"
    assert window.canvas is not None
    menu = copying.copy_menu(window, window.canvas.session)
    (refused,) = [one for one in menu.actions() if one.text() == title]
    assert not refused.isEnabled()
    assert "more than one contraction" in refused.toolTip()


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_ux_48_our_own_picture_is_pasted_as_the_drawing_it_shows(window: Window, hands: Hands, ending: str) -> None:
    drawn = td.template("matrix_product")
    kind = {"svg": "image/svg+xml", "png": "image/png"}[ending]
    put_on_clipboard(kind, picture(drawn, f"x.{ending}"))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_V, CTRL)
    assert [node.name for node in content(hands).nodes.values()] == [n.name for n in drawn.content.nodes.values()]
    assert len(content(hands).wires) == len(drawn.content.wires)


def test_ux_48_an_einsum_string_is_pasted_at_the_cursor(window: Window, hands: Hands) -> None:
    QGuiApplication.clipboard().setText("ij,jk->ik")
    QTest.mouseMove(hands.canvas, QPoint(500, 90))
    QApplication.processEvents()
    hands.key(Qt.Key.Key_V, CTRL)
    assert len(content(hands).nodes) == 2


def test_ux_48_a_failed_paste_says_why_at_the_cursor_and_changes_nothing(window: Window, hands: Hands) -> None:
    before = hands.canvas.session.state.document
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QGuiApplication.clipboard().setImage(image)
    hands.key(Qt.Key.Key_V, CTRL)
    assert "carries no drawing" in window.said.text()
    assert QToolTip.text() == window.said.text()
    QGuiApplication.clipboard().setText("some words of a letter, nothing more.")
    hands.key(Qt.Key.Key_V, CTRL)
    assert window.said.property("role") == "error"
    assert QToolTip.text() == window.said.text()
    assert hands.canvas.session.state.document is before


def test_ux_49_gestures_are_named_entries_and_all_of_them_can_be_undone(window: Window, hands: Hands) -> None:
    first = file.encode(hands.canvas.session.state.document)
    window.send(events.Insert("", 0, 0, text="W_Q: h=4 k=3"))
    window.send(events.Insert("", 120, 0, text="x: k=3"))
    figure, nodes = hands.canvas.sheet.figure, list(content(hands).nodes.values())
    assert figure is not None
    start, end = figure.anchors[nodes[0].legs[1].id].tip, figure.anchors[nodes[1].legs[0].id].tip
    hands.drag(start, end)
    assert len(content(hands).wires) == 1
    window.actions_.menus["Edit"].aboutToShow.emit()
    words = window.actions_.actions["undo"].text()
    assert words.startswith("Undo Connect W_Q")
    assert "x" in words
    entries = len(hands.canvas.session.state.history.past)
    window.run("select_all")
    window.run("zoom_in")
    window.run("fit")
    assert len(hands.canvas.session.state.history.past) == entries, "selecting and looking are no entries"
    dice = random.Random(49)
    keys = [Qt.Key.Key_R, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_W, Qt.Key.Key_T]
    for turn in range(120):
        hands.canvas.setFocus()
        if turn % 9 == 0:
            hands.key(Qt.Key.Key_A, CTRL)
        if turn % 31 == 30:
            hands.key(Qt.Key.Key_Delete)
        hands.key(dice.choice(keys))
        hands.window.performer.close_floating()
    while hands.canvas.session.state.history.past:
        hands.key(Qt.Key.Key_Z, CTRL)
    assert file.encode(hands.canvas.session.state.document) == first


def drop(window: Window, path: Path, x: float, y: float) -> None:
    canvas = window.canvas
    assert canvas is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPointF(*canvas.view.to_screen(x, y))
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    QApplication.sendEvent(canvas, QDragEnterEvent(at.toPoint(), Qt.DropAction.CopyAction, data, left, none))
    QApplication.sendEvent(canvas, QDropEvent(at, Qt.DropAction.CopyAction, data, left, none))


def test_ux_52_arrays_dropped_on_empty_canvas_make_a_tensor_of_their_shape(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "W.npy", np.zeros((3, 5), dtype=np.float32))
    drop(window, tmp_path / "W.npy", 40.0, 20.0)
    (tensor,) = content(hands).nodes.values()
    assert isinstance(tensor, Tensor)
    assert tensor.name == "W"
    assert [content(hands).spaces[leg.space].size for leg in tensor.legs] == [3, 5]
    assert content(hands).sources["W"].path.endswith("W.npy")
    place = hands.canvas.session.state.document.layout.places[tensor.id]
    assert (place.x, place.y) == pytest.approx((40.0, 20.0), abs=10)
    hands.key(Qt.Key.Key_Z, CTRL)
    assert not content(hands).nodes, "one step"
    np.savez(tmp_path / "two.npz", a=np.zeros(2), b=np.zeros((2, 7)))
    asked: list[list[str]] = []

    def choose(*arguments: object) -> tuple[str, bool]:
        words = [str(one) for one in arguments[3]]  # type: ignore[attr-defined]
        asked.append(words)
        return words[1], True

    monkeypatch.setattr(QInputDialog, "getItem", choose)
    drop(window, tmp_path / "two.npz", 0.0, 0.0)
    assert "2 × 7" in asked[0][1]
    (tensor,) = content(hands).nodes.values()
    assert [content(hands).spaces[leg.space].size for leg in tensor.legs] == [2, 7]


def test_ux_53_the_file_is_sorted_text_and_saving_it_unchanged_gives_the_same_bytes(
    window: Window, hands: Hands, tmp_path: Path
) -> None:
    window.files.new_from("attention")
    path = tmp_path / "a.tdraw"
    assert window.session is not None
    assert window.files.save(window.session, str(path))
    first = path.read_bytes()
    lines = first.decode().splitlines()
    nodes = [line for line in lines if '"type": "tensor"' in line]
    assert len(nodes) == sum(isinstance(node, Tensor) for node in window.session.document.content.nodes.values())
    hands.key(Qt.Key.Key_W, CTRL)
    assert window.files.open(str(path))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_S, CTRL)
    assert path.read_bytes() == first
