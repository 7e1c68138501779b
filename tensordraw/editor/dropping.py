"""What comes from outside the canvas: palette kinds, quick-insert choices, fragments from the clipboard, files of
arrays."""

from __future__ import annotations

import re
from dataclasses import replace

from msgspec import structs

from tensordraw.diagram import edits, edits_layout, edits_names, edits_regions, file, fragments
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs, joined
from tensordraw.diagram.records import ROOT, Delta, Diagram, Fixed, Id, Source, Tensor, node_legs
from tensordraw.diagram.structure import analyse
from tensordraw.editor import facing, factoring, grasp, labels, moving, palette, room, snapping, written
from tensordraw.editor.effects import Announce, ChangeView, OpenDialog
from tensordraw.editor.enabled import nodes, regions
from tensordraw.editor.events import DragKind, FileDropped, Filled, Insert, Pasted
from tensordraw.editor.state import Idle, Placing, Point, State, Step, done, idle, refused
from tensordraw.errors import Error

UNREADABLE = (
    "The clipboard holds nothing that can be pasted here: a diagram, an einsum such as ij,jk->ik, or Python code"
)
NO_SOURCE = (
    "This TikZ carries no drawing: what tensordraw copies or exports does, in a line that begins with % tensordraw."
)
_PROSE = re.compile(r"[\w\s,.;:!?'-]*")  # words that could be read as indices, and hardly ever are meant so


def insert(state: State, event: Insert) -> Step:
    """Put a palette kind, or what was written, on the canvas: one history entry, also where it is connected at once."""
    stepped, effects = _insert(state, event)
    if not event.beside or stepped.history is state.history:
        return stepped, effects
    shifted = room.put_beside(state.document, stepped.document)
    return replace(stepped, history=replace(stepped.history, present=shifted)), effects


def _insert(state: State, event: Insert) -> Step:
    document = state.document
    at = (event.x, event.y)
    if event.leg is not None and event.leg not in all_legs(document):
        event = replace(event, leg=None)  # it went while the menu was open
    searches = written.reading(event.text, event.leg) == "search"
    name = written.plain_name(event.text) if searches and not event.kind else ""
    if event.text and not name and not (event.kind and searches):
        return _write(state, event.text, at, event.leg)
    kind = palette.named_tensor(name) if name else palette.kind_called(event.kind, document)
    if event.leg is not None:
        after, item = connected(document, kind, at, event.leg)
        return done(replace(state, kind=kind.id), after, f"Insert and connect {kind.title}", {item})
    if kind.joins:
        state = replace(state, kind=kind.id)
    if kind.region is not None:
        chosen = frozenset((*nodes(state), *regions(state))) if event.around else frozenset()
        around = chosen or _to_wrap(state, at)
        if around:
            after, region = edits_regions.wrap(document, around, kind.region, function=kind.function or "relu")
            return done(state, after, f"Wrap in {kind.title}", {region})
    free = "Ctrl" in event.modifiers
    spot = palette.Spot(at if free else snapping.to_grid(at), grasp.region_at(document, grasp.figure_of(document), at))
    after, made = palette.put(document, kind, spot)
    if kind.region is None and not free:
        wire = moving.splice_target(after, frozenset({made.item}), at, event.scale, grasp.figure_of(document))
        if wire is not None:
            return done(state, edits.splice(after, made.item, wire), f"Insert {kind.title} into a wire", {made.item})
    return done(state, after, f"Insert {kind.title}", {made.item})


def _to_wrap(state: State, at: Point) -> frozenset[Id]:
    """What a region kind dropped at the point goes around: the selection where the point is on it, else the item
    there."""
    target = grasp.target_at(state.document, at, state.scale)
    content = state.document.content
    if target.item is None or (target.item not in content.nodes and target.item not in content.regions):
        return frozenset()
    return state.selection if target.item in state.selection else frozenset({target.item})


def connected(diagram: Diagram, kind: palette.Kind, at: Point, leg: Id) -> tuple[Diagram, Id]:
    """A new item of the kind, placed so that its leg lies under the pointer, and joined to `leg`.

    A copy or an add takes all the open legs of the value that `leg` belongs to.
    """
    if not kind.joins:
        raise Error(f"{kind.title} has no leg to connect.")
    legs = all_legs(diagram)
    if leg not in legs or leg in joined(diagram):
        raise Error("That leg is not free.")
    ends = open_piece(diagram, leg) if kind.joins == 2 else (leg,)
    inside = grasp.region_at(diagram, grasp.figure_of(diagram), at)
    along = _along(diagram, leg) if len(ends) == 1 else None
    spot = palette.Spot(at, inside, tuple(legs[end].space for end in ends), along)
    after, made = palette.put(diagram, kind, spot)
    if len(made.joins) < len(ends):
        raise Error(f"{kind.title} has no leg that fits.")
    return _led_to(after, made, ends, along, at), made.item


def _along(diagram: Diagram, leg: Id) -> float | None:
    """The angle along which a wire leaves at a leg; None for a leg that is not drawn."""
    anchor = grasp.figure_of(diagram).anchors.get(leg)
    return None if anchor is None else anchor.angle


