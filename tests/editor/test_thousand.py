"""One long sitting: a thousand operations, then undo of everything."""

from __future__ import annotations

import random

from tensordraw.diagram import file
from tensordraw.diagram.draft import Draft
from tensordraw.editor import grasp
from tensordraw.editor.events import Insert
from tensordraw.editor.grasp import within
from tests.editor.desk import Desk
from tests.growth import peak

KINDS = (
    "tensor",
    "vector",
    "dot",
    "isometry",
    "copy",
    "add",
    "note",
    "one_hot",
    "bubble:softmax",
    "sum",
    "repeat",
    "block",
)
KEYS = ("Delete", "Ctrl+D", "R", "T", "B", "Shift+B", "Ctrl+G", "Right", "Shift+Up", "W", "Ctrl+Z", "Ctrl+Y", "Ctrl+A",
        "Escape", "Shift+H", "Ctrl+Delete", "Ctrl+Right", "Shift+A")  # fmt: skip


def spot(desk: Desk, dice: random.Random) -> tuple[float, float]:
    """A leg's tip, the middle of a body, or anywhere."""
    found = [anchor.tip for anchor in grasp.figure_of(desk.document).anchors.values()]
    found += [(place.x, place.y) for place in desk.document.layout.places.values()]
    return dice.choice([*found, (float(dice.randrange(-900, 900)), float(dice.randrange(-900, 900)))])


def test_ux_49_a_thousand_operations_undone_give_the_first_file() -> None:
    dice = random.Random(4)
    desk = Desk()
    first = file.encode(desk.document)
    for _ in range(1000):
        match dice.randrange(20):
            case 0 | 1 if len(desk.content.nodes) < 8:
                desk.send(Insert(dice.choice(KINDS), *spot(desk, dice)))
            case 2:
                desk.drag(spot(desk, dice), spot(desk, dice))
            case _:
                desk.key(dice.choice(KEYS))
        if len(desk.content.nodes) > 10:
            desk.key("Ctrl+A", "Delete")
    last = file.encode(desk.document)
    redone = len(desk.state.history.future)
    assert desk.entries > 200
    for _ in range(desk.entries):
        desk.run("undo")
    assert file.encode(desk.document) == first
    while len(desk.state.history.future) > redone:
        desk.run("redo")
    assert file.encode(desk.document) == last


def test_a_rubber_band_over_items_far_apart_asks_nothing_between() -> None:
    draft = Draft()
    near, far = (draft.tensor(name, [draft.leg("i")], at) for name, at in (("A", (0, 0)), ("B", (2e7, 2e7))))
    drawn = draft.build()
    within(drawn, (-50.0, -50.0, 50.0, 50.0))
    assert peak(lambda: within(drawn, (-50.0, -50.0, 1.5e7, 1.5e7))) < 1e6
    assert near.id in within(drawn, (-50.0, -50.0, 1.5e7, 1.5e7))
    assert {near.id, far.id} <= within(drawn, (-50.0, -50.0, 3e7, 3e7))


def test_where_coordinates_no_longer_tell_steps_apart_a_tensor_is_still_inserted() -> None:
    draft = Draft()
    draft.tensor("A", [draft.leg("i")], (1e18, 0.0))
    desk = Desk(draft.build())
    desk.move((1e18, 0.0))
    desk.run("insert_tensor")
    assert len(desk.content.nodes) == 2
