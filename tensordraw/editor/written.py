"""Typing is drawing: what a line in the quick-insert field stands for, and in words what Enter would do with it.

`W: hidden head` is a tensor with its legs (`W: a b = isometry` says what it is), `U = svd of M` a factor of another tensor,
`i j, j k -> i k` a network (code such as `A @ B` too), `softmax[key]` a bubble around the selection, `mps 8` or
`gpt2 layers=2` a template whose drawing is put in at the pointer. Anything else is a search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from tensordraw.diagram import edits_names, edits_regions
from tensordraw.diagram.legs import all_legs, leg_name
from tensordraw.diagram.records import ROOT, Bubble, Diagram, Id, Tensor, node_legs
from tensordraw.editor import factoring, labels, sourcing
from tensordraw.editor.enabled import nodes, regions
from tensordraw.editor.state import State
from tensordraw.errors import Error
from tensordraw.program import expressions
from tensordraw.program.functions import FUNCTIONS

Reading: TypeAlias = Literal["tensor", "factor", "network", "bubble", "template", "search"]

_BUBBLE = re.compile(r"^\s*([\w-]+)\s*\[([^\]]*)\]?\s*$")
EINSUM = re.compile(r"^[^:]*->|^[a-zA-Z]+(,[a-zA-Z]+)+$")
_CODE = re.compile(r"@|\w\(.*\)|\w\s*=[^=]")
_TEMPLATE = re.compile(r"^\s*(\w+)((?:\s+(?:\w+\s*=\s*)?[\w.-]+)*)\s*$")
_NAME = re.compile(r"[^\W\d]\w*'*")
_SETTING = re.compile(r"(?:(\w+)\s*=\s*)?([\w.-]+)")
NO_MATCH = (
    "Nothing is called so. Type a kind (tensor, copy, softmax …), a tensor with its legs (W: hidden head, W: a b = isometry), an"
    " einsum string (ij,jk->ik), code (A @ B), a template (mps 8, gpt2 layers=2), or softmax[key] around the selection."
)
_MOST = 20_000  # nodes of a template that is put in


@dataclass(frozen=True, slots=True)
class Preview:
    """What Enter would do, or why it cannot."""

    words: str
    works: bool = True


def reading(text: str, leg: Id | None = None) -> Reading:
    """What the text is; where a wire from `leg` is to be connected, a template's name is a search like others."""
    stripped = text.strip()
    bubble = _BUBBLE.match(text)
    if bubble is not None and bubble[1] in FUNCTIONS:
        return "bubble"
    if ":" in text:
        return "tensor"
    if leg is None and sourcing.decomposed(text) is not None:
        return "factor"
    if leg is None and _template(text) is not None:
        return "template"
    if EINSUM.search(stripped) or _CODE.search(text):
        return "network"
    return "search"


def plain_name(text: str) -> str:
    """The name that the text is, for a tensor that is called so; "" where it is none."""
    return text.strip() if _NAME.fullmatch(text.strip()) else ""


def _template(text: str) -> tuple[str, dict[str, object]] | None:
    """The template's name and what is set; None where the text names none. A bare number is its first parameter."""
    found = _TEMPLATE.match(text)
    if found is None:
        return None
    from tensordraw.templates.catalog import templates  # late: not needed before somebody types

    entry = next((one for one in templates() if one.name == found[1].lower()), None)
    if entry is None:
        return None
    settings: dict[str, object] = {}
    bare = [parameter.name for parameter in entry.parameters]
    for name, value in _SETTING.findall(found[2]):
        settings[name or (bare.pop(0) if bare else "")] = value
    return entry.name, settings


@lru_cache(maxsize=16)
def part(text: str) -> Diagram:
    """The network or template that the text stands for, to be put in as a fragment. Error: what is wrong with it."""
    chosen = _template(text)
    if chosen is None:
        from tensordraw.read.reading import read_text  # late: the start of the window does not wait for it

        return read_text(text.strip())
    from tensordraw.templates.catalog import template

    made = template(chosen[0], **chosen[1])
    if len(made.content.nodes) > _MOST:
        raise Error(f"{chosen[0]} would have {len(made.content.nodes)} tensors, more than can be put in at once.")
    return made


