"""Rules about regions: functions and their legs, repeats and their ports, sums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import Bubble, Content, Id, Region, Repeat, Sum, Tensor, port_legs
from tensordraw.diagram.scopes import Scope, Structure


def region_rules(content: Content, structure: Structure) -> Iterator[Problem]:
    """Problems of regions."""
    for region in content.regions.values():
        match region:
            case Bubble():
                yield from _bubble(content, structure, region)
            case Repeat():
                yield from _repeat(content, structure, region)
            case Sum() if not _uses_index(content, region.id):
                yield Problem(
                    "warning", (region.id,), f"Nothing in this sum carries its index {region.index}.",
                    "A sum's value is counted once for each value of the index, so this multiplies by the size.",
                    "Bind a leg inside to the index.", "bind_to_index" if bindable_leg(content, structure, region) else "",
                )  # fmt: skip
            case _:
                pass


def _bubble(content: Content, structure: Structure, bubble: Bubble) -> Iterator[Problem]:
    scope = structure.scopes[bubble.id]
    rule = AXIS_RULES.get(bubble.function)
    if rule is None:
        yield Problem(
            "error", (bubble.id,), f"There is no function called {bubble.function}.",
            "A bubble applies a function of the table.", "Choose one of the list, or type an expression in x.",
        )  # fmt: skip
        return
    if bubble.function == "expression" and not bubble.expression.strip():
        yield Problem(
            "error", (bubble.id,), "This bubble's expression is empty.", "It says what becomes of each entry x.",
            "Type an expression in x.", "entry_itself",
        )  # fmt: skip
    if not scope.items:
        yield Problem(
            "warning",
            (bubble.id,),
            "This bubble is empty.",
            "An empty product is the scalar 1.",
            "Draw something in it, or remove it.",
            "remove",
        )
    yield from _bubble_axes(content, scope, bubble, rule.count, rule.names)
    yield from _lonely(content, structure, scope, bubble)


def _bubble_axes(
    content: Content, scope: Scope, bubble: Bubble, count: int, names: tuple[str, ...]
) -> Iterator[Problem]:
    stray = [axis for axis in bubble.axes if axis not in scope.leaving]
    if len(bubble.axes) < count:
        missing = names[len(bubble.axes) :]
        if count == 1:
            legs = "a leg, and none is"
        elif len(missing) == 1:
            legs = f"two legs, and the one for {missing[0]} is not"
        else:
            legs = f"two legs, {' and '.join(missing)}, and neither is"
        yield Problem(
            "error", (bubble.id,), f"{bubble.function} runs along {legs} chosen.",
            "A function that runs along a leg names it.", "Choose one of the legs that cross the border.", "choose_legs",
        )  # fmt: skip
    elif len(bubble.axes) > count or len(set(bubble.axes)) < len(bubble.axes):
        yield Problem(
            "error", (bubble.id,), f"{bubble.function} names {len(bubble.axes)} legs where it takes {count} different ones.",
            "Each function has its number of legs.", "Choose the legs again.", "choose_legs",
        )  # fmt: skip
    elif stray:
        yield Problem(
            "error", (bubble.id, *stray), f"{bubble.function} runs along a leg that does not reach the bubble's border.",
            "A function's legs are ends inside the border that lead out of it.", "Choose a leg that crosses the border.",
            "choose_legs",
        )  # fmt: skip


def _lonely(content: Content, structure: Structure, scope: Scope, bubble: Bubble) -> Iterator[Problem]:
    """relu(W) x where relu(W x) was probably meant."""
    if AXIS_RULES[bubble.function].count or len(scope.items) != 1:
        return
    node = content.nodes.get(scope.items[0].id)
    joined = [end for end in scope.signature if end in structure.wire_of]
    if isinstance(node, Tensor) and len(scope.signature) > 1 and joined:
        yield Problem(
            "warning", (bubble.id, node.id), f"{bubble.function} is applied to {readable(node.name)} alone.",
            "Only what is inside is transformed: relu(W) with x outside is relu(W) x.",
            f"Draw the bubble around the tensors that {readable(node.name)} is contracted with too.", "take_in",
        )  # fmt: skip


def _repeat(content: Content, structure: Structure, repeat: Repeat) -> Iterator[Problem]:
    scope = structure.scopes[repeat.id]
    if not repeat.ports:
        yield Problem(
            "error", (repeat.id,), "Nothing comes into this repeat.",
            "A repeat composes a map with itself, so it needs something to start from.", "Feed an identity to it.",
        )  # fmt: skip
    for port in repeat.ports:
        if len({leg.space for leg in port_legs(port)}) > 1:
            yield Problem(
                "error", (repeat.id, *(leg.id for leg in port_legs(port))), "The four ends of a port lie in different spaces.",
                "What goes round comes out in the space that it went in.", "Give all four ends one space.", "one_space",
            )  # fmt: skip
    leaving = Counter(scope.ends[end].space for end in scope.leaving)
    # What goes round comes in and goes out: a port takes two legs of one space.
    paired = all(number % 2 == 0 for number in leaving.values())
    for end in scope.leaving:
        owner = scope.owners[end]
        wired = end in structure.wire_of
        if wired:
            yield Problem(
                "error", (repeat.id, structure.wire_of[end]), "This wire crosses the border of a repeat.",
                "No wire crosses a repeat's border: the state goes through ports, and a constant is pasted.",
                "Copy the value outside and paste it inside, or lead it through a port.",
                "through_ports" if paired else "",
            )  # fmt: skip
        elif owner.kind == "result":
            yield Problem(
                "error", (repeat.id, owner.id, end), "Nothing uses the result of this operation.",
                "Inside a repeat a result leads to a port or to another operation.", "Join it to the port's inner end.",
            )  # fmt: skip
        else:
            yield Problem(
                "error", (repeat.id, end), "This leg is open inside a repeat.",
                "A leg that is open in each of its rounds would have no place in the result.",
                "Join it, or lead it through a port.", "through_ports" if paired else "",
            )  # fmt: skip


def bindable_leg(content: Content, structure: Structure, region: Sum) -> Id | None:
    """The first leg of a tensor that is open in the sum and lies in the space of its index."""
    of_tensors = {leg.id for node in content.nodes.values() if isinstance(node, Tensor) for leg in node.legs}
    signature = structure.scopes[region.id].signature
    fits = (end for end, crossing in signature.items() if crossing.space == region.space and end in of_tensors)
    return next((end for end in fits if end not in structure.wire_of), None)


def _uses_index(content: Content, region: Id) -> bool:
    return any(leg.index == region for node in content.nodes.values() if isinstance(node, Tensor) for leg in node.legs)


def describe(region: Region) -> str:
    """A region in a word or two, for messages and labels."""
    match region:
        case Bubble():
            return readable(region.name) or region.function
        case Sum() | Repeat():
            return f"{type(region).__name__.lower()} over {readable(region.index)}"
        case _:
            return readable(region.name) or type(region).__name__.lower()
