"""The command table: complete, without clashes, each row runs or says why not."""

from __future__ import annotations

import pytest

from tensordraw.diagram import file
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Block, Bubble, Curve, Note, Repeat, Sum, Term
from tensordraw.editor import commands, grasp
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.effects import (
    ChangeView,
    ChooseFunction,
    CopyToClipboard,
    Evaluate,
    NewDocument,
    OpenDialog,
    QuickInsert,
    RequestPaste,
    SaveFile,
    StopEvaluation,
)
from tensordraw.editor.events import Insert, Pasted, Saved
from tensordraw.editor.keys import TABLE
from tensordraw.editor.state import open_state
from tensordraw.program.findings import findings
from tests.editor.desk import Desk, two_joined, two_tensors

# What the specification promises to the fingers, as far as this version goes.
PROMISED = [
    "Ctrl+L",
    "Ctrl+K, C",
    "Ctrl+K, U",
    "Ctrl+K, D",
    "Ctrl+N",
    "Ctrl+O",
    "Ctrl+S",
    "Ctrl+Shift+S",
    "Ctrl+W",
    "Ctrl+E",
    "Ctrl+Shift+P",
    "Ctrl+/",
    "?",
    "Space",
    "Ctrl+Z",
    "Ctrl+Shift+Z",
    "Ctrl+Y",
    "Ctrl+C",
    "Ctrl+X",
    "Ctrl+V",
    "Ctrl+Shift+C",
    "Ctrl+Shift+V",
    "Ctrl+D",
    "Delete",
    "Backspace",
    "Ctrl+Delete",
    "Ctrl+A",
    "Escape",
    "Left",
    "Right",
    "Up",
    "Down",
    "Shift+Left",
    "Shift+Right",
    "Shift+Up",
    "Shift+Down",
    "Enter",
    "F2",
    "W",
    "Shift+W",
    "R",
    "Shift+H",
    "Shift+V",
    "T",
    "B",
    "Shift+B",
    "Ctrl+G",
    "Ctrl+Shift+G",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "Ctrl+Shift+Left",
    "Ctrl+Shift+Right",
    "Ctrl+Shift+Up",
    "Ctrl+Shift+Down",
    "Shift+A",
    "Ctrl+=",
    "Ctrl+-",
    "Ctrl+0",
    "Ctrl+1",
    "Home",
    "Ctrl+2",
    "G",
    "Shift+G",
    "Ctrl+Enter",
    "F5",
    "F6",
    "F7",
    "F9",
]


def test_ids_are_unique_and_every_command_has_a_title_and_a_category() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for command in COMMANDS:
        assert command.title.strip()
        assert command.category.strip()
        assert command.argument or not command.hidden


def test_the_promised_keys_are_bound() -> None:
    missing = [keys for keys in PROMISED if TABLE.command(keys) is None]
    assert missing == []


def test_every_visible_command_runs_or_says_why_not_in_an_empty_document() -> None:
    for command in COMMANDS:
        if command.hidden:
            continue
        state = open_state()
        reason = command.enabled(state)
        after, effects = commands.run(state, command.id)
        if reason is not None:
            assert after.document is state.document
            assert any(getattr(effect, "text", "") == reason for effect in effects)
            assert reason.endswith(".")


def test_ux_41_commands_are_found_by_synonyms() -> None:
    assert commands.search("triangle")
    assert "wrap_bubble" in [command.id for command in commands.search("relu")]
    assert [command.id for command in commands.search("trace")] == ["connect"]
    assert commands.search("undo")[0].id == "undo"
    assert commands.search("export")[0].id == "export"
    assert commands.search("contract")
    assert commands.search("xyzzy") == []
    assert not any(command.hidden for command in commands.search(""))


@pytest.mark.parametrize(
    ("keys", "effect"),
    [
        ("Ctrl+N", NewDocument()),
        ("Ctrl+O", OpenDialog("open")),
        ("Ctrl+S", OpenDialog("save_as")),
        ("Ctrl+E", OpenDialog("export")),
        ("Ctrl+V", RequestPaste(False)),
        ("Ctrl+Shift+V", RequestPaste(True)),
        ("Ctrl+=", ChangeView("in")),
        ("Escape", StopEvaluation()),
        ("Ctrl+Shift+P", OpenDialog("command_palette")),
    ],
)
def test_keys_that_ask_the_window(keys: str, effect: object) -> None:
    desk = Desk()
    desk.key(keys)
    assert effect in desk.effects


