"""Which keys run which command: the rules that the table keeps and that hold for changes, conflicts, and the changes as text."""

from __future__ import annotations

import json

import pytest

from tensordraw.editor.commands import COMMANDS, find
from tensordraw.editor.keys import (
    FIXED,
    TABLE,
    Keymap,
    bindable,
    clashes,
    decode,
    encode,
    parts,
    rebound,
    refusal,
    reset,
    said,
    unbound,
)
from tensordraw.errors import Error

BUBBLE, SAVE, CONNECTED = find("wrap_bubble"), find("save"), find("select_connected")


def alone(keymap: Keymap) -> bool:
    """Whether no keys clash with others."""
    return not any(clashes(keymap, command, keys, True) for command in COMMANDS for keys in keymap.of(command.id))


def test_the_table_keeps_the_rules_and_binds_nothing_twice() -> None:
    for command in COMMANDS:
        for keys in command.keys:
            assert clashes(TABLE, command, keys, besides=True) == [], keys
            assert refusal(command, keys) is None or command.id == FIXED, keys
        assert not (command.hidden and command.keys), "keys cannot give an argument"


@pytest.mark.parametrize(
    ("command", "keys", "word"),
    [
        ("save", "Alt+S", "menus"), ("rotate", "Alt+Shift+R", "menus"), ("save", "Tab", "field to field"),
        ("save", "Ctrl+Tab", "field to field"), ("save", "Shift+Backtab", "field to field"), ("save", "S", "typed"),
        ("save", "Shift+S", "typed"), ("save", "7", "typed"), ("save", "?", "typed"), ("save", "Space", "typed"),
        ("save", "Enter", "works lists"), ("save", "Shift+Down", "works lists"), ("save", "Ctrl+Escape", "Escape"),
        ("rotate", "Escape", "Escape"), ("cancel", "F4", "keeps Escape"), ("rotate", "G, X", "needs Ctrl or Alt"),
        ("save", "Ctrl+K, S, S", "two strokes"), ("save", "Shift+Ctrl+S", "no key"), ("save", "ctrl+s", "no key"),
        ("save", "Ctrl+", "no key"), ("save", "", "no key"), ("save", "Ctrl+s", "no key"), ("save", "Ctrl+K, Alt+S", "menus"),
    ],
)  # fmt: skip
def test_forbidden_keys_are_refused_with_the_reason(command: str, keys: str, word: str) -> None:
    reason = refusal(find(command), keys)
    assert reason is not None
    assert word in reason
    assert reason.endswith(".")
    with pytest.raises(Error):
        rebound(TABLE, find(command), keys)


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("save", "Ctrl+M"), ("save", "F4"), ("save", "Shift+F4"), ("save", "Ctrl+K, M"), ("save", "Ctrl+K, Ctrl+M"),
        ("save", "Ctrl++"), ("save", "Ctrl+,"), ("save", "Alt+F4"), ("save", "Shift+3"), ("rotate", "Q"), ("rotate", "Ö"),
        ("rotate", "+"), ("rotate", "Space"), ("rotate", "Ctrl+K, ,"), ("rotate", "Ctrl+Alt+R"), ("rotate", "Meta+R"),
        ("save", "Insert"),
    ],
)  # fmt: skip
def test_other_keys_are_not(command: str, keys: str) -> None:
    assert refusal(find(command), keys) is None


@pytest.mark.parametrize(
    ("stroke", "held", "key"),
    [("Ctrl+Shift+P", {"Ctrl", "Shift"}, "P"), ("Ctrl++", {"Ctrl"}, "+"), ("+", set(), "+"), ("Shift", set(), "Shift")],
)
def test_the_key_of_a_stroke(stroke: str, held: set[str], key: str) -> None:
    assert parts(stroke) == (frozenset(held), key)


def test_a_clash_is_told_with_the_other_command_and_where_it_works() -> None:
    def sentence(command: str, keys: str) -> str:
        found = clashes(TABLE, find(command), keys)
        return said(find(command), keys, found) if found else ""

    assert sentence("arrange", "Ctrl+G") == "Ctrl+G runs “Group in a block”."
    assert sentence("rotate", "T") == "T runs “Flip isometry” on the canvas."
    assert "“Save” everywhere, and this command would keep them from it" in sentence("rotate", "Ctrl+S")
    assert "“Collapse or expand”" in sentence("rotate", "Ctrl+Shift+B")
    assert "which would keep them from this command" in sentence("save", "Ctrl+Right")
    assert sentence("save", "Ctrl+K").startswith("Ctrl+K begins Ctrl+K, C, which runs “Select connected”, and 3 more")
    assert sentence("save", "Ctrl+S, X") == "", "its own keys go"
    assert sentence("rotate", "Ctrl+S, X") == "Ctrl+S, X begins with Ctrl+S, which runs “Save” at once."
    assert sentence("rotate", "Q") == ""


