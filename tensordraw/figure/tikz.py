"""TikZ of a figure: it compiles as pasted, needs nothing but tikz, and can be changed by hand.

Named styles stand at the top, one for each role of a shape (`td wire`, `td tensor`, ...), with the paint that most shapes of
the role have; each element is one line in absolute coordinates, in points from the lower left corner of the picture, and
says only where its paint differs. Labels are LaTeX that TeX sets by itself; what plain LaTeX cannot set is drawn as outlines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tensordraw.diagram.macros import macros as read_macros
from tensordraw.errors import Error
from tensordraw.figure.display import Box, Figure, Path, Role, Shape, Words
from tensordraw.figure.numbers import number
from tensordraw.figure.paths import bounds, ellipse
from tensordraw.figure.svg import PADDING, PREFIX
from tensordraw.figure.texts import lines, plain
from tensordraw.figure.words import made as words_made
from tensordraw.figure.words import origin

_POINT = 72.27 / 72  # TeX's points in one of ours
_LONGEST = 16_000.0  # TeX knows no greater length
_FONT = 10.0  # labels are scaled from this size, so that letters keep their shapes at odd sizes
_STYLE: dict[str, str] = {"body": "tensor"}  # names of roles where they are others
_ROLES: tuple[Role, ...] = ("region", "wire", "leg", "body", "mark")


class _Paint(NamedTuple):
    fill: str | None
    draw: str | None
    width: float
    dash: tuple[float, ...]


def tikz(figure: Figure, *, factor: float = 1.0, padding: float = PADDING, background: str | None = None,
         colours: dict[str, str] | None = None, standalone: bool = False, title: str = "",
         description: str = "", macros: str = "", prefix: str = PREFIX) -> str:  # fmt: skip
    """The figure as a `tikzpicture`, all lengths multiplied by `factor`; with `standalone`, as a document of that class.

    `colours` are names for colours, by `#rrggbb`. The document's `macros` are expanded in the labels; they are written too,
    for what is added by hand, so that a paper that has them already keeps its own. Names of styles and colours begin with `prefix`.
    """
    head = [f"% {_comment(words)}" for words in (title, description) if words]
    if not standalone:
        head.append(r"% needs \usepackage{tikz}")
    body = [*head, *_provided(macros), *_picture(figure, factor, padding, background, colours or {}, prefix)]
    return "\n".join(_wrapped(body, standalone)) + "\n"


def _wrapped(body: list[str], standalone: bool) -> list[str]:
    if not standalone:
        return body
    head = [r"\documentclass[border=0pt]{standalone}", r"\usepackage{tikz}", r"\begin{document}"]
    return [*head, *body, r"\end{document}"]


def _provided(text: str) -> list[str]:
    r"""The macros as `\providecommand` lines."""
    return [
        rf"\providecommand{{\{name}}}{f'[{macro.count}]' if macro.count else ''}{{{macro.body}}}"
        for name, macro in read_macros(text).items()
    ]


def limits(figure: Figure) -> tuple[str, ...]:
    """What TikZ cannot show as the other formats do, a sentence each."""
    found: list[str] = []
    shapes = [shape for item in figure.items for shape in item.shapes if shape.words is not None]
    drawn = dict.fromkeys(s.words.latex for s in shapes if s.words is not None and _texts(s.words) is None)
    if drawn:
        found.append(f"Labels that plain LaTeX cannot set are drawn as outlines: {', '.join(drawn)}.")
    if any(shape.words is not None and shape.words.font != "latin-modern" for shape in shapes):
        found.append("Labels are set in the mathematical font of the LaTeX document, not in the figure's typeface.")
    found.append("Title and description for screen readers are comments.")
    return tuple(found)


def _picture(figure: Figure, factor: float, padding: float, background: str | None,
             names: dict[str, str], prefix: str) -> Iterator[str]:  # fmt: skip
    left, top, right, bottom = figure.box
    wide, high = (right - left + 2 * padding) * factor, (bottom - top + 2 * padding) * factor
    if max(wide, high) * _POINT > _LONGEST:
        raise Error(
            f"The picture would be {max(wide, high) / 72:.0f} inches long, too long for TeX: choose a smaller width."
        )
    page = _Page(figure, left - padding, bottom + padding, factor, names, prefix)
    shown = [item for item in figure.items if any(shape.fill or shape.stroke for shape in item.shapes)]
    yield r"\begin{tikzpicture}[x=1bp, y=1bp,"
    yield from page.styles()
    yield "]"
    for colour in sorted(page.used({background} if background else set()), key=page.name):
        yield rf"\definecolor{{{page.name(colour)}}}{{HTML}}{{{colour[1:].upper()}}}"
    corner = f"(0,0) rectangle ({number(wide)},{number(high)})"
    yield rf"\useasboundingbox {corner};"
    if background:
        yield rf"\fill[{page.name(background)}] {corner};"
    for item in shown:
        yield f"% {item.owner}{': ' + _comment(item.text) if item.text else ''}"
        for shape in item.shapes:
            if shape.fill or shape.stroke:
                yield from page.element(shape)
    yield r"\end{tikzpicture}"


def _comment(text: str) -> str:
    return " ".join(text.split())


class _Page:
    """Coordinates, colours and styles of one picture."""

    def __init__(
        self, figure: Figure, left: float, bottom: float, factor: float, names: dict[str, str], prefix: str
    ) -> None:  # fmt: skip
        self.prefix = prefix
        self.left, self.bottom, self.factor, self.items = left, bottom, factor, figure.items
        self.names: dict[str, str] = {}
        for colour in sorted(self.used(set())):
            self.names[colour] = f"{prefix}{names.get(colour, colour[1:])}"
        self.given = names
        self.usual = {role: paint for role in _ROLES if (paint := self._usual(role)) is not None}

    def used(self, more: set[str]) -> set[str]:
        """All colours of the picture."""
        shapes = [shape for item in self.items for shape in item.shapes]
        return {*more, *(s.fill for s in shapes if s.fill), *(s.stroke.colour for s in shapes if s.stroke)}

    def name(self, colour: str) -> str:
        return self.names.get(colour) or f"{self.prefix}{self.given.get(colour, colour[1:])}"

    def paint(self, shape: Shape) -> _Paint:
        stroke = shape.stroke
        if stroke is None:
            return _Paint(shape.fill, None, 0.0, ())
        return _Paint(shape.fill, stroke.colour, stroke.width, stroke.dash)

    def _usual(self, role: Role) -> _Paint | None:
        """The paint that most shapes of the role have; fills differ too often to be usual where few share them."""
        found = Counter(
            self.paint(s) for item in self.items for s in item.shapes if s.role == role and (s.fill or s.stroke)
        )
        return min(found, key=lambda paint: (-found[paint], str(paint))) if found else None

    def styles(self) -> Iterator[str]:
        for role, paint in self.usual.items():
            style = ", ".join([*self._options(paint, None), "line join=round"])
            yield f"  {self.prefix} {_STYLE.get(role, role)}/.style={{{style}}},"
        set_as = "inner sep=0pt, outer sep=0pt, anchor=base"
        yield rf"  {self.prefix} label/.style={{{set_as}, font=\fontsize{{{_FONT:g}}}{{12}}\selectfont}},"

    def _options(self, paint: _Paint, usual: _Paint | None) -> list[str]:
        """Options of a paint where it differs from the usual one."""
        out: list[str] = []
        if paint.fill != (usual.fill if usual else None):
            out.append(f"fill={self.name(paint.fill) if paint.fill else 'none'}")
        if paint.draw != (usual.draw if usual else None):
            out.append(f"draw={self.name(paint.draw) if paint.draw else 'none'}")
        if paint.draw and (usual is None or paint.width != usual.width):
            out.append(f"line width={self.length(paint.width)}bp")
        if paint.draw and (usual is None or paint.dash != usual.dash or not usual.draw):
            pattern = " ".join(
                f"{'off' if k % 2 else 'on'} {self.length(v)}bp"
                for k, v in enumerate(paint.dash * (1 + len(paint.dash) % 2))
            )
            if pattern:
                out += [f"dash pattern={pattern}", "line cap=butt"]
            else:
                out += ["line cap=round"] if usual is None else ["solid", "line cap=round"]
        return out

    def length(self, value: float) -> str:
        return number(value * self.factor)

    def at(self, x: float, y: float) -> str:
        return f"({number((x - self.left) * self.factor)},{number((self.bottom - y) * self.factor)})"

    def element(self, shape: Shape) -> Iterator[str]:
        texts = None if shape.words is None or shape.stroke is not None else _texts(shape.words)
        if texts is None or shape.words is None:
            usual = self.usual.get(shape.role)
            options = ", ".join(
                [
                    *([f"{self.prefix} {_STYLE.get(shape.role, shape.role)}"] if usual else []),
                    *self._options(self.paint(shape), usual),
                ]
            )
            yield rf"\path[{options}] {self.path(shape.path)};"
            return
        x, y = origin(shape)
        scale = number(shape.words.size * self.factor / _FONT * _POINT)
        for text, dx, dy, anchor in texts:
            options = f"{self.prefix} label, text={self.name(shape.fill or '#000000')}, scale={scale}{anchor}"
            yield rf"\node[{options}] at {self.at(x + dx, y + dy)} {{{text}}};"

    def path(self, path: Path) -> str:
        """A circle, an ellipse, a rectangle, or lines and curves."""
        box = bounds(path)
        x, y, rx, ry = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        if len(path) == 6 and _same(path, ellipse(x, y, rx, ry)):
            if abs(rx - ry) < 1e-6:
                return f"{self.at(x, y)} circle[radius={self.length(rx)}]"
            return f"{self.at(x, y)} ellipse[x radius={self.length(rx)}, y radius={self.length(ry)}]"
        if _is_rectangle(path, box):
            return f"{self.at(box[0], box[3])} rectangle {self.at(box[2], box[1])}"
        parts: list[str] = []
        for segment in path:
            if len(segment) == 7:
                _, a, b, c, d, e, f = segment
                parts.append(f".. controls {self.at(a, b)} and {self.at(c, d)} .. {self.at(e, f)}")
            elif len(segment) == 3:
                parts.append(("-- " if segment[0] == "L" else "") + self.at(segment[1], segment[2]))
            else:
                parts.append("-- cycle")
        return " ".join(parts)


def _same(path: Path, other: Path) -> bool:
    return len(path) == len(other) and all(
        a[0] == b[0] and all(abs(p - q) < 1e-6 for p, q in zip(a[1:], b[1:], strict=True))
        for a, b in zip(path, other, strict=True)
    )


def _is_rectangle(path: Path, box: Box) -> bool:
    corners = [segment[1:] for segment in path if len(segment) == 3]
    if [segment[0] for segment in path] != ["M", "L", "L", "L", "Z"]:
        return False
    return set(corners) == {(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])} and all(
        (a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(corners)
    )


def _texts(words: Words) -> list[tuple[str, float, float, str]] | None:
    """The text of each line with the place of its anchor, from the start of the baseline; None where TeX cannot set it."""
    made = words_made(words)
    if made.unknown:
        return None
    if words.note:
        out = []
        for text, dy in lines(words):
            if text is None:
                return None
            out.append((text, 0.0, dy, ", anchor=base west"))
        return out
    text = plain(words.latex)
    # The middle of the label is kept, since TeX's letters are a little wider or narrower.
    return None if text is None else [(f"${text}$", made.width / 2, 0.0, "")]
