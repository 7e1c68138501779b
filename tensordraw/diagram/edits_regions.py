"""Edits of regions: wrap, dissolve, enter and leave, functions of bubbles, ports of repeats.

Regions nest by construction: every item says which region it is inside, and wrapping takes whole items of one scope,
so two regions can never overlap in part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias, assert_never

from msgspec.structs import replace

from tensordraw.diagram import ports
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import ROOT, Bubble, Content, Diagram, Id, Paste, Place, Region, Repeat, Sum
from tensordraw.diagram.signs import signed
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

RegionKind: TypeAlias = Literal["bubble", "sum", "repeat", "block", "term"]


def common_scope(content: Content, items: Iterable[Id]) -> Id:
    """The innermost region (or ROOT) that holds all these nodes and regions."""
    chains = [_around(content, item)[1:] for item in items]
    if not chains:
        return ROOT
    return next(region for region in chains[0] if all(region in chain for chain in chains))


def _around(content: Content, item: Id) -> list[Id]:
    """The item and the regions around it, innermost first, ending with ROOT."""
    chain = [item]
    while chain[-1] != ROOT:
        last = chain[-1]
        chain.append(content.nodes[last].inside if last in content.nodes else content.regions[last].inside)
    return chain


def whole_items(content: Content, items: Iterable[Id]) -> tuple[Id, list[Id]]:
    """The common scope of the nodes and regions among `items`, and what of that scope holds them, in order of
    creation."""
    wanted = [item for item in items if item in content.nodes or item in content.regions]
    scope = common_scope(content, wanted)
    lifted = set()
    for item in wanted:
        chain = _around(content, item)
        lifted.add(chain[chain.index(scope) - 1])
    return scope, [item for item in (*content.nodes, *content.regions) if item in lifted]


def contents(content: Content, items: Iterable[Id]) -> set[Id]:
    """The items and, for regions among them, all nodes and regions in them; the terms of an equation or sign with theirs."""
    found: set[Id] = set()
    for item in items:
        found.add(item)
        if item in content.equations:
            found.update(part.term for part in content.equations[item].parts)
        elif (sign := signed(content, item)) is not None:
            found.update(part.term for part in sign[0].parts)
    grew = True
    while grew:
        inner = {r.id for r in content.regions.values() if r.inside in found} - found
        found |= inner
        grew = bool(inner)
    found |= {node.id for node in content.nodes.values() if node.inside in found}
    return found


def wrap(
    diagram: Diagram, items: Iterable[Id], kind: RegionKind, *, function: str = "relu", space: Id | None = None,
    index: str = "", name: str = "",
) -> tuple[Diagram, Id]:  # fmt: skip
    """Put a region around the nodes and regions among `items`; returns its id too.

    An item deeper than the others is taken with the region that holds it. Open legs of what a repeat takes in become
    ports. A sum or repeat runs through `space` (a new space of size 2 where None) under `index`.
    """
    scope, taken = whole_items(diagram.content, items)
    if not taken:
        raise Error("Select the tensors that the region shall hold.")
    draft = Draft(diagram)
    index = index or free_index(diagram.content)
    region: Region
    match kind:
        case "bubble":
            region = draft.bubble(function, inside=scope, name=name)
        case "sum":
            region = draft.sum(index, space or draft.space("terms"), inside=scope, name=name)
        case "repeat":
            region = draft.repeat(index, space or draft.space("layers"), inside=scope, name=name)
        case "block":
            region = draft.block(name, inside=scope)
        case "term":
            region = draft.term(name, inside=scope)
        case _:
            assert_never(kind)
    for item in taken:
        draft.change(item, inside=region.id)
    draft.rewire()
    ports.settle_ports(draft)
    if kind == "repeat":
        ports.enclose_open_legs(draft, region.id)
    after = draft.build()
    if kind == "bubble":
        after = set_function(after, region.id, function)
    return after, region.id


def free_index(content: Content) -> str:
    """An index name that no sum or repeat has yet."""
    taken = {region.index for region in content.regions.values() if isinstance(region, Sum | Repeat)}
    names = ["k", "l", "m", "n", "p", "q", *(f"k{number}" for number in range(len(taken) + 1))]
    return next(name for name in names if name not in taken)


def dissolve(diagram: Diagram, regions: Iterable[Id]) -> Diagram:
    """Take regions away and leave their content."""
    draft = Draft(diagram)
    for region in regions:
        if region in draft.regions:
            draft.dissolve(region)
    ports.settle_ports(draft)
    return draft.build()


def put_inside(diagram: Diagram, items: Iterable[Id], region: Id) -> Diagram:
    """Move nodes and regions into a region (or out to ROOT); wires across a repeat's border get ports."""
    content = diagram.content
    wanted = [item for item in items if item in content.nodes or item in content.regions]
    if region != ROOT and region not in content.regions:
        raise Error("That region does not exist.")
    taken = set(wanted)
    # What lies in a region that moves, moves with it.
    tops = [item for item in wanted if not taken.intersection(_around(content, item)[1:])]
    if any(item in tops for item in ([] if region == ROOT else _around(content, region))):
        raise Error("A region cannot be put inside itself.")
    draft = Draft(diagram)
    for item in tops:
        if draft.nodes.get(item, draft.regions.get(item)).inside != region:  # type: ignore[union-attr]
            draft.change(item, inside=region)
    draft.rewire()
    ports.settle_ports(draft)
    return staying(diagram, draft.build())


