"""Panels: parts of one drawing that are exported as figures of their own, at one scale, each under its letter.

A panel is a note of the document (`Note.frame` names what it shows, its text is the letter), so it is moved, edited, deleted
and saved as any other note, and what it shows follows what is drawn: of what is collapsed, the box that stands for it.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from tensordraw.diagram.records import Content, Diagram, Id, Note
from tensordraw.errors import Error
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.display import Box, Figure, Item
from tensordraw.figure.folding import fronts_of
from tensordraw.figure.index import Index, index
from tensordraw.figure.paths import EMPTY, union


def panels(diagram: Diagram) -> list[Note]:
    """The panels in order of their letters, without those of which nothing is left."""
    known = {*diagram.content.nodes, *diagram.content.regions, *diagram.layout.notes, *diagram.content.equations}
    found = [note for note in diagram.layout.notes.values() if known.intersection(note.frame)]
    return sorted(found, key=lambda note: (note.text, note.y, note.x))


def next_letter(diagram: Diagram) -> str:
    """The letter of one more panel: "(a)", "(b)", ..."""
    taken = {note.text for note in diagram.layout.notes.values() if note.frame}
    return (
        next(letter for letter in (f"({chr(97 + k)})" for k in range(26)) if letter not in taken)
        if len(taken) < 26
        else "( )"
    )


def panel_path(path: str, note: Note, number: int) -> str:
    """The name of a panel's file: the whole figure's with the panel's letter, "figure-a.pdf"."""
    letter = re.sub(r"[^0-9A-Za-z]+", "", note.text) or str(number)
    file = Path(path)
    return str(file.with_name(f"{file.stem}-{letter}{file.suffix}"))


def panel(figure: Figure, diagram: Diagram, note_id: Id) -> Figure:
    """What a panel shows of the figure, its letter included; Error where there is no such panel."""
    note = diagram.layout.notes.get(note_id)
    if note is None or not note.frame:
        raise Error(f"There is no panel {note_id!r} in this document.")
    items, box = _part(figure, diagram, {*note.frame, note.id})
    if box == EMPTY:
        raise Error(f"Nothing is left of the panel {note.text}: delete it, or frame its content again.")
    return replace(figure, items=items, box=box)


def widths(figure: Figure, diagram: Diagram) -> dict[Id, float]:
    """How wide each panel is; Error as of `panel`."""
    boxes = {note.id: panel(figure, diagram, note.id).box for note in panels(diagram)}
    return {note: right - left for note, (left, _, right, _) in boxes.items()}


def extent(figure: Figure, diagram: Diagram, note_id: Id) -> Box:
    """The box of what a panel shows, without its letter; empty where nothing is left of it."""
    return _part(figure, diagram, set(diagram.layout.notes[note_id].frame) - {note_id})[1]


def _part(figure: Figure, diagram: Diagram, shown: set[Id]) -> tuple[tuple[Item, ...], Box]:
    """The items of the figure that belong to these, and the box of their ink. What is collapsed is shown by its box."""
    found, nodes = index(diagram.content), diagram.content.nodes
    fronts = fronts_of(diagram, found)
    homes = (nodes[item].inside if item in nodes else item for item in shown)
    shown = shown | {fronts[home] for home in homes if home in fronts}
    items = tuple(item for item in figure.items if _belongs(item.owner, shown, diagram.content, found))
    boxes = (ink_box(item.shapes) for item in items)
    return items, union(box for box in boxes if box[0] <= box[2])


def _belongs(owner: Id, shown: set[Id], content: Content, found: Index) -> bool:
    """Whether an item is part of a panel: what it names, all that lies inside, and what joins or ends only there."""
    if owner in shown:
        return True
    if owner in content.nodes:
        return any(region in shown for region in found.chain.get(content.nodes[owner].inside, ()))
    if owner in content.regions:
        nodes, regions = found.members[owner]
        inner = [*nodes, *regions]
        around = any(region in shown for region in found.chain.get(owner, ()))
        return around or (bool(inner) and all(_belongs(item, shown, content, found) for item in inner))
    if owner in content.wires:
        return all(_belongs(found.owner[end], shown, content, found) for end in content.wires[owner].ends)
    if owner in content.equations:
        return all(_belongs(part.term, shown, content, found) for part in content.equations[owner].parts)
    return owner in found.owner and _belongs(found.owner[owner], shown, content, found)
