"""Labels edited in place: which text stands for an item, and what a committed text does.

A tensor's label may say its legs too: `W: hidden head`, with sizes where wanted: `W: hidden=768 head=64`, and
with labels: `x: key:query hidden`. A leg's may say its
space (`i: hidden`), the index that it is fixed to (`i = 2`), or what it is split into (`i: (head=4 head_size=8)`).
"""

from __future__ import annotations

import math
import re
from typing import assert_never

from tensordraw.diagram import (
    edits,
    edits_groups,
    edits_layout,
    edits_legs,
    edits_names,
    edits_regions,
    signs,
)
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs, joined
from tensordraw.diagram.records import (
    Add,
    Block,
    Bubble,
    Copy,
    Delta,
    Diagram,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Paste,
    Region,
    Repeat,
    Sum,
    Tensor,
    Term,
    node_legs,
)
from tensordraw.diagram.whole import whole
from tensordraw.editor import grasp, signing, sourcing, spacing
from tensordraw.editor.effects import EditLabel
from tensordraw.editor.state import State, Step, done, refused
from tensordraw.errors import Error
from tensordraw.program import expressions

NO_LABEL = "This item has no label of its own; edit its wires or legs."
_SPACE = re.compile(r"^([^\s=,:]+)(?:=([0-9]{1,18}))?$")


def edit(state: State, item: Id) -> Step:
    """Ask for the label of an item."""
    equation = state.document.content.equations.get(item)
    if equation is not None and len(equation.parts) > 1:
        item = signs.sign_id(equation.id, equation.parts[1].term)
    text = label_of(state.document, item)
    if text is None:
        return refused(state, NO_LABEL)
    return state, (EditLabel(item, text),)


def label_of(diagram: Diagram, item: Id) -> str | None:
    """The text that is edited as the item's label, None where there is none."""
    content = diagram.content
    if item in content.nodes:
        return _of_node(content.nodes[item])
    if item in content.wires:
        return content.wires[item].label
    if item in content.regions:
        return _of_region(diagram, content.regions[item])
    if item in diagram.layout.notes:
        return diagram.layout.notes[item].text
    if item in content.spaces:
        return content.spaces[item].name
    if (sign := signing.written(diagram, item)) is not None:
        return sign
    leg = all_legs(diagram).get(item)
    return None if leg is None else _of_leg(diagram, leg)


def _of_leg(diagram: Diagram, leg: Leg) -> str:
    if leg.index is None:
        return leg.label
    region = None if isinstance(leg.index, int) else diagram.content.regions.get(leg.index)
    return f"{leg.label} = {leg.index if region is None else getattr(region, 'index', leg.index)}".strip()


def _of_node(node: Node) -> str | None:
    match node:
        case Tensor() | Copy() | Add():
            return node.name
        case Fixed():
            return node.expression if node.kind == "constant" else node.name if node.kind == "one_hot" else None
        case Delta() | Group() | Paste():
            return None
        case _:
            assert_never(node)


def _of_region(diagram: Diagram, region: Region) -> str:
    match region:
        case Bubble():
            return region.expression if region.function == "expression" else region.function
        case Sum() | Repeat():
            space = diagram.content.spaces[region.space]
            return f"{region.index}: {space.name}={space.size}"
        case Block() | Term():
            return region.name
        case _:
            assert_never(region)


def commit(state: State, item: Id, text: str) -> Step:
    """The text field of an item was committed."""
    after = relabelled(state.document, item, text)
    text = text.strip()
    if signs.signed(after.content, item) is not None:
        after = spacing.make_room(after, item.partition(".")[0])
        return done(state, after, f"Set sign {text or '+'}")
    region = after.content.regions.get(item)
    if isinstance(region, Bubble):
        return done(state, after, f"Choose function {text}")
    return done(state, after, f"Label {text}" if text else "Remove label")


def refusal(diagram: Diagram, item: Id, text: str) -> str:
    """Why the text cannot be the item's label, "" where it can."""
    try:
        relabelled(diagram, item, text)
    except Error as error:
        return str(error)
    return ""


