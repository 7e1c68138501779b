"""What an equation says: its sides, the names of their values, and legs that correspond.

NOTATION rule 10: sides agree by (label, space) of their open legs, which are unique on each side. The first term's legs
set the order, as the document's list of open legs ranks them; a comma begins a new equation with legs of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import Content, Equation, Id, Leg, Part, Relation, Term, id_order
from tensordraw.diagram.scopes import Crossing, Scope, Side, SideTerm

Report = Callable[..., None]  # items, what, why, fix, remedy, and another remedy


class Key(NamedTuple):
    """What corresponding legs have in common; a leg without a label is called as its space."""

    label: str
    space: Id


def sides_of(
    content: Content, scopes: dict[Id, Scope], legs: dict[Id, Leg], report: Report
) -> Iterator[Side]:  # fmt: skip
    """The sides of all equations in order; `report` takes what is wrong with them."""
    rank = {leg: place for place, leg in enumerate(content.open_order)}
    runs = [run for e in sorted(content.equations.values(), key=lambda e: id_order(e.id)) for run in _runs(e)]
    names = _names(content, [side for _, run in runs for side in run])
    for equation, run in runs:
        if not all(part.term in scopes for side in run for part in side):
            continue  # the document is damaged: `integrity` says so
        first = run[0][0]
        order = sorted(scopes[first.term].signature, key=lambda leg: (rank.get(leg, len(rank)), id_order(leg)))
        reference = [(_key(content, leg, scopes[first.term], legs), scopes[first.term].signature[leg]) for leg in order]
        _unique(content, order, scopes[first.term], legs, report)
        for side in run:
            terms = []
            for part in side:
                scope = scopes[part.term]
                own = {_key(content, leg, scope, legs): leg for leg in scope.signature}
                if part is not first:
                    _agree(content, equation, reference, order, part, own, scope, report)
                matched = tuple(own[key] for key, _ in reference if key in own)
                terms.append(SideTerm(part.term, matched if part is not first else tuple(order), _coefficient(part)))
            sign = side[0].sign
            relation: Relation = "," if sign == "+" or sign == "-" else sign
            yield Side(equation.id, next(names), relation, tuple(terms))


def _runs(equation: Equation) -> Iterator[tuple[Equation, list[list[Part]]]]:
    """Sides between commas: those whose legs correspond."""
    run: list[list[Part]] = []
    for part in equation.parts:
        if part.sign == "," and run:
            yield equation, run
            run = []
        if part.sign in ("+", "-") and run:
            run[-1].append(part)
        else:
            run.append([part])
    if run:
        yield equation, run


def _names(content: Content, sides: Sequence[Sequence[Part]]) -> Iterator[str]:
    """A side that is one named term has its name; two that are related are left and right; else they are numbered. The only
    side needs no name."""
    taken: set[str] = set()
    pair = len(sides) == 2 and sides[1][0].sign != ","
    for number, side in enumerate(sides, start=1):
        term = content.regions.get(side[0].term)
        name = term.name if len(side) == 1 and isinstance(term, Term) else ""
        usual = ("left", "right")[number - 1] if pair else f"side{number}" if len(sides) > 1 else ""
        name = name or usual
        while name in taken:
            name += f"_{number}"
        taken.add(name)
        yield name


def _coefficient(part: Part) -> str:
    text = part.coefficient.strip()
    if part.sign != "-":
        return text
    return "-1" if text == "1" else f"-({text})"


def _key(content: Content, leg: Id, scope: Scope, legs: dict[Id, Leg]) -> Key:
    space = scope.signature[leg].space
    return Key(legs[leg].label or _space(content, space), space)


def _space(content: Content, space: Id) -> str:
    return content.spaces[space].name if space in content.spaces else space


def _named(content: Content, key: Key) -> str:
    space, label = readable(_space(content, key.space)), readable(key.label)
    return f"{label} (in {space})" if label != space else space


def _unique(content: Content, order: Sequence[Id], scope: Scope, legs: dict[Id, Leg], report: Report) -> None:
    counts = Counter(_key(content, leg, scope, legs) for leg in order)
    for key, count in counts.items():
        if count > 1:
            report(
                [leg for leg in order if _key(content, leg, scope, legs) == key],
                f"{count} open legs of this term of an equation are both called {_named(content, key)}.",
                "The legs of an equation's sides correspond by label and space.", "Give the legs different labels.", "match_legs",
            )  # fmt: skip


def _agree(
    content: Content, equation: Equation, reference: Sequence[tuple[Key, Crossing]], order: Sequence[Id],
    part: Part, own: dict[Key, Id], scope: Scope, report: Report,
) -> None:  # fmt: skip
    """Report the legs that have no partner in the first term, or one of the other variance."""
    if len(own) < len(scope.signature):
        doubled = [leg for leg in scope.signature if leg not in own.values()]
        report(
            [part.term, *doubled], "Two open legs of this term of an equation have one label in one space.",
            "The legs of an equation's sides correspond by label and space.", "Give the legs different labels.", "match_legs",
        )  # fmt: skip
        return
    there = dict(reference)
    lacking = [(key, leg) for (key, _), leg in zip(reference, order, strict=True) if key not in own]
    extra = [(key, leg) for key, leg in own.items() if key not in there]
    if lacking or extra:
        ours = ", ".join(_named(content, key) for key, _ in extra) or "nothing more"
        theirs = ", ".join(_named(content, key) for key, _ in lacking) or "nothing more"
        report(
            [part.term, *(leg for _, leg in (*lacking, *extra))],
            f"The sides of this equation have different open legs: here {ours}, in its first term {theirs}.",
            "Sides agree by the label and space of their open legs.", "Give legs that correspond one label and one space.",
            "match_legs", "join_before" if part.term not in [one.term for one in equation.parts[:2]] else "",
        )  # fmt: skip
    for (key, crossing), leg in zip(reference, order, strict=True):
        if key in own and scope.signature[own[key]].variance != crossing.variance:
            report(
                [leg, own[key]],
                f"The leg {_named(content, key)} is {_variance(crossing)} in the first term of this equation "
                f"and {_variance(scope.signature[own[key]])} here.",
                "Sides agree in the variance of their legs too.", "Insert the metric, or change the variance.", "",
            )  # fmt: skip


def _variance(crossing: Crossing) -> str:
    return {"none": "neither upper nor lower"}.get(crossing.variance, crossing.variance)
