"""Commands of the selection, and Escape."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from tensordraw.diagram.records import Id, node_legs
from tensordraw.editor import streams
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce, ChangeView, StopEvaluation
from tensordraw.editor.enabled import some, something_drawn
from tensordraw.editor.state import Idle, State, Step, idle, items_of, selected
from tensordraw.program.findings import findings

Direction: TypeAlias = Literal["left", "right", "up", "down"]


def _all(state: State, argument: Any) -> Step:
    content = state.document.content
    return selected(state, {*content.nodes, *content.regions, *content.wires, *state.document.layout.notes}), ()


def _none(state: State, argument: Any) -> Step:
    return selected(state, ()), ()


def _cancel(state: State, argument: Any) -> Step:
    """Escape: drop the gesture; where there is none, the selection, and stop what runs."""
    if not isinstance(state.tool, Idle):
        return idle(state), ()
    return selected(state, ()) if state.selection else state, (StopEvaluation(),)


def neighbours(state: State) -> dict[Id, set[Id]]:
    """Nodes that share a wire, both ways."""
    content = state.document.content
    owner = {leg.id: node.id for node in content.nodes.values() for leg in node_legs(node)}
    found: dict[Id, set[Id]] = {node: set() for node in content.nodes}
    for wire in content.wires.values():
        ends = [owner.get(end) for end in wire.ends]
        if ends[0] is not None and ends[1] is not None:
            found[ends[0]].add(ends[1])
            found[ends[1]].add(ends[0])
    return found


def _connected(state: State, argument: Any) -> Step:
    around = neighbours(state)
    found = {item for item in state.selection if item in around}
    edge = list(found)
    while edge:
        for other in around[edge.pop()] - found:
            found.add(other)
            edge.append(other)
    return selected(state, state.selection | found), ()


def _stream(way: streams.Way) -> Any:
    def run(state: State, argument: Any) -> Step:
        return selected(state, state.selection | streams.reached(state.document, state.selection, way)), ()

    return run


def _neighbour(direction: Direction) -> Any:
    def run(state: State, argument: Any) -> Step:
        around = neighbours(state)
        start = next((item for item in sorted(state.selection) if item in around), None)
        places = state.document.layout.places
        if start is None or start not in places:
            return state, ()
        here = places[start]
        sign, across = (1, direction in ("up", "down")) if direction in ("right", "down") else (-1, direction == "up")
        ahead = []
        for other in around[start]:
            there = places.get(other)
            if there is not None:
                along = sign * ((there.y - here.y) if across else (there.x - here.x))
                aside = abs((there.x - here.x) if across else (there.y - here.y))
                if along > 0:
                    ahead.append((aside / along, along, other))
        return (selected(state, {min(ahead)[2]}) if ahead else state), ()

    return run


def _problem(step: int) -> Any:
    """Select the items of the next problem after the one that is selected now."""

    def run(state: State, argument: Any) -> Step:
        found = [one for one in findings(state.document) if one.items]
        if not found:
            return state, (Announce("There are no problems."),)
        known = items_of(state.document)
        now = next((n for n, one in enumerate(found) if set(one.items) & known == state.selection), None)
        following = found[(now + step) % len(found) if now is not None else 0 if step > 0 else -1]
        return selected(state, following.items), (ChangeView("reveal"), Announce(following.what))

    return run


_DIRECTIONS: tuple[tuple[Direction, str, str], ...] = (
    ("left", "left", "Left"),
    ("right", "right", "Right"),
    ("up", "top", "Up"),
    ("down", "bottom", "Down"),
)

ROWS: tuple[Command, ...] = (
    Command("select_all", "Select all", _all, "Select", ("Ctrl+A",), something_drawn),
    Command("select_none", "Select none", _none, "Select", enabled=some, words=("deselect",)),
    Command("cancel", "Cancel", _cancel, "Select", ("Escape",), words=("escape", "stop", "drop"), context="canvas"),
    Command(
        "select_connected", "Select connected", _connected, "Select", ("Ctrl+K, C",), some, ("neighbours", "piece"),
    ),
    Command(
        "select_upstream", "Select upstream", _stream("up"), "Select", ("Ctrl+K, U",), some, ("inputs", "what feeds it"),
    ),
    Command(
        "select_downstream", "Select downstream", _stream("down"), "Select", ("Ctrl+K, D",), some,
        ("outputs", "what it feeds"),
    ),
    Command("next_problem", "Next problem", _problem(1), "Select", ("F8",), words=("error", "warning")),
    Command("previous_problem", "Previous problem", _problem(-1), "Select", ("Shift+F8",), words=("error", "warning")),
    *(
        Command(
            f"go_{direction}", f"Select the neighbour to the {side}", _neighbour(direction), "Select",
            (f"Alt+{side_key}",), some, ("walk", "move selection"), context="canvas",
        )
        for direction, side, side_key in _DIRECTIONS
    ),
)  # fmt: skip
