r"""Signs of equations as they are typed: the sign, the coefficient (arithmetic of ours or LaTeX), and the sum over an index.

`= 1/sqrt(2)`, `= \frac{1}{\sqrt{2}}`, `- 2 \sum_k`. The sum is a region that is all of the term; open legs of the term that are
called as the index are bound to it.
"""

from __future__ import annotations

import re

from tensordraw.diagram import edits_equations, edits_legs, edits_regions, signs
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Diagram, Fixed, Id, Part, Sum
from tensordraw.errors import Error
from tensordraw.figure import signs as drawn_signs
from tensordraw.figure.index import index
from tensordraw.figure.names import expression
from tensordraw.figure.sums import sum_of
from tensordraw.program import expressions
from tensordraw.program.tex_arithmetic import arithmetic

_SUM = re.compile(
    r"(?:\\sum|∑|Σ|\bsum(?=_))(?:\\limits|\\nolimits)?\s*(?:_\s*(?:\{\s*([^{}]*?)\s*\}|(\w|\\[a-zA-Z]+)))?\s*$"
)
_NAME = re.compile(r"[^\W\d]\w*")


def number(diagram: Diagram, text: str) -> str:
    """The arithmetic that was typed, in our own language. Raises `Error` where it is none, with what to do for a letter."""
    sizes = {space.name: space.size for space in diagram.content.spaces.values()}
    made = arithmetic(text)
    try:
        expressions.constant(made, sizes)
    except Error as error:
        unknown = [name for name in _NAME.findall(made) if name not in sizes and name not in expressions.CALLS]
        letters = [name for name in unknown if name not in ("pi", "e")]
        if not letters:
            raise
        raise Error(
            f"{letters[0]} is no number and no space. For a letter, put a tensor without legs into the term: open the quick "
            f"insert there and type {letters[0]}: with the colon."
        ) from error
    return made


def typed(diagram: Diagram, item: Id, text: str) -> tuple[Part, str | None]:
    """What a text makes of a sign: the part of its equation, and the index of the sum in front of the term, None for none.
    Raises `Error` where the text is no sign."""
    found = signs.signed(diagram.content, item)
    if found is None:
        raise Error("That sign no longer exists.")
    over = _SUM.search(text)
    name = None if over is None else over[1] or over[2] or edits_regions.free_index(diagram.content)
    sign, coefficient = signs.typed(text if over is None else text[: over.start()])
    coefficient = "1" if coefficient.strip() == "1" else number(diagram, coefficient)
    return Part(found[0].parts[found[1]].term, sign, coefficient), name


def written(diagram: Diagram, item: Id) -> str | None:
    """A sign as it is typed; None where the item is none."""
    found = signs.signed(diagram.content, item)
    if found is None:
        return None
    part = found[0].parts[found[1]]
    over = sum_of(diagram.content, index(diagram.content), part.term)
    sigma = "" if over is None else rf"\sum_{over.index}" if len(over.index) == 1 else rf"\sum_{{{over.index}}}"
    return " ".join(filter(None, (signs.written(part, first=found[1] == 0), sigma)))


def shown(diagram: Diagram, item: Id, text: str) -> str:
    """LaTeX of the sign that a text makes, as the figure sets it. Raises `Error` as `typed` does."""
    part, name = typed(diagram, item, text)
    found = signs.signed(diagram.content, item)
    over = None if name is None else Sum("r0", index=name, space="s0")
    return drawn_signs.words(part, found is not None and found[1] == 0, over)


def formula(diagram: Diagram, item: Id, text: str) -> str | None:
    """LaTeX of what the figure will set for a text that is typed at a sign or a constant; None where the item is neither.
    Raises `Error` where the text cannot stand there."""
    if signs.signed(diagram.content, item) is not None:
        return shown(diagram, item, text)
    node = diagram.content.nodes.get(item)
    return expression(number(diagram, text)) if isinstance(node, Fixed) and node.kind == "constant" else None


def signed(diagram: Diagram, item: Id, text: str) -> Diagram:
    """The diagram with what was typed before a term. Raises `Error` where the text is no sign."""
    part, name = typed(diagram, item, text)
    diagram = edits_equations.set_sign(diagram, item, part.sign, part.coefficient)
    over = sum_of(diagram.content, index(diagram.content), part.term)
    if name is None:
        return diagram if over is None else edits_regions.dissolve(diagram, (over.id,))
    if over is None:
        return summed(diagram, part.term, name)[0]
    return diagram if over.index == name else edits_regions.set_binder(diagram, over.id, name)


def summed(diagram: Diagram, term: Id, name: str) -> tuple[Diagram, Id]:
    """A term with all that it holds in a sum over the index `name`; its id too. Open legs of that name are bound to it.

    Raises `Error` for a term that holds nothing, and where the legs of that name lie in several spaces.
    """
    found = index(diagram.content)
    legs, spaces = all_legs(diagram), diagram.content.spaces
    bound = [
        legs[leg]
        for leg in found.open_in[term]
        if legs[leg].index is None
        and name in (legs[leg].label, *(() if legs[leg].label else (spaces[legs[leg].space].name,)))
    ]
    over = {leg.space for leg in bound} or {space.id for space in spaces.values() if space.name == name}
    if len(over) > 1:
        raise Error(f"The open legs called {name} lie in several spaces: a sum runs through one.")
    nodes, regions = found.members[term]
    after, made = edits_regions.wrap(diagram, (*nodes, *regions), "sum", index=name, space=next(iter(over), None))
    for leg in bound:
        after = edits_legs.bind_leg(after, leg.id, made)
    return after, made
