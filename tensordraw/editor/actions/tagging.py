"""Selecting and connecting by short letter tags that the canvas shows on every visible item (`;`, and `/` to connect)."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits
from tensordraw.diagram.legs import all_legs, joined
from tensordraw.diagram.records import Diagram, Id, node_legs
from tensordraw.editor import wiring
from tensordraw.editor.command import Command
from tensordraw.editor.effects import OpenDialog
from tensordraw.editor.enabled import something_drawn
from tensordraw.editor.state import State, Step, done, refused
from tensordraw.errors import Error


def free_legs(diagram: Diagram, item: Id) -> list[Id]:
    """The free legs of a node in order, or the leg itself where it is free."""
    wired = joined(diagram)
    if item in diagram.content.nodes:
        return [leg.id for leg in node_legs(diagram.content.nodes[item]) if leg.id not in wired]
    return [item] if item in all_legs(diagram) and item not in wired else []


def _wire(state: State, argument: Any) -> Step:
    """Connect the selected leg (or the first leg of the selected node that fits) to an item; without one, show the tags."""
    if not isinstance(argument, str):
        return state, (OpenDialog("wire_to_tag"),)
    document = state.document
    starts = [leg for item in sorted(state.selection) for leg in free_legs(document, item)]
    ends = free_legs(document, argument)
    if not ends:
        return refused(state, "That item has no free leg.")
    reason = ""
    for one in starts:
        for other in ends:
            found = edits.why_not(document, one, other)
            if found is None:
                try:
                    after = edits.connect(document, one, other)
                except Error as error:
                    return refused(state, str(error))
                words = f"Connect {wiring.describe(document, one)} to {wiring.describe(document, other)}"
                return done(state, after, words, say=wiring.connected(document, after, one, other))
            reason = reason or found
    return refused(state, wiring.not_connected(reason))


def _with_free_leg(state: State) -> str | None:
    free = any(free_legs(state.document, item) for item in state.selection)
    return None if free else "Select a tensor or a leg that is free first."


ROWS: tuple[Command, ...] = (
    Command(
        "tags", "Select by a tag", lambda state, _: (state, (OpenDialog("tags"),)), "Select", (";",), something_drawn,
        ("letters", "keyboard", "jump"), context="canvas",
    ),
    Command(
        "wire_to_tag", "Connect the selection to a tag", _wire, "Edit", ("/",), _with_free_leg,
        ("letters", "keyboard", "wire"), context="canvas", argument="an item, or nothing for the tags",
    ),
)  # fmt: skip
