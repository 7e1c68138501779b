"""Arguments of hidden commands, such as the panels give, and events that the window tells: for the sessions of `acts`."""

from __future__ import annotations

import math
import random
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram import edits_names
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.edits_regions import border_legs
from tensordraw.diagram.exports import Export
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Add, Bubble, Diagram, Fixed, Repeat, Source, Sum, Tensor, node_legs
from tensordraw.diagram.signs import sign_ids
from tensordraw.diagram.structure import analyse
from tensordraw.editor.events import (
    Bind,
    DoubleClick,
    DragKind,
    Event,
    FileDropped,
    Filled,
    Leave,
    Move,
    Press,
    Release,
    Saved,
    Select,
)
from tensordraw.editor.state import State, items_of
from tensordraw.program.findings import findings
from tensordraw.program.functions import FUNCTIONS
from tests.acts import LABELS, Told, point

NAMES = ("A", "W", "x1", "long name", "α", "", "W_Q", "1", "a-b")
NUMBERS = (1, 2, 3, 7, 0, -1, 10**9)


# Commands that take something, or nothing for what is selected.
OF_SIGN = ("equation_earlier", "equation_later", "equation_take_out", "join_before", "sum_in_front")
OF_LEG = (
    "raise_leg", "lower_leg", "make_upper", "make_lower", "make_none", "fix_leg", "bind_around", "split_leg", "remove_leg",
    "put_at_tip",
)  # fmt: skip
OF_ITEM = ("match_legs", "inspect_value", "pin_value", "wire_to_tag")


class _Of:
    """What a document has to give, one at random of each kind; None of what it has not."""

    def __init__(self, draw: random.Random, state: State) -> None:
        self.random, self.state = draw, state

    def one(self, found: Any) -> Any:
        ordered = sorted(found, key=str) if isinstance(found, (set, frozenset)) else list(found)
        return self.random.choice(ordered) if ordered else None

    def some(self, found: Any, most: int = 4) -> list[Any]:
        ordered = sorted(found, key=str)
        return self.random.sample(ordered, min(len(ordered), self.random.randint(1, most)))

    def item(self) -> Any:
        return self.one(items_of(self.state.document))

    def node(self, kind: Any = object) -> Any:
        return self.one([key for key, node in self.state.document.content.nodes.items() if isinstance(node, kind)])

    def region(self, kind: Any = object) -> Any:
        return self.one([key for key, one in self.state.document.content.regions.items() if isinstance(one, kind)])


def argument(dice: int, command: str, state: State) -> Any:
    """An argument for a command; None for one that needs none, or where the document has nothing to give it."""
    wild = _Of(random.Random(f"{command} {dice}"), state)
    document, history = state.document, state.history
    content = document.content
    match command:
        case "go_in_history":
            return wild.random.randint(-len(history.past), len(history.future))
        case "set_macros":
            return wild.one(("", r"\newcommand{\R}{\mathbb{R}}", "x", r"\newcommand{\a}{\a}", r"\newcommand"))
        case "add_chart":
            return _chart(wild), wild.one(("$A$", "", "a title"))
        case "edit_einsum":
            return wild.one(
                ("ij,jk->ik", "ij,jk->ki", "i,i->", "ab,bc,cd->ad", "", "ij", "hello", "ii->", "i j, j k -> k")
            )
        case _ if not content.nodes:
            return None
        case "attach":
            return min(state.selection & content.nodes.keys(), default=None)
        case "find":
            return wild.one((None, "W", "no such thing"))
        case "wrap_bubble":
            return wild.one((None, *FUNCTIONS))
        case "insert_metric":
            return wild.one((None, wild.one(content.wires)))
        case "load_array":
            return wild.one((None, wild.node(Tensor)))
        case _ if command in OF_SIGN:
            return wild.one((None, wild.one(sign_ids(content))))
        case _ if command in OF_LEG:
            return wild.one((None, wild.one(sorted(all_legs(document)))))
        case _ if command in OF_ITEM:
            return wild.one((None, wild.item()))
        case _:
            return _hidden(wild, command, document)