def test_escape_stops_what_runs_at_once_also_where_something_is_selected() -> None:
    desk, first, _ = two_tensors()
    desk.select(first)
    desk.key("Escape")
    assert not desk.state.selection
    assert desk.effects == (StopEvaluation(),)


def test_save_writes_where_the_document_came_from_and_marks_it() -> None:
    desk, _, _ = two_tensors()
    assert desk.state.history.changed
    desk.send(Saved("/a/b.tdraw", desk.document))
    assert not desk.state.history.changed
    desk.run("save")
    assert desk.effects == (SaveFile("/a/b.tdraw"),)
    desk.key("Ctrl+A", "Right")
    assert desk.state.history.changed
    desk.key("Ctrl+Z")
    assert not desk.state.history.changed, "undone to what was saved"


def test_evaluate_needs_something_drawn() -> None:
    desk = Desk()
    desk.key("Ctrl+Enter")
    assert desk.refused
    desk.put("tensor", 0, 0)
    desk.key("Ctrl+Enter")
    assert desk.effects == (Evaluate(),)


def test_copy_cut_and_paste() -> None:
    desk, a, b, _ = two_joined()
    desk.select(a, b)
    desk.key("Ctrl+C")
    text = desk.asked(CopyToClipboard).text
    assert len(file.decode(text).content.nodes) == 2
    desk.send(Pasted(text, 200.0, 100.0))
    assert len(desk.content.nodes) == 4
    assert len(desk.content.wires) == 2
    assert len(desk.state.selection) == 2
    places = [desk.document.layout.places[item] for item in desk.state.selection]
    assert sorted((place.x, place.y) for place in places) == [(150.0, 100.0), (250.0, 100.0)]
    desk.key("Ctrl+X")
    assert desk.asked(CopyToClipboard).text
    assert len(desk.content.nodes) == 2
    desk.key("Ctrl+Z")
    assert len(desk.content.nodes) == 4


def test_pasting_nonsense_says_so_and_changes_nothing() -> None:
    desk, _, _ = two_tensors()
    before = desk.document
    for text in (
        "",
        "hello world, this is text",
        '{"format": "other"}',
        "{broken",
        '{"format": "tensordraw", "version": 99}',
    ):
        desk.send(Pasted(text))
        assert desk.refused, text
        assert desk.document is before


def test_ux_48_pasting_an_einsum_string_makes_its_tensors() -> None:
    desk = Desk()
    desk.send(Pasted("ij,jk->ik", 0.0, 0.0))
    assert len(desk.content.nodes) == 2
    assert len(desk.content.wires) == 1
    assert desk.entries == 1


def test_duplicate_and_select_all() -> None:
    desk, _, _, _ = two_joined()
    desk.key("Ctrl+A", "Ctrl+D")
    assert len(desk.content.nodes) == 4
    assert len(desk.content.wires) == 2
    desk.key("Escape")
    assert not desk.state.selection


def test_bubble_key_wraps_and_asks_for_the_function() -> None:
    desk, a, b, _ = two_joined()
    desk.select(a, b)
    desk.key("B")
    assert desk.asked(ChooseFunction) == ChooseFunction()
    assert not desk.content.regions
    desk.run("wrap_bubble", "gelu")
    (bubble,) = desk.content.regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.function == "gelu"
    desk.key("Shift+B")
    assert not desk.content.regions


@pytest.mark.parametrize(
    ("command", "kind"),
    [("wrap_sum", Sum), ("wrap_repeat", Repeat), ("wrap_block", Block), ("wrap_term", Term)],
)
def test_other_regions(command: str, kind: type) -> None:
    desk, a, b, _ = two_joined()
    desk.select(a, b)
    desk.run(command)
    (region,) = desk.content.regions.values()
    assert isinstance(region, kind)
    assert all(node.inside == region.id for node in desk.content.nodes.values())
    desk.key("Ctrl+Shift+G")
    assert not desk.content.regions
    assert len(desk.content.wires) == 1


