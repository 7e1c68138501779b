"""The card that tells about what the pointer rests on: words, the numbers of its value or file, a small picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Copy, Source, Tensor
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui.canvas import HOVER_DELAY
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.test_viewers import settled, small_model


def rest_on(window: Window, hands: Hands, item: str) -> str:
    """Rest the pointer on an item (as the canvas tells it) and give the card's words once they are whole."""
    assert window.session is not None
    window.hovering.rest(window.session, item, window.mapToGlobal(QPoint(400, 300)))
    card = window.hovering.card
    for _ in range(400):
        if not window.hovering.background.busy:
            break
        QTest.qWait(10)
    return f"{card.words.text()}\n{card.facts.text() if not card.facts.isHidden() else ''}"


def test_ux_59_resting_on_a_tensor_tells_its_file_and_numbers(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.new(template("matrix_product", rows=20, inner=3, columns=4))
    assert window.state is not None
    tensor = next(iter(window.state.document.content.nodes.values()))
    assert isinstance(tensor, Tensor)
    array = np.arange(60, dtype=np.float32).reshape(20, 3)
    array[0, 0] = np.nan
    np.save(tmp_path / "w.npy", array)
    window.send(events.Bind(tensor.name, Source(str(tmp_path / "w.npy"))))
    QTest.qWait(60)
    words = rest_on(window, hands, tensor.id)
    for part in ("w.npy", "i 20", "20 × 3   float32", "min 1", "max 59", "1 NaN"):
        assert part in words
    card = window.hovering.card
    assert not card.picture.isHidden()
    assert card.picture.values.shape == (20, 3)
    (tmp_path / "w.npy").unlink()
    assert "w.npy" in rest_on(window, hands, tensor.id)


def test_ux_59_resting_on_a_wire_tells_its_ends_and_what_the_last_run_gave(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    content = small_model(window)
    copy = next(n for n in content.nodes.values() if isinstance(n, Copy) and n.name == "resid_mid")
    stream = next(w.id for w in content.wires.values() if any(leg.id in w.ends for leg in copy.out))
    before = rest_on(window, hands, stream)
    assert "copy resid_mid" in before
    assert "layer 2 × seq 5 × hidden 8" in before
    assert "not evaluated yet" in before
    window.run("evaluate")
    settled(window, qtbot)
    rest_on(window, hands, stream)
    card = window.hovering.card
    qtbot.waitUntil(lambda: "no NaN" in card.facts.text(), timeout=20_000)  # evaluated for the card alone
    assert "value resid_mid: 2 × 5 × 8   float32" in card.facts.text()
    assert "at layer 0" in card.facts.text()
    assert card.picture.values.shape == (5, 8)
    assert not window.evaluates()
    window.select(frozenset({stream}))
    window.run("pin_value")
    settled(window, qtbot)
    assert "2 × 5 × 8   float32" in rest_on(window, hands, stream)
    window.performer.evaluation.close()


def test_the_card_comes_after_half_a_second_and_goes_when_the_pointer_moves_on(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new(template("matrix_product", rows=2, inner=3, columns=4))
    QTest.qWait(50)
    assert window.state is not None
    place = next(iter(window.state.document.layout.places.values()))
    canvas = hands.canvas
    assert HOVER_DELAY == 500
    QTest.mouseMove(canvas, hands.pixel(place.x, place.y))
    card = window.hovering.card
    qtbot.waitUntil(card.isVisible, timeout=3000)
    assert card.words.text()
    QTest.mouseMove(canvas, QPoint(3, 3))
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=2000)
    qtbot.waitUntil(lambda: not window.hovering.background.busy, timeout=20_000)
