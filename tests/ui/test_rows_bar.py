"""The bar beside the selection covers nothing and goes while the pointer works elsewhere; a constant shows that it is selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt
from pytestqt.qtbot import QtBot

from tensordraw.figure.paths import bounds
from tensordraw.ui.floating_bar import AWAY, SEEN, FloatingBar
from tests.ui.conftest import Hands
from tests.ui.drawn import pick, put

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