def _led_to(diagram: Diagram, made: palette.Made, ends: tuple[Id, ...], along: float | None, at: Point) -> Diagram:
    """A new item joined to these legs; to a single one it turns, and its own leg leaves it at the point."""
    for end, own in zip(ends, made.joins, strict=False):
        diagram = edits.connect(diagram, end, own)
    if along is not None:
        diagram = _in_line(diagram, made, along)
    return _leg_there(diagram, made.item, made.joins[0], at) if len(ends) == 1 else diagram


def _leg_there(diagram: Diagram, item: Id, leg: Id, at: Point) -> Diagram:
    """The item moved so that its leg leaves it at the point."""
    anchor = grasp.figure_of(diagram).anchors.get(leg)
    if anchor is None:
        return diagram
    body = edits_layout.position_of(diagram, item) or at
    return edits_layout.place_at(diagram, {item: (at[0] + body[0] - anchor.root[0], at[1] + body[1] - anchor.root[1])})


def _in_line(diagram: Diagram, made: palette.Made, along: float) -> Diagram:
    """A new tensor or dot turns to the wire that leads to it along this angle; any two-leg node carries on in its direction."""
    node = diagram.content.nodes[made.item]
    own = [leg.id for leg in node_legs(node)]
    angles = facing.standing(len(own), along) if isinstance(node, Tensor | Delta) else ()
    if len(own) == 2 and made.joins[0] in own:
        angles = tuple(along + 180.0 if leg == made.joins[0] else along for leg in own)
    for leg, angle in zip(own, angles, strict=False):
        diagram = edits_layout.place_leg(diagram, leg, angle)
    return diagram


def open_piece(diagram: Diagram, leg: Id) -> tuple[Id, ...]:
    """The free legs of the connected piece that the leg belongs to, this leg first: what a copy of it must take."""
    structure = analyse(diagram.content)
    wired = joined(diagram)
    for scope in structure.scopes.values():
        if leg not in scope.owners:
            continue
        mine = scope.owners[leg]
        for piece in scope.pieces:
            if mine in piece.items and piece.slot is None:
                ends = [e for e, owner in scope.owners.items() if owner in piece.items and e not in wired]
                if leg in ends:
                    free = [e for e in ends if e in scope.leaving]
                    return (leg, *(e for e in free if e != leg))
    return (leg,)


def _write(state: State, text: str, at: Point, leg: Id | None) -> Step:
    document = state.document
    inside = grasp.region_at(document, grasp.figure_of(document), at)
    match written.reading(text, leg):
        case "bubble":
            after, region = written.bubbled(state, text)
            return done(state, after, f"Wrap in {text.strip()}", {region})
        case "template":
            name = text.split()[0].lower()
            return _put_fragment(state, written.part(text), at, f"Insert {name}", reveal=True)
        case "network" if written.is_constant(document, text):
            draft = Draft(document)
            made = draft.fixed("constant", (), snapping.to_grid(at), inside=inside, expression=text.strip())
            return done(state, draft.build(), "Insert constant", {made.id})
        case "network":
            part = _with_sizes(document, _named_apart(document, written.part(text), text))
            return _put_fragment(state, part, at, "Insert einsum", reveal=True)
        case "factor":
            after, factors = factoring.written(document, text, snapping.to_grid(at), inside)
            stepped, effects = done(state, after, f"Insert {text.partition('=')[0].strip()}", factors)
            return stepped, (*effects, ChangeView("reveal"))  # factors stand beside M, not where the pointer is
        case _:
            pass
    after, tensor = labels.written(document, text, snapping.to_grid(at) if leg is None else at, inside)
    if leg is not None:
        node, along = after.content.nodes[tensor], _along(document, leg)
        assert isinstance(node, Tensor)
        met = palette.leg_met(node, all_legs(after)[leg].space, along)
        after = _led_to(after, palette.Made(tensor, (met,)), (leg,), along, at)
    return done(state, after, f"Insert {text.partition(':')[0].strip()}", {tensor})


# ------------------------------------------------------------------------------------------- hovering with a palette kind


def hover(state: State, event: DragKind) -> Step:
    """A palette kind hovers over the canvas: show it as it would be placed."""
    if event.kind is None:
        return idle(state), ()
    free = "Ctrl" in event.modifiers
    at = (event.x, event.y)
    placed = at if free else snapping.to_grid(at)
    document, tool = state.document, state.tool
    if isinstance(tool, Placing) and tool.kind == event.kind and state.preview is not None:
        # The preview has the item already: only its layout changes.
        shifted = edits_layout.shift(state.preview, tool.items, (), placed[0] - tool.at[0], placed[1] - tool.at[1])
        tool, preview = replace(tool, at=placed), shifted
    else:
        kind = palette.kind_called(event.kind, document)
        preview, made = palette.put(document, kind, palette.Spot(placed))
        bodies, _ = edits_layout.moving_parts(preview, {made.item})
        tool = Placing(event.kind, items=bodies, at=placed)
    node = next(iter(tool.items))
    splice = (
        None if free else moving.splice_target(preview, frozenset({node}), at, event.scale, grasp.figure_of(document))
    )
    return replace(state, tool=replace(tool, splice=splice), preview=preview, scale=event.scale), ()


