"""Finding items by what they are called: tensors, indices, dimensions, functions, texts and notes of items, one after the other.

`State.sought` is the text that is looked for; what was found is selected, so the next one is the one after the selection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Bubble, Diagram, Fixed, Id, Repeat, Sum, id_order, node_legs
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce, ChangeView, OpenDialog
from tensordraw.editor.enabled import something_drawn
from tensordraw.editor.state import State, Step, selected


def matches(diagram: Diagram, text: str) -> tuple[Id, ...]:
    """The items that `text` is part of a name of, in the order of the drawing's nodes, then regions and notes, then
    items that it is noted of.

    An index or a dimension is found at every leg and wire that has it; a wire stands for the legs it joins.
    """
    wanted = text.strip().lower()
    if not wanted:
        return ()
    content, wired = diagram.content, joined(diagram)
    found: dict[Id, None] = {}
    for node in content.nodes.values():
        named = [getattr(node, "name", "")]
        if isinstance(node, Fixed):
            named += [node.kind.replace("_", " "), node.expression]
        if any(wanted in name.lower() for name in named):
            found[node.id] = None
        for leg in node_legs(node):
            space, wire = content.spaces.get(leg.space), wired.get(leg.id)
            names = [leg.label, "" if wire is None else content.wires[wire].label]
            names += [] if space is None else [space.name, str(space.size)]
            if any(wanted in name.lower() for name in names):
                found[wire or leg.id] = None
    for region in content.regions.values():
        names = [region.name]
        match region:
            case Bubble(function=function, expression=expression):
                names += [function, expression]
            case Sum(index=index) | Repeat(index=index):
                names.append(index)
            case _:
                pass
        if any(wanted in name.lower() for name in names):
            found[region.id] = None
    for note in diagram.layout.notes.values():
        if wanted in note.text.lower():
            found[note.id] = None
    for item, remark in sorted(diagram.layout.remarks.items(), key=lambda pair: id_order(pair[0])):
        if wanted in remark.lower():
            found[item] = None
    return tuple(found)


def _find(state: State, argument: Any) -> Step:
    """Look for a text: select its first match after the selection, or that itself. Without one, ask for it."""
    if not isinstance(argument, str):
        return state, (OpenDialog("find", text=state.sought),)
    state = replace(state, sought=argument)
    return _go(state, 0) if argument.strip() else (state, ())


def _next(step: int) -> Any:
    def run(state: State, argument: Any) -> Step:
        return _go(state, step) if state.sought.strip() else (state, (OpenDialog("find"),))

    return run


def _go(state: State, step: int) -> Step:
    found = matches(state.document, state.sought)
    if not found:
        return state, (Announce(f"Nothing is called {state.sought.strip()}.", warns=True),)
    now = next((place for place, item in enumerate(found) if state.selection == {item}), None)
    place = (0 if step >= 0 else -1) if now is None else now + step
    place %= len(found)
    words = f"{place + 1} of {len(found)}: {state.sought.strip()}"
    return selected(state, {found[place]}), (ChangeView("read"), Announce(words))


ROWS: tuple[Command, ...] = (
    Command(
        "find", "Find…", _find, "Select", ("Ctrl+F",), something_drawn, ("search", "name", "index", "dimension", "note"),
        argument="the text, or nothing to be asked for it",
    ),
    Command("find_next", "Find next", _next(1), "Select", ("F3",), something_drawn, ("search", "again")),
    Command("find_previous", "Find previous", _next(-1), "Select", ("Shift+F3",), something_drawn, ("search", "back")),
)  # fmt: skip