def is_constant(document: Diagram, text: str) -> bool:
    """Whether the text is a number written in the sizes of the document's spaces, such as `1/sqrt(head_size)`."""
    sizes = {space.name: space.size for space in document.content.spaces.values()}
    try:
        expressions.constant(text.strip(), sizes)
        named = expressions.variables(expressions.parse(text.strip(), sizes))
    except Error:
        return False
    return named.isdisjoint(edits_names.names_in(document))


def bubbled(state: State, text: str) -> tuple[Diagram, Id]:
    """The document with the selection in the bubble that the text names, such as `softmax[key]`."""
    found = _BUBBLE.match(text)
    assert found is not None
    around = (*nodes(state), *regions(state))
    if not around:
        raise Error(f"Select what {found[1]} shall go around first.")
    row = FUNCTIONS[found[1]]
    after, region = edits_regions.wrap(state.document, around, "bubble", function=row.name)
    words = found[2].replace(",", " ").split()
    if not words:
        return after, region
    axes = tuple(_axis(after, region, word) for word in words)
    after = edits_regions.set_function(after, region, row.name, axes=axes)
    made = after.content.regions[region]
    if isinstance(made, Bubble) and made.axes != axes:
        raise Error(f"{row.title} does not run along {' and '.join(words)}.")
    return after, region


def _axis(diagram: Diagram, bubble: Id, word: str) -> Id:
    """The leg of the bubble that a word names: by its label, the label of its wire, or its space."""
    content, legs = diagram.content, all_legs(diagram)
    wires = {end: wire.label for wire in content.wires.values() for end in wire.ends}
    crossing = [legs[end] for end in edits_regions.border_legs(content, bubble)]
    named = [leg.id for leg in crossing if word in (leg.label, wires.get(leg.id), content.spaces[leg.space].name)]
    chosen = [end for end in named if word in (legs[end].label, wires.get(end))] or named
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        raise Error(f"Several legs of the selection are called {word}: give the one that is meant a label of its own.")
    names = [leg_name(diagram, leg) for leg in crossing]
    raise Error(f"No leg of the selection is called {word}; its legs are {', '.join(names) or 'none'}.")


def _said(diagram: Diagram, tensor: Id) -> str:
    """What a new tensor is: its recipe in words, else its form."""
    node = diagram.content.nodes[tensor]
    assert isinstance(node, Tensor)
    words = sourcing.words_of(diagram.content, node.name)
    return words[:1].lower() + words[1:] if words else "random values" if node.form == "any" else node.form


def preview(state: State, text: str, leg: Id | None = None) -> Preview | None:
    """What Enter would do with the text; None where it is a search among the kinds."""
    kind = reading(text, leg)
    try:
        match kind:
            case "search":
                return None
            case "tensor":
                after, tensor = labels.written(state.document, text, (0.0, 0.0), ROOT)
                legs = [leg_name(after, own) for own in node_legs(after.content.nodes[tensor])]
                name = text.partition(":")[0].strip()
                ends = f"{name} with {len(legs)} legs: {', '.join(legs)}" if legs else f"the scalar {name}"
                says = "" if sourcing.split(text)[1] is None else f" · {_said(after, tensor)}"
                return Preview(f"Enter {'inserts and connects' if leg else 'inserts'} {ends}{says}")
            case "factor":
                after, made = factoring.written(state.document, text, (0.0, 0.0), ROOT)
                if len(made) > 1:
                    return Preview("Enter draws the singular value decomposition beside it, in an equation")
                return Preview(f"Enter inserts {text.partition('=')[0].strip()} · {_said(after, made[0])}")
            case "bubble":
                bubbled(state, text)
                count = len((*nodes(state), *regions(state)))
                return Preview(
                    f"Enter draws this bubble around {'the selected item' if count == 1 else f'{count} items'}"
                )
            case "network" if is_constant(state.document, text):
                return Preview("Enter inserts this constant, a number in the sizes of spaces")
            case "network" | "template":
                content = part(text).content
                what = "the template" if kind == "template" else "a network"
                plain = all(isinstance(node, Tensor) for node in content.nodes.values())
                parts = f"{len(content.nodes)} {'tensors' if plain else 'nodes'}"
                return Preview(f"Enter draws {what}: {parts}, {len(content.wires)} wires")
    except Error as error:
        return Preview(str(error), works=False)