# ---------------------------------------------------------------------------------------------------- clipboard and files


def paste(state: State, event: Pasted) -> Step:
    """Insert a fragment from the clipboard at the pointer, or where it came from: native text, TikZ of ours, an einsum string
    or code.

    What came as code belongs to the diagram as a whole: it goes to free room near the pointer and into no region. Code that
    cannot be read to its end is shown in a dialog, with what was read of it.
    """
    text = event.text.strip("\n").rstrip()
    if not text.strip():
        return refused(state, "The clipboard is empty.")
    at = None if event.in_place else (event.x, event.y)
    if text.startswith("{"):
        part = file.decode(text)
        return _put_code(state, part, (event.x, event.y)) if event.code else _put_fragment(state, part, at, "Paste")
    if "% tensordraw:" in text:
        from tensordraw.figure import source  # late, as reading is

        if (figure := source.pasted(text)) is not None:
            return _put_fragment(state, figure, at, "Paste")
    if r"\begin{tikzpicture}" in text:
        return refused(state, NO_SOURCE)
    if _PROSE.fullmatch(text) and not written.EINSUM.search(text.strip()):
        return refused(state, f"{UNREADABLE}.")
    from tensordraw.read.reading import read_upto  # late: the start of the window does not wait for it

    try:
        reading = read_upto(text)
    except Error as error:
        return refused(state, f"{UNREADABLE} ({str(error).rstrip('.')}).")
    if reading.stopped is not None:
        return state, (OpenDialog("paste_code", text=text), Announce(reading.stopped, warns=True))
    return _put_code(state, _named_apart(state.document, reading.diagram, text), (event.x, event.y))


def _named_apart(document: Diagram, part: Diagram, text: str) -> Diagram:
    """What was read, with other names for arrays whose name the text does not say and the document has: an einsum string
    names no arrays, so none of its is one that is drawn already."""
    taken = edits_names.names_in(document)
    for name in sorted(edits_names.names_in(part) & taken):
        if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            part = edits_names.rename_array(part, name, edits_names.free_name(part, besides=taken))
    return part


def _with_sizes(document: Diagram, part: Diagram) -> Diagram:
    """What was read, where the spaces that only its numbers are written in (`1/sqrt(head_size)`) are the document's."""
    known = {space.name: space for space in document.content.spaces.values()}
    held = {leg.space for leg in all_legs(part).values()}
    spaces = {
        space.id: structs.replace(known[space.name], id=space.id)
        if space.name in known and space.id not in held
        else space
        for space in part.content.spaces.values()
    }
    if spaces == part.content.spaces:
        return part
    return structs.replace(part, content=structs.replace(part.content, spaces=spaces))


def _put_code(state: State, part: Diagram, at: Point) -> Step:
    """Put what was read from code beside what is drawn, and scroll until it is seen."""
    after, ids = fragments.insert(state.document, part, *room.free_shift(state.document, part, at))
    stepped, effects = done(state, after, "Paste code", ids)
    return stepped, (*effects, ChangeView("reveal"))


def _put_fragment(state: State, part: Diagram, at: Point | None, name: str, *, reveal: bool = False) -> Step:
    """Put a fragment in around a point, or where it came from; `reveal` scrolls until it is seen."""
    bodies = (*part.content.nodes, *part.layout.notes)
    dx = dy = 0.0
    inside = ROOT
    document = state.document
    if at is not None:
        centre = edits_layout.centre_of(part, bodies)
        if not part.content.equations:  # an equation stands in no region
            inside = grasp.region_at(document, grasp.figure_of(document), at)
        dx, dy = snapping.to_grid((at[0] - centre[0], at[1] - centre[1]))
    after, ids = fragments.insert(document, part, dx, dy, inside)
    stepped, effects = done(state, after, name, ids)
    return stepped, (*effects, *((ChangeView("reveal"),) if reveal else ()))


def file_dropped(state: State, event: FileDropped) -> Step:
    """A file of arrays was dropped: on a tensor it is offered to it, elsewhere a tensor of the array's shape is made there."""
    target = grasp.target_at(state.document, (event.x, event.y), event.scale)
    node = None if target.item is None else state.document.content.nodes.get(target.item)
    if isinstance(node, Tensor | Fixed) and node.name:
        return replace(state, tool=Idle()), (OpenDialog("bind", node.id, event.path),)
    return replace(state, pointer=(event.x, event.y), tool=Idle()), (OpenDialog("array", None, event.path),)


def bind(state: State, name: str, source: Source | None) -> Step:
    """Say which array of which file `name` is."""
    after = edits_names.set_source(state.document, name, source)
    if after is state.document:
        return state, (Announce(f"{name} keeps its array."),)
    return done(state, after, f"Load {name}" if source is not None else f"Unload {name}")


def fill(state: State, event: Filled) -> Step:
    """Take the document with a trained model's weights, unless it was edited in the meantime."""
    if state.document is not event.before:
        return refused(state, "The drawing was edited while the weights were looked at: load them again.")
    return done(state, event.document, event.name)
