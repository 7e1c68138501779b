"""The button of a selected region: seen at its corner, and pressed by a real mouse; the box for the table of legs."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.editor import events, folding
from tensordraw.templates import template
from tests.ui.conftest import Hands


def test_the_button_is_painted_and_pressed(hands: Hands, qtbot: QtBot) -> None:
    hands.window.files.new(template("mlp_block"))
    QApplication.processEvents()
    canvas = hands.canvas
    block = next(r.id for r in canvas.session.state.document.content.regions.values() if r.name == "mlp")
    plain = canvas.grab().toImage()
    hands.window.send(events.Select(frozenset({block})))
    QApplication.processEvents()
    figure = canvas.sheet.figure
    assert figure is not None
    at = folding.button_of(canvas.session.state.document, figure, block, canvas.view.scale)
    assert at is not None
    spot = hands.pixel(*at)
    ratio = canvas.devicePixelRatioF()
    x, y = round(spot.x() * ratio), round(spot.y() * ratio)
    assert canvas.grab().toImage().pixelColor(x, y) != plain.pixelColor(x, y)
    hands.click(*at)
    assert folding.is_collapsed(canvas.session.state.document, block)

    def buttons() -> list[QPushButton]:
        return [button for button in hands.window.findChildren(QPushButton) if button.text() == "Expand"]

    qtbot.waitUntil(lambda: bool(buttons()))  # the inspector follows a little later
    buttons()[0].click()
    assert not folding.is_collapsed(canvas.session.state.document, block)


def test_the_box_of_the_table(hands: Hands) -> None:
    hands.window.files.new(template("mlp_block"))
    QApplication.processEvents()
    (box,) = [b for b in hands.window.findChildren(QCheckBox) if b.text() == "Table of legs in the figure"]
    assert not box.isChecked()
    box.click()
    assert any(note.table for note in hands.canvas.session.state.document.layout.notes.values())
