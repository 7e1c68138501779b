"""Arguments such as the panels give with the hidden commands, for `wild`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, get_args

from msgspec.structs import replace

from tensordraw.diagram import edits_names
from tensordraw.diagram.edits_regions import border_legs
from tensordraw.diagram.exports import Export
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.recipes import Recipe, RecipeKind
from tensordraw.diagram.records import Add, Bubble, Fixed, Repeat, Source, Sum, Tensor, node_legs
from tensordraw.diagram.signs import sign_ids
from tensordraw.diagram.structure import analyse
from tensordraw.program.findings import findings
from tensordraw.program.functions import FUNCTIONS

if TYPE_CHECKING:
    from tests.editor.wild import Wild

NAMES = ("A", "W", "x1", "long name", "α", "", "W_Q", "1", "a-b")
NUMBERS = (1, 2, 3, 7, 0, -1, 10**9)


def argument(wild: Wild, command: str, labels: tuple[str, ...]) -> Any:
    """An argument for a hidden command; None where the document has nothing to give it."""
    document = wild.state.document
    content = document.content
    leg, space, text = wild.leg(), wild.space(), wild.one((*labels, *NAMES))
    node, tensor = wild.node(), wild.node(Tensor)
    binder, bubble = wild.region(Sum | Repeat), wild.region(Bubble)
    wire = wild.one(list(content.wires))
    number = wild.random.uniform(-200, 200)
    if not content.nodes or space is None or leg not in all_legs(document):
        return None
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
        case "set_source":
            return wild.one(sorted(edits_names.names_in(document)) or ["A"]), wild.one((None, Source("a.npz", text)))
        case "set_recipe":
            names = sorted(edits_names.names_in(document)) or ["A"]
            recipe = Recipe(
                wild.one(get_args(RecipeKind)), wild.one(names), rows=wild.one((0, 1, 2)), site=wild.one((0, 1, 9)),
                period=wild.one((0, 1, 3)), factor=wild.one((0.0, 1.0, 2.5)), seed=wild.one((None, 0, 7)),
                numbers=tuple(range(wild.one((0, 1, 4, 6)))),
            )  # fmt: skip
            return wild.one(names), wild.one((recipe, None))
        case "set_chart":
            charts = [note.id for note in document.layout.notes.values() if note.chart is not None]
            return (wild.one(charts), {"height": wild.one((None, 30.0, "20mm", "", "x"))}) if charts else None
        case "set_look":
            look = wild.one((
                {"shape": wild.one(("circle", "square", "triangle", None))}, {"colour": wild.one(("red", None, "#123456"))},
                {"weight": wild.one(("thin", "normal", "bold"))}, {"collapsed": wild.one((True, False))},
            ))  # fmt: skip
            item = (wild.region() or node) if "collapsed" in look else wild.one((node, wild.region() or node))
            return {"args": (item,), **look}
        case "set_curve":
            points = tuple(wild.spot() for _ in range(wild.random.randrange(3)))
            style = wild.one(("curve", "straight", "orthogonal"))
            return None if wire is None else {"args": (wire,), **wild.one(({"style": style}, {"points": points}))}
        case "set_size":
            return node, wild.one((None, 40.0, 3.0)), wild.one((None, 40.0, math.ceil(abs(number)) + 1.0))
        case "offset_label":
            return wild.one((node, wire or node)), wild.one((None, (number, number / 2)))
        case "set_macros":
            return wild.one(("", r"\newcommand{\R}{\mathbb{R}}", text, r"\newcommand{\a}{\a}", r"\newcommand"))
        case "exclude_problem":
            problem = wild.one(findings(document))
            return None if problem is None else (problem, text)
        case "include_problem":
            return wild.one(document.custom.excluded)
        case "put_inside":
            return wild.some(content.nodes, 3), wild.one(("root", wild.region() or "root"))
        case _:
            return None