def test_keys_are_taken_from_where_they_are() -> None:
    keymap = rebound(TABLE, BUBBLE, "Ctrl+G")
    assert keymap.of("wrap_bubble") == ("Ctrl+G",)
    assert keymap.of("wrap_block") == ()
    assert keymap.command("B") is None
    assert keymap.command("Ctrl+G") is BUBBLE
    assert "Ctrl+G" in keymap.taken_by_canvas
    assert "Ctrl+G" not in TABLE.taken_by_canvas
    assert alone(keymap)
    keymap = rebound(keymap, SAVE, "Ctrl+K")
    assert keymap.of("select_connected") == keymap.of("select_upstream") == ()
    assert alone(keymap)


def test_keys_come_besides_those_that_are_there() -> None:
    keymap = rebound(TABLE, find("delete"), "X", besides=True)
    assert keymap.of("delete") == ("Delete", "Backspace", "X")
    assert rebound(keymap, find("delete"), "X", besides=True).of("delete") == ("Delete", "Backspace", "X")
    keymap = rebound(TABLE, CONNECTED, "Ctrl+K", besides=True)
    assert keymap.of("select_connected") == ("Ctrl+K",), "the longer one could not be pressed to its end"
    assert alone(keymap)


def test_a_row_is_unbound_and_reset_and_what_it_takes_back_is_told() -> None:
    keymap = rebound(unbound(TABLE, find("wrap_block")), BUBBLE, "Ctrl+G", besides=True)
    assert keymap.changed("wrap_block")
    keymap, taken = reset(keymap, find("wrap_block"))
    assert [(one.command.id, one.keys) for one in taken] == [("wrap_bubble", "Ctrl+G")]
    assert keymap == TABLE
    with pytest.raises(Error, match="keeps Escape"):
        unbound(TABLE, find(FIXED))


def test_what_is_as_in_the_table_is_no_change() -> None:
    keymap = rebound(rebound(TABLE, SAVE, "F4"), SAVE, "Ctrl+S")
    assert keymap == TABLE
    assert keymap.changes == {}


def test_two_strokes_are_known_by_their_first() -> None:
    keymap = rebound(TABLE, find("rotate"), "Ctrl+K, R")
    assert ("R", find("rotate")) in keymap.following("Ctrl+K")
    assert {command.id for _, command in TABLE.following("Ctrl+K")} == {
        "select_connected", "select_upstream", "select_downstream", "change_shortcuts",
    }  # fmt: skip
    assert "Ctrl+K" in keymap.taken_by_canvas
    assert keymap.following("R") == []


def test_changes_are_written_and_read_again() -> None:
    keymap = rebound(unbound(TABLE, SAVE), BUBBLE, "Ctrl+G")
    text = encode(keymap)
    assert set(json.loads(text)["shortcuts"]) == {"save", "wrap_bubble", "wrap_block"}
    assert decode(text) == (keymap, "")
    assert decode(encode(TABLE)) == (TABLE, "")


@pytest.mark.parametrize(
    ("shortcuts", "word"),
    [
        ({"nothing": ["Ctrl+M"]}, "there is no command “nothing”"), ({"set_label": ["Ctrl+M"]}, "there is no command"),
        ({"save": ["S"]}, "typed"), ({"save": ["Alt+S"]}, "menus"), ({"cancel": ["F4"]}, "keeps Escape"),
        ({"cancel": []}, "keeps Escape"),
        ({"save": ["Ctrl+S", "Shift+Ctrl+S"], "wrap_bubble": ["B"]}, "no key"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_left_out_and_told(shortcuts: dict[str, list[str]], word: str) -> None:
    keymap, fault = decode(json.dumps({"shortcuts": shortcuts}))
    assert keymap == TABLE
    assert word in fault
    assert fault.endswith(".")
    assert fault.count(".") == 1 or "Ctrl+." in fault


def test_the_rest_of_a_list_with_wrong_entries_is_taken() -> None:
    text = json.dumps({"shortcuts": {"save": ["F4"], "rotate": ["Alt+R"], "gone": ["Q"], "arrange": ["F4", "F10"]}})
    keymap, fault = decode(text)
    assert keymap.of("save") == ("F4",)
    assert keymap.of("rotate") == ("R",)
    assert keymap.of("arrange") == ("F10",), "no keys stand twice"
    assert "and 2 more" in fault


def test_what_a_person_chose_holds_against_new_keys_of_the_table() -> None:
    keymap, fault = decode('{"shortcuts": {"wrap_bubble": ["Ctrl+G"]}}')
    assert fault == ""
    assert keymap.of("wrap_block") == ()
    assert alone(keymap)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"shortcuts": 3}', '{"shortcuts": {"save": "F4"}}', '{"keys": {}}']
)
def test_what_is_no_list_of_shortcuts_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Error, match="no list of keyboard shortcuts"):
        decode(text)


def test_every_command_that_needs_no_argument_can_be_given_keys() -> None:
    assert {one.id for one in bindable()} == {one.id for one in COMMANDS if not one.hidden}
    for number, command in enumerate(one for one in bindable() if one.id != FIXED):
        keys = f"Ctrl+F{number % 35 + 1}, F{number // 35 + 1}"
        keymap = rebound(TABLE, command, keys)
        assert keymap.command(keys) is command
        assert clashes(keymap, command, keys) == []