def told(act: Told, state: State, first: Diagram) -> Event:
    """The event of an act without a hand."""
    draw, (x, y), document = random.Random(act.dice), point(act.at, state), state.document
    arrays = sorted({node.name for node in document.content.nodes.values() if isinstance(node, Tensor)}) or ["A"]
    source = Source(draw.choice(("a.npz", "/tmp/b.safetensors", "../c.npy")), draw.choice(("", "w", "h.{}.w")))
    filled = document
    for name in arrays[:5]:
        if name in edits_names.names_in(document):
            filled = edits_names.set_source(filled, name, source)
    return draw.choice((
        FileDropped(source.path, x, y), Bind(draw.choice(arrays), draw.choice((source, None))),
        Filled(document, filled, "Load weights"), Filled(first, document, "Load weights"),
        Saved(draw.choice(("/tmp/one.tdraw", "/tmp/there/two.tdraw")), draw.choice((document, first))),
        Release(x, y), Leave(), Move(x, y), DoubleClick(x, y), DragKind(None), Press(x, y, 1.0, frozenset(), "middle"),
        Move(1e9, -1e9), Press(x, y), Select(frozenset({"gone"})), Move(x, y, 1e-3),
    ))  # fmt: skip


def _chart(wild: _Of) -> Chart:
    numbers = tuple(round(wild.random.uniform(-3, 3), 2) for _ in range(12))
    kind = wild.one(("heatmap", "line", "bars"))
    sides = (Side("row", 3), Side("column", 4)) if kind == "heatmap" else (Side("at", 12),)
    return Chart(kind, sides, (*numbers[:11], wild.one((numbers[11], "nan", "inf"))), value=wild.one(("", "A")) or "")


