"""SVG of a figure: one group an owner, plain colours, labels as outlines, the same bytes for the same document.

This is the only module that imports svgwrite (inactive since 2022, so easily replaced from here).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Figure, Item, Path, Shape, Words
from tensordraw.figure.lengths import points as points
from tensordraw.figure.numbers import number
from tensordraw.figure.svg_text import Letters
from tensordraw.figure.words import is_moved, made

PADDING = 1.0  # points around the tight box
PREFIX = "td"  # of the names that a file needs for itself
_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_HERE = "td-items"  # stands for the items in what svgwrite writes

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def path_data(path: Path) -> str:
    """The d attribute of a path: its start, and each further point relative to the one before, in thousandths of a point.

    Every point is rounded by itself, so that no error grows along the path. Relative numbers are short, and the same ones
    for the same outline at all places.
    """
    if not path:
        return ""
    x, y = path[0][1:]  # type: ignore[misc]  # a path begins with a move
    return _start(x, y) + _steps(path)


def _start(x: float, y: float) -> str:
    if not math.isfinite(x + y):
        raise ValueError(f"a figure has the coordinates {x}, {y}")
    return f"M{_thousandths(round(1000 * x))},{_thousandths(round(1000 * y))}"


def _steps(path: Path) -> str:
    """What follows the first point of a path: this is where a large figure spends its time."""
    try:
        begun = here = (round(1000 * path[0][1]), round(1000 * path[0][2]))  # type: ignore[misc]
        parts: list[str] = []
        for segment in path[1:]:
            if len(segment) == 7:
                _, ax, ay, bx, by, cx, cy = segment
                x, y = here
                here = (round(1000 * cx), round(1000 * cy))
                steps = (
                    round(1000 * ax) - x, round(1000 * ay) - y, round(1000 * bx) - x, round(1000 * by) - y,
                    here[0] - x, here[1] - y,
                )  # fmt: skip
                parts.append("c" + ",".join(map(_thousandths, steps)))
            elif len(segment) == 3:
                (x, y), here = here, (round(1000 * segment[1]), round(1000 * segment[2]))
                if segment[0] == "M":
                    begun = here
                    parts.append(f"m{_thousandths(here[0] - x)},{_thousandths(here[1] - y)}")
                elif here[1] == y:
                    parts.append(f"h{_thousandths(here[0] - x)}")
                elif here[0] == x:
                    parts.append(f"v{_thousandths(here[1] - y)}")
                else:
                    parts.append(f"l{_thousandths(here[0] - x)},{_thousandths(here[1] - y)}")
            else:
                parts.append("z")
                here = begun
    except (ValueError, OverflowError) as error:  # nan or inf
        raise ValueError("a figure has a coordinate that is no number") from error
    return "".join(parts).replace(",-", "-")


@lru_cache(maxsize=1 << 16)
def _thousandths(number: int) -> str:
    """A number of thousandths as a decimal: 250 is .25."""
    whole, rest = divmod(abs(number), 1000)
    digits = f"{whole or ''}" + (f".{rest:03d}".rstrip("0") if rest else "")
    return ("-" if number < 0 else "") + (digits or "0")


@lru_cache(maxsize=8192)
def _outlines(words: Words) -> str:
    """What follows the first point of a label's outlines: one text for all places."""
    return _steps(made(words).path)


def _data(shape: Shape) -> str:
    """The d attribute of a shape."""
    if shape.words is None or not is_moved(shape):
        return path_data(shape.path)
    x, y = shape.path[0][1:]  # type: ignore[misc]
    return _start(x, y) + _outlines(shape.words)


def svg(
    figure: Figure, *, title: str = "", description: str = "", width: str | float | None = None,
    background: str | None = None, padding: float = PADDING, text: bool = False,
    names: Mapping[Id, str] | None = None, prefix: str = PREFIX,
) -> str:  # fmt: skip
    """The figure as an SVG document; with `text` labels are text in embedded fonts, else outlines.

    `width` is the printed width ("86mm"); without it the figure has its natural size. `title` and `description` are
    read out by screen readers. `names` are what owners are called where Inkscape lists objects; ids of the file's own begin
    with `prefix`. `background` paints a colour behind, else the theme's own (none on paper).
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
    drawing.attribs["stroke-linecap"] = drawing.attribs["stroke-linejoin"] = "round"
    named = [part for part, words in (("title", title), ("desc", description)) if words]
    if named:
        drawing.attribs["aria-labelledby"] = " ".join(f"{prefix}-{part}" for part in named)
    if names:
        drawing.attribs["xmlns:inkscape"] = _INKSCAPE
    drawing.set_desc(title or None, description or None)
    letters = Letters(figure, prefix) if text else None
    if letters is not None:
        letters.declare(drawing)
    paint = background or figure.background
    if paint:
        drawing.add(drawing.rect((number(x), number(y)), (number(w), number(h)), fill=paint))
    drawing.add(drawing.g(id=_HERE))
    written = drawing.tostring()
    for part in named:  # svgwrite gives titles no attributes; the first one is the root's
        written = written.replace(f"<{part}>", f'<{part} id="{prefix}-{part}">', 1)
    groups = [
        _group(drawing, item, letters, (names or {}).get(item.owner, ""))
        for item in figure.items
        if any(shape.fill or shape.stroke for shape in item.shapes)
    ]
    return _lines(written).replace(f'<g id="{_HERE}" />\n', "".join(groups), 1)


def _group(drawing: object, item: Item, letters: Letters | None, name: str) -> str:
    """One item: of these there are thousands, and svgwrite would take most of the time."""
    label = f' inkscape:label="{name.translate(_ESCAPES)}"' if name else ""
    lines = [f'<g id="{item.owner}"{label}>']
    if item.text:
        lines.append(f"<title>{item.text.translate(_ESCAPES)}</title>")
    for shape in item.shapes:
        if letters is not None and shape.words is not None and shape.fill:
            lines += [element.tostring() for element in letters.elements(drawing, shape)]
        elif shape.fill or shape.stroke:
            lines.append(_path(shape, item.text))
    return "\n".join(lines) + "\n</g>\n"


def _path(shape: Shape, text: str) -> str:
    said = f' aria-label="{text.translate(_ESCAPES)}"' if text and shape.role in ("label", "note", "sign") else ""
    drawn = f'<path{said} d="{_data(shape)}" fill="{shape.fill or "none"}"'
    stroke = shape.stroke
    if stroke is not None:
        drawn += f' stroke="{stroke.colour}"'
        if stroke.dash:
            drawn += f' stroke-dasharray="{" ".join(number(v) for v in stroke.dash)}" stroke-linecap="butt"'
        drawn += f' stroke-width="{number(stroke.width)}"'
    return drawn + "/>"


def _lines(text: str) -> str:
    """One element a line, so that two versions can be compared by eye."""
    return re.sub(r">(?=<(?!/title|/desc))", ">\n", text) + "\n"
