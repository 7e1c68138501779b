"""Terms in rows: sums of terms, and equations, with room for the signs between."""

from __future__ import annotations

from collections.abc import Mapping

from tensordraw.diagram.records import ROOT, Add, Equation, Id
from tensordraw.figure.arranging_document import Levels
from tensordraw.figure.arranging_net import LEFT, RIGHT
from tensordraw.figure.arranging_networks import compose, side_by_side
from tensordraw.figure.arranging_parts import Link, Part, absorb, reach
from tensordraw.figure.arranging_sizes import BODY
from tensordraw.figure.arranging_streams import streaming
from tensordraw.figure.labels import label
from tensordraw.figure.signs import BEFORE, SIZE, operand_words, words
from tensordraw.figure.sums import sum_of

AIR = 12.0  # on either side of a sign, whatever stands in it
TERMS = 34.0  # between terms, at least


def with_terms(
    levels: Levels, level: Id, keys: list[Id], parts: list[Part], links: list[Link],
    outs: dict[int, list[tuple[float, Id]]],
) -> Part:  # fmt: skip
    """The level's networks side by side, with sums of terms and equations as rows of their own."""
    rows: list[Part] = []
    used: set[Id] = set()
    here = set(keys)
    for sign in levels.found.signs:
        node = levels.content.nodes[sign]
        if isinstance(node, Add) and (node.inside == level or any(o.of in here for o in node.operands)):
            terms = [o for o in node.operands if o.of in here and o.of not in used]
            row = [parts[keys.index(o.of)] for o in terms if o.of is not None]
            wide = [_wide(operand_words(o, not k)) for k, o in enumerate(terms)]
            used.update(o.of for o in terms if o.of is not None)
            made = _terms_row(levels, row, wide)
            if node.inside == level:  # it may lie in a block beside its terms
                made.spots[sign] = (0.0, 0.0)
            rows.append(made)
    lines: list[tuple[Part, float]] = []
    for equation in levels.content.equations.values():
        lines += _equation(
            levels, equation, {key: part for key, part in zip(keys, parts, strict=True) if key in here - used}
        )
        used.update(part.term for part in equation.parts)
    equations = _on_signs(lines)
    kept = [k for k, key in enumerate(keys) if key not in used]
    renumbered = {k: n for n, k in enumerate(kept)}
    inner = [
        Link(link.ends, (renumbered[link.items[0]], renumbered[link.items[1]]), link.gap)
        for link in links
        if link.items[0] in renumbered and link.items[1] in renumbered
    ]
    free = {renumbered[k]: legs for k, legs in outs.items() if k in renumbered}
    kept_parts = [parts[k] for k in kept]
    if levels.flows[level]:
        made = streaming(levels, level, [keys[k] for k in kept], kept_parts, inner, free)
    else:
        made = compose(kept_parts, inner, free, outer=level == ROOT)
    if rows:
        made = side_by_side([*rows, *([made] if kept else [])])
    if equations:
        made = _stacked([*([made] if kept or rows else []), *equations])
    return made


def _equation(levels: Levels, equation: Equation, here: Mapping[Id, Part]) -> list[tuple[Part, float]]:
    """Rows of terms, each with the length of what stands before its first relation: a comma begins a new one, where the terms
    before it are an equation with sides."""
    rows: list[list[tuple[Part, float]]] = [[]]
    sides: list[int] = [0]  # terms of each row before its first relation
    related = any(part.sign in ("=", "≈", ":=") for part in equation.parts)
    for part in equation.parts:
        if part.term not in here:
            continue
        sign = words(part, part is equation.parts[0], sum_of(levels.content, levels.found, part.term))
        if part.sign == "," and related and rows[-1]:
            rows.append([])
            sides.append(0)
            sign = "" if sign == "," else sign  # a plain comma ends the line before
        elif part.sign in ("=", "≈", ":=") and not sides[-1]:
            sides[-1] = len(rows[-1])
        rows[-1].append((here[part.term], _wide(sign)))
    return [
        (_terms_row(levels, [part for part, _ in row], [wide for _, wide in row]), _length(row[:count]))
        for row, count in zip(rows, sides, strict=True)
        if row
    ]


def _on_signs(lines: list[tuple[Part, float]]) -> list[Part]:
    """Rows that are one below the other with their first relation signs: narrower left sides get room before them."""
    longest = max((length for _, length in lines), default=0.0)
    for made, length in lines:
        if length:
            left, top, right, bottom = made.box
            made.box = (left - (longest - length), top, right, bottom)
    return [made for made, _ in lines]


def _length(row: list[tuple[Part, float]]) -> float:
    """How long a row of terms is, from the open legs of the first to those of the last."""
    ends = [reach(part) for part, _ in row]
    return sum(right - left for left, right in ends) + sum(_between(wide) for _, wide in row[1:])


def _wide(sign: str) -> float:
    """The width of what stands before a term, as it is drawn: a fraction is narrower than what it is made of."""
    drawn = label(sign, SIZE * BODY)
    return drawn.box[2] - drawn.box[0] if drawn.path else 0.0


def _between(wide: float) -> float:
    """Room between two terms for a sign of this width: equal air on both sides of it."""
    return max(wide + 2 * AIR, TERMS)


def _terms_row(levels: Levels, parts: list[Part], wide: list[float]) -> Part:
    """Terms in a row on the lines that they are read on, with room for open legs and for signs of these widths before them."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    x, boxes = 0.0, []
    for k, part in enumerate(parts):
        left, right = reach(part)
        left, right = part.box[0] - left, right - part.box[2]
        middle = _line(part)
        x += (_between(wide[k]) if k else 0.0) + left - part.box[0]
        absorb(made, part, x, -middle)
        boxes.append((x + part.box[0] - left, part.box[1] - middle, x + part.box[2] + right, part.box[3] - middle))
        x += part.box[2] + right
    made.exits = {}
    if boxes:
        before = wide[0] + BEFORE if wide[0] else 0.0  # a minus, a coefficient or a sigma before the first
        made.box = (boxes[0][0] - before, min(b[1] for b in boxes), boxes[-1][2], max(b[3] for b in boxes))
    return made


def _line(part: Part) -> float:
    """The height of a term's open legs to the left and right where they are at one, else its middle."""
    level = [
        (part.exits[leg] if leg in part.exits else part.spots[node])[1]
        for leg, (node, _) in part.words.items()
        if part.aims.get(leg) in (LEFT, RIGHT)
    ]
    return level[0] if level and max(level) - min(level) < 0.5 else (part.box[1] + part.box[3]) / 2


def _stacked(parts: list[Part]) -> Part:
    """Parts below each other, from the same left side."""
    made = Part((0.0, 0.0, 0.0, 0.0), {})
    y = 0.0
    for k, part in enumerate(parts):
        y += (70.0 if k else 0.0) - part.box[1]
        absorb(made, part, -part.box[0], y)
        y += part.box[3]
    made.box = (0.0, 0.0, max(part.box[2] - part.box[0] for part in parts), y)
    return made