def _hidden(wild: _Of, command: str, document: Diagram) -> Any:
    content = document.content
    leg, space = wild.one(sorted(all_legs(document))), wild.one(list(content.spaces))
    if space is None or leg is None:
        return None
    text, node, tensor = wild.one((*LABELS, *NAMES)), wild.node(), wild.node(Tensor)
    binder, bubble = wild.region(Sum | Repeat), wild.region(Bubble)
    wire, number = wild.one(list(content.wires)), wild.random.uniform(-200, 200)
    notes = document.layout.notes
    shown = [note.id for note in notes.values() if note.chart is not None]
    match command:
        case "remember_export":
            return replace(Export(), path=text, width=wild.one(("", "86mm", "x")), dpi=float(wild.one(NUMBERS)))
        case "set_sign":
            sign = wild.one(sign_ids(content))
            return None if sign is None else (sign, text)
        case "set_label":
            return wild.item(), text
        case "set_leg_space_named":
            return leg, wild.one(("hidden", "hidden=5", "n=0", "", "a b", "é=3"))
        case "insert_array":
            return wild.one(NAMES[:5]) or "A", wild.one(((), (3,), (2, 3), (1, 1, 1))), Source("a.npz", "w")
        case "add_space":
            return text, wild.one(NUMBERS)
        case "place_open_leg":
            free = list(analyse(content).open_legs)
            return (wild.one(free), wild.one((*free, None))) if free else None
        case "rename":
            return wild.one((node, space, wire or node, wild.region() or node)), text
        case "rename_array":
            return (wild.one(edits_names.names_in(document)), text) if edits_names.names_in(document) else None
        case "change_space":
            change = wild.one((
                {"name": text}, {"size": wild.one(NUMBERS)}, {"description": text}, {"colour": wild.one((None, "red", "#fff"))},
                {"metric": wild.one(("euclidean", "general"))},
            ))  # fmt: skip
            return {"args": (space,), **change}
        case "remove_space":
            return space
        case "label_leg":
            return leg, text
        case "set_leg_space":
            return leg, space
        case "bind_leg":
            return leg, wild.one((0, 1, -1, 99, None, binder))
        case "set_variance":
            return leg, wild.one(("none", "upper", "lower"))
        case "reorder_legs":
            if tensor is None:
                return None
            legs = [one.id for one in node_legs(content.nodes[tensor])]
            wild.random.shuffle(legs)
            return tensor, tuple(legs)
        case "set_open_order":
            free = list(analyse(content).open_legs)
            wild.random.shuffle(free)
            return (tuple(free),)
        case "place_leg":
            return leg, number, number / 20, wild.one((None, 0.0, 12.0, -3.0))
        case "put_leg":
            return leg, wild.one(("left", "right", "up", "down"))
        case "set_at_tip":
            return leg, wild.one((True, False))
        case "set_form":
            if tensor is None:
                return None
            form = wild.one(("any", "isometry", "unitary", "orthogonal", "diagonal", "symmetric", "positive"))
            tip = tuple(wild.some([one.id for one in node_legs(content.nodes[tensor])])) if wild.one((0, 1)) else None
            return tensor, form, tip or None
        case "set_function":
            if bubble is None:
                return None
            return {
                "args": (bubble, wild.one(list(FUNCTIONS))),
                **wild.one(
                    (
                        {},
                        {"axes": tuple(wild.some(border_legs(content, bubble), 2))},
                        {"expression": text},
                        {"count": 2},
                    )
                ),
            }
        case "set_binder":
            return None if binder is None else (binder, wild.one((None, text)), wild.one((None, space)))
        case "add_port":
            repeat = wild.region(Repeat)
            return None if repeat is None else (repeat, space)
        case "swap_port":
            repeats = [one for one in content.regions.values() if isinstance(one, Repeat) and one.ports]
            repeat = wild.one(repeats)
            return None if repeat is None else (repeat.id, wild.one(repeat.ports).id)
        case "set_fields":
            fixed = [n for n in content.nodes.values() if isinstance(n, Fixed) and n.kind == "constant"]
            region = wild.region()
            if fixed and wild.one((0, 1)):
                return {"args": (wild.one(fixed).id,), "expression": text}
            return None if region is None else {"args": (region,), "name": text}
        case "set_coefficient":
            add = wild.node(Add)
            return None if add is None else (add, wild.one((0, 1, 9)), text)
        case "set_text":
            return wild.one(((text, None), (None, text)))
        case "set_recipe":
            made = wild.one(
                (None, Recipe("fill", factor=2.0), Recipe("random", seed=3), Recipe("svd_u", "A"), Recipe("shift"))
            )
            return wild.one(sorted(edits_names.names_in(document)) or ["A"]), made
        case "set_figure_width":
            return wild.one(("86mm", "", "3cm", "x"))
        case "set_source":
            return wild.one(sorted(edits_names.names_in(document)) or ["A"]), wild.one((None, Source("a.npz", text)))
        case "set_look":
            look = wild.one((
                {"shape": wild.one(("circle", "square", "triangle", None))}, {"colour": wild.one(("red", None, "#123456"))},
                {"weight": wild.one(("thin", "normal", "bold"))}, {"collapsed": wild.one((True, False))},
            ))  # fmt: skip
            item = (wild.region() or node) if "collapsed" in look else wild.one((node, wild.region() or node))
            return {"args": (item,), **look}
        case "set_curve":
            points = tuple((number * k, number / (k + 1)) for k in range(wild.random.randrange(3)))
            style = wild.one(("curve", "straight", "orthogonal"))
            return None if wire is None else {"args": (wire,), **wild.one(({"style": style}, {"points": points}))}
        case "set_size":
            return node, wild.one((None, 40.0, 3.0)), wild.one((None, 40.0, math.ceil(abs(number)) + 1.0))
        case "offset_label":
            return wild.one((node, wire or node)), wild.one((None, (number, number / 2)))
        case "set_remark":
            return wild.item(), text
        case "change_note":
            return (wild.one(list(notes)), text) if notes else None
        case "set_chart":
            fields = wild.one(
                ({"width": 90.0}, {"width": "40mm"}, {"kind": "bars"}, {"log": True}, {"low": -1.0, "high": 2.0})
            )
            return (wild.one(shown), fields) if shown else None
        case "renew_charts":
            return {note: _chart(wild) for note in shown} or None
        case "exclude_problem":
            problem = wild.one(findings(document))
            return None if problem is None else (problem, text)
        case "include_problem":
            return wild.one(document.custom.excluded)
        case "put_inside":
            return wild.some(content.nodes, 3), wild.one(("root", wild.region() or "root"))
        case _:
            return None