def relabelled(diagram: Diagram, item: Id, text: str) -> Diagram:
    """The diagram with another label for the item. Raises `Error` where the text cannot be one."""
    content, text = diagram.content, text.strip()
    if item in content.nodes:
        return _label_node(diagram, content.nodes[item], text)
    if item in content.regions:
        return _label_region(diagram, content.regions[item], text)
    if item in diagram.layout.notes:
        return edits_layout.change_note(diagram, item, text)
    if item in content.wires or item in content.spaces:
        return edits_names.rename(diagram, item, text)
    if signs.signed(content, item) is not None:
        return signing.signed(diagram, item, text)
    if item in all_legs(diagram):
        return _label_leg(diagram, item, text)
    raise Error("That item no longer exists.")


def _label_node(diagram: Diagram, node: Node, text: str) -> Diagram:
    match node:
        case Tensor():
            text, made = sourcing.split(text)
            name, colon, legs = text.partition(":")
            after = edits_names.rename(diagram, node.id, name)
            after = set_legs(after, node.id, legs.split()) if colon else after
            return after if made is None else sourcing.applied(after, node.id, made)
        case Copy() | Add():
            return edits_names.rename(diagram, node.id, text)
        case Fixed(kind="constant"):
            return edits_names.set_fields(diagram, node.id, expression=signing.number(diagram, text))
        case Fixed(kind="one_hot"):
            return edits_names.rename(diagram, node.id, text)
        case _:
            raise Error(NO_LABEL)


def _label_region(diagram: Diagram, region: Region, text: str) -> Diagram:
    match region:
        case Bubble():
            if text in AXIS_RULES and text != "expression":
                return edits_regions.set_function(diagram, region.id, text)
            expressions.elementwise(text)
            return edits_regions.set_function(diagram, region.id, "expression", expression=text)
        case Sum() | Repeat():
            index, colon, words = text.partition(":")
            after, space = _space(diagram, words.strip()) if colon else (diagram, region.space)
            return edits_regions.set_binder(after, region.id, index, space)
        case Block() | Term():
            return edits_names.rename(diagram, region.id, text)
        case _:
            assert_never(region)


def _label_leg(diagram: Diagram, leg: Id, text: str) -> Diagram:
    label, colon, words = text.partition(":")
    if words.strip().startswith("(") and words.strip().endswith(")"):
        return _split_leg(edits_legs.label_leg(diagram, leg, label), leg, words.strip()[1:-1].split())
    if not colon and "=" in text:
        label, _, index = text.partition("=")
        return edits_legs.bind_leg(edits_legs.label_leg(diagram, leg, label), leg, _index(diagram, index.strip()))
    after = edits_legs.label_leg(diagram, leg, label)
    if not colon:
        return after
    after, space = _space(after, words.strip())
    return _put_into(after, leg, space)


def _put_into(diagram: Diagram, leg: Id, space: Id) -> Diagram:
    """The leg in another space; the one that it was in goes where nothing is left in it."""
    old = all_legs(diagram)[leg].space
    return diagram if old == space else edits.without_left(edits_legs.set_leg_space(diagram, leg, space), old)


def _split_leg(diagram: Diagram, leg: Id, words: list[str]) -> Diagram:
    """Split a leg into the spaces that were written, such as `head=4 head_size=8`."""
    parts = []
    for word in words:
        found = _SPACE.match(word)
        size = next((s.size for s in diagram.content.spaces.values() if found and s.name == found[1]), None)
        if found is None or (found[2] is None and size is None):
            raise Error(f"{word} is no space with a size: write the parts as (head=4 head_size=8).")
        parts.append((found[1], int(found[2]) if found[2] else size or 1))
    anchor = grasp.figure_of(diagram).anchors.get(leg)
    if anchor is None:
        return edits_groups.split_leg(diagram, leg, parts)[0]
    turn = math.radians(anchor.angle)
    at = (anchor.tip[0] + 12.0 * math.cos(turn), anchor.tip[1] - 12.0 * math.sin(turn))
    return edits_groups.split_leg(diagram, leg, parts, at, anchor.angle)[0]


