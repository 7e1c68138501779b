"""Nodes of ziamath that are set by the rules of TeX (Appendix G of The TeXbook) where the typeface is TeX's own.

ziamath follows the constants of the font's MATH table, which know one lowering of subscripts where TeX has two, and it places
by the ink of glyphs where TeX places by their advance. So a figure in Latin Modern looked unlike the paper around it. Here
letters, scripts, fractions and roots of Latin Modern are placed with the parameters of Computer Modern; other typefaces keep
ziamath's rules. ziamath finds the class of an element by the tag that a class was made with last, so that importing this
module is enough. Lengths are in points, heights and depths from the baseline, x to the right.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from ziafont.fonttypes import BBox
from ziamath import operators
from ziamath.drawable import Glyph, HLine
from ziamath.nodes.mfrac import Mfrac
from ziamath.nodes.mnumber import Midentifier, Mnumber, Mtext
from ziamath.nodes.moperator import Moperator
from ziamath.nodes.mroot import Msqrt
from ziamath.nodes.msubsup import Msub, Msubsup, Msup

from tensordraw.figure.kerning import joined, kern, script_sign

_FAMILY = "Latin Modern Math"
_RULE = 0.04  # thickness of rules, in sizes of the text around
_AXIS = 0.25
_X_HEIGHT = 0.4306
_SCRIPT_SPACE = 0.05  # after scripts: half a point in text of ten
_NULL_DELIMITER = 0.12  # beside fractions
_LARGE = 0.1  # what the boxes of large operators have above and below their ink
_APPLIED_TO = frozenset(("mi", "mn", "mtext", "mrow", "msub", "msup", "msubsup", "mover", "msqrt"))
_WITH_SCRIPTS = frozenset(("msub", "msup", "msubsup"))
_UNDERSCORE = (0.06, 0.3)  # the space before it, and its length


class _Parameters(NamedTuple):
    """Font dimensions 8 to 19 of cmsy, in sizes of the font."""

    num1: float
    num2: float
    denom1: float
    denom2: float
    sup1: float
    sup2: float
    sup3: float
    sub1: float
    sub2: float
    sup_drop: float
    sub_drop: float


# of text, scripts, and scripts of scripts
_SIZES = (
    _Parameters(0.6765, 0.3937, 0.6860, 0.3448, 0.4129, 0.3629, 0.2889, 0.15, 0.2472, 0.3861, 0.05),
    _Parameters(0.7323, 0.3839, 0.7522, 0.3442, 0.5025, 0.4311, 0.2857, 0.1429, 0.2857, 0.3532, 0.0714),
    _Parameters(0.9252, 0.3875, 1.0252, 0.5319, 0.5036, 0.4036, 0.2944, 0.2, 0.4, 0.4944, 0.1),
)


def _is_tex(node: Any) -> bool:
    return bool(node.font.info.names.family == _FAMILY)


def _level(node: Any) -> int:
    return min(max(0, int(node.style.scriptlevel)), 2)


@lru_cache(maxsize=8192)
def _designed(font: Any, glyph: int, level: int) -> int:
    """The glyph in the design of the script size of a level."""
    for lookup in font.gsub.features["math"][""]["ssty"]:
        for table in lookup.subtables:
            at = table.covtable.covidx(glyph)
            if at is not None:
                found: list[int] = table.altglyphs[at]
                return found[min(level, len(found)) - 1]
    return glyph


def _box(node: Any, width: float, parts: list[tuple[float, Any]]) -> None:
    """The node's box around parts that stand so much below its baseline; its right side is its advance."""
    inked = [(down, part.bbox) for down, part in parts if part.bbox.ymax >= part.bbox.ymin]
    bottom = min((box.ymin - down for down, box in inked), default=0.0)
    top = max((box.ymax - down for down, box in inked), default=0.0)
    node.bbox = BBox(0.0, width, bottom, top)


