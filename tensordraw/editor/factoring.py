"""A matrix as the product of its singular value decomposition: U, S and V beside it in an equation, each made of it.

The matrix stays as it is, so that the equation can be checked and M can be exchanged. The bond is as long as it can be; a
shorter one truncates.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from tensordraw.diagram import edits_equations, edits_names
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import joined, leg_name
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import ROOT, Diagram, Id, Leg, Tensor
from tensordraw.editor import grasp, sourcing, spacing
from tensordraw.errors import Error

PITCH, ABOVE = 46.0, 42.0  # layout units between the factors, and up to S
BESIDE = 70.0  # from the matrix to U


def refusal(diagram: Diagram, tensor: Id) -> str | None:
    """Why the factors of a tensor cannot be drawn; None where they can."""
    node = diagram.content.nodes.get(tensor)
    if not isinstance(node, Tensor) or len(node.legs) < 2:
        return "Select a tensor of two or more legs first: its decomposition is that of a matrix."
    names = [leg_name(diagram, leg) for leg in node.legs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return f"Two legs of {node.name} are called {twice}: label them differently, so that the factors' legs can be told apart."
    wired = joined(diagram)
    if node.inside != ROOT or any(leg.id in wired or leg.index is not None for leg in node.legs):
        return f"{node.name} is joined to others: draw it once more by itself, then its factors can stand beside it."
    return None


def svd_factors(diagram: Diagram, tensor: Id, names: Sequence[str] = ("U", "S", "V")) -> tuple[Diagram, tuple[Id, ...]]:
    """The diagram with M = U S V† of a tensor seen as a matrix from the first half of its legs to the others; also the ids of
    the factors, which have these names, with a number where there is such an array already. `Error` where the tensor is
    joined to others."""
    node = diagram.content.nodes.get(tensor)
    if (reason := refusal(diagram, tensor)) is not None or not isinstance(node, Tensor):
        raise Error(reason or "Only a tensor has such factors.")
    rows = len(node.legs) // 2
    x, y = _beside(diagram, node)
    u_name, s_name, v_name = _free(diagram, names)
    draft = Draft(diagram)
    bond = draft.space(_space_name(diagram), _length(diagram, node, rows))
    u_bond, v_bond = draft.leg(bond, angle=0.0), draft.leg(bond, angle=180.0)
    dots = draft.leg(bond, angle=180.0), draft.leg(bond, angle=0.0), draft.leg(bond, angle=90.0)
    s_leg = draft.leg(bond, angle=270.0)
    left, right = _fan(draft, node.legs[:rows], 180.0), _fan(draft, node.legs[rows:], 0.0)
    u = draft.tensor(u_name, (*left, u_bond), (x, y), form="isometry", tip=(u_bond.id,))
    dot = draft.delta(dots, (x + PITCH, y))
    s = draft.tensor(s_name, (s_leg,), (x + PITCH, y - ABOVE))
    v = draft.tensor(v_name, (*right, v_bond), (x + 2 * PITCH, y), form="isometry", tip=(v_bond.id,), conj=True)
    for one, other in zip((u_bond, v_bond, s_leg), dots, strict=True):
        draft.wire(one, other)
    for part, kind in zip((u, s, v), sourcing.FACTORS.values(), strict=True):
        draft.recipes[part.name] = Recipe(kind, node.name, rows=rows)
    after, signs = edits_equations.relate(draft.build(), {tensor, u.id}, "=")
    for equation in {item.partition(".")[0] for item in signs}:
        after = spacing.make_room(after, equation)
    return after, (u.id, dot.id, s.id, v.id)


def written(diagram: Diagram, text: str, at: tuple[float, float], inside: Id) -> tuple[Diagram, tuple[Id, ...]]:
    """What a line such as `U = svd of M` draws: one factor with the legs that it needs, or with `U, S, V` all beside M.

    `Error` where there is no such array, or where the line does not say what legs the part has.
    """
    parts = sourcing.decomposed(text)
    assert parts is not None
    name, letter, what, of = parts
    same = [n for n in diagram.content.nodes.values() if isinstance(n, Tensor) and n.name == of]
    if not same:
        raise Error(f"There is no tensor called {of} in the drawing.")
    node = same[0]
    if what != "svd":
        raise Error(f"Say which legs {name} has: {name}: a k = {what} of {of}.")
    if len(node.legs) < 2:
        raise Error(f"{of} has {len(node.legs)} legs: a decomposition needs two.")
    if "," in name:
        names = [one.strip() for one in name.split(",")]
        if len(set(names)) != 3:
            raise Error(f"A decomposition has three factors: U, S, V = svd of {of}.")
        alone = next((n for n in same if refusal(diagram, n.id) is None), node)
        return svd_factors(diagram, alone.id, names)
    meant = (letter or (name[:1] if name[:1].lower() in "usv" else "u")).lower()
    rows = len(node.legs) // 2
    length = _length(diagram, node, rows)
    draft = Draft(diagram)
    ranks = [space.id for space in draft.spaces.values() if space.name.startswith("rank") and space.size == length]
    bond = draft.leg(ranks[0] if ranks else draft.space(_space_name(diagram), length))
    outer = {"u": node.legs[:rows], "s": (), "v": node.legs[rows:]}[meant]
    legs = (*(draft.leg(leg.space, leg.label) for leg in outer), bond)
    tip = (bond.id,) if meant != "s" else ()
    made = draft.tensor(name, legs, at, inside=inside, form="isometry" if tip else "any", tip=tip, conj=meant == "v")
    after = edits_names.set_recipe(draft.build(), name, Recipe(sourcing.FACTORS[meant], of, rows=rows))
    if fault := sourcing.fault_of(after.content, name, after.content.recipes[name]):
        raise Error(fault)
    return after, (made.id,)


def _length(diagram: Diagram, node: Tensor, rows: int) -> int:
    """How long the bond of a matrix from the first `rows` legs to the others can be."""
    sizes = [diagram.content.spaces[leg.space].size for leg in node.legs]
    return min(prod(sizes[:rows]), prod(sizes[rows:]))


def _free(diagram: Diagram, names: Sequence[str]) -> list[str]:
    """These names, each with a number after it where an array has it already."""
    taken = edits_names.names_in(diagram)
    return [
        next(one for one in (name, *(f"{name}{k}" for k in range(1, len(taken) + 2))) if one not in taken)
        for name in names
    ]


def _fan(draft: Draft, legs: tuple[Leg, ...], middle: float) -> list[Leg]:
    """Open legs like these to one side, spread where they are several, the first one on top."""
    spread, turn = min(40.0, 120.0 / max(len(legs), 1)), 1.0 if middle == 0.0 else -1.0
    angles = [middle + turn * spread * ((len(legs) - 1) / 2 - place) for place in range(len(legs))]
    return [draft.leg(leg.space, leg.label, angle=angle % 360.0) for leg, angle in zip(legs, angles, strict=True)]


def _beside(diagram: Diagram, node: Tensor) -> tuple[float, float]:
    """Where U stands: to the right of the matrix and its legs."""
    figure, place = grasp.figure_of(diagram), diagram.layout.places[node.id]
    tips = [figure.anchors[leg.id].tip[0] for leg in node.legs if leg.id in figure.anchors]
    return round(max([place.x, *tips]) + BESIDE), place.y


def _space_name(diagram: Diagram) -> str:
    """A name for the bond's space that there is not yet."""
    taken = {space.name for space in diagram.content.spaces.values()}
    return next(name for name in ("rank", *(f"rank{k}" for k in range(2, len(taken) + 3))) if name not in taken)


__all__ = ["refusal", "svd_factors", "written"]
