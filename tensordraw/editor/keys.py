"""Which keys run which command: those of the command table, changed as a person wants them.

A key stroke is written as in the table ("Ctrl+Shift+P", "Delete", "?"); two strokes one after the other are joined by a
comma and a space ("Ctrl+K, C"). What a person changed is a `Keymap`: only the rows that differ from the table, so that
new commands and new keys of later versions come along. Everything that shows or takes keys asks a keymap, never the
table; what may be bound, and what is bound already, is decided here alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec

from tensordraw.editor.command import Command
from tensordraw.editor.commands import COMMANDS, find
from tensordraw.errors import Error

MODIFIERS = ("Ctrl", "Meta", "Alt", "Shift")  # in the order in which they are written
NAMED = frozenset(
    [
        "Space", "Enter", "Escape", "Tab", "Backtab", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown",
        "Left", "Right", "Up", "Down", "Menu", "Pause",
    ]
) | {f"F{number}" for number in range(1, 36)}  # fmt: skip
# Keys that lists, trees and buttons of the window are worked with.
WORKING = frozenset(["Space", "Enter", "Backspace", "Delete", "Left", "Right", "Up", "Down", "PageUp", "PageDown"])
FIXED = "cancel"  # the command that always keeps its key
_STROKE = re.compile(r"((?:(?:Ctrl|Meta|Alt|Shift)\+)*)(.+)", re.DOTALL)


def strokes(keys: str) -> tuple[str, ...]:
    """The key strokes, one after the other."""
    return tuple(keys.split(", "))


def parts(stroke: str) -> tuple[frozenset[str], str]:
    """The modifiers of a stroke, and its key."""
    found = _STROKE.fullmatch(stroke)
    if found is None:
        return frozenset(), stroke
    return frozenset(found[1].split("+")) - {""}, found[2]


def overlap(one: str, other: str) -> bool:
    """Whether one is the other or its beginning: then only one of the two could ever be pressed to its end."""
    return all(a == b for a, b in zip(strokes(one), strokes(other), strict=False))


def bindable() -> list[Command]:
    """The commands that can have keys: those that need no argument of a panel."""
    return [command for command in COMMANDS if not command.hidden]


@dataclass(frozen=True)
class Keymap:
    """The keys of all commands. `changes` holds those that differ from the table's, by the id of their command."""

    changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, command: str) -> tuple[str, ...]:
        """All keys of a command, the one that is shown first; KeyError where there is no such command."""
        own = self.changes.get(command)
        return find(command).keys if own is None else own

    def first(self, command: str) -> str:
        """The keys of a command that are shown, "" where it has none."""
        return next(iter(self.of(command)), "")

    @cached_property
    def _commands(self) -> dict[str, Command]:
        return {keys: command for command in COMMANDS for keys in self.of(command.id)}

    @cached_property
    def taken_by_canvas(self) -> frozenset[str]:
        """Strokes that the canvas takes before the window: those of its own commands, and the first of every two."""
        chords = {strokes(keys)[0] for keys in self._commands if len(strokes(keys)) > 1}
        return frozenset(keys for keys, command in self._commands.items() if command.context == "canvas") | chords

    def command(self, keys: str) -> Command | None:
        """The command that these keys run, None where they are free."""
        return self._commands.get(keys)

    def following(self, stroke: str) -> list[tuple[str, Command]]:
        """The second strokes that may follow this one, with their commands."""
        found = ((strokes(keys), command) for keys, command in self._commands.items())
        return [(pressed[1], command) for pressed, command in found if len(pressed) == 2 and pressed[0] == stroke]

    def changed(self, command: str) -> bool:
        """Whether the keys of a command differ from the table's."""
        return command in self.changes

    def bound(self, command: str, keys: tuple[str, ...]) -> Keymap:
        """With these keys for the command; nothing is checked."""
        rest = {name: own for name, own in self.changes.items() if name != command}
        return Keymap(rest if keys == find(command).keys else {**rest, command: keys})


TABLE = Keymap()  # as the command table has it


@dataclass(frozen=True, slots=True)
class Clash:
    """Keys of a command that cannot stay beside the wanted ones."""

    command: Command
    keys: str


def refusal(command: Command, keys: str) -> str | None:
    """Why these keys cannot be keys of the command, whatever else is bound: a sentence; None where they can."""
    pressed = strokes(keys)
    if command.id == FIXED:
        return f"“{command.title}” keeps Escape, which leaves every gesture, field and dialog."
    if len(pressed) > 2:
        return "At most two strokes, one after the other."
    for stroke in pressed:
        held, key = parts(stroke)
        in_order = "+".join([*(one for one in MODIFIERS if one in held), key])
        types = len(key) == 1 and key.isprintable() and not key.isspace() and key.upper() in (key, "SS")
        if not (types or key in NAMED) or stroke != in_order:
            return f"“{stroke}” is no key that can be bound."
        if key in ("Tab", "Backtab"):
            return "Tab is kept for going from field to field."
        if key == "Escape":
            return "Escape is kept for leaving a gesture, a field or a dialog."
        if "Alt" in held and not held & {"Ctrl", "Meta"} and key.isalpha() and len(key) == 1:
            return f"Alt with a letter is kept for the menus; Ctrl+{stroke} is possible."
    held, key = parts(pressed[0])
    if held & {"Ctrl", "Meta", "Alt"} or (key.startswith("F") and key in NAMED):
        return None
    if len(pressed) > 1:
        return f"The first of two strokes needs Ctrl or Alt: after {pressed[0]} alone the program would wait."
    types = len(key) == 1 and not ("Shift" in held and key.isdigit())
    if command.context == "window" and (types or key in WORKING):
        why = "is typed in fields and lists" if types or key == "Space" else "works lists, fields and buttons"
        return f"{keys} {why}, and “{command.title}” works everywhere in the window: add Ctrl or Alt."
    return None