def _word(node: Any, text: str, kerned: bool, given: dict[str, Any]) -> None:
    """The letters of a node one after the other; `node.plain` is the advance without the last one's italic correction."""
    level, em = _level(node), node.glyphsize
    letters = joined(text) if kerned else text
    x = italic = 0.0
    for k, letter in enumerate(letters):
        glyph = node.font.findglyph(letter, node.style.mathvariant)
        if kerned and letter == "_":
            x += _underscore(node, glyph, x, given)
            continue
        designed = _designed(node.font, glyph.index, level) if level else glyph.index
        if designed != glyph.index:
            glyph = node.font.glyph_fromid(designed)
        elif level and not letter.isalnum() and not letter.isspace():
            x += _sign(node, letter, glyph, x, given)
            continue
        node.nodes.append(Glyph(glyph, letter, em, node.style, **given))
        node.nodexy.append((x, 0.0))
        italic = node.units_to_points(node.font.math.italicsCorrection.getvalue(glyph.index) or 0)
        x += node.units_to_points(glyph.advance())
        if kerned and k + 1 < len(letters):
            x += kern(letter, letters[k + 1]) * em
    node.plain = x
    correction = italic if len(letters) == 1 and not kerned else 0.0
    _box(node, x + correction, [(y, part) for (_, y), part in zip(node.nodexy, node.nodes, strict=True)])


def _underscore(node: Any, glyph: Any, x: float, given: dict[str, Any]) -> float:
    """Place an underscore, which is a rule on the baseline to TeX and stays a letter here; gives its advance."""
    em, box = node.glyphsize, glyph.path.bbox
    middle = (_UNDERSCORE[0] + _UNDERSCORE[1] / 2) * em - node.units_to_points(box.xmin + box.xmax) / 2
    node.nodes.append(Glyph(glyph, "_", em, node.style, **given))
    node.nodexy.append((x + middle, node.units_to_points(box.ymin)))
    return sum(_UNDERSCORE) * float(em)


def _sign(node: Any, sign: str, glyph: Any, x: float, given: dict[str, Any]) -> float:
    """Place a sign of a script; gives its advance."""
    em, level = node.glyphsize, _level(node)
    natural: float = node.units_to_points(glyph.advance()) / em
    larger, wide = script_sign(sign, natural, level)
    node.nodes.append(Glyph(glyph, sign, em * larger, node.style, **given))
    node.nodexy.append((x + (wide - natural * larger) / 2 * em, _AXIS * (larger - 1) * em))
    advance: float = wide * em
    return advance


class Letter(Midentifier, tag="mi"):
    """A variable."""

    def _setup(self, **given: Any) -> None:
        if _is_tex(self) and self.string:
            _word(self, self.string, False, given)
        else:
            super()._setup(**given)


class Number(Mnumber, tag="mn"):
    """Digits."""

    def _setup(self, **given: Any) -> None:
        if _is_tex(self) and self.string:
            _word(self, self.string, False, given)
        else:
            super()._setup(**given)


class Text(Mtext, tag="mtext"):
    """Upright words."""

    def _setup(self, **given: Any) -> None:
        if _is_tex(self) and self.string:
            _word(self, self.string, True, given)
        else:
            super()._setup(**given)


class Operator(Moperator, tag="mo"):
    """A sign or the name of a function."""

    def _setup(self, **given: Any) -> None:
        if self.params.get("largeop") == "true" and not _level(self):
            # ziamath grows a sum with what stands beside it; here sums are large, with indices aside unless displayed
            if not self.style.displaystyle:
                self.params["movablelimits"] = "false"
            self.params["stretchy"], self.style.displaystyle = "false", True
            if self.parent.mtag in _WITH_SCRIPTS and not _is_tex(self):
                self.params["rspace"] = "0"  # it comes after the scripts
        if self.parent.mtag == "mover" and self._is_narrow():
            self.width = None
        is_stretched = self.width or self.height or self.params.get("stretchy", "false") != "false"
        if (
            _is_tex(self)
            and _level(self)
            and len(self.string) == 1
            and not is_stretched
            and (given.keys() & {"sup", "sub"})
        ):
            _word(self, self.string, False, given)
        else:
            super()._setup(**given)  # type: ignore[no-untyped-call]

    def _is_narrow(self) -> bool:
        """Whether it is an accent that keeps its width: that of `\\hat`, not that of `\\widehat`."""
        return self.parent.element.get("accent") == "true" or self.element.get("stretchy") == "false"


