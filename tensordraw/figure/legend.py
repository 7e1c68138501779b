"""The table of legs: for each space that is drawn its line, its name, its size and what it means.

It is a note of the document that is filled by the figure (`Note.table`), so it is moved, deleted, saved and printed as any
other note; its text is the heading. The place of the note is the left end of the first baseline.
"""

from __future__ import annotations

from tensordraw.diagram.legs import UNCHOSEN, all_legs
from tensordraw.diagram.records import Content, Diagram, Id, Note, Space
from tensordraw.figure import captions
from tensordraw.figure.display import Box, Item, Shape, Stroke
from tensordraw.figure.labels import label, note
from tensordraw.figure.names import latex
from tensordraw.figure.names import text as upright
from tensordraw.figure.paths import bounds, polyline, shifted, union
from tensordraw.figure.themes import Theme, space_strokes

ROW = 12.0  # from one baseline to the next
_SAMPLE, _GAP = 14.0, 9.0  # length of a row's line, and from one column to the next
_MOST = 3  # names of legs in a row


def rows(content: Content) -> list[tuple[Space, tuple[str, ...]]]:
    """The spaces that legs lie in, in order of creation, each with the other names that legs and wires in it bear."""
    legs = all_legs(Diagram(content))
    names: dict[Id, dict[str, None]] = {space: {} for space in content.spaces}
    used = {leg.space for leg in legs.values()}
    for leg in legs.values():
        names[leg.space][leg.label] = None
    for wire in content.wires.values():
        names[legs[wire.ends[0]].space][wire.label] = None
    return [
        (space, tuple(name for name in names[space.id] if name and name != space.name))
        for space in content.spaces.values()
        if space.id in used
    ]


def item(diagram: Diagram, table: Note, theme: Theme) -> Item | None:
    """The table at its place; None where nothing is to be said."""
    content, strokes = diagram.content, space_strokes(diagram.content, theme)
    ink, faint = theme.colour("ink"), theme.colour("grey")
    found = rows(content)
    names = [label(_name(space, others), theme.leg, theme.font) for space, others in found]
    sizes = [label(str(space.size), theme.leg, theme.font) for space, _ in found]
    words = [
        label(upright("" if space.description == UNCHOSEN else space.description), theme.leg, theme.font)
        for space, _ in found
    ]
    first = table.x + _SAMPLE + 5.0
    second = first + max((made.width for made in names), default=0.0) + _GAP
    second_end = second + max((made.width for made in sizes), default=0.0)
    third = second_end + _GAP
    end = third + max((made.width for made in words), default=0.0)
    y = table.y
    shapes: list[Shape] = []
    boxes: list[Box] = []
    if table.text.strip():
        heading = note(table.text, theme.region, theme.font)
        shape, box = captions.drawn(heading, shifted(heading.line, table.x, y), ink)
        shapes.append(_noted(shape))
        boxes.append(box)
        y += ROW * table.text.count("\n") + 4.5
        rule = polyline([(table.x, y), (max(end, box[2]), y)])
        shapes.append(Shape(rule, "mark", stroke=Stroke(faint, 0.5)))
        y += ROW - 1.5
    for (space, _), name, size, meaning in zip(found, names, sizes, words, strict=True):
        stroke = strokes[space.id]
        middle = y - theme.leg * 0.25
        line = polyline([(table.x, middle), (table.x + _SAMPLE, middle)])
        shapes.append(Shape(line, "mark", stroke=stroke))
        boxes.append(bounds(line))
        for made, x, colour in (
            (name, first, stroke.colour), (size, second_end - size.width, ink), (meaning, third, ink)
        ):  # fmt: skip
            if made.path:
                shape, box = captions.drawn(made, shifted(made.line, x, y), colour)
                shapes.append(_noted(shape))
                boxes.append(box)
        y += ROW
    return Item(table.id, tuple(shapes), union(boxes), table.text) if boxes else None


def _name(space: Space, others: tuple[str, ...]) -> str:
    """The space's name, and then those of its legs."""
    return ",".join(latex(name) for name in (space.name, *others[:_MOST]))


def _noted(shape: Shape) -> Shape:
    return Shape(shape.path, "note", fill=shape.fill, words=shape.words)


__all__ = ["ROW", "item", "rows"]
