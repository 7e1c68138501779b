"""What the window says beside the pointer and below the canvas."""

from __future__ import annotations

from tensordraw.ui.overlay import chip_left, hint
from tests.editor.desk import two_joined


def test_the_hint_speaks_of_what_is_selected() -> None:
    desk, a, b, wire = two_joined()
    (note,) = (desk.put("note", 0, 200),)
    other = desk.put("tensor", 300, 0)
    desk.select(a, b, other)
    desk.key("=")
    (sign,) = desk.state.selection
    assert "B draws" not in hint(desk.state)
    assert "change the sign" in hint(desk.state)
    for item, words in ((a, "B draws a bubble"), (wire, "W changes the style"), (note, "Enter edits the text")):
        desk.select(item)
        assert words in hint(desk.state)
    desk.select(desk.legs(other)[0])
    assert hint(desk.state).startswith("Drag to connect")
    desk.select(sign)
    desk.key("Delete")
    assert desk.content.equations == {}
    assert other in desk.content.nodes


def test_a_reason_at_the_right_edge_is_read_whole() -> None:
    assert chip_left(100.0, 300.0, 800.0) == 100.0
    assert chip_left(700.0, 300.0, 800.0) + 300.0 < 800.0
    assert chip_left(700.0, 900.0, 800.0) > 0.0, "one that is too long is read from its beginning"
