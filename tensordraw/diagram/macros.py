r"""Macros of a document: lines of `\newcommand`, as in the preamble of a paper, that hold in every label.

Names are expanded before anything is drawn, so every printer knows them; what is stored are the names as they were typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.diagram.legs import map_legs
from tensordraw.diagram.records import (
    Content,
    Delta,
    Diagram,
    Group,
    Leg,
    Node,
    Note,
    Paste,
    Space,
    Wire,
    node_legs,
)
from tensordraw.errors import Error

DEEPEST = 24  # macros in macros
_RECORDS = 1 << 14  # that are remembered as they are drawn
_HEAD = re.compile(
    r"\\(?:new|renew|provide)command\*?\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*(?:\[\s*([1-9])\s*\])?\s*"
)
_OPERATOR = re.compile(r"\\DeclareMathOperator\*?\s*\{\s*\\([A-Za-z]+)\s*\}\s*")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro: how many arguments it takes, and what stands for it (`#1` is its first argument)."""

    count: int
    body: str


def _braced(text: str, at: int) -> int:
    """Where the group that begins at `at` ends, one beyond its brace; -1 where it does not."""
    if at >= len(text) or text[at] != "{":
        return -1
    depth = 0
    for place in range(at, len(text)):
        if text[place] in "{}" and (place == 0 or text[place - 1] != "\\"):
            depth += 1 if text[place] == "{" else -1
            if depth == 0:
                return place + 1
    return -1


@lru_cache(maxsize=64)
def macros(text: str) -> dict[str, Macro]:
    r"""The macros of these lines by name. Raises `Error` for a line that is none; `%` begins a comment."""
    found: dict[str, Macro] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        plain = re.sub(r"(?<!\\)%.*", "", line).strip()
        if not plain:
            continue
        head, operator = _HEAD.match(plain), _OPERATOR.match(plain)
        start = head or operator
        end = -1 if start is None else _braced(plain, start.end())
        if start is None or end < 0 or plain[end:].strip():
            raise Error(
                rf"Line {number} of the macros is none: write \newcommand{{\name}}[number of arguments]{{what it stands for}}."
            )
        body = plain[start.end() + 1 : end - 1]
        if operator is not None:
            found[operator[1]] = Macro(0, rf"\operatorname{{{body}}}")
            continue
        assert head is not None
        count = int(head[3] or 0)
        beyond = [n for n in map(int, re.findall(r"#(\d)", body)) if n > count]
        if beyond:
            raise Error(f"Line {number} of the macros uses #{beyond[0]}, and takes {count} arguments.")
        found[head[1] or head[2]] = Macro(count, body)
    return found


def with_more(text: str, more: str) -> str:
    """The lines of `text`, and those of `more` whose macros it does not have: what stands in `text` is what its labels mean."""
    known = macros(text).keys()
    new = [line for line in more.splitlines() if line.strip() and macros(line).keys() - known]
    return "\n".join([text.rstrip(), *new] if text.strip() else new) if new else text


@lru_cache(maxsize=4096)
def expanded(name: str, text: str) -> str:
    """A name with the macros of `text` expanded; one without a backslash is as it was. A macro in itself stays."""
    return _expand(name, macros(text), 0) if "\\" in name else name


def _expand(name: str, known: dict[str, Macro], depth: int) -> str:
    out, at = "", 0
    while (found := _COMMAND.search(name, at)) is not None:
        out += name[at : found.start()]
        at = found.end()
        macro = known.get(found[1])
        if macro is None or depth >= DEEPEST:
            out += found[0]
            continue
        arguments = []
        for _ in range(macro.count):
            while at < len(name) and name[at] == " ":
                at += 1
            end = _braced(name, at)
            arguments.append(name[at + 1 : end - 1] if end > 0 else name[at : at + 1])
            at = end if end > 0 else min(at + 1, len(name))
        body = re.sub(r"#(\d)", lambda one: arguments[int(one[1]) - 1], macro.body)  # noqa: B023 (used at once)
        made = _expand(body, known, depth + 1)
        out += f" {made}" if _open_command(out) and made[:1].isalpha() else made
        if _open_command(out) and name[at : at + 1].isalpha():
            out += " "
    return out + name[at:]


def _open_command(text: str) -> bool:
    """Whether a letter after the text would belong to its last command."""
    return re.search(r"\\[A-Za-z]+$", text) is not None


def applied(diagram: Diagram) -> Diagram:
    """The diagram as it is drawn: macros expanded in every name, label and note. Itself where it has no macros."""
    text = diagram.custom.macros
    if not text.strip():
        return diagram
    notes = {key: _note(note, text) for key, note in diagram.layout.notes.items()}
    layout = diagram.layout if notes == diagram.layout.notes else replace(diagram.layout, notes=notes)
    return replace(diagram, content=_content(diagram.content, text), layout=layout)


def _note(note: Note, text: str) -> Note:
    return replace(note, text=expanded(note.text, text)) if "\\" in note.text else note


@cached
def _expanded_by(content: Content) -> dict[str, Content]:
    """What a content is with each text of macros; kept with the content, so that a drag draws one object again and again."""
    return {}


def _content(content: Content, text: str) -> Content:
    kept = _expanded_by(content)
    if text not in kept:
        kept.clear()
        kept[text] = _drawn(content, text)
    return kept[text]


def _drawn(content: Content, text: str) -> Content:
    """Records without macros stay the same objects, and nodes, wires and spaces with some are the same each time: figures
    follow edits by that."""

    def plain(node: Node) -> bool:
        named = not isinstance(node, Delta | Group | Paste) and "\\" in node.name
        return not named and all("\\" not in leg.label for leg in node_legs(node))

    nodes = {key: node if plain(node) else _node(node, text) for key, node in content.nodes.items()}
    wires = {key: _wire(wire, text) if "\\" in wire.label else wire for key, wire in content.wires.items()}
    spaces = {key: _space(space, text) if "\\" in space.name else space for key, space in content.spaces.items()}
    regions = {
        key: replace(region, name=expanded(region.name, text)) if "\\" in region.name else region
        for key, region in content.regions.items()
    }
    return replace(content, nodes=nodes, wires=wires, spaces=spaces, regions=regions)


@lru_cache(maxsize=_RECORDS)
def _node(node: Node, text: str) -> Node:
    def leg(own: Leg) -> Leg:
        return replace(own, label=expanded(own.label, text)) if "\\" in own.label else own

    made = map_legs(node, leg)
    return made if isinstance(made, Delta | Group | Paste) else replace(made, name=expanded(made.name, text))


@lru_cache(maxsize=_RECORDS)
def _wire(wire: Wire, text: str) -> Wire:
    return replace(wire, label=expanded(wire.label, text))


@lru_cache(maxsize=_RECORDS)
def _space(space: Space, text: str) -> Space:
    return replace(space, name=expanded(space.name, text))
