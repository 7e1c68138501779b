"""Labels in Latin Modern are set as TeX sets them in Computer Modern: widths, drops, kerns, and the same in a run of TeX."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tensordraw.figure.display import Font, Words
from tensordraw.figure.kerning import joined, kern, script_sign
from tensordraw.figure.labels import Glyph, label, setting
from tensordraw.figure.texts import plain
from tests.figure.rendering import has_tex, run

# What TeX says of formulas at ten points (its own): width, and depth below the baseline.
MEASURED = {
    r"W_{Q}": (16.24, 2.86), r"d_{\text{model}}": (26.71, 1.50), r"i_{1}": (7.93, 1.50), r"V^{*}": (12.65, 0.0),
    r"x_i^2": (10.20, 2.60), r"{g}^{-1}": (15.86, 1.94), r"e^{-x^2}": (19.84, 0.0), r"a_{n+1}": (20.85, 2.33),
    r"\text{key}": (14.86, 1.94), r"\text{attention}": (39.72, 0.0), r"\text{head_size}": (39.77, 0.0),
    r"\text{buffer}": (25.31, 0.0), r"\text{layer-norm}": (47.00, 1.94), r"\text{GELU}_{\tanh}": (44.85, 1.50),
    r"\displaystyle\frac{1}{\sqrt{d_{\text{head}}}}": (32.81, 9.30), r"\displaystyle\frac{1}{n}": (8.40, 6.86),
    r"\frac{a}{b}": (6.74, 3.45), r"\sqrt{x+1}": (31.27, 1.74), r"\sum_{i=1}^{n} x_i": (38.61, 6.00),
    r"\max_i x": (29.32, 1.50), r"\log_2 x": (24.78, 2.44), r"\operatorname{tr}A": (16.97, 0.0), r"\nabla f": (14.31, 1.94),
    ":=": (10.56, 0.0),
    r"\frac{1}{2}x": (12.10, 3.45), r"R^{a}_{b}": (12.51, 2.83), r"\hat{W}_1": (13.93, 1.50), r"f(x)": (19.47, 2.50),
}  # fmt: skip
NEAR = 0.2  # points in ten: the two fonts' own differences
FONTS: tuple[Font, ...] = ("latin-modern", "stix", "sans")


def placed(latex: str, font: Font = "latin-modern") -> tuple[Glyph, ...]:
    return setting(Words(latex, 10.0, font)).glyphs


@pytest.mark.parametrize("latex", MEASURED)
def test_a_label_is_as_wide_and_deep_as_tex_sets_it(latex: str) -> None:
    made = label(latex, 10.0)
    assert made.width == pytest.approx(MEASURED[latex][0], abs=NEAR)
    assert max(0.0, made.box[3]) == pytest.approx(MEASURED[latex][1], abs=NEAR + 0.05)


@pytest.mark.skipif(not has_tex(), reason="pdflatex not installed")
def test_a_run_of_tex_measures_the_same(tmp_path: Path) -> None:
    boxes = "".join(f"\\setbox0\\hbox{{${plain(latex)}$}}\\typeout{{W:\\the\\wd0:\\the\\dp0:}}\n" for latex in MEASURED)
    (tmp_path / "w.tex").write_text(f"\\documentclass{{article}}\n\\begin{{document}}\n{boxes}x\\end{{document}}\n")
    said = run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "w.tex"], tmp_path).stdout
    found = [(float(wide), float(deep)) for wide, deep in re.findall(r"W:([\d.]+)pt:([\d.]+)pt:", said)]
    assert len(found) == len(MEASURED)
    for latex, (wide, deep) in zip(MEASURED, found, strict=True):
        assert (wide, deep) == pytest.approx(MEASURED[latex], abs=0.01), latex


def test_a_subscript_alone_hangs_less_than_one_below_a_superscript() -> None:
    (_, alone), (_, below, _) = placed("x_1"), placed("x_1^2")
    assert alone.y == pytest.approx(1.5, abs=0.01)
    assert below.y > 2.4


def test_a_subscript_is_tucked_under_a_slanted_letter_and_a_superscript_is_not() -> None:
    (_, low), (_, high) = placed("V_1"), placed("V^1")
    assert high.x - low.x == pytest.approx(2.14, abs=0.1)


def test_scripts_are_letters_designed_for_their_size() -> None:
    (_, small), (large,) = placed("x_a"), placed("a")
    assert small.index != large.index
    assert small.size == pytest.approx(7.0)
    words, alone = placed(r"x_{\text{model}}"), placed(r"\text{model}")
    assert [glyph.index for glyph in words[1:]] != [glyph.index for glyph in alone]


def test_superscripts_in_denominators_are_raised_less() -> None:
    raised = placed("x^2")[1].y
    row = placed(r"\displaystyle\frac{1}{x^2}")
    x, two = row[-2:]
    assert two.y - x.y > raised + 0.5  # y grows downwards


def test_words_are_kerned_and_have_ligatures_and_dashes() -> None:
    assert kern("k", "e") < 0 < kern("b", "o")
    assert kern("x", "x") == 0
    assert joined("buffer flow") == "buﬀer ﬂow"
    assert joined("a--b---c") == "a–b—c"
    assert label(r"\text{ke}", 10.0).width < label(r"\text{k}", 10.0).width + label(r"\text{e}", 10.0).width - 0.2


def test_signs_of_scripts_are_larger_and_brackets_only_wider() -> None:
    larger, wide = script_sign("−", 0.778, 1)
    assert (larger, wide) == pytest.approx((1.106, 0.893), abs=0.001)
    assert script_sign("(", 0.389, 1) == pytest.approx((1.0, 0.4464), abs=0.001)
    assert script_sign("−", 0.778, 2)[1] == pytest.approx(1.083, abs=0.001)


@pytest.mark.parametrize("font", FONTS)
def test_large_operators_do_not_grow_with_what_stands_beside_them(font: Font) -> None:
    first = [placed(rf"\sum_{{{index}}} x", font)[0].index for index in "jah"]
    assert len(set(first)) == 1


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("latex", [r"\log_2 x", r"\sin^2 x", r"\max_i x", r"\det A", r"\operatorname{tr}_A x"])
def test_names_of_functions_take_scripts(latex: str, font: Font) -> None:
    assert label(latex, 10.0, font).unknown == ()


def test_a_hat_keeps_its_width_and_a_wide_hat_grows() -> None:
    hats = [placed(rf"\{name}{{AB}}")[-1].index for name in ("hat", "widehat")]
    assert hats[0] != hats[1]
    assert placed(r"\hat{A}")[-1].index == placed(r"\hat{x}")[-1].index


def test_punctuation_of_words_takes_no_space_in_tex() -> None:
    assert plain(r"\text{a, b}") == r"\mathrm{a{,}\ b}"
    assert plain(r"\text{don't}") == r"\mathrm{don\mathchar28711 t}"
