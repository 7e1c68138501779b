"""Edits of equations: terms side by side with signs between them.

Terms of an equation lie in no other region and are joined to nothing outside, so what is put into an equation and is not a
term already is wrapped in one, each connected piece whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_layout import centre_of, move
from tensordraw.diagram.edits_regions import contents, wrap
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Content,
    Copy,
    Diagram,
    Equation,
    Id,
    Part,
    Repeat,
    Sign,
    Term,
    node_legs,
    port_legs,
)
from tensordraw.diagram.signs import RELATIONS, equation_of, sign_id, signed
from tensordraw.errors import Error

ROW = 14.0  # layout units: bodies whose middles are this near in height stand in one row

TOO_FEW = "Select at least two terms, or pieces that are not joined to each other."
FIRST = "The first term has no relation before it: only a minus, a plus or a coefficient."


def relate(diagram: Diagram, items: Iterable[Id], sign: Sign) -> tuple[Diagram, tuple[Id, ...]]:
    """Put `sign` between the selected terms and pieces, from left to right; returns the signs that it set.

    Of terms that stand in one equation already, and of signs, the sign is changed; what is new goes into that equation at
    its place, or after its terms.
    """
    wanted = list(items)
    standing = [item for item in wanted if signed(diagram.content, item) is not None]
    if standing and len(standing) == len(wanted):
        for item in standing:
            diagram = set_sign(diagram, item, sign)
        return diagram, tuple(standing)
    diagram, terms = as_terms(diagram, wanted)
    found = {term: equation_of(diagram.content, term) for term in terms}
    equations = list({e.id: e for e in found.values() if e is not None}.values())
    if len(equations) == 1 and all(found.values()):
        first = equations[0].parts[0].term
        chosen = [term for term in terms if term != first] or ([] if sign in RELATIONS else [first])
        if not chosen:
            raise Error(FIRST)
        signs = tuple(sign_id(equations[0].id, term) for term in chosen)
        for item in signs:
            diagram = set_sign(diagram, item, sign)
        return diagram, signs
    if len(terms) < 2:
        raise Error(TOO_FEW)
    return _gathered(diagram, equations, [term for term in terms if found[term] is None], sign)


def _gathered(diagram: Diagram, equations: list[Equation], new: list[Id], sign: Sign) -> tuple[Diagram, tuple[Id, ...]]:
    """One equation of these equations and these terms."""
    draft = Draft(diagram)
    leading = in_order(diagram, [equation.parts[0].term for equation in equations])
    equations.sort(key=lambda equation: leading.index(equation.parts[0].term))
    parts = [part for equation in equations for part in equation.parts]
    for equation in equations[1:]:
        place = parts.index(equation.parts[0])
        parts[place] = replace(parts[place], sign=sign)
    made = {equation.parts[0].term for equation in equations[1:]} | set(new)
    if not parts:
        parts, new = [Part(new[0])], new[1:]
        made -= {parts[0].term}
    order = in_order(diagram, [*(part.term for part in parts), *new])
    for term in new:
        after = [part.term for part in parts if order.index(part.term) > order.index(term)]
        place = next((k for k, part in enumerate(parts) if part.term in after), len(parts))
        parts.insert(place, Part(term, sign))
    if parts[0].sign in RELATIONS or parts[0].term in made:
        made |= {parts[1].term}
        parts[1] = replace(parts[1], sign=sign)
        parts[0] = replace(parts[0], sign="+")
        made -= {parts[0].term}
    for equation in equations[1:]:
        del draft.equations[equation.id]
    if equations:
        equation = replace(equations[0], parts=tuple(parts))
        draft.equations[equation.id] = equation
    else:
        equation = draft.equation(parts)
    return draft.build(), tuple(sign_id(equation.id, part.term) for part in parts if part.term in made)


def as_terms(diagram: Diagram, items: Iterable[Id]) -> tuple[Diagram, list[Id]]:
    """The terms that hold these items, in reading order; connected pieces that are no terms are wrapped in one each."""
    terms = []
    for piece in units(diagram.content, items):
        term = piece[0]
        if len(piece) > 1 or not isinstance(diagram.content.regions.get(term), Term):
            diagram, term = wrap(diagram, piece, "term")
        terms.append(term)
    return diagram, in_order(diagram, terms)


def units(content: Content, items: Iterable[Id]) -> list[list[Id]]:
    """The pieces of the whole diagram's scope that hold these items: what `relate` would make a term of, each."""
    tops = _tops(content)
    wanted = {tops[one] for item in items for one in _meant(content, item) if one in tops}
    return [piece for piece in _pieces(content, tops) if not wanted.isdisjoint(piece)]


def _meant(content: Content, item: Id) -> list[Id]:
    """The terms of an equation, the term after a sign, the ends of a wire; any other item itself."""
    found = signed(content, item)
    if found is not None:
        return [found[0].parts[found[1]].term]
    if item in content.equations:
        return [part.term for part in content.equations[item].parts]
    return list(content.wires[item].ends) if item in content.wires else [item]


