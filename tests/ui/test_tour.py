"""The tour's card lies beside what it speaks of, in small windows too."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tensordraw.ui.tour import STOPS, Tour, drawing_in, place_beside
from tensordraw.ui.window import Window


@pytest.mark.parametrize("size", [(1024, 640), (1280, 820), (1600, 1000)])
def test_ux_64_the_tours_card_covers_nothing_of_what_it_speaks_of(
    window: Window, qtbot: QtBot, size: tuple[int, int]
) -> None:
    window.resize(*size)
    window.run("tour")
    (tour,) = window.findChildren(Tour)
    for stop in STOPS:
        QTest.qWait(150)  # panels that come take their place
        part = stop.place(window)
        assert part is not None
        about = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
        assert tour.frame.geometry() == about
        if part is window.canvas:
            about = drawing_in(window)
            assert about.width() > 50
        assert tour.isVisible()
        assert window.rect().contains(tour.geometry())
        assert not tour.geometry().intersects(about), stop.title
        QTest.keyClick(tour.on, Qt.Key.Key_Space)
    assert not tour.isVisible()


def test_ux_64_a_window_made_small_during_the_tour_moves_the_card(window: Window, qtbot: QtBot) -> None:
    window.resize(1600, 1000)
    window.run("tour")
    (tour,) = window.findChildren(Tour)
    QTest.keyClick(tour.on, Qt.Key.Key_Space)
    QTest.qWait(150)
    window.resize(1024, 640)
    QTest.qWait(300)
    assert window.rect().contains(tour.geometry())
    assert not tour.geometry().intersects(drawing_in(window))
    tour.leave()


def test_without_room_the_card_covers_as_little_as_can_be() -> None:
    window, card = QRect(0, 0, 400, 300), QSize(330, 160)
    at = place_beside(window, QRect(0, 0, 400, 200), card)
    assert window.contains(QRect(at, card))
    covered = QRect(at, card) & QRect(0, 0, 400, 200)
    assert covered.height() <= 68  # it lies as low as it can
