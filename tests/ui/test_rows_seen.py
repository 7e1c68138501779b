"""What rows of the editor's behaviour promise to be seen is painted, and their distances and times hold on both sides."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.state import Moving
from tensordraw.ui import following, gliding
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import (
    CTRL,
    content,
    entries,
    join,
    legs,
    middle_of,
    pick,
    place,
    put,
    root,
    shown_place,
    state,
    tip,
    undo,
)

NONE = Qt.KeyboardModifier.NoModifier
Point = tuple[float, float]


def written(hands: Hands, text: str, x: float, y: float) -> str:
    """A tensor written in the quick-insert field."""
    hands.window.send(events.Insert("", x, y, text=text, scale=hands.canvas.view.scale))
    (item,) = state(hands).selection
    return item


def count(hands: Hands, colour: str, box: QRect, off_by: int = 12) -> int:
    """How many pixels of a part of the canvas have this colour, as far as `off_by` a channel."""
    image, wanted = hands.canvas.grab().toImage(), QColor(colour)
    found = 0
    for x in range(max(box.left(), 0), min(box.right(), image.width() - 1)):
        for y in range(max(box.top(), 0), min(box.bottom(), image.height() - 1)):
            seen = image.pixelColor(x, y)
            off = (seen.red() - wanted.red(), seen.green() - wanted.green(), seen.blue() - wanted.blue())
            found += max(map(abs, off)) < off_by
    return found


def around(hands: Hands, at: Point, reach: int = 14) -> QRect:
    spot = hands.pixel(*at)
    return QRect(spot.x() - reach, spot.y() - reach, 2 * reach, 2 * reach)


def distance(hands: Hands, at: Point, colour: str) -> int:
    """How far a pixel is from a colour."""
    seen, wanted = hands.canvas.grab().toImage().pixelColor(hands.pixel(*at)), QColor(colour)
    return sum(
        abs(a - b) for a, b in zip(seen.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[index]
    )  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ux_06_the_leg_that_a_release_would_join_is_ringed(hands: Hands, theme: str) -> None:
    hands.window.run(f"theme_{theme}")
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 80, 0)
    x, y = tip(hands, legs(hands, second)[0])
    scale, drop = hands.canvas.view.scale, hands.window.colours.drop
    hands.drag(tip(hands, legs(hands, first)[1]), (x, y + 40 / scale), release=False)
    above = around(hands, (x, y - 9 / scale), 3)  # apart from the leg and the wire
    assert count(hands, drop, above) == 0
    hands.mouse(QEvent.Type.MouseMove, x, y + 12 / scale, NONE)
    assert count(hands, drop, above) > 3, "before the release"
    hands.key(Qt.Key.Key_Escape)
    hands.window.run("theme_light")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_ux_07_legs_that_do_not_fit_fade_and_the_reason_stands_at_the_pointer(hands: Hands, theme: str) -> None:
    hands.window.run(f"theme_{theme}")
    first, second = written(hands, "W: m=7", -60, 0), written(hands, "V: h=6", 60, 0)
    pick(hands)
    (start, end), there = (root(hands, legs(hands, second)[0]), tip(hands, legs(hands, second)[0])), place(hands, first)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    hands.mouse(QEvent.Type.MouseMove, 0, 110, NONE)
    ground, error = hands.window.colours.canvas, hands.window.colours.error
    plain = distance(hands, middle, ground)
    hands.drag(tip(hands, legs(hands, first)[0]), (there[0], 80), release=False)
    assert distance(hands, middle, ground) < 0.6 * plain
    spot = hands.pixel(*end)
    below = QRect(spot.x() + 16, spot.y() + 8, 60, 40)
    assert count(hands, error, below, 30) == 0
    hands.mouse(QEvent.Type.MouseMove, *end, NONE)
    assert count(hands, error, below, 30) > 300, "words on a ground in the colour of errors"
    hands.key(Qt.Key.Key_Escape)
    hands.window.run("theme_light")


@pytest.mark.parametrize("zoom", [0.5, 1.5, 3.0])
def test_ux_11_a_wire_takes_within_14_pixels_what_has_two_free_legs(hands: Hands, zoom: float) -> None:
    first, second = put(hands, "tensor", -80, 0), put(hands, "tensor", 80, 0)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    third, fourth = put(hands, "tensor", 0, 90), put(hands, "tensor3", 0, -90)
    x, y = middle_of(hands, wire)
    hands.canvas.set_view(hands.canvas.view.zoomed(zoom, (300, 200)))
    scale = hands.canvas.view.scale
    for node, away, taken in ((third, 17, False), (third, 11, True), (fourth, 0, False)):
        hands.drag(place(hands, node), (x, y - away / scale), release=False)
        assert isinstance(state(hands).tool, Moving)
        assert state(hands).tool.splice == (wire if taken else None), (node, away)  # type: ignore[union-attr]
        hands.key(Qt.Key.Key_Escape)
        hands.mouse(QEvent.Type.MouseButtonRelease, x, y, NONE)
    assert set(content(hands).wires) == {wire}


def test_ux_18_a_drag_begins_after_6_pixels(hands: Hands) -> None:
    node = put(hands, "tensor", 0, 0)
    scale, before = hands.canvas.view.scale, entries(hands)
    hands.drag((0, 0), (5 / scale, 0), CTRL)
    assert (place(hands, node), entries(hands)) == ((0, 0), before)
    hands.drag((0, 0), (8 / scale, 0), CTRL)
    assert place(hands, node)[0] == pytest.approx(8 / scale, abs=1)
    assert entries(hands) == before + 1


@pytest.mark.parametrize("zoom", [1.2, 2.5])
def test_ux_20_snaps_within_8_pixels_at_any_zoom_with_a_line_that_is_seen(hands: Hands, zoom: float) -> None:
    hands.key(Qt.Key.Key_G)
    put(hands, "scalar", 0, 0)
    moved = put(hands, "scalar", 120, 90)
    hands.canvas.set_view(hands.canvas.view.zoomed(zoom, (300, 200)))
    scale, guide = hands.canvas.view.scale, hands.window.colours.guide
    between = (60.0, 0.0)
    hands.drag((120, 90), (120, 11 / scale), release=False)
    assert shown_place(hands, moved)[1] == pytest.approx(11 / scale, abs=1.0)
    assert count(hands, guide, around(hands, between), 130) == 0
    hands.mouse(QEvent.Type.MouseMove, 120, 6 / scale, NONE)
    assert shown_place(hands, moved)[1] == pytest.approx(0, abs=0.01)
    assert count(hands, guide, around(hands, between), 130) > 10
    hands.key(Qt.Key.Key_Escape)


def test_ux_29_a_body_that_keeps_clear_of_a_wire_is_not_marked(hands: Hands, qtbot: QtBot) -> None:
    first, second = put(hands, "tensor", -90, 0), put(hands, "tensor", 90, 0)
    join(hands, legs(hands, first)[1], legs(hands, second)[0])
    third = put(hands, "scalar", 0, 90)
    figure = hands.canvas.sheet.figure
    assert figure is not None
    half = next((item.box[3] - item.box[1]) / 2 for item in figure.items if item.owner == third)
    for away, marked in ((5.0, True), (8.0, False)):
        hands.drag(place(hands, third), (0, half + away), CTRL)
        hands.window.following.soon.start(0)
        qtbot.waitUntil(lambda: hands.window.following.looked is state(hands).document, timeout=5000)
        qtbot.waitUntil(lambda: not hands.window.following.looking.busy, timeout=5000)
        qtbot.wait(30)
        assert (third in hands.canvas.beside) == marked, away


def test_ux_32_what_enters_is_written_at_the_pointer(hands: Hands) -> None:
    first, second = put(hands, "tensor", 0, 0), put(hands, "tensor", 160, 60)
    pick(hands, first)
    hands.window.send(events.Run("wrap_bubble", "relu"))
    box = next(item.box for item in hands.canvas.sheet.figure.items if item.owner in content(hands).regions)  # type: ignore[union-attr]
    at = ((box[0] + box[2]) / 2 + 3, box[3] - 2)
    hands.drag((160, 60), at, release=False)
    spot, drop = hands.pixel(*at), hands.window.colours.drop
    below = QRect(spot.x() + 16, spot.y() + 8, 80, 50)
    assert count(hands, drop, below, 30) > 300
    hands.mouse(QEvent.Type.MouseMove, *at, CTRL)
    assert count(hands, drop, below, 30) == 0, "with Ctrl it stays where it is"
    hands.key(Qt.Key.Key_Escape)
    assert content(hands).nodes[second].inside == "root"


def test_ux_58_a_line_and_what_it_computes_glow_in_one_colour(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("matrix_product")
    text = window.code.text
    qtbot.waitUntil(lambda: "einsum(" in text.toPlainText() or " @ " in text.toPlainText(), timeout=20_000)
    lines = text.toPlainText().splitlines()
    line = next(at for at, words in enumerate(lines) if "einsum(" in words or " @ " in words)
    (wire,) = content(hands).wires
    x, y = middle_of(hands, wire)
    beside = (x, y + 4 / hands.canvas.view.scale)  # on the halo, not on the wire
    ground = hands.canvas.grab().toImage().pixelColor(hands.pixel(*beside))
    text.setTextCursor(QTextCursor(text.document().findBlockByNumber(line)))
    QTest.mouseClick(text.viewport(), Qt.MouseButton.LeftButton, NONE, text.cursorRect().center())
    assert wire in hands.canvas.glow
    seen = hands.canvas.grab().toImage().pixelColor(hands.pixel(*beside))
    tints = [one.format.background().color() for one in text.extraSelections()]
    wanted = QColor(window.colours.warning)
    assert any((tint.red(), tint.green(), tint.blue()) == wanted.getRgb()[:3] for tint in tints)  # type: ignore[index]
    assert ground.blue() - seen.blue() > 25, "tinted"
    assert seen.red() - seen.blue() > (wanted.red() - wanted.blue()) * 0.15, "in that colour"


def test_ux_54_and_57_wait_less_than_200_ms_and_a_glide_ends_within_it(window: Window, hands: Hands) -> None:
    follows, code = window.following, window.code
    for work in (follows.checking, follows.looking, code.background):
        assert following.SOON + work._timer.interval() <= 120, "what is left is for the work"
    assert gliding.LASTS + gliding.FRAME <= 200


def test_undo_of_a_splice_gives_back_the_wire(hands: Hands) -> None:
    first, second = put(hands, "tensor", -80, 0), put(hands, "tensor", 80, 0)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    third = put(hands, "tensor", 0, 90)
    before = state(hands).document
    hands.drag((0, 90), middle_of(hands, wire))
    assert len(content(hands).wires) == 2
    undo(hands)
    assert state(hands).document == before
    assert place(hands, third) == (0, 90)
