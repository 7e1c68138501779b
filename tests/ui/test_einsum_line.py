"""The code panel is alive the other way round too: editing the einsum string of a drawing edits the drawing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram import edits_legs
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Source, node_legs
from tensordraw.editor import events
from tensordraw.editor.respelling import respelled, simple
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

SIZES = {"i": 2, "j": 3, "k": 4}
STRINGS = [
    "i j, j k -> k i", "i j, j k -> i j k", "i j, j k ->", "i j, j k, k l -> i l", "i j -> j", "i j j, j k -> i k",
    "i l, l k -> i k", "i j, i j ->", "i, k -> i k", "i j, j k -> i", "j k, i j -> i k",
]  # fmt: skip


@pytest.mark.parametrize("text", STRINGS)
def test_the_drawing_says_the_string_that_was_typed(text: str) -> None:
    drawn = td.einsum("i j, j k -> i k", "A", "B", sizes=SIZES)
    after = respelled(drawn, text)
    assert simple(after).text == text
    assert not [one for one in td.problems(after) if one.severity == "error"]
    arrays = td.arrays(after)
    spoken = simple(after)
    classic = spoken.classic
    np.testing.assert_allclose(
        td.evaluate(after), np.einsum(classic, *(arrays[name] for name in spoken.names)), rtol=1e-4, atol=1e-5
    )
    kept = drawn.content.nodes.keys() & after.content.nodes.keys()
    assert all(after.layout.places[item] == drawn.layout.places[item] for item in kept)


def test_nothing_is_said_any_more_of_a_leg_that_goes() -> None:
    drawn = td.template("matrix_product")
    legs = [leg.id for node in drawn.content.nodes.values() for leg in node_legs(node)]
    ranked = edits_legs.set_open_order(drawn, legs)
    assert list(faults(respelled(ranked, "h e l l o"))) == []


@pytest.mark.parametrize(
    "text", ["i j, j k -> z", "i j, j ( k", "..., j k -> k", "i j, j k -> i i", "", "i (j k) -> i", "i j, j k -> i k k"]
)
def test_a_faulty_string_is_one_sentence(text: str) -> None:
    drawn = td.einsum("i j, j k -> i k", "A", "B", sizes=SIZES)
    with pytest.raises(td.Error):
        respelled(drawn, text)


def test_drawings_of_more_than_one_contraction_have_no_line() -> None:
    for name in ("dense_network", "attention", "residual_stream"):
        with pytest.raises(td.Error):
            simple(td.template(name))


def test_the_line_is_edited_in_the_panel(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    field = window.code.einsum
    qtbot.waitUntil(lambda: field.line.text() == "i j, j k -> i k", timeout=20_000)
    assert field.isVisible()
    before = hands.canvas.session.state.document
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "i j, j k -> i z")
    assert field.said.isVisible()
    assert "'z'" in field.said.text()
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert hands.canvas.session.state.document is before, "a faulty edit changes nothing"
    field.line.selectAll()
    QTest.keyClicks(field.line, "i j, j k, k l -> i l")
    assert not field.said.isVisible()
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    content = hands.canvas.session.state.document.content
    assert [node.name for node in content.nodes.values()] == ["A", "B", "C"]  # type: ignore[union-attr]
    assert len(content.wires) == 2
    qtbot.waitUntil(lambda: "def forward(A, B, C)" in window.code.text.toPlainText(), timeout=20_000)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert hands.canvas.session.state.document is before
    qtbot.waitUntil(lambda: field.line.text() == "i j, j k -> i k", timeout=20_000)
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "i j")
    QTest.keyClick(field.line, Qt.Key.Key_Escape)
    assert field.line.text() == "i j, j k -> i k"
    window.run("select_all")
    window.run("wrap_bubble", "relu")
    qtbot.waitUntil(lambda: not field.isVisible(), timeout=20_000)


def test_an_array_of_a_file_keeps_its_axes(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="ij,jk->ik"))
    window.send(events.Bind("A", Source("a.npy")))
    before = hands.canvas.session.state.document
    window.run("edit_einsum", "i j l, j k -> i k l")
    assert hands.canvas.session.state.document is before
    assert "comes from a file" in window.said.text()
