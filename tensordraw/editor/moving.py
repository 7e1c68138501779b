"""Dragging items: a preview of the layout until release, then one history entry.

The content stays the same object during the whole drag. On release items may enter or leave a region, or a node with
two free legs may be put into a wire; both are shown before (`Moving.region`, `Moving.splice`), and Ctrl suspends them
together with snapping.
"""

from __future__ import annotations

from dataclasses import replace

from tensordraw.diagram import edits, edits_layout, edits_regions
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import ROOT, Diagram, Id, Region, Repeat, node_legs, port_legs
from tensordraw.diagram.signs import equation_of
from tensordraw.editor import grasp, snapping
from tensordraw.editor.events import Modifier
from tensordraw.editor.state import Line, Moving, Point, State, Step, done, idle
from tensordraw.errors import Error
from tensordraw.figure.display import Figure

CARRIED = 60  # items; more than these are carried as they are drawn, and the rest follows on release
LARGE = 3000  # nodes; in a larger document all that is dragged is carried
LEAVE = 20.0  # layout units beyond a region's box at which its content leaves it


def begin(state: State, items: frozenset[Id], at: Point, lead: Id | None = None) -> State:
    """Start to move the items; regions take their content along."""
    bodies, wires = edits_layout.moving_parts(state.document, items)
    lines = snapping.lines(state.document, grasp.figure_of(state.document), bodies, lead)
    moving = Moving(bodies, at, wires=wires, lines=lines)
    carried = len(bodies) > CARRIED or len(state.document.content.nodes) > LARGE
    return replace(state, tool=_carried(state.document, moving) if carried else moving)


def _carried(diagram: Diagram, moving: Moving) -> Moving:
    """The same drag of items that are too many to be drawn anew at every step."""
    content, legs = diagram.content, set[Id]()
    for item in moving.items:
        if item in content.nodes:
            legs.update(leg.id for leg in node_legs(content.nodes[item]))
        elif isinstance(region := content.regions.get(item), Repeat):
            legs.update(leg.id for port in region.ports for leg in port_legs(port))
    links, leading = [], set[Id]()
    for wire in content.wires.values():
        one, other = wire.ends
        if (one in legs) != (other in legs):
            leading.add(wire.id)
            links.append((other, one) if one in legs else (one, other))
    owners = frozenset(moving.items | moving.wires | legs | leading)
    return replace(moving, carried=True, owners=owners, links=tuple(links))


def follow(state: State, moving: Moving, at: Point, scale: float, modifiers: frozenset[Modifier]) -> State:
    """Carry the items to the pointer."""
    free = "Ctrl" in modifiers
    raw = (at[0] - moving.origin[0], at[1] - moving.origin[1])
    offset: Point = raw
    guides: tuple[Line, ...] = ()
    lines = moving.lines
    if not free and isinstance(lines, snapping.Lines):
        offset, guides = snapping.snap(
            lines, *raw, snapping.REACH / scale, grid=state.snap_grid, objects=state.snap_objects
        )
    splice = None if free else splice_target(state.document, moving.items, at, scale)
    region = None if free or splice is not None else entered(state.document, moving.items, at)
    preview = None if moving.carried else edits_layout.shift(state.document, moving.items, moving.wires, *offset)
    tool = replace(moving, offset=offset, guides=guides, region=region, splice=splice)
    return replace(state, tool=tool, preview=preview)


def finish(state: State, moving: Moving) -> Step:
    """Leave the items where they are."""
    document = state.document
    after = edits_layout.shift(document, moving.items, moving.wires, *moving.offset)
    name = "Move" if len(moving.items) == 1 else f"Move {len(moving.items)} items"
    try:
        if moving.splice is not None:
            return done(state, edits.splice(after, next(iter(moving.items)), moving.splice), "Put into a wire")
        if moving.region is not None:
            inside = edits_regions.put_inside(after, moving.items, moving.region)
            words = f"Enter {region_name(document, moving.region)}" if moving.region != ROOT else "Leave the region"
            return done(state, edits_regions.settle_axes(inside), words)
    except Error:
        return done(state, after, name)
    if after is document:
        return idle(state), ()
    return done(state, after, name)


def splice_target(
    diagram: Diagram, items: frozenset[Id], at: Point, scale: float, figure: Figure | None = None
) -> Id | None:
    """The wire that a single node would be put into if it were released at the pointer; `figure` is where to look for
    wires (the document's own where None)."""
    if len(items) != 1:
        return None
    (item,) = items
    node = diagram.content.nodes.get(item)
    if node is None:
        return None
    wired = joined(diagram)
    if len([leg for leg in node_legs(node) if leg.id not in wired and leg.index is None]) != 2:
        return None
    for wire in grasp.wires_near(figure or grasp.figure_of(diagram), at, grasp.SNAP / scale):
        if wire not in diagram.content.wires:
            continue
        try:
            edits.splice_legs(diagram, item, wire)
        except Error:
            continue
        return wire
    return None


def entered(diagram: Diagram, items: frozenset[Id], at: Point) -> Id | None:
    """The region that the items would be in after a release here, None where that is the one they are in."""
    content = diagram.content
    wanted = [item for item in items if item in content.nodes or item in content.regions]
    if not wanted:
        return None
    inside = {content.nodes[item].inside if item in content.nodes else content.regions[item].inside for item in wanted}
    tops = inside - items
    if len(tops) != 1:
        return None
    (now,) = tops
    figure = grasp.figure_of(diagram)
    region = grasp.region_at(diagram, figure, at, skip=items)
    if region == now or edits_regions.refusal_to_enter(diagram, wanted, region) is not None:
        return None
    if now != ROOT and region not in _inside_of(diagram, now):
        if equation_of(content, now) is not None and _is_joined(diagram, now, items):
            return None  # nobody sees the border of such a term, and nothing outside is joined to it
        # To leave needs a clear distance, and something must stay behind.
        box = grasp.box_of(figure, now)
        held = edits_regions.contents(content, {now}) - {now} - items
        near = box is not None and box[0] - LEAVE < at[0] < box[2] + LEAVE and box[1] - LEAVE < at[1] < box[3] + LEAVE
        if near or not held:
            return None
    return region


def _is_joined(diagram: Diagram, region: Id, items: frozenset[Id]) -> bool:
    """Whether a wire leads from the items to something else in the region."""
    content = diagram.content
    inner = edits_regions.contents(content, {region})
    owner = {leg.id: node for node in inner & content.nodes.keys() for leg in node_legs(content.nodes[node])}
    ends = [[owner.get(end) in items for end in wire.ends] for wire in content.wires.values() if wire.ends[0] in owner]
    return any(one != other for one, other in ends)


def _inside_of(diagram: Diagram, region: Id) -> set[Id]:
    return edits_regions.contents(diagram.content, {region}) & diagram.content.regions.keys()


def region_name(diagram: Diagram, region: Id) -> str:
    """A region in words."""
    found: Region | None = diagram.content.regions.get(region)
    if found is None:
        return "the document"
    kind = type(found).__name__.lower()
    function = getattr(found, "function", "")
    if isinstance(found, Repeat):
        return f"the repeat {found.name or found.index}"
    return f"the {function} bubble" if function else f"the {kind} {found.name}".rstrip()
