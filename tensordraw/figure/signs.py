r"""Signs between terms: those of an equation, and those of an add whose operands are terms.

An equation's sign stands midway between what is drawn of the two terms (open legs with their labels too), on the line of
their open legs to the left and right, or else on the middle of their bodies; where a term begins a new line, its sign stands
to its left, and a comma at the end of the line before. Signs are known before open legs are routed, and open legs and labels
keep clear of them. The first term has a sign only where it says something: a minus, a coefficient. The sigma of a sum that is all
of a term is set with its sign.
"""

from __future__ import annotations

from tensordraw.diagram.records import Add, Equation, Id, Operand, Part, Sign, Sum, Term
from tensordraw.diagram.signs import sign_id
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.display import Box, Item, Shape
from tensordraw.figure.labels import Label, label
from tensordraw.figure.names import expression, latex
from tensordraw.figure.paths import moved, union
from tensordraw.figure.scene import Scene
from tensordraw.figure.sums import in_front, sum_of

SIZE = 1.2  # of a sign, in sizes of a body's label
BEFORE = 9.0  # between a sign and the term that begins a line
_COMMA = 4.0  # between a term and the comma after it
_AXIS = 0.25  # height of the middle of a sign over the baseline, in sizes of a label
_THIN = r"\,"  # between a coefficient and a sigma
_LATEX: dict[Sign, str] = {"≈": r"\approx", ":=": r"\coloneqq"}


def words(part: Part, first: bool, over: Sum | None = None) -> str:
    """LaTeX of the sign, the coefficient and the sigma (of the sum `over`) before a term; empty before a plain first term."""
    coefficient = part.coefficient.strip()
    if part.sign in ("+", "-"):
        return _summed(_signed(coefficient, first, minus=part.sign == "-"), over)
    sign = _LATEX.get(part.sign, part.sign)
    after = _summed(_signed(coefficient, True, minus=False), over)
    return f"{sign} {after}" if after else sign


def _summed(before: str, over: Sum | None) -> str:
    """A sign and a coefficient with the sigma of a sum behind them."""
    if over is None:
        return before
    space = _THIN if before not in ("", "+", "-") else " "
    return rf"{before}{space}\sum_{{{latex(over.index)}}}".strip()


def _signed(coefficient: str, first: bool, minus: bool) -> str:
    """A sign of a sum with its coefficient: a coefficient that is a sum stands in parentheses after a sign."""
    if not minus and coefficient.startswith("-"):
        return _signed(coefficient[1:].strip(), first, minus=True)
    sign = "-" if minus else "" if first else "+"
    if coefficient in ("1", ""):
        return sign
    made = expression(coefficient)
    is_sum = any(mark in coefficient.lstrip("-") for mark in "+-") or coefficient.startswith("-")
    return sign + (rf"\left({made}\right)" if is_sum and "frac" not in made else made)


def operand_words(operand: Operand, first: bool) -> str:
    """LaTeX of what stands before a term that an add takes."""
    return _signed(operand.coefficient.strip(), first, minus=False)


def spoken(part: Part) -> str:
    """The sign and the coefficient before a term, in words that can be read out."""
    sign = {"+": "plus", "-": "minus", "=": "equals", "≈": "is approximately", ":=": "is defined as", ",": "and"}
    times = "" if part.coefficient.strip() in ("1", "") else f" {part.coefficient.strip()} times"
    return sign[part.sign] + times


def sign_label(made: Scene, part: Part, first: bool) -> Label:
    """The sign before a term, set."""
    return label(_words(made, part, first), SIZE * made.theme.body, made.theme.font)


def _words(made: Scene, part: Part, first: bool) -> str:
    shown = part.term in made.index.members and not made.fronts.keys() & {part.term, *made.index.members[part.term][1]}
    return words(part, first, sum_of(made.diagram.content, made.index, part.term) if shown else None)


def extent(made: Scene, term: Id) -> Box:
    """The box of all that is drawn of a term: its bodies, and its open legs with their labels where nothing bends them."""
    boxes = [box for leg in made.index.open_in[term] for box in made.spans.boxes.get(leg, ())]
    return union([made.outlines[term].box, *boxes])