def _tops(content: Content) -> dict[Id, Id]:
    """Each node, region and leg to what holds it in the scope of the whole diagram."""
    tops: dict[Id, Id] = {}
    for region in content.regions.values():
        top = region
        while top.inside != ROOT:
            top = content.regions[top.inside]
        tops[region.id] = top.id
        if isinstance(region, Repeat):
            tops.update((leg.id, top.id) for port in region.ports for leg in port_legs(port))
    for node in content.nodes.values():
        tops[node.id] = tops.get(node.inside, node.id)
        tops.update((leg.id, tops[node.id]) for leg in node_legs(node))
    return tops


def _pieces(content: Content, tops: dict[Id, Id]) -> list[list[Id]]:
    """What hangs together in the scope of the whole diagram: by wires, or as a term and the operation that takes it."""
    leader = {top: top for top in tops.values()}

    def lead(item: Id) -> Id:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for wire in content.wires.values():
        leader[lead(tops[wire.ends[0]])] = lead(tops[wire.ends[1]])
    for node in content.nodes.values():
        taken = [node.of] if isinstance(node, Copy) else [o.of for o in node.operands] if isinstance(node, Add) else []
        for term in taken:
            if term is not None:
                leader[lead(tops[term])] = lead(tops[node.id])
    pieces: dict[Id, list[Id]] = {}
    for item in leader:
        pieces.setdefault(lead(item), []).append(item)
    return list(pieces.values())


def in_order(diagram: Diagram, terms: Sequence[Id]) -> list[Id]:
    """Terms as one reads them: rows from top to bottom, and in a row from left to right."""
    middle = {term: centre_of(diagram, sorted(contents(diagram.content, (term,)))) for term in terms}
    rows: list[list[Id]] = []
    for term in sorted(terms, key=lambda term: (middle[term][1], middle[term][0])):
        row = rows[-1] if rows and middle[term][1] - middle[rows[-1][0]][1] <= 2 * ROW else None
        if row is None:
            rows.append([term])
        else:
            row.append(term)
    return [term for row in rows for term in sorted(row, key=lambda term: middle[term])]


# --------------------------------------------------------------------------------------------------------- parts


def set_sign(diagram: Diagram, item: Id, sign: Sign | None = None, coefficient: str | None = None) -> Diagram:
    """Change the sign before a term (`item` is the sign), its coefficient, or both."""
    equation, place = _found(diagram, item)
    old = equation.parts[place]
    part = replace(
        old,
        sign=old.sign if sign is None else sign,
        coefficient=old.coefficient if coefficient is None else coefficient.strip() or "1",
    )
    if place == 0 and part.sign in RELATIONS:
        raise Error(FIRST)
    return _with_parts(diagram, equation, (*equation.parts[:place], part, *equation.parts[place + 1 :]))


def take_out(diagram: Diagram, terms: Iterable[Id]) -> Diagram:
    """Take terms out of their equations; they stay where they are. An equation of one term is none."""
    gone = set(terms)
    for equation in diagram.content.equations.values():
        parts = tuple(part for part in equation.parts if part.term not in gone)
        if parts != equation.parts:
            diagram = _with_parts(diagram, equation, parts)
    return diagram


def dissolve_equations(diagram: Diagram, equations: Iterable[Id]) -> Diagram:
    """Take equations away; their terms stay."""
    draft = Draft(diagram)
    for equation in equations:
        draft.equations.pop(equation, None)
    return draft.build()


def move_part(diagram: Diagram, item: Id, by: int) -> Diagram:
    """Exchange a term (`item` is its sign) with its neighbour `by` places on, in the equation and on the canvas.

    Signs stay at their places; a term takes its coefficient along.
    """
    equation, place = _found(diagram, item)
    to = place + by
    if not 0 <= to < len(equation.parts) or to == place:
        return diagram
    parts = list(equation.parts)
    one, other = parts[place], parts[to]
    parts[place], parts[to] = replace(other, sign=one.sign), replace(one, sign=other.sign)
    inner = [sorted(contents(diagram.content, (part.term,))) for part in (one, other)]
    (x, y), (u, v) = (centre_of(diagram, items) for items in inner)
    diagram = move(move(diagram, inner[0], u - x, v - y), inner[1], x - u, y - v)
    return _with_parts(diagram, equation, tuple(parts))


def _found(diagram: Diagram, item: Id) -> tuple[Equation, int]:
    found = signed(diagram.content, item)
    if found is None:
        raise Error("That sign no longer exists.")
    return found


def _with_parts(diagram: Diagram, equation: Equation, parts: tuple[Part, ...]) -> Diagram:
    if parts == equation.parts:
        return diagram
    draft = Draft(diagram)
    if len(parts) < 2:
        del draft.equations[equation.id]
    else:
        first = parts[0] if parts[0].sign not in RELATIONS else replace(parts[0], sign="+")
        draft.equations[equation.id] = replace(equation, parts=(first, *parts[1:]))
    return draft.build()


def follows(content: Content, item: Id) -> bool:
    """Whether this is a term of an equation, or the sign of one, with another term before it."""
    found = signed(content, item)
    if found is not None:
        return found[1] > 0
    equation = equation_of(content, item) if item in content.regions else None
    return equation is not None and equation.parts[0].term != item


def equation_around(diagram: Diagram, items: Iterable[Id]) -> Id | None:
    """The equation that one of these items belongs to: a sign, a term, or anything in a term."""
    content = diagram.content
    tops = _tops(content)
    for item in items:
        for one in _meant(content, item):
            found = equation_of(content, tops.get(one, ""))
            if found is not None:
                return found.id
    return None
