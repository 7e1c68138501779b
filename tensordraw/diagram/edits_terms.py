"""Edits that say what one term of an equation is: several pieces that are not joined, such as the vectors of an outer product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_equations import in_order, units
from tensordraw.diagram.edits_regions import wrap
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import ROOT, Diagram, Equation, Id, Sign, Term
from tensordraw.diagram.signs import RELATIONS, equation_of, signed
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

ALONE = "Select several pieces, or several terms of an equation, that shall be one term."
NO_TERM_BEFORE = "There is no term before this one in its equation."


def one_term(diagram: Diagram, items: Iterable[Id]) -> tuple[Diagram, Id]:
    """Make one term of the selected pieces; its id too. Terms are joined to the first of them, and their signs go.

    Raises `Error` where the pieces are fewer than two, or belong to several equations.
    """
    pieces = units(diagram.content, items)
    if len(pieces) < 2:
        raise Error(ALONE)
    terms = [piece[0] for piece in pieces if len(piece) == 1 and _is_term(diagram, piece[0])]
    equations = {found.id: found for term in terms if (found := equation_of(diagram.content, term)) is not None}
    if len(equations) > 1:
        raise Error("These terms stand in several equations: join terms of one.")
    if not terms:
        return wrap(diagram, [item for piece in pieces for item in piece], "term")
    equation = next(iter(equations.values()), None)
    order = [part.term for part in equation.parts] if equation is not None else []
    first = min(terms, key=lambda term: order.index(term) if term in order else len(order))
    draft = Draft(diagram)
    for item in [item for piece in pieces for item in piece if item not in terms]:
        draft.change(item, inside=first)
    for term in terms:
        if term != first:
            _pour(draft, term, first)
    if equation is not None:
        parts = tuple(part for part in equation.parts if part.term == first or part.term not in terms)
        if len(parts) < 2:
            raise Error("An equation has two terms at least: leave one side apart.")
        draft.equations[equation.id] = replace(equation, parts=parts)
    draft.rewire()
    return draft.build(), first


def _pour(draft: Draft, term: Id, into: Id) -> None:
    """Put what a term holds into another one, and take the term away."""
    for table in (draft.nodes, draft.regions):
        for item in [record.id for record in table.values() if record.inside == term]:
            draft.change(item, inside=into)
    draft.dissolve(term)


def join_before(diagram: Diagram, item: Id) -> tuple[Diagram, Id]:
    """Join a term of an equation (or the term after a sign) with the term before it; its id too."""
    found = signed(diagram.content, item)
    equation: Equation | None = found[0] if found is not None else equation_of(diagram.content, item)
    term = found[0].parts[found[1]].term if found is not None else item
    order = [part.term for part in equation.parts] if equation is not None else []
    if term not in order[1:]:
        raise Error(NO_TERM_BEFORE)
    return one_term(diagram, (order[order.index(term) - 1], term))


def as_sides(diagram: Diagram, items: Iterable[Id], sign: Sign) -> tuple[Diagram, tuple[Id, ...]]:
    """The items, and where a relation between three or more loose pieces cannot hold but does between two groups of neighbours
    (`M`, `u`, `v` with the legs of `M = u v`), one term of each group instead."""
    wanted = tuple(items)
    pieces = units(diagram.content, wanted)
    if sign not in RELATIONS or sign == "," or len(pieces) < 3:
        return diagram, wanted
    if any(_is_term(diagram, item) for piece in pieces for item in piece):
        return diagram, wanted
    after, terms = diagram, []
    for piece in pieces:
        after, term = wrap(after, piece, "term")
        terms.append(term)
    order = in_order(after, terms)
    legs = _open(after, order)
    if all(legs[term] == legs[order[0]] for term in order):
        return diagram, wanted
    for split in range(1, len(order)):
        left, right = _left_open(legs, order[:split]), _left_open(legs, order[split:])
        if left == right:
            made = diagram
            groups = []
            held = dict(zip(terms, pieces, strict=True))
            for group in (order[:split], order[split:]):
                made, term = wrap(made, [item for each in group for item in held[each]], "term")
                groups.append(term)
            return made, tuple(groups)
    return diagram, wanted


def _open(diagram: Diagram, terms: Sequence[Id]) -> dict[Id, Counter[tuple[str, Id]]]:
    """How often each open leg, by label and space, stands in each of these terms."""
    legs = all_legs(diagram)
    scopes = analyse(diagram.content).scopes
    return {
        term: Counter(
            (legs[leg].label or diagram.content.spaces[legs[leg].space].name, legs[leg].space)
            for leg in scopes[term].signature
        )
        for term in terms
    }


def _left_open(legs: dict[Id, Counter[tuple[str, Id]]], group: Sequence[Id]) -> set[tuple[str, Id]]:
    """The legs that stand once in a group; what stands twice is an index of a sum that is still to be said."""
    together: Counter[tuple[str, Id]] = sum((legs[term] for term in group), Counter())
    return {key for key, count in together.items() if count == 1}


def _is_term(diagram: Diagram, item: Id) -> bool:
    region = diagram.content.regions.get(item)
    return isinstance(region, Term) and region.inside == ROOT
