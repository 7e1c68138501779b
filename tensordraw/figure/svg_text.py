"""Labels of an SVG as text that can be selected, in fonts that the file embeds.

Every glyph has a letter of its own in the embedded font: the one it stands for, or a private one where it stands for a
variant (a larger bracket). Programs that know no embedded fonts show another font, so that outlines are the default.
"""

from __future__ import annotations

import base64
from itertools import groupby
from typing import Any

from tensordraw.figure.display import Figure, Font, Shape
from tensordraw.figure.fonts import WebFont, web_font
from tensordraw.figure.labels import setting
from tensordraw.figure.numbers import number
from tensordraw.figure.words import origin


class Letters:
    """The embedded fonts of one SVG."""

    def __init__(self, figure: Figure, prefix: str) -> None:
        self.prefix = prefix
        used: dict[Font, dict[int, None]] = {}
        for item in figure.items:
            for shape in item.shapes:
                if shape.words is not None and shape.fill:
                    mine = used.setdefault(shape.words.font, {})
                    mine.update(dict.fromkeys(glyph.index for glyph in setting(shape.words).glyphs))
        self.fonts: dict[Font, WebFont] = {
            font: web_font(font, tuple(used[font])) for font in sorted(used) if used[font]
        }

    def declare(self, drawing: Any) -> None:
        """Put the fonts into the drawing."""
        if self.fonts:
            rules = [
                f"@font-face {{ font-family: '{self.prefix}-{font}'; src: url(data:font/otf;base64,"
                f"{base64.b64encode(made.file).decode()}); }}"
                for font, made in self.fonts.items()
            ]
            drawing.defs.add(drawing.style("\n".join(rules)))

    def elements(self, drawing: Any, shape: Shape) -> list[Any]:
        """A label as text, a piece for each row of glyphs of one size, and its rules."""
        if shape.words is None:
            raise ValueError("only a label is text")
        x, y = origin(shape)
        made = setting(shape.words)
        out: list[Any] = []
        for (size, row), glyphs in groupby(made.glyphs, key=lambda glyph: (glyph.size, glyph.y)):
            piece = list(glyphs)
            rows = [row - glyph.rise for glyph in piece] if any(glyph.rise for glyph in piece) else [row]
            letters = self.fonts[shape.words.font].letters
            text = drawing.text(
                "".join(letters[glyph.index] for glyph in piece), x=[number(x + glyph.x) for glyph in piece],
                y=[number(y + down) for down in rows], fill=shape.fill,
            )  # fmt: skip
            text.attribs["font-family"] = f"{self.prefix}-{shape.words.font}"
            text.attribs["font-size"] = number(size)
            text.attribs["aria-label"] = shape.words.latex
            out.append(text)
        for left, top, right, bottom in made.rules:
            box = ((number(x + left), number(y + top)), (number(right - left), number(bottom - top)))
            out.append(drawing.rect(*box, fill=shape.fill))
        return out
