"""Row 43 of the editor's behaviour, and Ctrl+J: items by letter tags, from the drawing to its code and back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.ui.tags import Tags, tags
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

CTRL = Qt.KeyboardModifier.ControlModifier


def layer(hands: Hands) -> Tags:
    return next(one for one in hands.canvas.findChildren(Tags) if one.isVisible())


def test_ux_43_a_tag_selects_and_slash_and_a_tag_connects(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="A: i=2 j=3"))
    window.send(events.Insert("", 120, 0, text="B: j=3 k=4"))
    window.send(events.Insert("tensor", 400, 200))
    hands.canvas.fit()
    first, second, far = hands.canvas.session.state.document.content.nodes.values()
    hands.canvas.setFocus()
    window.run("zoom_actual")
    hands.key(Qt.Key.Key_1, CTRL)
    hands.key(Qt.Key.Key_Semicolon)
    assert set(layer(hands).places) == {first.id, second.id, far.id}
    tag = next(tag for tag, item in layer(hands).named.items() if item == first.id)
    hands.type(tag)
    assert hands.canvas.session.state.selection == {first.id}
    assert not [one for one in hands.canvas.findChildren(Tags) if one.isVisible()]
    assert QApplication.focusWidget() is hands.canvas
    hands.key(Qt.Key.Key_Slash)
    assert second.id in layer(hands).places
    assert first.id not in layer(hands).places
    hands.type(next(tag for tag, item in layer(hands).named.items() if item == second.id))
    (wire,) = hands.canvas.session.state.document.content.wires.values()
    assert {leg.id for leg in first.legs} & set(wire.ends)  # type: ignore[union-attr]
    assert "Connect A.j to B.j" in window.said.text()
    hands.key(Qt.Key.Key_Semicolon)
    assert wire.id in layer(hands).places
    layer(hands).grab()
    hands.key(Qt.Key.Key_Escape)
    assert hands.canvas.session.state.selection == {first.id}


def test_ux_43_what_is_not_seen_has_no_tag(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.send(events.Insert("tensor", 9000, 9000))
    near, _ = hands.canvas.session.state.document.content.nodes
    window.select(frozenset({near}))
    window.run("fit_selection")
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Semicolon)
    assert list(layer(hands).places) == [near]
    hands.key(Qt.Key.Key_5)
    assert not [one for one in hands.canvas.findChildren(Tags) if one.isVisible()], "no tag begins so"


def test_ux_43_tags_are_different_and_short() -> None:
    for count in (1, 26, 27, 700):
        made = tags(count)
        assert len(set(made)) == count
        assert len({len(tag) for tag in made}) == 1
    assert len(tags(26)[0]) == 1
    assert len(tags(27)[0]) == 2


def test_ctrl_j_goes_from_the_selection_to_its_code_and_back(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new_from("dense_network")
    qtbot.waitUntil(lambda: bool(window.code.origins), timeout=20_000)
    assert window.session is not None
    item = next(
        node for node in window.session.state.document.content.nodes if any(node in o for o in window.code.origins)
    )
    window.select(frozenset({item}))
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_J, CTRL)
    assert QApplication.focusWidget() is window.code.text
    line = window.code.text.textCursor().blockNumber()
    assert item in window.code.origins[line]
    window.select(frozenset())
    hands.key(Qt.Key.Key_J, CTRL)
    assert QApplication.focusWidget() is hands.canvas
    assert item in window.session.state.selection
    window.send(events.Insert("note", 500, 500))
    hands.key(Qt.Key.Key_J, CTRL)
    assert "No line of the code" in window.said.text()
