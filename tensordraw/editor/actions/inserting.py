"""Commands that put something on the canvas."""

from __future__ import annotations

import math
from typing import Any

from tensordraw.diagram import edits_layout, edits_regions
from tensordraw.diagram.legs import joined
from tensordraw.diagram.records import Copy, node_legs
from tensordraw.editor import dropping, facing, grasp, palette, pointing
from tensordraw.editor.command import Command
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.enabled import nodes, regions, some_nodes
from tensordraw.editor.events import Insert
from tensordraw.editor.state import State, Step, done, refused
from tensordraw.figure.angles import apart


def _quick(state: State, argument: Any) -> Step:
    return pointing.quick_insert(state, state.pointer)


def _insert(kind: str) -> Any:
    def run(state: State, argument: Any) -> Step:
        at = argument if isinstance(argument, tuple) and len(argument) == 2 else _free_spot(state)
        return dropping.insert(
            state, Insert(kind, at[0], at[1], scale=state.scale, beside=not isinstance(argument, tuple))
        )

    return run


def _bubble(state: State, argument: Any) -> Step:
    """Around the selection where there is one, else around a new tensor."""
    around = (*nodes(state), *regions(state))
    if not around:
        return dropping.insert(state, Insert("bubble", *_free_spot(state), beside=True))
    after, region = edits_regions.wrap(state.document, around, "bubble")
    return done(state, after, "Wrap in a bubble", {region})


def _free_spot(state: State) -> tuple[float, float]:
    """The pointer's place, or one beside what is there already."""
    x, y = state.pointer
    taken = [edits_layout.position_of(state.document, node) for node in state.document.content.nodes]
    for _ in taken:  # each can be in the way once; so far out that 50 is nothing to x, none is left behind
        if not any(at is not None and abs(at[0] - x) < 20 and abs(at[1] - y) < 20 for at in taken):
            break
        x += 50.0
    return x, y


def _neighbour(angle: float) -> Any:
    """A connected node of the kind that was used last, on the selected node's free leg in that direction."""

    def run(state: State, argument: Any) -> Step:
        document = state.document
        wired, anchors = joined(document), grasp.figure_of(document).anchors
        own = [leg.id for node in nodes(state) for leg in node_legs(document.content.nodes[node])]
        turned = {leg: apart(anchors[leg].angle, angle) for leg in own if leg not in wired and leg in anchors}
        leg = min(turned, key=lambda one: turned[one], default=None)
        if leg is not None and turned[leg] > 45.0 and len(turned) == 1:  # the only free one turns to where it is wanted
            document = facing.pointed(document, leg, angle)
            anchors = grasp.figure_of(document).anchors
        elif leg is None or turned[leg] > 45.0:
            return refused(state, "There is no free leg in that direction.")
        x, y = anchors[leg].tip
        across, up = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        at = (round(x + REACH * across, 6), round(y - REACH * up, 6))
        kind = palette.kind_called(state.kind, document)
        after, item = dropping.connected(document, kind, at, leg)
        made, effects = done(state, after, f"Insert connected {kind.title[0].lower()}{kind.title[1:]}", {item})
        return made, (*effects, ChangeView("reveal"))

    return run


def _some_copies(state: State) -> str | None:
    found = any(isinstance(node, Copy) for node in state.document.content.nodes.values())
    return None if found else "There is no copy to paste yet: insert a copy first."


REACH = 30.0  # layout units from a leg's tip to the leg of a new neighbour

_NUMBERED = (
    ("1", "tensor", "Insert tensor", ("matrix",)),
    ("2", "dot", "Insert copy dot", ("delta", "copy")),
    ("3", "isometry", "Insert isometry", ("triangle",)),
    ("5", "add", "Insert add", ("plus", "residual")),
    ("6", "note", "Insert text", ("note",)),
)

_OTHERS = ("vector", "tensor3", "tensor4", "scalar", "unitary", "identity", "ones", "constant", "one_hot", "causal_mask",
           "shift", "metric", "inverse_metric", "levi_civita", "group", "split")  # fmt: skip


def _title(kind: str) -> str:
    title = palette.kind_called(kind).title
    words = {"Metric": "metric tensor", "Group legs": "grouping", "Split a leg": "split"}.get(title, title)
    return f"Insert {words if words.startswith('Levi') else words[0].lower() + words[1:]}"


ROWS: tuple[Command, ...] = (
    Command("quick_insert", "Quick insert…", _quick, "Insert", ("Space",), words=("add", "create"), context="canvas"),
    *(
        Command(f"insert_{kind}", title, _insert(kind), "Insert", (key,), words=words, context="canvas")
        for key, kind, title, words in _NUMBERED
    ),
    Command("insert_bubble", "Insert bubble", _bubble, "Insert", ("4",), words=("function", "relu"), context="canvas"),
    *(
        Command(
            f"neighbour_{key.lower()}",
            f"Insert a connected tensor: {key.lower()}",
            _neighbour(angle),
            "Insert",
            (f"Ctrl+{key}",),
            some_nodes,
            ("extend", "chain"),
            context="canvas",
        )
        for key, angle in (("Right", 0.0), ("Up", 90.0), ("Left", 180.0), ("Down", 270.0))
    ),
    *(
        Command(f"put_{kind}", _title(kind), _insert(kind), "Insert", words=palette.kind_called(kind).words)
        for kind in _OTHERS
    ),
    Command("insert_copy", "Insert copy", _insert("copy"), "Insert", words=("residual", "name")),
    Command("insert_paste", "Insert paste", _insert("paste"), "Insert", enabled=_some_copies, words=("residual",)),
)