def staying(before: Diagram, after: Diagram) -> Diagram:
    """`after` with the regions that became empty since `before` where their content was."""
    holders = {item.inside for items in (after.content.nodes, after.content.regions) for item in items.values()}
    draft = Draft(after)
    for region in after.content.regions.keys() & before.content.regions.keys() - holders:
        within = contents(before.content, (region,)) - {region}
        items = within & before.content.nodes.keys() or within  # a region that holds something is where its content is
        found = [before.layout.places[item] for item in items if item in before.layout.places]
        if found:
            xs, ys = [place.x for place in found], [place.y for place in found]
            old = after.layout.places.get(region, Place(0.0, 0.0))
            draft.places[region] = replace(old, x=(min(xs) + max(xs)) / 2, y=(min(ys) + max(ys)) / 2)
    return draft.build() if draft.places != after.layout.places else after


def refusal_to_enter(diagram: Diagram, items: Iterable[Id], region: Id) -> str | None:
    """Why these items cannot be put in the region, None where they can."""
    chain = [] if region == ROOT else _around(diagram.content, region)
    if set(items).intersection(chain):
        return "A region cannot be put inside itself."
    for item in items:
        node = diagram.content.nodes.get(item)
        if isinstance(node, Paste):
            copy = diagram.content.nodes[node.copy]
            for around in _around(diagram.content, copy.id)[1:]:
                holder = diagram.content.regions.get(around)
                if isinstance(holder, Sum | Repeat) and around not in chain:
                    return "A paste stays inside every sum and repeat that holds its copy."
    return None


# ----------------------------------------------------------------------------------------------- functions of bubbles


def border_legs(content: Content, region: Id) -> tuple[Id, ...]:
    """The leg ends inside that cross the border of a scope, innermost ends, in the order of the structure."""
    scope = analyse(content).scopes.get(region)
    return () if scope is None else scope.leaving


def set_function(
    diagram: Diagram, region: Id, function: str, axes: Sequence[Id] | None = None,
    params: dict[str, float] | None = None, expression: str | None = None, count: int | None = None,
) -> Diagram:  # fmt: skip
    """Choose a bubble's function and the legs that it runs along.

    Where `axes` is None, axes that still fit are kept, and others are the last legs that cross the border. `count` is
    how many legs the function needs where this layer's table does not know it.
    """
    bubble = diagram.content.regions.get(region)
    if not isinstance(bubble, Bubble):
        raise Error("Only a bubble has a function.")
    rule = AXIS_RULES.get(function)
    if rule is None and count is None:
        raise Error(f"There is no function called {function}.")
    needed = rule.count if rule is not None else int(count or 0)
    if axes is None:
        leaving = border_legs(diagram.content, region)
        fitting = len(bubble.axes) == needed and set(bubble.axes) <= set(leaving)
        axes = bubble.axes if fitting else leaving[len(leaving) - needed :] if needed else ()
    unknown = set(axes) - all_legs(diagram).keys()
    if unknown or len(axes) > needed:
        raise Error(f"{function} runs along {needed} legs of its content.")
    fields: dict[str, Any] = {"function": function, "axes": tuple(axes)}
    if params is not None:
        fields["params"] = dict(params)
    elif function != bubble.function:
        fields["params"] = {}
    if expression is not None:
        fields["expression"] = expression
    elif function == "expression" and not bubble.expression:
        fields["expression"] = "x"
    draft = Draft(diagram)
    draft.change(region, **fields)
    return draft.build()


def settle_axes(diagram: Diagram) -> Diagram:
    """Choose axes again for bubbles that lack some now and have legs for them (after content moved in or out)."""
    for region in diagram.content.regions.values():
        if isinstance(region, Bubble) and region.function in AXIS_RULES:
            needed = AXIS_RULES[region.function].count
            if needed and len(region.axes) != needed and len(border_legs(diagram.content, region.id)) >= needed:
                diagram = set_function(diagram, region.id, region.function)
    return diagram


# --------------------------------------------------------------------------------------------- sums, repeats and ports


def set_binder(diagram: Diagram, region: Id, index: str | None = None, space: Id | None = None) -> Diagram:
    """Change the index name or the space of a sum or repeat."""
    item = diagram.content.regions.get(region)
    if not isinstance(item, Sum | Repeat):
        raise Error("Only a sum or a repeat binds an index.")
    if index is not None and not index.strip():
        raise Error("The index needs a name.")
    if space is not None and space not in diagram.content.spaces:
        raise Error("That space does not exist.")
    draft = Draft(diagram)
    draft.change(region, index=item.index if index is None else index.strip(), space=space or item.space)
    return draft.build()


def add_port(diagram: Diagram, repeat: Id, space: Id, label: str = "") -> Diagram:
    """Give a repeat one more port in `space`."""
    if not isinstance(diagram.content.regions.get(repeat), Repeat):
        raise Error("Only a repeat has ports.")
    draft = Draft(diagram)
    draft.port(repeat, space, label)
    return draft.build()


def swap_port(diagram: Diagram, repeat: Id, port: Id) -> Diagram:
    """Exchange what comes in and what goes out through a port of a repeat."""
    draft = Draft(diagram)
    ports.swap_port(draft, repeat, port)
    return draft.build()
