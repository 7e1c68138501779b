"""What the view shows after an undo, a fit, a search and a change of the window's size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tensordraw.editor import events
from tensordraw.ui.view import LEAST, View
from tests.ui.conftest import Hands
from tests.ui.drawn import document, pick, put, undo


def seen(hands: Hands, item: str) -> bool:
    canvas = hands.canvas
    return any(canvas.view.sees(made.item.box, canvas.width(), canvas.height()) for made in canvas.sheet.owned(item))


def test_fit_shows_all_below_the_limit_of_zooming_by_hand() -> None:
    view = View().fitted((0.0, 0.0, 40_000.0, 300.0), 1000, 600)
    assert view.zoom < LEAST
    assert all(0 <= x <= 1000 for x in (view.to_screen(0, 0)[0], view.to_screen(40_000, 0)[0]))
    assert view.zoomed(view.zoom * 0.8, (0, 0)).zoom == view.zoom
    assert view.zoomed(view.zoom * 1.25, (0, 0)).zoom == pytest.approx(view.zoom * 1.25)


def test_what_lies_farther_out_than_whole_numbers_go_is_selected(hands: Hands) -> None:
    near = put(hands, "tensor", 0, 0)
    hands.window.send(events.Insert("tensor", 1e15, 0.0))
    far = next(iter(hands.canvas.session.state.document.content.nodes.keys() - {near}))
    hands.canvas.set_view(View())
    pick(hands, near, far)
    assert hands.canvas.session.state.selection == {near, far}
    assert hands.pixel(1e15, 0.0).x() > 2**27


def test_what_an_undo_changes_is_brought_into_sight(hands: Hands) -> None:
    one, other = put(hands, "tensor", 0, 0), put(hands, "tensor", 60, 0)
    pick(hands, other)
    hands.key(Qt.Key.Key_Delete)
    hands.canvas.set_view(hands.canvas.view.moved(9000, 0))
    assert not seen(hands, one)
    undo(hands)
    assert seen(hands, one)
    assert seen(hands, other)


def test_an_undo_of_what_is_seen_leaves_the_view(hands: Hands) -> None:
    put(hands, "tensor", 0, 0)
    other = put(hands, "tensor", 60, 0)
    pick(hands, other)
    hands.key(Qt.Key.Key_Delete)
    before = hands.canvas.view
    undo(hands)
    assert hands.canvas.view == before


def test_a_hit_of_a_search_is_enlarged_until_it_can_be_read(hands: Hands) -> None:
    one = put(hands, "tensor", 0, 0)
    hands.canvas.set_view(hands.canvas.view.zoomed(0.3, (100, 100)))
    hands.window.send(events.Run("find", document(hands).content.nodes[one].name))
    assert hands.canvas.view.zoom == 1.0
    assert seen(hands, one)


def test_collapsing_fits_a_fitted_view_again_and_no_other(hands: Hands) -> None:
    inner = [put(hands, "tensor", 300 * number, 0) for number in range(4)]
    pick(hands, *inner)
    hands.window.send(events.Run("wrap_block"))
    hands.canvas.fit()
    fitted = hands.canvas.view
    hands.window.send(events.Run("collapse_all_close"))
    assert hands.canvas.view.zoom > fitted.zoom


def test_drawing_and_another_size_of_the_window_leave_the_zoom(hands: Hands) -> None:
    before = hands.canvas.view.zoom
    put(hands, "tensor", 0, 0)
    hands.window.resize(1100, 700)
    QApplication.processEvents()
    assert hands.canvas.view.zoom == before
