"""Commands of legs, spaces and properties: what the inspector does. Most take an argument that the panel supplies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensordraw.diagram import edits_layout, edits_legs, edits_names, edits_regions, edits_tips
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Bubble, Diagram, Form, Id, Tensor
from tensordraw.diagram.structure import analyse
from tensordraw.editor import labels, palette, siding, snapping
from tensordraw.editor.actions import tipping
from tensordraw.editor.command import Command
from tensordraw.editor.effects import OpenDialog
from tensordraw.editor.enabled import nodes, some_nodes, some_tensors, tensors
from tensordraw.editor.state import State, Step, done
from tensordraw.errors import Error

Edit = Callable[..., Diagram]


def _edit(edit: Edit, name: str) -> Any:
    """A command whose argument is a tuple of what the edit takes after the diagram, or one value, or a dict of keywords
    after a tuple under the key `args`."""

    def run(state: State, argument: Any) -> Step:
        positional, keywords = _split(argument)
        return done(state, edit(state.document, *positional, **keywords), name)

    return run


def _split(argument: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    match argument:
        case None:
            return (), {}
        case dict():
            rest = {key: value for key, value in argument.items() if key != "args"}
            return tuple(argument.get("args", ())), rest
        case tuple():
            return argument, {}
        case _:
            return (argument,), {}


def _add_leg(state: State, argument: Any) -> Step:
    """Add a leg to the selected nodes; the argument may be (node, space) or (node, space, label)."""
    document = state.document
    if isinstance(argument, tuple):
        return done(state, edits_legs.add_leg(document, *argument), "Add leg")
    for node in nodes(state):
        draft = Draft(document)
        space = palette.default_space(draft)
        document = edits_legs.add_leg(draft.build(), node, space)
    return done(state, document, "Add leg")


def _remove_leg(state: State, argument: Any) -> Step:
    """Remove the given leg, the selected legs, or the last leg of each selected node."""
    document = state.document
    legs = [argument] if isinstance(argument, str) else sorted(state.selection & all_legs(document).keys())
    for item in nodes(state) if not legs else ():
        node = document.content.nodes[item]
        if isinstance(node, Tensor) and node.legs:
            legs.append(node.legs[-1].id)
    if not legs:
        raise Error("There is no leg to remove.")
    for leg in legs:
        if leg in all_legs(document):
            document = edits_legs.remove_leg(document, leg)
    return done(state, document, "Remove leg")


def _some_legs(state: State) -> str | None:
    found = nodes(state) or state.selection & all_legs(state.document).keys()
    return None if found else "Select a leg or a tensor first."


def _reverse(state: State, argument: Any) -> Step:
    document = state.document
    for item in tensors(state):
        document = edits_legs.reverse_legs(document, item)
    return done(state, document, "Reverse legs")


def _form(form: Form) -> Any:
    def run(state: State, argument: Any) -> Step:
        document = state.document
        if form == "isometry":  # those of a chain point the same way
            document, shorter = edits_tips.make_isometries(document, tensors(state))
            return tipping.told(done(state, document, "Make isometry"), shorter)
        for item in tensors(state):
            document = edits_names.set_form(document, item, form)
        return done(state, document, f"Make {form}" if form != "any" else "Make plain")

    return run


def _add_space(state: State, argument: Any) -> Step:
    name, size = argument
    after, _ = edits_names.add_space(state.document, str(name), size)
    return done(state, after, f"Add space {name}")


def _space_of(state: State, argument: Any) -> Step:
    """Put a leg into the space named by a word such as `hidden` or `hidden=768`."""
    leg, word = argument
    after = labels.relabelled(state.document, leg, f"{all_legs(state.document)[leg].label}: {word}")
    return done(state, after, f"Put {all_legs(after)[leg].label or 'leg'} into {word.partition('=')[0]}")


_FIELDS = {
    "size": "Change size of",
    "name": "Rename",
    "description": "Describe",
    "colour": "Change colour of",
    "metric": "Change the metric of",
}


def _change_space(state: State, argument: Any) -> Step:
    """Change fields of a space, or of that in which a leg lies now; called after the first of them."""
    (item,), fields = _split(argument)
    words = next((words for field, words in _FIELDS.items() if field in fields), "Change")
    leg = all_legs(state.document).get(item)
    space = state.document.content.spaces.get(item if leg is None else leg.space)
    if space is None:
        raise Error("That space no longer exists.")
    return done(state, edits_names.change_space(state.document, space.id, **fields), f"{words} {space.name}")


def _set_function(state: State, argument: Any) -> Step:
    """Choose a bubble's function, or how it runs."""
    (bubble, function), fields = _split(argument)
    old = state.document.content.regions.get(bubble)
    same = isinstance(old, Bubble) and old.function == function
    name = (
        f"Choose legs of {function}"
        if "axes" in fields
        else f"Change {function}"
        if same
        else f"Choose function {function}"
    )
    return done(state, edits_regions.set_function(state.document, bubble, function, **fields), name)


