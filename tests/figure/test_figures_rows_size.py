"""Rows F1 to F5 and F8 of the requirements of figures: sizes, widths, letters, boxes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.exports import Export
from tensordraw.diagram.records import Diagram, Look
from tensordraw.errors import Error
from tensordraw.figure.cautions import SMALL, SMALLEST, THINNEST, cautions
from tensordraw.figure.display import Figure
from tensordraw.figure.export import drawn, options, picture, text, warnings
from tensordraw.figure.labels import FONTS, font_file, label
from tensordraw.figure.lengths import PRESETS, points
from tests.figure import rendering, samples
from tests.figure.rendering import DPI, INKED, needs

MM = 72 / 25.4


@pytest.fixture(scope="module")
def chain() -> Diagram:
    return td.template("mps")


def widths(figure: Figure) -> set[float]:
    return {shape.stroke.width for item in figure.items for shape in item.shapes if shape.stroke}


def sizes(figure: Figure) -> set[float]:
    return {shape.words.size for item in figure.items for shape in item.shapes if shape.words}


@pytest.mark.parametrize(
    ("width", "expected"),
    [("86mm", 86 * MM), ("3.4in", 244.8), ("246pt", 246.0), (r"0.5\linewidth", 0.5 * 345 * 72 / 72.27), ("0.5 nature", 44.5 * MM)],
)  # fmt: skip
def test_f1_widths_are_typed_in_units_and_shares(chain: Diagram, width: str, expected: float) -> None:
    root = ET.fromstring(text(chain, width=width))
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(expected, abs=0.01)


def test_f1_lines_and_letters_keep_their_size_unless_all_is_scaled(chain: Diagram) -> None:
    natural = drawn(chain, Export())
    wide = (natural.figure.box[2] - natural.figure.box[0]) * 1.3
    kept, scaled = (drawn(chain, options(Export(), width=wide, scale=scale)) for scale in ("absolute", "all"))
    assert (kept.factor, widths(kept.figure), sizes(kept.figure)) == (
        pytest.approx(1.0, abs=1e-3), widths(natural.figure), sizes(natural.figure),
    )  # fmt: skip
    assert scaled.factor == pytest.approx(1.3, rel=0.02)
    assert scaled.figure is natural.figure


@pytest.mark.parametrize(
    ("name", "length"),
    [("neurips", 139.7 * MM), ("icml", 82.6 * MM), ("revtex", 86.5 * MM), ("revtex-wide", 178 * MM), ("nature", 89 * MM),
     ("nature-wide", 183 * MM), ("slide", 13.0 * 72 + 24), ("blog", 540.0)],
)  # fmt: skip
def test_f2_presets(name: str, length: float) -> None:
    assert PRESETS[name].width == pytest.approx(length, abs=0.1)
    assert points(name) == PRESETS[name].width
    assert options(Export(), preset=name).theme == PRESETS[name].theme


def test_f2_a_slide_is_filled_in_one_direction() -> None:
    for diagram in (td.template("mps"), td.template("attention")):
        page = drawn(diagram, options(Export(), preset="slide"))
        left, top, right, bottom = page.figure.box
        wide, high = (right - left + 2) * page.factor, (bottom - top + 2) * page.factor
        assert wide <= 960.01
        assert high <= 540.01
        assert wide == pytest.approx(960, abs=0.01) or high == pytest.approx(540, abs=0.01)


def test_f2_an_unknown_preset_is_one_sentence() -> None:
    with pytest.raises(Error, match="There is no preset 'jacs'"):
        options(Export(), preset="jacs")


def test_f3_the_usual_widths_of_lines(chain: Diagram) -> None:
    figure = drawn(chain, Export()).figure
    body = {s.stroke.width for i in figure.items for s in i.shapes if s.role == "body" and s.stroke}
    line = {s.stroke.width for i in figure.items for s in i.shapes if s.role in ("wire", "leg") and s.stroke}
    assert body == {0.6}
    assert min(line) == 0.6
    bold = replace(chain.layout, looks={next(iter(chain.content.nodes)): Look(weight="bold")})
    thick = drawn(replace(chain, layout=bold), Export()).figure
    assert max(s.stroke.width for i in thick.items for s in i.shapes if s.role == "body" and s.stroke) >= 1.0


def test_f3_lines_that_become_too_thin_are_warned_of(chain: Diagram) -> None:
    figure = drawn(chain, Export()).figure
    least = min(widths(figure))
    fine, thin = THINNEST / least * 1.01, THINNEST / least * 0.99
    assert not any("line" in c.sentence and "thin" in c.sentence for c in cautions(figure, fine))
    assert any("thinnest line" in c.sentence and c.severity == "warning" for c in cautions(figure, thin))


def test_f4_labels_are_eight_points_and_small_ones_are_warned_of(chain: Diagram) -> None:
    figure = drawn(chain, Export()).figure
    assert {9.0, 7.5} >= sizes(figure)  # in bodies and at legs, around eight
    least = min(sizes(figure))
    said = {factor: [c.severity for c in cautions(figure, factor / least) if "Labels" in c.sentence]
            for factor in (SMALL, SMALL - 0.1, SMALLEST, SMALLEST - 0.1)}  # fmt: skip
    assert said == {SMALL: [], SMALL - 0.1: ["warning"], SMALLEST: ["warning"], SMALLEST - 0.1: ["error"]}


def test_f4_the_size_of_labels_is_chosen(chain: Diagram) -> None:
    assert max(sizes(drawn(chain, options(Export(), label=16.0)).figure)) == 18.0


def test_f4_the_command_line_says_it_and_fails_below_five_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tensordraw import cli

    td.save(td.template("svd"), tmp_path / "s.tdraw")
    for width, code in (("natural", 0), ("1in", 1)):
        arguments = ["export", str(tmp_path / "s.tdraw"), "-o", str(tmp_path / "s.svg"), "--width", width]
        assert cli.main(arguments, lambda _: 0) == code
        assert (tmp_path / "s.svg").exists()
        assert ("error: Labels" in capsys.readouterr().err) is bool(code)
    assert warnings(td.template("svd"), "s.svg", width="1in")[0].severity == "error"


@pytest.mark.parametrize("font", sorted(FONTS))
def test_f5_three_families_set_mathematics(font: str) -> None:
    assert font_file(font).is_file()  # type: ignore[arg-type]
    for latex in (r"W_Q", r"\frac{1}{\sqrt{n}}", r"\sum_{j}", r"\text{softmax}", r"\tanh", r"\overline{U}^{\dagger}"):
        made = label(latex, 9.0, font)  # type: ignore[arg-type]
        assert made.path
        assert made.unknown == ()


def test_f5_variables_are_italic_and_operators_upright() -> None:
    from fontTools.ttLib import TTFont

    from tensordraw.figure.labels import setting

    for font in FONTS:
        made = TTFont(font_file(font))
        order, codes = made.getGlyphOrder(), {name: code for code, name in made.getBestCmap().items()}
        names = {latex: [codes.get(order[g.index]) for g in setting(label(latex, 9.0, font).words).glyphs]  # type: ignore[arg-type]
                 for latex in ("x", r"\tanh", r"\text{x}")}  # fmt: skip
        assert names["x"] == [0x1D465]
        assert names[r"\tanh"] == [ord(letter) for letter in "tanh"]
        assert names[r"\text{x}"] == [ord("x")]


def test_f5_the_typeface_is_an_option(chain: Diagram) -> None:
    made = {font: drawn(chain, options(Export(), font=font)).figure for font in FONTS}
    for font, figure in made.items():
        assert {s.words.font for i in figure.items for s in i.shapes if s.words} == {font}
    assert len({str(figure.items) for figure in made.values()}) == 3
    with pytest.raises(Error, match="There is no typeface 'comic'"):
        options(Export(), font="comic")


def test_f8_transparent_tight_and_padded() -> None:
    diagram = samples.svd()
    plain, padded, white = (text(diagram, **chosen) for chosen in ({}, {"padding": 5.0}, {"background": "white"}))
    boxes = [[float(v) for v in ET.fromstring(svg).attrib["viewBox"].split()] for svg in (plain, padded, white)]
    assert boxes[1] == pytest.approx([boxes[0][0] - 4, boxes[0][1] - 4, boxes[0][2] + 8, boxes[0][3] + 8], abs=2e-3)
    assert boxes[2] == boxes[0]
    assert "<rect" not in plain
    assert re.search(r'<rect[^>]*fill="#ffffff"', white)


@needs("rsvg-convert", "pdftocairo")
@pytest.mark.parametrize("ending", ["svg", "pdf", "png"])
def test_f8_what_is_inked_reaches_the_padding_on_all_sides(tmp_path: Path, ending: str) -> None:
    """Strokes included: nothing is cut off and no more room is left than was asked for."""
    path = tmp_path / f"a.{ending}"
    path.write_bytes(picture(samples.svd(), str(path), padding=4.0, dpi=float(DPI)))
    page = {"svg": rendering.of_svg, "pdf": rendering.of_pdf, "png": rendering.of_png}[ending](path)
    rows, columns = np.nonzero(page > INKED)
    margins = (rows.min(), page.shape[0] - 1 - rows.max(), columns.min(), page.shape[1] - 1 - columns.max())
    assert margins == pytest.approx([4.0 * DPI / 72] * 4, abs=2.0)
