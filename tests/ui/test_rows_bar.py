"""The bar beside the selection covers nothing, goes while the pointer is far, has styles; a constant shows that it is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tensordraw.figure.paths import bounds
from tensordraw.ui.floating_bar import AWAY, SEEN, FloatingBar
from tests.ui.conftest import Hands
from tests.ui.drawn import document, entries, join, legs, pick, put

NONE = Qt.KeyboardModifier.NoModifier


def bar(hands: Hands) -> FloatingBar:
    found = hands.canvas.bar
    assert isinstance(found, FloatingBar)
    return found


def test_it_covers_no_body_and_no_label(hands: Hands, qtbot: QtBot) -> None:
    middle = put(hands, "tensor4", 0, 0)
    above = [put(hands, "tensor", x, -45) for x in (-40, 0, 40)]
    pick(hands, middle)
    qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
    figure, view = hands.canvas.sheet.figure, hands.canvas.view
    assert figure is not None
    for item in figure.items:
        for shape in item.shapes:
            if shape.role in SEEN:
                left, top, right, bottom = bounds(shape.path)
                box = QRect(hands.pixel(left, top), hands.pixel(right, bottom))
                assert not bar(hands).geometry().intersects(box), item.owner
    assert bar(hands).geometry().top() > view.to_screen(0, 0)[1], "below: the neighbours lie above"
    assert len(above) == 3


def test_it_goes_while_the_pointer_is_far_away_and_comes_back(hands: Hands, qtbot: QtBot) -> None:
    pick(hands, put(hands, "tensor", 0, 0))
    qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
    scale = hands.canvas.view.scale
    hands.mouse(QEvent.Type.MouseMove, 0, (AWAY + 120) / scale, NONE)
    assert not bar(hands).isVisible()
    hands.mouse(QEvent.Type.MouseMove, 0, 0, NONE)
    assert bar(hands).isVisible()


def test_a_selected_constant_is_marked(hands: Hands) -> None:
    one = put(hands, "constant", 0, 0)

    def image() -> bytes:
        shown = hands.canvas.grab().toImage()
        at = hands.pixel(0, 0)
        part = shown.copy(QRect(at.x() - 40, at.y() - 40, 80, 80))
        return bytes(part.constBits())

    hands.mouse(QEvent.Type.MouseMove, 90, 90, NONE)
    pick(hands)
    plain = image()
    pick(hands, one)
    assert image() != plain


def test_its_style_menu_sets_colour_line_and_curve_of_all_that_is_selected_in_one_step(
    hands: Hands, qtbot: QtBot
) -> None:
    one, other = put(hands, "tensor", -60, 0), put(hands, "tensor", 60, 0)
    wire = join(hands, legs(hands, one)[1], legs(hands, other)[0])

    def choose(words: str) -> list[str]:
        qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
        QTest.mouseClick(bar(hands).buttons["style"], Qt.MouseButton.LeftButton)
        (menu,) = [menu for menu in hands.canvas.findChildren(QMenu) if menu.isVisible()]
        ticked = [action.text() for action in menu.actions() if action.isChecked()]
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.close()
        return ticked

    pick(hands, one, wire)
    before = entries(hands)
    assert choose("blue") == ["default", "normal", "curve"]
    looks = document(hands).layout.looks
    assert {looks[one].colour, looks[wire].colour} == {"blue"}
    assert entries(hands) == before + 1
    pick(hands, wire)
    assert choose("orthogonal") == ["blue", "normal", "curve"]
    assert document(hands).layout.curves[wire].style == "orthogonal"
    assert not bar(hands).buttons["add_leg"].isEnabled(), "a wire has none"
    pick(hands, other)
    assert choose("bold") == ["default", "normal"]
    assert document(hands).layout.looks[other].weight == "bold"