def clashes(keymap: Keymap, command: Command, keys: str, besides: bool = False) -> list[Clash]:
    """Which keys of other commands (and of its own, where the new ones come besides) stand in the way of these."""
    return [
        Clash(other, taken)
        for other in COMMANDS
        for taken in keymap.of(other.id)
        if overlap(taken, keys) and (besides and taken != keys if other is command else True)
    ]


def said(command: Command, keys: str, found: list[Clash]) -> str:
    """Why the keys are refused, in a sentence that names the command that has them."""
    other, taken = found[0].command, found[0].keys
    if strokes(taken) == strokes(keys):
        where = {
            ("window", "window"): "", ("canvas", "canvas"): " on the canvas",
            ("window", "canvas"): " on the canvas, which would keep them from this command there",
            ("canvas", "window"): " everywhere, and this command would keep them from it on the canvas",
        }[command.context, other.context]  # fmt: skip
        words = f"{keys} runs “{other.title}”{where}"
    elif len(strokes(taken)) > len(strokes(keys)):
        words = f"{keys} begins {taken}, which runs “{other.title}”"
    else:
        words = f"{keys} begins with {taken}, which runs “{other.title}” at once"
    more = len({one.command.id for one in found}) - 1
    return f"{words}{f', and {more} more do so' if more > 1 else ', and one more does so' if more else ''}."


def rebound(keymap: Keymap, command: Command, keys: str, besides: bool = False) -> Keymap:
    """The keymap with these keys for the command, instead of what it has or besides; what clashes loses its keys.

    Raises `Error` where the keys may not be bound.
    """
    reason = refusal(command, keys)
    if reason is not None:
        raise Error(reason)
    keymap = _without(keymap, clashes(keymap, command, keys, besides))
    before = keymap.of(command.id) if besides else ()
    return keymap.bound(command.id, (*(own for own in before if own != keys), keys))


def unbound(keymap: Keymap, command: Command) -> Keymap:
    """The keymap in which the command has no keys. Raises `Error` for the one that keeps its own."""
    if command.id == FIXED:
        raise Error(refusal(command, "") or "")
    return keymap.bound(command.id, ())


def reset(keymap: Keymap, command: Command) -> tuple[Keymap, list[Clash]]:
    """The keymap in which the command has its keys of the table again, and what lost its keys for that."""
    found = [clash for keys in command.keys for clash in clashes(keymap, command, keys)]
    return _without(keymap, found).bound(command.id, command.keys), found


def _without(keymap: Keymap, found: list[Clash]) -> Keymap:
    """The keymap in which these keys are free."""
    for clash in found:
        left = tuple(own for own in keymap.of(clash.command.id) if own != clash.keys)
        keymap = keymap.bound(clash.command.id, left)
    return keymap


# ------------------------------------------------------------------------------------------------------------- as text


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    shortcuts: dict[str, tuple[str, ...]]


def encode(keymap: Keymap) -> str:
    """The changes as JSON text."""
    written = msgspec.json.encode(_Written(dict(keymap.changes)), order="sorted")
    return msgspec.json.format(written, indent=2).decode() + "\n"


def decode(text: str) -> tuple[Keymap, str]:
    """The keymap that a text of `encode` stands for, and a sentence on what of it was left out ("" for nothing).

    What is unknown, forbidden or bound twice is left out. Where a command has got, in the table of a newer version, keys
    that a person has given to another, the person's choice holds. Raises `Error` where it is no such text at all.
    """
    try:
        written = msgspec.json.decode(text, type=_Written).shortcuts
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Error(f"This is no list of keyboard shortcuts: {error}.") from None
    known = {command.id: command for command in bindable()}
    faults = [f"there is no command “{name}”" for name in written if name not in known]
    kept: dict[str, tuple[str, ...]] = {}
    for name, command in known.items():
        if name in written:
            own = tuple(_valid(command, written[name], kept, faults))
            if own or (not written[name] and name != FIXED):
                kept[name] = own
    keymap = Keymap({name: own for name, own in kept.items() if own != find(name).keys})
    for name, own in kept.items():
        for keys in own:
            keymap = _without(keymap, clashes(keymap, find(name), keys))
    if not faults:
        return keymap, ""
    others = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return keymap, f"Not all keyboard shortcuts could be taken: {faults[0].rstrip('.')}{others}."


def _valid(
    command: Command, wanted: tuple[str, ...], kept: Mapping[str, tuple[str, ...]], faults: list[str]
) -> Iterator[str]:
    """The keys among those wanted for a command that may be bound beside those that are kept; the rest are faults."""
    if command.id == FIXED:
        if wanted != command.keys:
            faults.append(refusal(command, "") or "")
        return
    own: list[str] = []
    for keys in wanted:
        reason = refusal(command, keys)
        so_far = {**kept, command.id: own}
        taken = next((find(name) for name in so_far if any(overlap(keys, one) for one in so_far[name])), None)
        if reason is not None:
            faults.append(reason)
        elif taken is not None:
            faults.append(f"{keys} is bound twice, the other time to “{taken.title}”")
        else:
            own.append(keys)
            yield keys
