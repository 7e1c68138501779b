"""The command table: every action of the program is one row.

Menus, toolbar, command palette, tooltips, the shortcut sheet and the tests read `COMMANDS`; adding a command is
adding a row to the table of its category in `actions/`.
"""

from __future__ import annotations

from typing import Any

from tensordraw.editor.actions import (
    arranging,
    charting,
    customs,
    documents,
    editing,
    equations,
    filling,
    finding,
    folding,
    inserting,
    inspecting,
    legs,
    mending,
    pages,
    regions,
    selecting,
    tagging,
    tipping,
    viewing,
    walking,
)
from tensordraw.editor.command import Command
from tensordraw.editor.state import State, Step, refused
from tensordraw.errors import Error

COMMANDS: tuple[Command, ...] = (
    *documents.ROWS,
    *editing.ROWS,
    *selecting.ROWS,
    *finding.ROWS,
    *walking.ROWS,
    *tagging.ROWS,
    *inserting.ROWS,
    *regions.ROWS,
    *tipping.ROWS,
    *folding.ROWS,
    *equations.ROWS,
    *legs.ROWS,
    *mending.ROWS,
    *arranging.ROWS,
    *pages.ROWS,
    *viewing.ROWS,
    *inspecting.ROWS,
    *charting.ROWS,
    *filling.ROWS,
    *customs.ROWS,
)

_BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def find(command: str) -> Command:
    """The row with this id; KeyError where there is none."""
    return _BY_ID[command]


def search(text: str) -> list[Command]:
    """The visible commands whose title, category or synonyms hold every word of `text`, best first."""
    words = text.lower().split()
    found: list[tuple[int, int, Command]] = []
    for place, command in enumerate(COMMANDS):
        if command.hidden:
            continue
        title = command.title.lower()
        everything = " ".join((title, command.category.lower(), *command.words))
        if all(word in everything for word in words):
            rank = 0 if title.startswith(text.lower()) else 1 if all(word in title for word in words) else 2
            found.append((rank, place, command))
    return [command for _, _, command in sorted(found, key=lambda entry: entry[:2])]


def run(state: State, command: str, argument: Any = None) -> Step:
    """Run a command; one that cannot run now changes nothing and its reason is announced."""
    row = find(command)
    reason = row.enabled(state)
    if reason is not None:
        return refused(state, reason)
    try:
        return row.run(state, argument)
    except Error as error:
        return refused(state, str(error))
