"""Rules about nodes: names, forms, fixed tensors, and the operands of operations."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import (
    Add,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Paste,
    Repeat,
    Sum,
    Tensor,
    node_legs,
)
from tensordraw.diagram.rules_legs import space_name
from tensordraw.diagram.scopes import Slot, Structure, enclosing


def node_rules(content: Content, structure: Structure) -> Iterator[Problem]:
    """Problems of nodes."""
    yield from _names(content)
    for node in content.nodes.values():
        match node:
            case Tensor():
                yield from _form(content, node)
            case Delta():
                yield from _delta(content, node)
            case Fixed():
                yield from _fixed(content, node)
            case Group():
                yield from _group(content, node)
            case Copy():
                yield from _copy(content, structure, node)
            case Paste():
                yield from _paste(content, structure, node)
            case Add():
                yield from _add(content, structure, node)


def _error(items: tuple[Id, ...], what: str, why: str, fix: str, remedy: str = "") -> Problem:
    return Problem("error", items, what, why, fix, remedy)


def _names(content: Content) -> Iterator[Problem]:
    """Same name, same array: the same spaces by position, and not both numbers and ids."""
    first: dict[str, tuple[Node, tuple[object, ...]]] = {}
    for node in content.nodes.values():
        if isinstance(node, Tensor):
            key: tuple[object, ...] = ("array", *(leg.space for leg in node.legs))
        elif isinstance(node, Fixed) and node.kind == "one_hot":
            key = ("ids", *(leg.space for leg in node.legs))
        elif isinstance(node, Fixed) and node.kind in ("metric", "inverse_metric"):
            key = ("metric", *(leg.space for leg in node.legs))
        else:
            continue
        if not node.name:
            yield _error(
                (node.id,), "This tensor has no name.", "A name says which array it is.", "Name it.", "name_it"
            )
            continue
        other, expected = first.setdefault(node.name, (node, key))
        if expected != key:
            yield Problem(
                "error", (node.id, other.id), f"Two tensors are called {readable(node.name)} but have different legs.",
                "The same name is the same array, however often it is drawn.", "Rename one, or give both the same spaces.",
                "rename_apart", "share_spaces" if _fits(content, node, other) else "",
            )  # fmt: skip


def _fits(content: Content, node: Node, other: Node) -> bool:
    """Whether the legs of both could lie in the same spaces: as many, of the same sizes by position."""
    sizes = [tuple(content.spaces[leg.space].size for leg in node_legs(one)) for one in (node, other)]
    return type(node) is type(other) and sizes[0] == sizes[1]


def _form(content: Content, node: Tensor) -> Iterator[Problem]:
    if node.form in ("any", "diagonal"):
        return
    sizes = {leg.id: content.spaces[leg.space].size for leg in node.legs if not isinstance(leg.index, str)}
    tip = prod(size for leg, size in sizes.items() if leg in node.tip)
    base = prod(size for leg, size in sizes.items() if leg not in node.tip)
    if not node.tip or len(node.tip) == len(node.legs):
        yield _error(
            (node.id,), f"{readable(node.name)} is drawn as {node.form} but all its legs are on one side.",
            "Such a tensor is a matrix from the legs at its base to those at its tip.", "Say which legs are at the tip.",
            "two_sides",
        )  # fmt: skip
    elif node.form == "isometry" and tip > base:
        yield _error(
            (node.id,), f"The triangle {readable(node.name)} points to the larger side ({tip} > {base}).",
            "An isometry's tip points to the smaller dimension.", "Flip it.", "flip",
        )  # fmt: skip
    elif node.form != "isometry" and tip != base:
        yield _error(
            (node.id,), f"{readable(node.name)} is drawn as {node.form} but its two sides have sizes {base} and {tip}.",
            "Such a matrix is square.", "Draw it as an isometry, or change a size.", "not_square",
        )  # fmt: skip


def _delta(content: Content, node: Delta) -> Iterator[Problem]:
    if not node.legs:
        yield _error(
            (node.id,), "This dot has no legs.", "A delta has one leg or more.", "Add a leg or remove it.", "remove"
        )
    elif len({leg.space for leg in node.legs}) > 1:
        names = ", ".join(dict.fromkeys(space_name(content, leg.space) for leg in node.legs))
        yield _error(
            (node.id,), f"The legs of this dot lie in different spaces: {names}.",
            "All indices of a delta agree.", "Give its legs the same space.", "one_space",
        )  # fmt: skip


def _fixed(content: Content, node: Fixed) -> Iterator[Problem]:
    spaces = [content.spaces[leg.space] for leg in node.legs]
    same = len({space.id for space in spaces}) <= 1
    why, fix = "Its entries are given by its kind.", "Change its legs."
    match node.kind:
        case "constant":
            if node.legs:
                yield _error(
                    (node.id,), "This constant has legs.", "A constant is a scalar.", "Remove its legs.", "bare"
                )
        case "one_hot":
            if not node.legs:
                yield _error(
                    (node.id,), "This one-hot tensor has no leg for its class.", why, "Add a leg.", "class_leg"
                )
        case "causal_mask" | "shift" | "metric" | "inverse_metric":
            # A shift between spaces of two sizes cuts a part out, or puts it into a larger axis.
            apart = node.kind in ("causal_mask", "shift")
            if len(node.legs) != 2 or not (apart or same):
                yield _error(
                    (node.id,), f"A {node.kind.replace('_', ' ')} has two legs"
                    f"{'' if apart else ' in one space'}, and this one does not.", why, fix,
                )  # fmt: skip
            yield from _metric(content, node)
        case "levi_civita":
            if not same or not spaces or spaces[0].size != len(spaces):
                yield _error(
                    (node.id,), "A Levi-Civita tensor has as many legs as its space has dimensions.", why, fix,
                )  # fmt: skip


def _metric(content: Content, node: Fixed) -> Iterator[Problem]:
    wanted = {"metric": "lower", "inverse_metric": "upper"}.get(node.kind)
    for leg in node.legs:
        if wanted and content.spaces[leg.space].metric == "general" and leg.variance != wanted:
            yield _error(
                (node.id, leg.id), f"The legs of a {node.kind.replace('_', ' ')} are {wanted}.",
                "The metric lowers an index, the inverse metric raises it.", f"Make this leg {wanted}.", "metric_legs",
            )  # fmt: skip


def _group(content: Content, node: Group) -> Iterator[Problem]:
    whole = content.spaces[node.whole.space].size
    parts = [content.spaces[leg.space].size for leg in node.parts]
    if not parts or prod(parts) != whole:
        product = " · ".join(str(size) for size in parts) or "nothing"
        yield _error(
            (node.id,), f"This grouping joins {product} into {whole}.",
            "The grouped leg has the product of the sizes of its parts.", "Change the size of the grouped leg's space.",
            "grouped_size" if parts else "",
        )  # fmt: skip


def _same_spaces(first: tuple[Leg, ...], second: tuple[Leg, ...]) -> bool:
    return [leg.space for leg in first] == [leg.space for leg in second]


def _takes(structure: Structure, node: Node, of: Id | None, legs: tuple[Leg, ...], slot: Slot) -> Iterator[Problem]:
    """An operand has legs, or names a term without legs that lies beside it."""
    if legs:
        if of is not None:
            yield _error(
                (node.id, of),
                "This operand has legs and names a term.",
                "It is one or the other.",
                "Remove one of them.",
            )
        return
    if of is None:
        yield _error(
            (node.id,), "This operand has no legs and names no term.",
            "An operand without legs is the value of a term.", "Join a leg, or choose a term.",
        )  # fmt: skip
        return
    if structure.scope_of[of] != structure.scope_of[node.id]:
        yield _error(
            (node.id, of), "This operand is a term of another scope.", "An operand lies in the scope of its operation.",
            "Move the term beside the operation.",
        )  # fmt: skip
    elif structure.scopes[of].signature:
        yield _error(
            (node.id, of), "This operand is a term with legs, which are not joined to it.",
            "Only a term without legs is taken by its name.", "Join the legs of the term to the operation.",
        )  # fmt: skip


def _copy(content: Content, structure: Structure, node: Copy) -> Iterator[Problem]:
    yield from _takes(structure, node, node.of, node.into, Slot(node.id, 0))
    if node.out and not _same_spaces(node.into, node.out):
        yield _error(
            (node.id,), f"What leaves the copy {readable(node.name)} has other spaces than what comes in.",
            "A copy passes its value through.", "Give both sides the same spaces, or end the through side.",
            "one_space" if len(node.into) == len(node.out) else "",
        )  # fmt: skip


def _paste(content: Content, structure: Structure, node: Paste) -> Iterator[Problem]:
    copy = content.nodes[node.copy]
    if not isinstance(copy, Copy):
        return
    if not _same_spaces(copy.into, node.legs):
        yield _error(
            (node.id, copy.id), f"This paste of {readable(copy.name)} has other legs than the copy.",
            "A paste is the copied value again, leg by leg.", "Give it the copy's spaces in the copy's order.",
            "one_space" if len(node.legs) == len(copy.into) else "",
        )  # fmt: skip
    outside = set(_binders(content, structure, structure.scope_of[copy.id]))
    missing = outside - set(_binders(content, structure, structure.scope_of[node.id]))
    if missing:
        yield _error(
            (node.id, copy.id, *sorted(missing)), f"This paste of {readable(copy.name)} "
            "stands outside a sum or repeat that holds the copy.",
            "The value is another one for each value of the index.", "Move the paste inside, or the copy outside.",
        )  # fmt: skip


def _binders(content: Content, structure: Structure, scope: Id) -> Iterator[Id]:
    """Sums and repeats at and around a scope."""
    return (
        region for region in enclosing(structure.scopes, scope) if isinstance(content.regions[region], Sum | Repeat)
    )


def _add(content: Content, structure: Structure, node: Add) -> Iterator[Problem]:
    if not node.operands:
        yield _error(
            (node.id,), "This add has no operands.", "It adds what is joined to it.", "Add an operand, or remove it.",
            "remove",
        )  # fmt: skip
    for number, operand in enumerate(node.operands):
        yield from _takes(structure, node, operand.of, operand.legs, Slot(node.id, number))
        if not _same_spaces(operand.legs, node.out):
            yield _error(
                (node.id,), f"Operand {number + 1} of this add has other legs than the result.",
                "An add takes operands with identical legs; nothing is broadcast.",
                "Spread a smaller operand along the missing leg by a dot with one leg.",
                "one_space" if len(operand.legs) == len(node.out) else "",
            )  # fmt: skip