def _index(diagram: Diagram, word: str) -> int | Id | None:
    """The index that was written: a number, the name of the index of a sum or repeat, or nothing."""
    if not word:
        return None
    if (number := whole(word)) is not None:
        return number
    for region in diagram.content.regions.values():
        if isinstance(region, Sum | Repeat) and region.index == word:
            return region.id
    raise Error(f"{word} is no index: write a whole number, or the name of the index of a sum or repeat.")


def _space(diagram: Diagram, word: str) -> tuple[Diagram, Id]:
    """The space that `hidden` or `hidden=768` names, made or resized where needed."""
    found = _SPACE.match(word)
    if found is None:
        raise Error(
            f"{word or 'Nothing'} does not name a space: write a name, or a name and a size such as hidden=768."
        )
    name, size = found[1], int(found[2]) if found[2] else None
    old = next((space for space in diagram.content.spaces.values() if space.name == name), None)
    if old is None:
        return edits_names.add_space(diagram, name, 4 if size is None else size)
    if size is not None and size != old.size:
        return edits_names.change_space(diagram, old.id, size=size), old.id
    return diagram, old.id


def set_legs(diagram: Diagram, tensor: Id, words: list[str]) -> Diagram:
    """Give a tensor legs in the named spaces (`hidden`, or `key:query` for one with a label): those it has change space,
    missing ones are added, others go."""
    labels = [word.partition(":")[0] if ":" in word else None for word in words]
    words = [word.partition(":")[2] if ":" in word else word for word in words]
    for word in words:
        if _SPACE.match(word) is None and "," in word:
            raise Error(
                f"Legs are separated by spaces, and {word} has a comma: write one tensor at a time, W: hidden head."
            )
        if _SPACE.match(word) is None:
            raise Error(f"{word} does not name a space: write a name, or a name and a size such as hidden=768.")
    for place, word in enumerate(words):
        diagram, space = _space(diagram, word)
        legs = _legs(diagram, tensor)
        if place >= len(legs):
            diagram = edits_legs.add_leg(diagram, tensor, space)
        elif legs[place].space != space:
            diagram = _put_into(diagram, legs[place].id, space)
        if (label := labels[place]) is not None:
            diagram = edits_legs.label_leg(diagram, _legs(diagram, tensor)[place].id, label)
    while len(_legs(diagram, tensor)) > len(words):
        diagram = edits_legs.remove_leg(diagram, _legs(diagram, tensor)[-1].id)
    return diagram


def _legs(diagram: Diagram, tensor: Id) -> tuple[Leg, ...]:
    node = diagram.content.nodes[tensor]
    return node.legs if isinstance(node, Tensor) else ()


def written(diagram: Diagram, text: str, at: tuple[float, float], inside: Id) -> tuple[Diagram, Id]:
    """A new tensor written as `W: hidden head`, or `W: hidden head = isometry`; returns its id too."""
    text, made = sourcing.split(text)
    name, _, legs = text.partition(":")
    if not name.strip():
        raise Error("Write a name before the colon: W: hidden head.")
    draft = Draft(diagram)
    tensor = draft.tensor(name.strip(), (), at, inside=inside)
    after = set_legs(draft.build(), tensor.id, legs.split())
    return (after if made is None else sourcing.applied(after, tensor.id, made)), tensor.id


def next_unlabelled(diagram: Diagram, after: Id) -> Id | None:
    """The open leg or wire after this item that has no label yet (what Tab goes to), None where all have one.

    The order is that of the nodes, each with its legs and their wires.
    """
    legs, wired, content = all_legs(diagram), joined(diagram), diagram.content
    order: dict[Id, bool] = {}  # item: whether it lacks a label
    for node in content.nodes.values():
        order[node.id] = False
        for leg in node_legs(node):
            wire = wired.get(leg.id)
            if wire is None:
                order[leg.id] = not leg.label
            else:
                ends = content.wires[wire].ends
                order[leg.id] = False
                order.setdefault(wire, not content.wires[wire].label and not any(legs[end].label for end in ends))
    items = list(order)
    start = items.index(after) + 1 if after in order else 0
    return next((item for item in (*items[start:], *items[:start]) if order[item]), None)
