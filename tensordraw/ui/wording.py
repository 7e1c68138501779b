"""Things of the document in words: tooltips, the signature of a selection, the cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import wrap

from tensordraw.diagram.legs import joined, legs_of, owner_of
from tensordraw.diagram.mathematics import readable
from tensordraw.diagram.records import (
    Add,
    Block,
    Bubble,
    Content,
    Copy,
    Delta,
    Diagram,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Note,
    Paste,
    Region,
    Repeat,
    Sum,
    Tensor,
    Term,
    node_legs,
)  # fmt: skip
from tensordraw.diagram.signs import signed, written
from tensordraw.editor.sourcing import words_of
from tensordraw.editor.state import State

MANY = 300  # selected items; of more only the number is said
WIDE, MANY_LINES = 64, 12  # of what is noted of an item, beside it
STALE = "Of an earlier drawing"  # of values and code that are not those of the drawing as it is now


def node_words(node: Node, content: Content) -> tuple[str, str]:
    """What a node is called in text, and its icon."""
    match node:
        case Tensor(name=name, form=form):
            return readable(name) or "tensor", "tensor" if form == "any" else "isometry"
        case Delta(legs=legs):
            return ("copy dot" if len(legs) > 2 else "identity" if len(legs) == 2 else "ones"), "delta"
        case Fixed(kind=kind, name=name, expression=expression):
            return expression or readable(name) or kind.replace("_", " "), kind
        case Group():
            return "grouping", "group"
        case Copy(name=name):
            return f"copy {readable(name)}".strip(), "copy"
        case Paste(copy=copy):
            source = content.nodes.get(copy)
            return f"paste of {readable(source.name)}" if isinstance(source, Copy) and source.name else "paste", "paste"
        case Add(name=name):
            return f"add {readable(name)}".strip(), "add"


def region_words(region: Region) -> tuple[str, str]:
    """What a region is called in text, and its icon."""
    match region:
        case Bubble(function=function, name=name):
            return f"{readable(name)}: {function}" if name else function, "bubble"
        case Sum(index=index):
            return f"sum over {readable(index)}", "sum"
        case Repeat(index=index):
            return f"repeat over {readable(index)}", "repeat"
        case Block(name=name):
            return readable(name) or "block", "block"
        case Term(name=name):
            return readable(name) or "term", "term"


def note_words(note: Note) -> tuple[str, str]:
    """What a note is called in text, and its icon: a chart, the table of legs, the letter of a panel, text."""
    text = " ".join(note.text.split())
    if note.chart is not None:
        kind = {"heatmap": "heatmap", "line": "line plot", "bars": "bar chart", "top": "largest entries"}[
            note.chart.kind
        ]
        return (
            f"{kind}{f' of {readable(note.chart.name)}' if note.chart.name else ''}{f': {text}' if text else ''}",
            "insert_chart",
        )
    if note.table:
        return f"table of legs{f': {text}' if text else ''}", "space"
    if note.frame:
        return f"panel {text}".strip(), "fit"
    return f"text: {text}" if text else "text", "note"


def leg_words(leg: Leg, content: Content) -> str:
    """A leg's label, space and size."""
    space = content.spaces.get(leg.space)
    if space is None:
        return readable(leg.label) or "leg"
    name, label = readable(space.name), readable(leg.label)
    return f"{label}: {name} {space.size}" if label and label != name else f"{name} {space.size}"


def duration(seconds: float) -> str:
    """A time in words: 2.0 ms, 26.5 s, 3 min 5 s."""
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds:.1f} s" if seconds < 60 else f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def step(number: int, total: int, name: str, shape: Sequence[int]) -> str:
    """Where an evaluation is: step 37 of 212: attn_7 (12 × 64 × 64)."""
    sizes = " × ".join(str(size) for size in shape)
    return f"step {number} of {total}: {name}{f' ({sizes})' if sizes else ''}"


def find_leg(content: Content, leg: Id) -> tuple[Leg, Id] | None:
    """A leg, and the id of the node or repeat that has it."""
    owner = owner_of(content).get(leg)
    return None if owner is None else (legs_of(content)[leg], owner)


