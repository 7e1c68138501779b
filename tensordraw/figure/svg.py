"""SVG of a figure: one group an owner, plain colours, labels as outlines, the same bytes for the same document.

This is the only module that imports svgwrite (inactive since 2022, so easily replaced from here).
"""

from __future__ import annotations

import re
from functools import lru_cache

from tensordraw.figure.display import Figure, Item, Path, Shape, Words
from tensordraw.figure.lengths import points as points
from tensordraw.figure.numbers import number
from tensordraw.figure.svg_text import Letters
from tensordraw.figure.words import made, origin

PADDING = 1.0  # points around the tight box

_POINT = "{}{:.3f},{:.3f}".format
_CUBIC = "{}{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f}".format


def path_data(path: Path) -> str:
    """The d attribute of a path: three decimals each. One format a segment: this is where a large figure spends its time."""
    parts: list[str] = []
    for segment in path:
        if len(segment) == 7:
            parts.append(_CUBIC(*segment))
        elif len(segment) == 3:
            parts.append(_POINT(*segment))
        else:
            parts.append("Z")
    text = " ".join(parts)
    if "n" in text:  # nan or inf
        raise ValueError(f"a figure has a coordinate that is no number: {text[:60]}")
    return text.replace("-0.000", "0.000")


def _data(shape: Shape) -> str:
    """The d attribute of a shape. Of a label, all but its start is relative to that: short, and one text for all places."""
    if shape.words is None:
        return path_data(shape.path)
    x, y = origin(shape)
    outlines = made(shape.words).path
    (_, *first), (_, *there), (_, *here) = outlines[0], outlines[-2], shape.path[-2]
    if len(outlines) != len(shape.path) or abs(here[-2] - there[-2] - x) + abs(here[-1] - there[-1] - y) > 1e-6:
        return path_data(shape.path)  # turned, or scaled
    start = (("M", x + float(first[0]), y + float(first[1])),)
    return path_data(start) + _relative(shape.words)


@lru_cache(maxsize=8192)
def _relative(words: Words) -> str:
    """The outlines of a label after their first point, each point relative to the one before, in thousandths without loss."""
    parts: list[str] = []
    here = start = (0, 0)
    for segment in made(words).path:
        points = [round(1000 * float(v)) for v in segment[1:]]
        if not points:
            parts.append("z")
            here = start
            continue
        steps = [v - here[k % 2] for k, v in enumerate(points)]
        here = (points[-2], points[-1])
        if segment[0] == "M":
            start = here
        letter = {"M": "m", "L": "l", "C": "c"}[segment[0]]
        parts.append(letter + ",".join(map(_thousandths, steps)).replace(",-", "-"))
    return "".join(parts[1:])


def _thousandths(number: int) -> str:
    """A number of thousandths as a decimal: 250 is .25."""
    whole, rest = divmod(abs(number), 1000)
    digits = f"{whole or ''}" + (f".{rest:03d}".rstrip("0") if rest else "")
    return ("-" if number < 0 else "") + (digits or "0")


def svg(
    figure: Figure, *, title: str = "", description: str = "", width: str | float | None = None,
    background: str | None = None, padding: float = PADDING, text: bool = False,
) -> str:  # fmt: skip
    """The figure as an SVG document; with `text` labels are text in embedded fonts, else outlines.

    `width` is the printed width ("86mm"); without it the figure has its natural size. `title` and `description` are
    read out by screen readers. `background` paints a colour behind, else the theme's own (none on paper).
    """
    import svgwrite

    left, top, right, bottom = figure.box
    x, y, w, h = left - padding, top - padding, right - left + 2 * padding, bottom - top + 2 * padding
    factor = 1.0 if width is None else points(width) / w
    drawing = svgwrite.Drawing(
        size=(f"{number(w * factor)}pt", f"{number(h * factor)}pt"),
        viewBox=" ".join(number(v) for v in (x, y, w, h)),
        debug=False,
    )
    drawing.attribs["role"] = "img"
    named = [part for part, words in (("title", title), ("desc", description)) if words]
    if named:
        drawing.attribs["aria-labelledby"] = " ".join(f"td-{part}" for part in named)
    drawing.set_desc(title or None, description or None)
    letters = Letters(figure) if text else None
    if letters is not None:
        letters.declare(drawing)
    paint = background or figure.background
    if paint:
        drawing.add(drawing.rect((number(x), number(y)), (number(w), number(h)), fill=paint))
    for item in figure.items:
        if any(shape.fill or shape.stroke for shape in item.shapes):
            drawing.add(_group(drawing, item, letters))
    written = drawing.tostring()
    for part in named:  # svgwrite gives titles no attributes; the first one is the root's
        written = written.replace(f"<{part}>", f'<{part} id="td-{part}">', 1)
    return _lines(written)


def _group(drawing: object, item: Item, letters: Letters | None) -> object:
    group = drawing.g(id=item.owner)  # type: ignore[attr-defined]
    if item.text:
        group.set_desc(title=item.text)
    for shape in item.shapes:
        if letters is not None and shape.words is not None and shape.fill:
            for element in letters.elements(drawing, shape):
                group.add(element)
        elif shape.fill or shape.stroke:
            group.add(_path(drawing, shape, item.text))
    return group


def _path(drawing: object, shape: Shape, text: str) -> object:
    path = drawing.path(d=_data(shape), fill=shape.fill or "none")  # type: ignore[attr-defined]
    if shape.stroke is not None:
        path.attribs["stroke"] = shape.stroke.colour
        path.attribs["stroke-width"] = number(shape.stroke.width)
        path.attribs["stroke-linejoin"] = "round"
        path.attribs["stroke-linecap"] = "butt" if shape.stroke.dash else "round"
        if shape.stroke.dash:
            path.attribs["stroke-dasharray"] = " ".join(number(v) for v in shape.stroke.dash)
    if shape.role in ("label", "note", "sign") and text:
        path.attribs["aria-label"] = text
    return path


def _lines(text: str) -> str:
    """One element a line, so that two versions can be compared by eye."""
    return re.sub(r">(?=<(?!/title|/desc))", ">\n", text) + "\n"
