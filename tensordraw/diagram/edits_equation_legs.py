"""The open legs of an equation's terms: labels, and spaces that nobody chose yet, that make them correspond."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.edits import without_unused
from tensordraw.diagram.edits_equations import equation_around
from tensordraw.diagram.edits_legs import label_leg, same_space, set_leg_space
from tensordraw.diagram.edits_regions import contents
from tensordraw.diagram.legs import UNCHOSEN, all_legs
from tensordraw.diagram.records import Diagram, Id, Leg, id_order, node_legs
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error


def match_legs(diagram: Diagram, item: Id) -> tuple[Diagram, Id]:
    """Label the open legs of an equation's terms so that they correspond; returns the equation's id too.

    Labels of the first term that are missing or doubled are chosen; in the other terms legs that fit by label stay, and
    the others take the labels of those left over in their space, in order. Legs whose space was not chosen yet first take
    the spaces that are left over, and what must lie in the same space with them. A comma begins anew.
    """
    equation = equation_around(diagram, (item,))
    if equation is None:
        raise Error("That is no part of an equation.")
    diagram = _with_chosen_spaces(diagram, equation)
    reference: list[Leg] = []
    for part in diagram.content.equations[equation].parts:
        legs = open_legs_of(diagram, part.term)
        if not reference or part.sign == ",":
            reference = _named_apart(legs)
            wanted = dict(zip([leg.id for leg in legs], [leg.label for leg in reference], strict=True))
        else:
            wanted = _matched(legs, reference)
        for leg in legs:
            if wanted.get(leg.id, leg.label) != leg.label:
                diagram = label_leg(diagram, leg.id, wanted[leg.id])
    return diagram, equation


def _with_chosen_spaces(diagram: Diagram, equation: Id) -> Diagram:
    """The diagram with the open legs of terms in the spaces of their counterparts, where one of both was not chosen yet."""
    reference: Id | None = None
    for part in diagram.content.equations[equation].parts:
        if reference is None or part.sign == ",":
            reference = part.term
        else:
            diagram = _paired(diagram, reference, part.term)
    return diagram


def _paired(diagram: Diagram, reference: Id, term: Id) -> Diagram:
    """The diagram with the open legs of two terms in the same spaces, the diagram itself where no choice achieves that."""
    after, lacking = diagram, _lacking(diagram, reference, term)
    while lacking:
        for leg, other in lacking:
            here, there = (leg, other) if _may_move(after, term, leg) else (other, leg)
            if here is leg or _may_move(after, reference, other):
                moved = without_unused(set_leg_space(after, here.id, there.space), here.space)
                left = _lacking(moved, reference, term)
                if left is not None and len(left) < len(lacking):
                    after, lacking = moved, left
                    break
        else:
            return diagram
    return diagram if lacking is None else after


def _lacking(diagram: Diagram, reference: Id, term: Id) -> list[tuple[Leg, Leg]] | None:
    """The open legs of a term that have no counterpart in their space, each with one that is left over in the reference;
    None where the terms have different numbers of legs."""
    ours, left = open_legs_of(diagram, term), open_legs_of(diagram, reference)
    if len(ours) != len(left):
        return None
    lacking = []
    for leg in ours:
        same = next((one for one in left if one.space == leg.space), None)
        if same is None:
            lacking.append(leg)
        else:
            left.remove(same)
    return list(zip(lacking, left, strict=True))


def _may_move(diagram: Diagram, term: Id, leg: Leg) -> bool:
    """Whether the leg's space was not chosen yet, and nothing outside its term lies in it with the leg."""
    content = diagram.content
    if content.spaces[leg.space].description != UNCHOSEN:
        return False
    inside = contents(content, (term,))
    tied = same_space(diagram, leg.id)
    owners = {own.id: node.id for node in content.nodes.values() for own in node_legs(node)}
    return all(owners.get(one) in inside for one in tied)


def open_legs_of(diagram: Diagram, term: Id) -> list[Leg]:
    """The open legs of a term, in the order of the document's preference, then of creation."""
    scope = analyse(diagram.content).scopes[term]
    rank = {leg: place for place, leg in enumerate(diagram.content.open_order)}
    legs = all_legs(diagram)
    order = sorted(scope.signature, key=lambda leg: (rank.get(leg, len(rank)), id_order(leg)))
    return [replace(legs[leg], space=scope.signature[leg].space) for leg in order]


def _named_apart(legs: Sequence[Leg]) -> list[Leg]:
    """The legs with labels that tell them apart within their space."""
    made: list[Leg] = []
    taken = {leg.label for leg in legs if leg.label}
    names = (name for name in (*"ijklmnpqrs", *(f"i{number}" for number in range(len(legs)))) if name not in taken)
    spaces = Counter((leg.label, leg.space) for leg in legs)
    for leg in legs:
        doubled = spaces[leg.label, leg.space] > 1
        first = doubled and leg.label and all((one.label, one.space) != (leg.label, leg.space) for one in made)
        made.append(replace(leg, label=next(names)) if doubled and not first else leg)
    return made


def _matched(legs: Sequence[Leg], reference: Sequence[Leg]) -> dict[Id, str]:
    """The label of each leg, so that legs correspond to those of the reference."""
    left = list(reference)
    found: dict[Id, str] = {}
    for leg in legs:
        same = next((one for one in left if (one.label, one.space) == (leg.label, leg.space)), None)
        if same is not None:
            left.remove(same)
            found[leg.id] = leg.label
    for leg in legs:
        fitting = next((one for one in left if one.space == leg.space), None)
        if leg.id not in found and fitting is not None:
            left.remove(fitting)
            found[leg.id] = fitting.label
    return found