def place_signs(made: Scene, equation: Equation) -> None:
    """Find the places of an equation's signs, and note them in the grid."""
    before: tuple[Box, Box] | None = None
    line = 0.0  # of the term before
    for number, part in enumerate(equation.parts):
        own = sign_id(equation.id, part.term)
        made.grid.take(own)
        made.signs.pop(own, None)
        if part.term not in made.outlines:
            continue
        body, whole = made.outlines[part.term].box, extent(made, part.term)
        drawn = sign_label(made, part, number == 0)
        if drawn.path:
            half = (drawn.box[2] - drawn.box[0]) / 2
            x, y = whole[0] - BEFORE - half, _line(made, part.term)
            if before is not None and _is_beside(before[0], body):
                x = (before[1][2] + whole[0]) / 2
                y = (y + line) / 2
                if _words(made, part, False) == ",":  # it belongs to what is before it
                    x = min(x, before[1][2] + _COMMA + half)
            elif before is not None and _words(made, part, False) == ",":  # it ends the line before
                x, y = before[1][2] + BEFORE + half, line
            made.signs[own] = drawn.centred(x, y, _AXIS * drawn.size)[1]
            made.grid.put(own, [made.signs[own]])
        before, line = (body, whole), _line(made, part.term)
    draw_equation(made, equation)


def _is_beside(before: Box, box: Box) -> bool:
    """Whether a box lies to the right of the one before it, on the same line."""
    return before[2] <= box[0] and box[1] < before[3] and before[1] < box[3]


def _line(made: Scene, term: Id) -> float:
    """The height on which a term is read: that of its open legs to the left and right where they are at one, else its middle."""
    _, top, _, bottom = made.outlines[term].box
    level = [at.root[1] for leg in made.index.open_in[term] if (at := made.anchors.get(leg)) and at.angle % 180 == 0]
    return level[0] if level and max(level) - min(level) < 0.5 else (top + bottom) / 2


def draw_equation(made: Scene, equation: Equation) -> None:
    """The item of an equation: its signs."""
    shapes = []
    for number, part in enumerate(equation.parts):
        box = made.signs.get(sign_id(equation.id, part.term))
        if box is not None:
            drawn = sign_label(made, part, number == 0)
            path = moved(drawn.path, box[0] - drawn.box[0], box[1] - drawn.box[1])
            shapes.append(Shape(path, "sign", fill=made.theme.colour("ink"), words=drawn.words))
    text = r"\ \ldots\ ".join(filter(None, (_words(made, part, not k) for k, part in enumerate(equation.parts))))
    if shapes:
        made.equation_items[equation.id] = Item(equation.id, tuple(shapes), ink_box(shapes), text)
    else:
        made.equation_items.pop(equation.id, None)


def draw_signs(made: Scene, node_id: Id) -> None:
    """An add of terms: a sign before each term but a plain first one."""
    add, theme = made.diagram.content.nodes[node_id], made.theme
    if not isinstance(add, Add) or node_id not in made.node_items:
        return
    shapes: list[Shape] = []
    last: Box | None = None
    for operand in add.operands:
        term = made.outlines.get(operand.of or "")
        if term is None:
            continue
        sign = label(operand_words(operand, last is None), SIZE * theme.body, theme.font)
        if sign.path:
            half = (sign.box[2] - sign.box[0]) / 2
            left, top, _, bottom = term.box
            x, y = left - 4 - half, (top + bottom) / 2
            if last is not None and _is_beside(last, term.box):
                x, y = (last[2] + left) / 2, (y + (last[1] + last[3]) / 2) / 2
            path, _ = sign.centred(x, y)
            shapes.append(Shape(path, "label", fill=theme.colour("blue"), words=sign.words))
        last = term.box
    item = made.node_items[node_id]
    made.node_items[node_id] = Item(item.owner, tuple(shapes), ink_box(shapes) if shapes else item.box, item.text)


def is_bare(made: Scene, region: Id) -> bool:
    """Whether a region is a term of an equation, or the sum that is all of one: its border is not drawn."""
    content, found = made.diagram.content, made.index
    record = content.regions[region]
    return region in found.equation if isinstance(record, Term) else in_front(content, found, record)
