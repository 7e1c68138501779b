"""Going from item to item by keys, in the order of the outline, and into a region: what a click and a drag do."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits_regions
from tensordraw.diagram.identity import cached
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import ROOT, Content, Id, node_legs
from tensordraw.diagram.words import item_words
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce, ChangeView, OpenDialog
from tensordraw.editor.enabled import bodies, something_drawn
from tensordraw.editor.state import State, Step, done, selected
from tensordraw.editor.wiring import describe


@cached
def outline_order(content: Content) -> tuple[Id, ...]:
    """Equations, regions and nodes as the outline lists them: each region with what is inside, regions before nodes."""
    inside: dict[Id, list[Id]] = {}
    parents = {part.term: equation.id for equation in content.equations.values() for part in equation.parts}
    for region in content.regions.values():
        inside.setdefault(parents.get(region.id, region.inside), []).append(region.id)
    for node in content.nodes.values():
        inside.setdefault(node.inside, []).append(node.id)
    order: list[Id] = []
    waiting = [*inside.get(ROOT, [])[::-1], *[*content.equations][::-1]]
    while waiting:
        item = waiting.pop()
        order.append(item)
        waiting += inside.get(item, [])[::-1]
    return tuple(order)


def _walk(step: int) -> Any:
    def run(state: State, argument: Any) -> Step:
        order = outline_order(state.document.content)
        if not order:
            return state, (Announce("The drawing has only notes."),)
        places = [place for place, item in enumerate(order) if item in state.selection]
        now = (places[-1] if step > 0 else places[0]) if places else None
        item = order[(0 if step > 0 else -1) if now is None else (now + step) % len(order)]
        return selected(state, {item}), (ChangeView("reveal"), Announce(spoken(state, item)))

    return run


def spoken(state: State, item: Id) -> str:
    """An item in words for somebody who does not see it: what it is, and what it is joined to."""
    content, wired = state.document.content, joined(state.document)
    node = content.nodes.get(item)
    if node is None:
        return item_words(item, content)
    ends = []
    for leg in node_legs(node):
        wire = wired.get(leg.id)
        space = content.spaces[leg.space]
        other = "" if wire is None else next(end for end in content.wires[wire].ends if end != leg.id)
        joins = f" to {describe(state.document, other)}" if other else " open"
        ends.append(f"{leg.label or space.name} {space.size}{joins}")
    return f"{item_words(item, content)}: {', '.join(ends) or 'a scalar'}"


def _into(state: State, argument: Any) -> Step:
    """Put what is selected into the one selected region."""
    content = state.document.content
    regions = [item for item in bodies(state) if item in content.regions]
    goal = regions[-1]
    items = [item for item in bodies(state) if item != goal]
    after = edits_regions.put_inside(state.document, items, goal)
    return done(state, after, f"Put into {item_words(goal, content)}")


def _with_region(state: State) -> str | None:
    content = state.document.content
    chosen = bodies(state)
    regions = [item for item in chosen if item in content.regions]
    return None if regions and len(chosen) > 1 else "Select tensors, and the region that they shall go into."


def _to_code(state: State, argument: Any) -> Step:
    return state, (OpenDialog("to_code"),)


ROWS: tuple[Command, ...] = (
    Command(
        "next_item", "Select the next item", _walk(1), "Select", ("PageDown",), something_drawn,
        ("outline", "order", "walk", "keyboard"), context="canvas",
    ),
    Command(
        "previous_item", "Select the previous item", _walk(-1), "Select", ("PageUp",), something_drawn,
        ("outline", "order", "walk", "keyboard"), context="canvas",
    ),
    Command(
        "put_into_region", "Put into the selected region", _into, "Region", enabled=_with_region,
        words=("inside", "bubble", "move", "enter"),
    ),
    Command(
        "to_code", "Jump from the selection to its code, and back", _to_code, "Select", ("Ctrl+J",), something_drawn,
        ("line", "where", "source"),
    ),
)  # fmt: skip