def test_flip_key_mirrors_a_triangle_whose_tip_is_the_smaller_side() -> None:
    desk = Desk()
    item = desk.put("isometry", 0, 0)
    before = desk.tensor(item)
    assert before.form == "isometry"
    sizes = {leg.id: desk.content.spaces[leg.space].size for leg in before.legs}
    assert sizes[before.tip[0]] == min(sizes.values()), "the tip is at the smaller side"
    places = {leg: desk.tip(leg) for leg in desk.legs(item)}
    content = desk.content
    desk.key("T")
    assert desk.content == content, "a sound tensor stays what it is"
    for leg, (x, y) in places.items():
        assert desk.tip(leg) == pytest.approx((-x, y), abs=0.01)
    desk.key("T")
    for leg, at in places.items():
        assert desk.tip(leg) == pytest.approx(at, abs=0.01)
    plain = desk.put("tensor", 100, 0)
    desk.key("T")
    assert desk.refused
    assert desk.tensor(plain).tip == ()


def test_flip_key_turns_a_triangle_that_is_wired() -> None:
    desk = Desk()
    item = desk.put("isometry", 0, 0)
    (tip,) = desk.tensor(item).tip
    desk.send(Insert("tensor", 0, -120, leg=tip))
    angle = grasp.figure_of(desk.document).anchors[tip].angle
    desk.select(item)
    desk.key("T")
    turned = grasp.figure_of(desk.document).anchors[tip].angle
    assert abs((turned - angle) % 360.0 - 180.0) < 1.0
    assert findings(desk.document) == ()


def test_flip_key_exchanges_tip_and_base_where_that_is_sound() -> None:
    desk = Desk()
    item = desk.put("isometry", 0, 0)
    (tip,) = desk.tensor(item).tip
    base = next(leg for leg in desk.legs(item) if leg != tip)
    space = all_legs(desk.document)[tip].space
    desk.run("change_space", {"args": (space,), "size": 99})
    assert "points to the larger side" in findings(desk.document)[0].what
    desk.key("T")
    assert desk.tensor(item).tip == (base,)
    assert findings(desk.document) == ()


def test_wire_style_cycles() -> None:
    desk, _, _, wire = two_joined()
    desk.select(wire)
    styles = []
    for _ in range(3):
        desk.key("W")
        styles.append(desk.document.layout.curves.get(wire, Curve()).style)
    assert styles == ["straight", "orthogonal", "curve"]
    desk.key("Shift+W")
    assert desk.document.layout.curves[wire].style == "orthogonal"


def test_number_keys_insert_at_the_pointer() -> None:
    desk = Desk()
    desk.move((50.0, 70.0))
    for key in "123456":
        desk.key("Escape", key)
        assert not desk.refused
    kinds = sorted(node.id[0] for node in desk.content.nodes.values())
    assert kinds == ["a", "d", "t", "t", "t"], "tensor, isometry, the tensor in the new bubble, dot, add"
    assert len(desk.content.regions) == 1
    assert [type(note) for note in desk.document.layout.notes.values()] == [Note]
    places = {(place.x, place.y) for place in desk.document.layout.places.values()}
    assert len(places) == 5, "they do not lie on each other"


def test_space_opens_quick_insert_at_the_pointer() -> None:
    desk = Desk()
    desk.move((30.0, 40.0))
    desk.key("Space")
    asked = desk.asked(QuickInsert)
    assert (asked.x, asked.y, asked.leg) == (30.0, 40.0, None)
    assert "tensor" in asked.kinds


def test_legs_are_added_removed_and_reversed() -> None:
    desk, a, _ = two_tensors()
    desk.select(a)
    desk.run("add_leg")
    assert len(desk.legs(a)) == 3
    order = desk.legs(a)
    desk.run("reverse_legs")
    assert desk.legs(a) == order[::-1]
    desk.select(order[0])
    desk.key("Delete")
    assert desk.legs(a) == order[:0:-1]
    desk.select(a)
    desk.run("remove_leg")
    assert len(desk.legs(a)) == 1


def test_connect_and_disconnect_by_command() -> None:
    desk, a, b = two_tensors()
    desk.select(desk.legs(a)[1], desk.legs(b)[0])
    desk.run("connect")
    assert len(desk.content.wires) == 1
    desk.run("disconnect")
    assert not desk.content.wires