class Sub(Msub, tag="msub"):
    """A letter with a subscript."""

    def _setup(self, **given: Any) -> None:
        if not _scripts(self, self.base, self.subscript, None):
            super()._setup(**given)
            _space_after(self)


class Sup(Msup, tag="msup"):
    """A letter with a superscript."""

    def _setup(self, **given: Any) -> None:
        if not _scripts(self, self.base, None, self.superscript):
            super()._setup(**given)
            _space_after(self)


class SubSup(Msubsup, tag="msubsup"):
    """A letter with both."""

    def _setup(self, **given: Any) -> None:
        if not _scripts(self, self.base, self.subscript, self.superscript):
            super()._setup(**given)
            _space_after(self)


def _alone(node: Any) -> Any:
    """The node that a group consists of, if it is only one."""
    while node.mtag == "mrow" and len(node.nodes) == 1 and hasattr(node.nodes[0], "mtag"):
        node = node.nodes[0]
    return node


def _scripts(node: Any, base: Any, sub: Any, sup: Any) -> bool:
    """Place scripts as rule 18 does; false where the node is not TeX's, or its scripts stand above and below."""
    if not _is_tex(node) or (base.params.get("movablelimits") == "true" and base.style.displaystyle):
        return False
    level, em = _level(node), node.glyphsize
    here, there = _SIZES[level], _SIZES[min(level + 1, 2)]
    kernel = _alone(base)
    is_large = kernel.params.get("largeop") == "true" and kernel.style.displaystyle
    up = down = 0.0
    if is_large or len(getattr(kernel, "string", "  ")) != 1:
        around = _LARGE * em if is_large and base.lastchar() not in operators.integrals else 0.0
        up = max(0.0, base.bbox.ymax) + around - there.sup_drop * (sup or sub).glyphsize
        down = max(0.0, -base.bbox.ymin) + around + there.sub_drop * (sup or sub).glyphsize
    right, correction = _sides(base, kernel)
    parts: list[tuple[float, Any]] = [(0.0, base)]
    node.nodes.append(base)
    node.nodexy.append((0.0, 0.0))
    if sup is None:
        down = max(down, here.sub1 * em, sub.bbox.ymax - 0.8 * _X_HEIGHT * em)
    else:
        least = here.sup3 if _is_cramped(node) else here.sup1 if _is_display(node) else here.sup2
        up = max(up, least * em, -sup.bbox.ymin + _X_HEIGHT * em / 4)
        if sub is not None:
            down = max(down, here.sub2 * em)
            lacking = 4 * _RULE * em - ((up + sup.bbox.ymin) - (sub.bbox.ymax - down))
            if lacking > 0:
                down += lacking
                raised = max(0.0, 0.8 * _X_HEIGHT * em - (up + sup.bbox.ymin))
                up, down = up + raised, down - raised
    end = 0.0
    for part, x, y in ((sub, right, down), (sup, right + correction, -up)):
        if part is not None:
            node.nodes.append(part)
            node.nodexy.append((x, y))
            parts.append((y, part))
            end = max(end, x + part.xadvance())
    is_operator = "movablelimits" in kernel.params or kernel.element.get("function") is not None
    space = em / 6 if is_operator and not level and _is_followed(node) else 0.0
    _box(node, end + _SCRIPT_SPACE * node.size + space, parts)
    return True


def _space_after(node: Any) -> None:
    """The space between the scripts of a large operator and what comes next."""
    if node.base.params.get("largeop") == "true" and not _level(node) and _is_followed(node):
        box = node.bbox
        node.bbox = BBox(box.xmin, box.xmax + node.glyphsize / 6, box.ymin, box.ymax)


def _is_followed(node: Any) -> bool:
    """Whether what an operator is applied to comes next, without parentheses."""
    row = list(getattr(node.parent, "element", ()))
    at = next((k for k, element in enumerate(row) if element is node.element), len(row))
    return at + 1 < len(row) and row[at + 1].tag in _APPLIED_TO


