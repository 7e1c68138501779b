"""What is typed or put down at the pointer or at the end of a wire: where it stands, how it turns, what it is called."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, Qt

from tensordraw.diagram.records import Tensor
from tensordraw.editor import events
from tensordraw.figure.paths import overlap
from tests.ui.conftest import Hands
from tests.ui.drawn import (
    CTRL,
    content,
    document,
    entries,
    join,
    legs,
    pick,
    place,
    popup,
    root,
    rows,
    state,
    tip,
    typed,
)

NONE = Qt.KeyboardModifier.NoModifier


def angle(hands: Hands, leg: str) -> float:
    figure = hands.canvas.sheet.figure
    assert figure is not None
    return figure.anchors[leg].angle


@pytest.mark.parametrize("text", ["W_K: b a", "W_K: a b", "W_K", "a_longer_name", "Transposed: b a"])
@pytest.mark.parametrize(("side", "along"), [(1, 0.0), (0, 180.0)])
def test_what_is_typed_at_the_end_of_a_wire_goes_on_in_its_direction(
    hands: Hands, text: str, side: int, along: float
) -> None:
    first = typed(hands, "M: a a")[0]
    own = legs(hands, first)[side]
    x, y = tip(hands, own)
    end = (x + 70 * math.cos(math.radians(along)), y)
    hands.drag((x, y), end)
    hands.type(text)
    assert "Enter" in popup(hands).told.text() or rows(popup(hands)) == [f"Tensor {text}"]
    hands.key(Qt.Key.Key_Return)
    assert entries(hands) == 2, "one step"
    (new,) = state(hands).selection
    made = content(hands).nodes[new]
    assert isinstance(made, Tensor)
    assert made.name == text.partition(":")[0]
    (wire,) = content(hands).wires.values()
    (met,) = set(wire.ends) - {own}
    (other,) = set(legs(hands, new)) - {met}
    assert angle(hands, other) == pytest.approx(along), "opposite the wire"
    assert math.dist(root(hands, met), end) < 1.0, "its leg lies under the pointer"


def test_a_leg_that_is_added_stands_opposite_the_wire_and_stays_when_the_name_changes(hands: Hands) -> None:
    first, second = typed(hands, "x: a", "y: a")
    join(hands, legs(hands, first)[0], legs(hands, second)[0])
    pick(hands, second)
    hands.window.run("add_leg")
    (new,) = set(legs(hands, second)) - {end for wire in content(hands).wires.values() for end in wire.ends}
    (wired,) = set(legs(hands, second)) - {new}
    for name in ("y", "a rather long name", "z"):
        hands.window.send(events.Committed(second, name))
        assert abs((angle(hands, new) - angle(hands, wired)) % 360.0 - 180.0) < 1.0, name


def test_a_plain_name_makes_a_tensor_of_that_name(hands: Hands) -> None:
    hands.double_click(20, 20)
    hands.type("W_Q")
    assert rows(popup(hands)) == ["Tensor W_Q"]
    hands.key(Qt.Key.Key_Return)
    (node,) = content(hands).nodes.values()
    assert isinstance(node, Tensor)
    assert (node.name, len(node.legs)) == ("W_Q", 2)
    hands.double_click(120, 120)
    hands.type("W_Q")
    hands.key(Qt.Key.Key_Return)
    one, other = content(hands).nodes.values()
    assert [leg.space for leg in one.legs] == [leg.space for leg in other.legs], "the same array has the same legs"  # type: ignore[union-attr]


def apart(hands: Hands, one: str, other: str) -> bool:
    """Whether two bodies, notes or regions are drawn apart from each other."""
    figure = hands.canvas.sheet.figure
    assert figure is not None
    boxes = {item.owner: item.box for item in figure.items}
    return not overlap(boxes[one], boxes[other])


@pytest.mark.parametrize(
    "how",
    [
        "Space W: a b",
        "Space isometry",
        "Space text",
        "Space 1/sqrt(n)",
        "Space mps 3",
        "Space Zeta",
        "1",
        "6",
        "palette",
    ],
)
def test_what_is_inserted_at_the_pointer_stands_beside_what_is_there(hands: Hands, how: str) -> None:
    (first,) = typed(hands, "M: n n")
    x, y = place(hands, first)
    hands.mouse(QEvent.Type.MouseMove, x + 2, y + 2, NONE)
    if how.startswith("Space"):
        hands.key(Qt.Key.Key_Space)
        hands.type(how.removeprefix("Space "))
        hands.key(Qt.Key.Key_Return)
    elif how == "palette":
        canvas = hands.canvas
        across, down = canvas.view.to_screen(x, y)
        canvas.set_view(canvas.view.moved(round(canvas.width() / 2 - across), round(canvas.height() / 2 - down)))
        hands.window.following.insert_in_middle("unitary")
    else:
        hands.key(Qt.Key(ord(how)))
    assert entries(hands) == 2, "one step"
    new = {*content(hands).nodes, *document(hands).layout.notes} - {first}
    assert new
    assert all(apart(hands, first, item) for item in new)
    if len(new) == 1:
        figure = hands.canvas.sheet.figure
        assert figure is not None
        (box,) = [item.box for item in figure.items if item.owner in new]
        assert math.dist(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), (x, y)) < 90, "near the pointer"


def test_what_is_inserted_in_a_region_stays_in_it_and_in_free_room_where_the_pointer_is(hands: Hands) -> None:
    (first,) = typed(hands, "M: n n")
    pick(hands, first)
    hands.key(Qt.Key.Key_G, CTRL)
    (region,) = content(hands).regions
    x, y = place(hands, first)
    for number, at in enumerate(((x + 1, y + 2), (x + 150, y + 100))):
        hands.mouse(QEvent.Type.MouseMove, *at, NONE)
        hands.key(Qt.Key.Key_Space)
        hands.type(f"W{number}: n")
        hands.key(Qt.Key.Key_Return)
        (new,) = state(hands).selection
        assert content(hands).nodes[new].inside == (region if not number else "root")
        assert apart(hands, first, new)
    assert math.dist(place(hands, new), at) < 8.0, "nothing was there"
