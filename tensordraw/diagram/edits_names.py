"""Edits of names, spaces, sources and declared properties.

The same name is the same array however often it is drawn, so a declared property goes to every occurrence of the array.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from math import isfinite, prod
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.fingerprints import after_renaming
from tensordraw.diagram.legs import UNCHOSEN, all_legs
from tensordraw.diagram.records import (
    Add,
    Copy,
    Diagram,
    Fixed,
    Form,
    Id,
    Node,
    Recipe,
    Repeat,
    Source,
    Sum,
    Tensor,
)
from tensordraw.errors import Error


def names_in(diagram: Diagram) -> set[str]:
    """The names of arrays and copies."""
    return {node.name for node in diagram.content.nodes.values() if isinstance(node, Tensor | Fixed | Copy)}


def free_name(diagram: Diagram, letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", besides: Iterable[str] = ()) -> str:
    """A name that no tensor has yet, nor is among `besides`: a letter, then letters with numbers."""
    taken = names_in(diagram) | set(besides)
    for number in range(len(taken) + 2):
        for letter in letters:
            name = letter if number == 0 else f"{letter}{number}"
            if name not in taken:
                return name
    raise AssertionError("there are more candidates than names")


def rename(diagram: Diagram, item: Id, name: str) -> Diagram:
    """Give one tensor, fixed tensor, copy, add, region or space another name, or a wire another label.

    A tensor's new name is another array; a source goes along when the old name was its only occurrence.
    """
    name = name.strip()
    content = diagram.content
    draft = Draft(diagram)
    if item in content.spaces:
        return change_space(diagram, item, name=name)
    if item in content.wires:
        draft.change(item, label=name)
    elif item in content.regions:
        draft.change(item, name=name)
    else:
        node = content.nodes[item]
        if isinstance(node, Tensor | Copy) and not name:
            raise Error("A name is needed: it says which array this is.")
        if not isinstance(node, Tensor | Fixed | Copy | Add):
            raise Error("This item has no name.")
        draft.change(item, name=name)
        if isinstance(node, Tensor | Fixed):
            _carry_source(draft, node.name, name)
            return after_renaming(diagram, draft.build(), node.name, name)
    return after_renaming(diagram, draft.build(), "", name)


def _carry_source(draft: Draft, old: str, new: str) -> None:
    left = any(isinstance(node, Tensor | Fixed) and node.name == old for node in draft.nodes.values())
    if left:
        return
    if old in draft.sources:
        draft.sources.setdefault(new, draft.sources.pop(old))
    if old in draft.recipes:
        draft.recipes.setdefault(new, draft.recipes.pop(old))
    draft.recipes = {name: replace(one, of=new) if one.of == old else one for name, one in draft.recipes.items()}


def rename_array(diagram: Diagram, old: str, new: str) -> Diagram:
    """Rename every occurrence of an array."""
    if not new.strip():
        raise Error("A name is needed: it says which array this is.")
    draft = Draft(diagram)
    for node in diagram.content.nodes.values():
        if isinstance(node, Tensor | Fixed) and node.name == old:
            draft.change(node.id, name=new.strip())
    _carry_source(draft, old, new.strip())
    return after_renaming(diagram, draft.build(), old, new.strip())


def add_space(diagram: Diagram, name: str, size: int, **fields: Any) -> tuple[Diagram, Id]:
    """A new named space; returns its id too."""
    _check_space(diagram, None, name, size)
    draft = Draft(diagram)
    space = draft.space(name, size, **fields)
    return draft.build(), space


def change_space(diagram: Diagram, space: Id, **fields: Any) -> Diagram:
    """Change name, size, description, colour or metric of a space."""
    old = diagram.content.spaces[space]
    _check_space(diagram, space, fields.get("name", old.name), fields.get("size", old.size))
    if old.description == UNCHOSEN and {"name", "size"} & fields.keys():
        fields = {"description": "", **fields}
    draft = Draft(diagram)
    draft.change(space, **fields)
    return draft.build()


def _check_space(diagram: Diagram, space: Id | None, name: str, size: int) -> None:
    if not name.strip():
        raise Error("A space needs a name.")
    if any(other.name == name and other.id != space for other in diagram.content.spaces.values()):
        raise Error(f"There is a space called {name} already.")
    if isinstance(size, bool) or not isinstance(size, int) or size < 1:
        raise Error(f"The size of {name} must be a whole number of at least 1.")


def remove_space(diagram: Diagram, space: Id) -> Diagram:
    """Remove a space that nothing lies in."""
    bound = {r.space for r in diagram.content.regions.values() if isinstance(r, Sum | Repeat)}
    if space in bound or any(leg.space == space for leg in all_legs(diagram).values()):
        raise Error(f"The space {diagram.content.spaces[space].name} is in use and cannot be removed.")
    draft = Draft(diagram)
    del draft.spaces[space]
    return draft.build()


def set_source(diagram: Diagram, name: str, source: Source | None) -> Diagram:
    """Say where the array called `name` comes from; None: from nowhere (random)."""
    if not any(isinstance(node, Tensor | Fixed) and node.name == name for node in diagram.content.nodes.values()):
        raise Error(f"There is no array called {name} in the document.")
    draft = Draft(diagram)
    if source is None:
        draft.sources.pop(name, None)
    else:
        draft.sources[name] = source
    return draft.build()


def set_recipe(diagram: Diagram, name: str, recipe: Recipe | None) -> Diagram:
    """Say how the array called `name` is made, instead of a file that it may come from; None: it is random."""
    if not any(isinstance(node, Tensor | Fixed) and node.name == name for node in diagram.content.nodes.values()):
        raise Error(f"There is no array called {name} in the document.")
    if recipe is not None and not all(map(isfinite, (recipe.factor, *recipe.numbers))):
        raise Error("The numbers of an array must be finite.")
    draft = Draft(diagram)
    draft.sources.pop(name, None)
    if recipe is None or recipe == Recipe("random"):
        draft.recipes.pop(name, None)
    else:
        draft.recipes[name] = recipe
    return draft.build()


# ---------------------------------------------------------------------------------------------- declared properties


def set_form(diagram: Diagram, tensor: Id, form: Form, tip: Sequence[Id] | None = None) -> Diagram:
    """Declare a property of a tensor, for all occurrences of its array; without `tip` one is chosen.

    That of an isometry is `usual_tip`.
    """
    node = _tensor(diagram, tensor)
    if form in ("isometry", "unitary", "orthogonal", "diagonal", "symmetric", "positive") and len(node.legs) < 2:
        raise Error(f"A tensor with {len(node.legs)} legs cannot be {form}: two are needed.")
    if tip is None and form in ("isometry", "unitary", "orthogonal"):
        tip = node.tip or (usual_tip(diagram, node) if form == "isometry" else (node.legs[-1].id,))
    draft = Draft(diagram)
    chosen = [place for place, leg in enumerate(node.legs) if leg.id in set(tip or ())]
    for other in occurrences(diagram, node):
        kept = tuple(other.legs[place].id for place in chosen) if form != "any" else ()
        draft.change(other.id, form=form, tip=kept)
    return draft.build()


def usual_tip(diagram: Diagram, node: Tensor, without: Collection[Id] = ()) -> tuple[Id, ...]:
    """The tip that an isometry has without being told: its last leg that is not longer than all others together, in a chain
    (two legs lead on, another stands free) its last bond; the smallest where none is short enough. Legs `without` are none."""
    spaces, content = diagram.content.spaces, diagram.content
    sizes = {leg.id: spaces[leg.space].size for leg in node.legs}
    ends = {end for wire in content.wires.values() for end in wire.ends}
    bonds = [leg for leg in node.legs if leg.id in ends]
    among = [leg for leg in (bonds if 2 <= len(bonds) < len(node.legs) else node.legs) if leg.id not in without]
    whole = prod(sizes.values())
    for leg in reversed(among):
        if sizes[leg.id] ** 2 <= whole:
            return (leg.id,)
    left = [leg for leg in node.legs if leg.id not in without]
    return tuple(leg.id for leg in left if leg is min(reversed(left), key=lambda one: sizes[one.id]))


def occurrences(diagram: Diagram, node: Tensor) -> list[Tensor]:
    """All tensors of the array that a tensor is with as many legs, the tensor itself first."""
    others = [
        other
        for other in diagram.content.nodes.values()
        if isinstance(other, Tensor) and other.name == node.name and len(other.legs) == len(node.legs)
    ]
    return sorted(others, key=lambda other: other.id != node.id)


def flips(diagram: Diagram, tensor: Id) -> bool:
    """Whether tip and base can be exchanged: the tip of an isometry stays on the side that is not the larger."""
    node = _tensor(diagram, tensor)
    if node.form not in ("isometry", "unitary", "orthogonal"):
        return False
    sizes = {leg.id: diagram.content.spaces[leg.space].size for leg in node.legs if not isinstance(leg.index, str)}
    tip = prod(size for leg, size in sizes.items() if leg in node.tip)
    return node.form != "isometry" or tip >= prod(size for leg, size in sizes.items() if leg not in node.tip)


def flip_form(diagram: Diagram, tensors: Iterable[Id]) -> Diagram:
    """Exchange tip and base of triangles, for all occurrences of each array."""
    for tensor in tensors:
        node = _tensor(diagram, tensor)
        if node.form in ("isometry", "unitary", "orthogonal"):
            tip = tuple(leg.id for leg in node.legs if leg.id not in node.tip)
            diagram = set_form(diagram, tensor, node.form, tip)
    return diagram


def set_conj(diagram: Diagram, tensors: Iterable[Id], conj: bool | None = None) -> Diagram:
    """Mark occurrences as conjugated or not; None toggles."""
    draft = Draft(diagram)
    for tensor in tensors:
        node = _tensor(diagram, tensor)
        draft.change(tensor, conj=not node.conj if conj is None else conj)
    return draft.build()


def set_fields(diagram: Diagram, item: Id, **fields: Any) -> Diagram:
    """Change plain fields of a node or region (expression, offset, index, params, coefficient strings)."""
    draft = Draft(diagram)
    draft.change(item, **fields)
    draft.rewire()
    return draft.build()


def set_coefficient(diagram: Diagram, add: Id, operand: int, coefficient: str) -> Diagram:
    """Set the coefficient of one operand of an add."""
    node = diagram.content.nodes[add]
    if not isinstance(node, Add) or not 0 <= operand < len(node.operands):
        raise Error("That operand does not exist.")
    operands = list(node.operands)
    operands[operand] = replace(operands[operand], coefficient=coefficient.strip() or "1")
    draft = Draft(diagram)
    draft.change(add, operands=tuple(operands))
    return draft.build()


def set_text(diagram: Diagram, title: str | None = None, description: str | None = None) -> Diagram:
    """Change the document's title or description."""
    draft = Draft(diagram)
    draft.title = draft.title if title is None else title
    draft.description = draft.description if description is None else description
    return draft.build()


def _tensor(diagram: Diagram, item: Id) -> Tensor:
    node: Node | None = diagram.content.nodes.get(item)
    if not isinstance(node, Tensor):
        raise Error("Only a tensor can have this property.")
    return node
