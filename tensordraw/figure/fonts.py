"""Subsets of the mathematical fonts for embedding, with nothing but the glyphs that a figure shows.

This is the only module that imports fontTools. The same glyphs give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
from functools import lru_cache
from typing import Any

from tensordraw.diagram.records import Record
from tensordraw.figure.display import Font
from tensordraw.figure.labels import font_file


class Subset(Record, frozen=True):
    """A font cut down. `numbers` are the new numbers of glyphs by the old ones, `widths` by new number in thousandths of the
    size, `letters` what a glyph says, by new number. `compact` is the bare outline table of a font with cubic outlines
    (CFF), else `file` is the font to embed; `file` is a whole OpenType font either way."""

    name: str
    file: bytes
    compact: bytes | None
    numbers: dict[int, int]
    widths: tuple[int, ...]
    letters: dict[int, str]
    box: tuple[int, int, int, int]  # of all glyphs, in thousandths of the size, y upwards
    ascent: int
    descent: int


@lru_cache(maxsize=16)
def subset(font: Font, glyphs: tuple[int, ...]) -> Subset:
    """The font with these glyphs (by number) only. Raises `Error` where its file is missing."""
    from fontTools import subset as cutting
    from fontTools.ttLib import TTFont

    made: Any = TTFont(font_file(font), recalcTimestamp=False, lazy=True)
    order: list[str] = made.getGlyphOrder()
    says = _letters(made)
    options = cutting.Options(
        layout_features=[], glyph_names=False, name_IDs=[6], notdef_outline=True, hinting=False, desubroutinize=True,
        drop_tables=["MATH", "GSUB", "GPOS", "GDEF", "FFTM", "DSIG", "kern", "meta"], legacy_kern=False,
    )  # fmt: skip
    cutter = cutting.Subsetter(options)
    cutter.populate(gids=sorted({0, *glyphs}))
    cutter.subset(made)
    after = {name: number for number, name in enumerate(made.getGlyphOrder())}
    numbers = {glyph: after[order[glyph]] for glyph in sorted({0, *glyphs})}
    em = 1000 / made["head"].unitsPerEm
    widths = tuple(round(made["hmtx"][name][0] * em) for name in made.getGlyphOrder())
    head, lines = made["head"], made["hhea"]
    box = tuple(round(v * em) for v in (head.xMin, head.yMin, head.xMax, head.yMax))
    name = made["name"].getDebugName(6) or font
    buffer = io.BytesIO()
    made.save(buffer, reorderTables=True)
    compact = made.getTableData("CFF ") if "CFF " in made else None
    made.close()
    tag = hashlib.sha256(repr((font, sorted(glyphs))).encode()).digest()
    prefix = "".join(chr(65 + byte % 26) for byte in tag[:6])
    return Subset(
        f"{prefix}+{name}", buffer.getvalue(), compact, numbers, widths,
        {numbers[glyph]: says[order[glyph]] for glyph in numbers if order[glyph] in says},
        box, round(lines.ascent * em), round(lines.descent * em),
    )  # fmt: skip


class WebFont(Record, frozen=True):
    """A font cut down, with a letter for each glyph by its old number."""

    file: bytes
    letters: dict[int, str]


@lru_cache(maxsize=16)
def web_font(font: Font, glyphs: tuple[int, ...]) -> WebFont:
    """The font with these glyphs only, each with a letter of its own; the same glyphs give the same letters."""
    from fontTools.ttLib import TTFont, newTable
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    made, cut = TTFont(font_file(font), lazy=True), subset(font, glyphs)
    order: list[str] = made.getGlyphOrder()
    codes: dict[str, int] = {}
    for code, name in sorted(made.getBestCmap().items()):
        codes.setdefault(name, code)
    made.close()
    private = iter(range(0xE000, 0xF8FF))
    table = {glyph: codes.get(order[glyph]) or next(private) for glyph in sorted(set(glyphs))}
    small: Any = TTFont(io.BytesIO(cut.file), recalcTimestamp=False)
    names = small.getGlyphOrder()
    small["cmap"] = newTable("cmap")
    small["cmap"].tableVersion, small["cmap"].tables = 0, []
    for kind, platform, encoding in ((4, 3, 1), (12, 3, 10)):
        part = CmapSubtable.newSubtable(kind)
        part.platformID, part.platEncID, part.language = platform, encoding, 0
        part.cmap = {code: names[cut.numbers[glyph]] for glyph, code in table.items() if kind == 12 or code < 0x10000}
        small["cmap"].tables.append(part)
    buffer = io.BytesIO()
    small.save(buffer, reorderTables=True)
    return WebFont(buffer.getvalue(), {glyph: chr(code) for glyph, code in table.items()})


def _letters(font: Any) -> dict[str, str]:
    """What glyphs say by name: an italic W is a W to those who search or copy; a larger bracket is a bracket."""
    out: dict[str, str] = {}
    for code, name in sorted(font.getBestCmap().items()):
        out.setdefault(name, unicodedata.normalize("NFKC", chr(code)))
    for name in font.getGlyphOrder():
        base = name.partition(".")[0]
        if name not in out and base in out:
            out[name] = out[base]
    return out