def _load(state: State, argument: Any) -> Step:
    item = argument if isinstance(argument, str) else next(iter(tensors(state)), None)
    return state, (OpenDialog("bind", item),)


def _put_leg(state: State, argument: Any) -> Step:
    leg, side = argument
    return done(state, siding.put(state.document, leg, side), f"Put leg {_ON.get(side, side)}")


_ON = {"left": "on the left", "right": "on the right", "up": "above", "down": "below"}


def _set_label(state: State, argument: Any) -> Step:
    item, text = argument
    return labels.commit(state, item, text)


def _set_remark(state: State, argument: Any) -> Step:
    item, text = argument
    after = edits_layout.set_remark(state.document, item, str(text))
    return done(state, after, "Write a note" if item in after.layout.remarks else "Remove a note")


def _open_first(state: State, argument: Any) -> Step:
    """Move an open leg before another, or to the end: (leg, other or None)."""
    leg, other = argument
    order = [one for one in analyse(state.document.content).open_legs if one != leg]
    order.insert(order.index(other) if other in order else len(order), leg)
    return done(state, edits_legs.set_open_order(state.document, order), "Reorder open legs")


def _insert_array(state: State, argument: Any) -> Step:
    """A tensor of the array's shape at the pointer, which is that array."""
    name, shape, source = argument
    document = state.document
    name = edits_names.free_name(document) if name in edits_names.names_in(document) else name
    draft = Draft(document)
    legs = [draft.leg(_space_of_size(draft, size)) for size in shape]
    tensor = draft.tensor(name, legs, snapping.to_grid(state.pointer))
    return done(state, edits_names.set_source(draft.build(), name, source), f"Insert {name}", {tensor.id})


def _space_of_size(draft: Draft, size: int) -> Id:
    """The space of that size where there is a single one, else one called by its size."""
    same = [space.id for space in draft.spaces.values() if space.size == size]
    taken = {space.name: space.size for space in draft.spaces.values()}
    names = (f"n{size}", *(f"n{size}_{number}" for number in range(2, len(taken) + 3)))
    return same[0] if len(same) == 1 else draft.space(next(n for n in names if taken.get(n, size) == size), size)


_FORMS: tuple[tuple[Form, str, tuple[str, ...]], ...] = (
    ("isometry", "Make isometry", ("triangle", "make it an isometry")),
    ("unitary", "Make unitary", ("square",)),
    ("orthogonal", "Make orthogonal", ("square", "rotation")),
    ("diagonal", "Make diagonal", ("diag",)),
    ("symmetric", "Make symmetric", ("hermitian",)),
    ("positive", "Make positive", ("psd", "definite")),
    ("any", "Make plain", ("circle", "no property")),
)


def _panel(command: str, title: str, edit: Edit, argument: str) -> Command:
    return Command(command, title, _edit(edit, title), "Inspector", hidden=True, argument=argument)


def _look(diagram: Diagram, *items: Id, **fields: Any) -> Diagram:
    return edits_layout.set_look(diagram, items, **fields)


def _curve(diagram: Diagram, *wires: Id, **fields: Any) -> Diagram:
    return edits_layout.set_curve(diagram, wires, **fields)


