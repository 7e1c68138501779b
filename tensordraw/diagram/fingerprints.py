"""Whether a chart still shows what is drawn: a fingerprint of all that a value depends on, but for the files of arrays."""

from __future__ import annotations

import hashlib

from msgspec.structs import replace

from tensordraw.diagram.file import encode
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram, Fixed, Id, Note, Tensor


@cached
def fingerprint(content: Content) -> str:
    """16 hexadecimal digits that change with the content; its counter, colours and descriptions do not count."""
    spaces = {key: replace(space, colour=None, description="") for key, space in content.spaces.items()}
    text = encode(Diagram(replace(content, serial=0, spaces=spaces)))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def same_meaning(one: Content, other: Content) -> bool:
    """Whether two contents are the same but for their counters, which notes use too."""
    return one is other or replace(one, serial=other.serial) == other


_NAMELESS = ("svd_u", "svd_s", "svd_v", "train", "tucker_core", "tucker_factor", "shift", "fill", "values")


def after_renaming(before: Diagram, after: Diagram, old: str, new: str) -> Diagram:
    """`after`, in which an array (or something that is none) has another name, with the charts that still show what is drawn.

    A random array is another one under another name: then only charts of other arrays, not made of it, keep their numbers.
    """
    shown = charts(after)
    if not shown or old == new:
        return after
    content = before.content
    arrays = {node.id: node.name for node in content.nodes.values() if isinstance(node, Tensor | Fixed)}
    gone = all(getattr(node, "name", "") != old for node in after.content.nodes.values())
    recipe = content.recipes.get(old)
    keeps = old not in arrays.values() or (
        gone
        and new not in arrays.values()
        and (old in content.sources or (recipe is not None and recipe.kind in _NAMELESS))
    )
    concerned = {old, new}
    while more := {name for name, one in content.recipes.items() if one.of in concerned} - concerned:
        concerned |= more
    was, now = fingerprint(content), fingerprint(after.content)
    notes = dict(after.layout.notes)
    for note in shown:
        chart = note.chart
        assert chart is not None
        array = arrays.get(chart.value, chart.value if chart.value in arrays.values() else "")
        if gone and chart.value == old:
            chart = replace(chart, value=new, name=new if chart.name == old else chart.name)
        if chart.drawing == was and (keeps or (array and array not in concerned)):
            chart = replace(chart, drawing=now)
        notes[note.id] = replace(note, chart=chart)
    return replace(after, layout=replace(after.layout, notes=notes))


def charts(diagram: Diagram) -> list[Note]:
    """The charts of a document, in order of creation."""
    return [note for note in diagram.layout.notes.values() if note.chart is not None]


def without_numbers(diagram: Diagram) -> Diagram:
    """The diagram whose charts have lost their numbers, and the texts that tell of them."""
    notes = dict(diagram.layout.notes)
    for note in charts(diagram):
        assert note.chart is not None
        sides = tuple(replace(side, texts=()) for side in note.chart.sides)
        notes[note.id] = replace(note, chart=replace(note.chart, sides=sides, numbers=(), low=None, high=None))
    return replace(diagram, layout=replace(diagram.layout, notes=notes)) if charts(diagram) else diagram


def chart_problems(diagram: Diagram) -> tuple[Problem, ...]:
    """A note for each chart that has no numbers, or those of an earlier drawing."""
    return tuple(
        Problem("note", (note,), *said, "Run “Update charts”, which evaluates the drawing.", "update_charts")
        for note, said in _said(diagram)
    )


def _said(diagram: Diagram) -> list[tuple[Id, tuple[str, str]]]:
    found = []
    for note in charts(diagram):
        assert note.chart is not None
        name = f"The chart {' '.join(note.text.split())!r}" if note.text.strip() else "A chart"
        if not note.chart.numbers:
            found.append((note.id, (f"{name} has no numbers.", "They were left out when the figure was exported.")))
        elif note.chart.drawing and note.chart.drawing != fingerprint(diagram.content):
            found.append(
                (note.id, (f"{name} shows an earlier drawing.", "What is drawn has changed since it was computed."))
            )
    return found