def owner_words(owner: Id, content: Content) -> str:
    """What the node or repeat that has a leg is called."""
    if owner in content.nodes:
        return node_words(content.nodes[owner], content)[0]
    return region_words(content.regions[owner])[0]


def about(item: Id, state: State) -> str:
    """A tooltip: what an item is, its legs or ends, where its array comes from."""
    content = state.shown.content
    if item in content.nodes:
        node = content.nodes[item]
        words, _ = node_words(node, content)
        legs = ", ".join(leg_words(leg, content) for leg in node_legs(node))
        origin = words_of(content, node.name) if isinstance(node, Tensor | Fixed) else ""
        return f"{words}: {legs or 'a scalar'}{f'{chr(10)}{origin}' if origin else ''}"
    if item in content.regions:
        region = content.regions[item]
        unnamed = isinstance(region, Block | Term) and not region.name
        return region_words(region)[0] + ("" if unnamed else "\nAlt+drag on its name moves the name alone")
    if (sign := signed(content, item)) is not None:
        return f"sign {written(sign[0].parts[sign[1]])} of an equation: double-click to change it"
    if item in content.wires:
        wire = content.wires[item]
        ends = []
        space = ""
        for end in wire.ends:
            found = find_leg(content, end)
            if found is None:
                ends.append("repeat")
                continue
            leg, owner = found
            ends.append(owner_words(owner, content))
            at = content.spaces.get(leg.space)
            space = f"{readable(at.name)} = {at.size}" if at else space
        name = f"{readable(wire.label)}: " if wire.label else ""
        return f"{name}{space}\n{' — '.join(ends)}"
    found = find_leg(content, item)
    if found is not None:
        return leg_words(found[0], content)
    note = state.shown.layout.notes.get(item)
    return "" if note is None or note.chart is None else _chart_words(note)


def noted(item: Id, state: State) -> str:
    """What `about` says of an item, and what somebody noted of it."""
    remark = state.shown.layout.remarks.get(item, "")
    lines = [part for line in remark.splitlines() for part in wrap(line, WIDE) or [""]]
    words = [about(item, state), *lines[:MANY_LINES], *(["…"] if len(lines) > MANY_LINES else [])]
    return "\n".join(words).strip()


def _chart_words(note: Note) -> str:
    """What a chart shows."""
    assert note.chart is not None
    sides = " × ".join(f"{readable(side.name)} {side.size}" for side in note.chart.sides)
    return f"{note_words(note)[0]}\n{sides}" if note.chart.numbers else f"{note_words(note)[0]}\nwithout numbers"


def selection(state: State) -> str:
    """What is selected, with the spaces of its legs that leave the selection."""
    chosen, content = state.selection, state.document.content
    if not chosen:
        return ""
    if len(chosen) > MANY:
        return f"{len(chosen)} selected"
    nodes = [content.nodes[item] for item in chosen if item in content.nodes]
    if not nodes:
        return f"{len(chosen)} selected" if len(chosen) > 1 else about(next(iter(chosen)), state).replace("\n", "  ")
    own = {leg.id: leg for node in nodes for leg in node_legs(node)}
    wired = joined(state.document)
    inner = {leg for leg in own if leg in wired and all(end in own for end in content.wires[wired[leg]].ends)}
    names = [
        readable(content.spaces[leg.space].name)
        for leg in own.values()
        if leg.id not in inner and leg.space in content.spaces
    ]
    name = node_words(nodes[0], content)[0] if len(nodes) == 1 else f"{len(nodes)} nodes"
    counted = [f"{one} × {count}" if count > 1 else one for one, count in Counter(names).items()]
    return f"{name}: {' '.join(counted[:8])}{' …' if len(counted) > 8 else ''}" if names else f"{name}: a scalar"


def cost(diagram: Diagram) -> str:
    """The cost of evaluating the drawing, in words: operations, and the entries of the largest array on the way."""
    import tensordraw as td

    return str(td.cost(diagram)).splitlines()[0]