ROWS: tuple[Command, ...] = (
    Command(
        "add_leg", "Add leg", _add_leg, "Tensor", enabled=_some_legs, words=("index", "axis"),
        argument="nothing, or (node, space id, label)",
    ),
    Command(
        "remove_leg", "Remove leg", _remove_leg, "Tensor", enabled=_some_legs, words=("index", "axis"),
        argument="nothing, or a leg",
    ),
    Command(
        "reverse_legs", "Reverse the order of legs", _reverse, "Tensor", enabled=some_tensors,
        words=("transpose", "axes"),
    ),
    *(
        Command(f"make_{form}", title, _form(form), "Tensor", enabled=some_tensors, words=words)
        for form, title, words in _FORMS
    ),
    Command(
        "load_array", "Load an array…", _load, "Tensor", enabled=some_nodes,
        words=("npy", "npz", "safetensors", "weights", "file"), argument="a tensor, or nothing for the selected one",
    ),
    # What the panels do with arguments of their own.
    Command(
        "set_label", "Set label", _set_label, "Inspector", hidden=True,
        argument="(item, text), as in place on the canvas",
    ),
    Command(
        "set_leg_space_named", "Set the space of a leg", _space_of, "Inspector", hidden=True,
        argument="(leg, 'hidden' or 'hidden=768')",
    ),
    Command(
        "insert_array", "Insert a tensor for an array", _insert_array, "Inspector", hidden=True,
        argument="(name, shape, source), at the pointer",
    ),
    Command("add_space", "Add space", _add_space, "Inspector", hidden=True, argument="(name, size)"),
    Command(
        "place_open_leg", "Reorder open legs", _open_first, "Inspector", hidden=True,
        argument="(leg, the one to stand before or None)",
    ),
    _panel("rename", "Rename", edits_names.rename, "(item, name)"),
    _panel("rename_array", "Rename array", edits_names.rename_array, "(old name, new name)"),
    Command(
        "change_space", "Change space", _change_space, "Inspector", hidden=True,
        argument="{'args': (space or leg,), name=, size=, description=, colour=, metric=}",
    ),
    _panel("remove_space", "Remove space", edits_names.remove_space, "space"),
    _panel("label_leg", "Label leg", edits_legs.label_leg, "(leg, text)"),
    _panel("set_leg_space", "Set the space of a leg", edits_legs.set_leg_space, "(leg, space id)"),
    _panel("bind_leg", "Fix a leg to an index", edits_legs.bind_leg, "(leg, integer, id of a sum or repeat, or None)"),
    _panel("set_variance", "Set variance", edits_legs.set_variance, "(leg, 'none' | 'upper' | 'lower')"),
    _panel("reorder_legs", "Reorder legs", edits_legs.reorder_legs, "(node, legs in their new order)"),
    _panel("set_open_order", "Reorder open legs", edits_legs.set_open_order, "(legs in order,)"),
    _panel("place_leg", "Turn leg", edits_layout.place_leg, "(leg, angle in degrees, shift, length)"),
    Command(
        "put_leg", "Put leg on a side", _put_leg, "Inspector", hidden=True,
        argument="(leg, 'left' | 'right' | 'up' | 'down')",
    ),
    _panel("set_form", "Set form", edits_names.set_form, "(tensor, form, legs at the tip or None)"),
    _panel("set_at_tip", "Choose the tip", edits_tips.set_at_tip, "(leg of a triangle, whether it is at the tip)"),
    Command(
        "set_function", "Choose function", _set_function, "Inspector", hidden=True,
        argument="{'args': (bubble, function), axes=, params=, expression=, count=}",
    ),
    _panel(
        "set_binder", "Set the index", edits_regions.set_binder,
        "(sum or repeat, index name or None, space id or None)",
    ),
    _panel("add_port", "Add port", edits_regions.add_port, "(repeat, space id)"),
    _panel("swap_port", "Exchange in and out", edits_regions.swap_port, "(repeat, port)"),
    _panel("set_fields", "Change", edits_names.set_fields, "{'args': (item,), field=value}"),
    _panel(
        "set_coefficient", "Set coefficient", edits_names.set_coefficient, "(add, number of the operand, expression)",
    ),
    _panel("set_text", "Change the document's text", edits_names.set_text, "(title, description)"),
    _panel("set_source", "Load array", edits_names.set_source, "(name, Source or None)"),
    _panel("set_look", "Change style", _look, "{'args': (item, …), shape=, colour=, weight=, collapsed=}"),
    _panel("set_curve", "Change wire style", _curve, "{'args': (wire, …), style=, points=}"),
    _panel("set_size", "Set size", edits_layout.set_size, "(node, width or None, height or None)"),
    _panel("offset_label", "Move label", edits_layout.offset_label, "(item, (dx, dy) or None)"),
    Command(
        "set_remark", "Write a note", _set_remark, "Inspector", hidden=True,
        argument="(node, wire, region or leg, what to note of it)",
    ),
    _panel("put_inside", "Move into region", edits_regions.put_inside, "(items, region or 'root')"),
)  # fmt: skip