def _sides(base: Any, kernel: Any) -> tuple[float, float]:
    """Where a subscript begins, and how much further right a superscript does."""
    whole = base.xadvance()
    if hasattr(kernel, "plain"):
        return kernel.plain, whole - kernel.plain
    if kernel.mtag == "mover" and hasattr(letter := _alone(kernel.base), "plain"):  # an accent moves no script
        start = kernel.nodexy[0][0]
        return start + letter.plain, letter.xadvance() - letter.plain
    if kernel.mtag == "mo":
        whole -= kernel.size_px(kernel.params.get("rspace", "0"))
        if base.lastchar() in operators.integrals:
            slant = kernel.units_to_points(base.font.math.italicsCorrection.getvalue(base.lastglyph().index) or 0)
            return whole - slant, slant
    return whole, 0.0


def _is_display(node: Any) -> bool:
    """Whether a node stands in a formula on its own line: not in a script, nor in a fraction of it."""
    if _level(node) or not node.style.displaystyle:
        return False
    while getattr(node, "parent", None) is not None:
        node = node.parent
        if getattr(node, "mtag", "") == "mfrac":
            return False
    return True


def _is_cramped(node: Any) -> bool:
    """Whether superscripts are raised less: in subscripts, in denominators and under lines."""
    while getattr(node, "parent", None) is not None and hasattr(node.parent, "element"):
        child, node = node, node.parent
        if node.mtag in ("msqrt", "mroot", "mover"):
            return True
        if node.mtag in ("msub", "msubsup", "mfrac") and len(node.element) > 1 and node.element[1] is child.element:
            return True
    return False


class Fraction(Mfrac, tag="mfrac"):
    """A fraction."""

    def _setup(self, **given: Any) -> None:
        if not _is_tex(self):
            super()._setup(**given)
            return
        # the level that ziamath gives a small fraction is that of its parts
        level = _level(self.parent)
        em = self.glyphsize if self.style.displaystyle else self.parent.glyphsize
        here, rule, top, bottom = _SIZES[level], _RULE * em, self.numerator, self.denominator
        is_display = _is_display(self)
        up, down = (here.num1, here.denom1) if is_display else (here.num2, here.denom2)
        gap, axis = (3 if is_display else 1) * rule, _AXIS * em
        up = max(up * em, gap + axis + rule / 2 - top.bbox.ymin)
        down = max(down * em, gap - axis + rule / 2 + bottom.bbox.ymax)
        width = max(top.xadvance(), bottom.xadvance())
        start = _NULL_DELIMITER * self.size + (em / 6 if self._is_after_letter() and not level else 0.0)
        for part, y in ((top, -up), (bottom, down)):
            self.nodes.append(part)
            self.nodexy.append((start + (width - part.xadvance()) / 2, y))
        self.nodes.append(HLine(width, rule, style=self.style, **given))
        self.nodexy.append((start, -axis - rule / 2))
        _box(self, start + width + _NULL_DELIMITER * self.size, [(-up, top), (down, bottom)])

    def _is_after_letter(self) -> bool:
        before: Any = self.leftsibling()
        return before is not None and getattr(before, "mtag", "mo") != "mo"


class Root(Msqrt, tag="msqrt"):
    """A square root."""

    def _setup(self, **given: Any) -> None:
        if not _is_tex(self):
            super()._setup(**given)
            return
        em, rule = self.glyphsize, _RULE * self.glyphsize
        high, deep = max(0.0, self.base.bbox.ymax), max(0.0, -self.base.bbox.ymin)
        gap = rule + (_X_HEIGHT * em if _is_display(self) else rule) / 4
        needed = self.points_to_units(high + deep + gap + rule)
        glyph = self.font.math.variant(self.font.glyphindex("√"), needed)
        tall = self.units_to_points(glyph.path.bbox.ymax - glyph.path.bbox.ymin)
        gap = max(gap, (gap + tall - rule - high - deep) / 2)
        top = high + gap + rule
        sign = Glyph(glyph, "√", em, self.style, **given)
        start, width = self.units_to_points(glyph.advance()), self.base.xadvance()
        self.nodes = [sign, self.base, HLine(width, rule, style=self.style, **given)]
        self.nodexy = [(0.0, self.units_to_points(glyph.path.bbox.ymax) - top), (start, 0.0), (start, -top)]
        self.bbox = BBox(0.0, start + width, min(-deep, top - tall), top + rule)
