"""Commands that undo, copy, delete and label."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits, file, fragments, history
from tensordraw.diagram.legs import all_legs, joined, leg_name, owner_of
from tensordraw.diagram.records import Id
from tensordraw.editor import labels, wiring
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce, ChangeView, CopyToClipboard, Effect, OpenDialog, RequestPaste
from tensordraw.editor.enabled import can_redo, can_undo, some, some_bodies, some_nodes
from tensordraw.editor.state import State, Step, done, refused, selected, settled

OFFSET = 20.0  # layout units between an item and its duplicate


def _went(state: State, steps: int) -> State:
    """The state so many steps back (below 0) or on (above 0). What is selected stays so as far as it exists; where none of it
    does, what was selected there is again."""
    went, mark = state.history, state.selection
    for _ in range(abs(steps)):
        entries = went.past[-1:] if steps < 0 else went.future[:1]
        went = history.undo(went, mark) if steps < 0 else history.redo(went, mark)
        mark = entries[0].mark if entries else mark
    after = settled(state, went)
    return after if after.selection else selected(after, mark)


def _undo(state: State, argument: Any) -> Step:
    name = state.history.undo_name
    return _went(state, -1), (Announce(f"Undone: {name}"), ChangeView("sight"))


def _redo(state: State, argument: Any) -> Step:
    name = state.history.redo_name
    return _went(state, 1), (Announce(f"Redone: {name}"), ChangeView("sight"))


def _go_in_history(state: State, argument: Any) -> Step:
    """Undo (below 0) or redo (above 0) so many steps at once."""
    steps = argument if isinstance(argument, int) else 0
    after = _went(state, steps)
    if after.history is state.history:
        return state, ()
    said = Announce(f"{'Undone' if steps < 0 else 'Redone'}: {abs(steps)} changes")
    return after, (said, ChangeView("sight"))


def _some_history(state: State) -> str | None:
    return None if state.history.past or state.history.future else "Nothing has been changed yet."


def _copy(state: State, argument: Any) -> Step:
    part = fragments.extract(state.document, state.selection)
    shown = fragments.pictured(part, state.document, state.selection)
    # The copy comes last: what it cannot put on the clipboard is said after that it was copied.
    return state, (Announce(f"Copied {_count(len(state.selection))}"), CopyToClipboard(file.encode(part), shown))


def _cut(state: State, argument: Any) -> Step:
    after, effects = _copy(state, argument)
    gone, more = done(after, edits.remove(state.document, state.selection), "Cut", ())
    return gone, (*more, effects[-1])


def _paste(in_place: bool) -> Any:
    def run(state: State, argument: Any) -> Step:
        return state, (RequestPaste(in_place),)

    return run


def _duplicate(state: State, argument: Any) -> Step:
    after, ids = fragments.duplicate(state.document, state.selection, OFFSET, OFFSET)
    return done(state, after, f"Duplicate {_count(len(ids))}", ids)


def _delete(state: State, argument: Any) -> Step:
    after = edits.remove(state.document, state.selection)
    name = f"Delete {_count(len(state.selection))}"
    if len(state.selection) == 1:
        (item,) = state.selection
        name = _deletion(state, item) or name
    return done(state, after, name, ())


def _deletion(state: State, item: Id) -> str:
    """What taking away a wire or a leg means, in words; "" for everything else."""
    if item in state.document.content.wires:
        return "Cut wire"
    node = state.document.content.nodes.get(owner_of(state.document.content).get(item, ""))
    if node is None:
        return ""
    name, owner = leg_name(state.document, all_legs(state.document)[item]), getattr(node, "name", "")
    return f"Delete leg {name}" + (f" of {owner}" if owner else "")


def _rejoin(state: State, argument: Any) -> Step:
    nodes = [item for item in state.selection if item in state.document.content.nodes]
    after = edits.remove_and_rejoin(state.document, sorted(nodes))
    return done(state, after, "Delete and rejoin", ())


def _count(number: int) -> str:
    return "one item" if number == 1 else f"{number} items"


def _edit_label(state: State, argument: Any) -> Step:
    item = argument if isinstance(argument, str) else _only(state)
    if item is None:
        return refused(state, "Select one item to edit its label.")
    return labels.edit(state, item)


def _only(state: State) -> Id | None:
    return next(iter(state.selection)) if len(state.selection) == 1 else None


def _next_label(state: State, argument: Any) -> Step:
    start = argument if isinstance(argument, str) else _only(state) or ""
    following = labels.next_unlabelled(state.document, start)
    if following is None:
        return state, (Announce("Every leg and wire has a label."),)
    after, effects = labels.edit(selected(state, {following}), following)
    reveal: tuple[Effect, ...] = (ChangeView("reveal"),)
    return after, (*reveal, *effects)


def _disconnect(state: State, argument: Any) -> Step:
    wired = joined(state.document)
    wires = {item for item in state.selection if item in state.document.content.wires}
    wires |= {wired[item] for item in state.selection if item in wired}
    return done(state, edits.disconnect(state.document, wires), "Disconnect")


def _connect(state: State, argument: Any) -> Step:
    legs = list(argument) if isinstance(argument, list | tuple) else sorted(state.selection)
    reason = edits.why_not(state.document, legs[0], legs[1])
    if reason is not None:
        return refused(state, wiring.not_connected(reason))
    after = edits.connect(state.document, legs[0], legs[1])
    return done(state, after, "Connect", say=wiring.connected(state.document, after, legs[0], legs[1]))


def _two_legs(state: State) -> str | None:
    legs = [item for item in state.selection if item.startswith("l")]
    return None if len(legs) == len(state.selection) == 2 else "Select two free legs to connect them."


def _some_wires(state: State) -> str | None:
    wired = joined(state.document)
    found = any(item in state.document.content.wires or item in wired for item in state.selection)
    return None if found else "Select a wire or a connected leg to disconnect it."


ROWS: tuple[Command, ...] = (
    Command("undo", "Undo", _undo, "Edit", ("Ctrl+Z",), can_undo, ("back", "revert")),
    Command("redo", "Redo", _redo, "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), can_redo, ("again", "forward")),
    Command(
        "undo_history", "Undo history…", lambda state, _: (state, (OpenDialog("undo_history"),)), "Edit",
        enabled=_some_history, words=("back", "steps", "list", "changes"),
    ),
    Command(
        "go_in_history", "Go to a change", _go_in_history, "Edit", hidden=True, argument="steps: below 0 undo, above 0 redo",
    ),
    Command("cut", "Cut", _cut, "Edit", ("Ctrl+X",), some_bodies),
    Command("copy", "Copy", _copy, "Edit", ("Ctrl+C",), some_bodies),
    Command(
        "copy_as", "Copy as…", lambda state, _: (state, (OpenDialog("copy_as"),)), "Edit", ("Ctrl+Shift+C",),
        words=("svg", "png", "tikz", "latex", "equation", "code", "einsum", "numpy", "pytorch", "clipboard"),
    ),
    Command("paste", "Paste", _paste(False), "Edit", ("Ctrl+V",)),
    Command("paste_in_place", "Paste in place", _paste(True), "Edit", ("Ctrl+Shift+V",)),
    Command("duplicate", "Duplicate", _duplicate, "Edit", ("Ctrl+D",), some_bodies, ("copy", "again")),
    Command(
        "delete", "Delete", _delete, "Edit", ("Delete", "Backspace"), some, ("remove", "erase"), context="canvas"
    ),
    Command(
        "delete_and_rejoin", "Delete and rejoin neighbours", _rejoin, "Edit", ("Ctrl+Delete", "Ctrl+Backspace"),
        some_nodes, ("remove", "dissolve", "reconnect"), context="canvas",
    ),
    Command(
        "edit_label", "Edit label", _edit_label, "Edit", ("Enter", "F2"), some, ("rename", "name"), context="canvas"
    ),
    Command("edit_next_label", "Edit the next missing label", _next_label, "Edit", words=("tab", "unlabelled")),
    Command(
        "connect", "Connect the two selected legs", _connect, "Edit", enabled=_two_legs,
        words=("wire", "contract", "join", "trace", "sum over"),
    ),
    Command(
        "disconnect", "Disconnect", _disconnect, "Edit", enabled=_some_wires,
        words=("cut", "detach", "unwire", "open"),
    ),
)  # fmt: skip
