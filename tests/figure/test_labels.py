"""Labels are outlines of the right size, and what cannot be set is reported."""

from __future__ import annotations

import pytest

from tensordraw.figure.display import Box, Font, Segment, Words
from tensordraw.figure.labels import FONTS, font_file, label, note, problems, setting
from tensordraw.figure.names import latex
from tensordraw.figure.paths import union


def test_outlines_scale_with_the_size() -> None:
    small, large = label("W_{Q}", 8.0), label("W_{Q}", 16.0)
    assert large.box[2] - large.box[0] == pytest.approx(2 * (small.box[2] - small.box[0]), rel=1e-3)
    assert small.box[1] < 0 < small.box[3]  # the subscript hangs below the baseline


def test_a_variable_is_italic_and_a_word_upright() -> None:
    assert label("x", 9.0).path != label(r"\text{x}", 9.0).path


def test_both_fonts_set_mathematics() -> None:
    assert label("x", 9.0, "stix").path != label("x", 9.0, "latin-modern").path


def test_an_unknown_command_is_drawn_as_its_name_and_reported() -> None:
    made = label(r"\foo x", 9.0)
    assert made.unknown == (r"\foo",)
    assert made.path
    assert problems(r"\alpha") == ()


def test_unbalanced_braces_are_shown_as_typed() -> None:
    made = label(r"\frac{1", 9.0)
    assert made.unknown
    assert made.path


def test_greek_letters_are_italic() -> None:
    assert label(r"\phi", 9.0).path != label(r"\varphi", 9.0).path
    assert not label(r"\varepsilon\partial", 9.0).unknown


def test_a_lone_sign_in_a_superscript_stands_close() -> None:
    dagger, prime = label(r"V^\dagger", 9.0), label("V^{a}", 9.0)
    assert dagger.width <= prime.width + 0.2


def test_a_space_keeps_its_width() -> None:
    assert label(r"\text{a b}", 9.0).width > label(r"\text{ab}", 9.0).width + 1.5


def test_notes_mix_text_and_mathematics_and_break_lines() -> None:
    made = note("the norm of $x$\nis one", 8.0)
    assert made.box[3] > 8.0
    assert note("plain", 8.0).box[3] < 3.0


@pytest.mark.parametrize(
    "typed", ["50% & #1", "a < b", "x & y", "日本", "%", "{", "}", "\\\\", "a_", "^", "_", "\\text{", "$"]
)
def test_whatever_is_typed_is_drawn_or_reported(typed: str) -> None:
    for made in (label(typed, 9.0), label(latex(typed), 9.0), note(typed, 9.0)):
        assert made.path or made.unknown or not typed.strip("${}\\")


def test_signs_of_tex_in_plain_text_are_drawn() -> None:
    assert label(r"\text{50% & #1}", 9.0).width > label(r"\text{50}", 9.0).width + 15


def test_a_character_that_the_font_lacks_is_reported() -> None:
    assert label(r"\text{日}", 9.0).unknown == ("日",)


ATOMS = [
    "x", "W", r"\alpha", r"\phi", r"\mathcal{L}", "2", "-1", r"\text{in}", r"\text{resid_pre 3}", r"\text{a--b}", r"\hat{x}",
    r"d_{\text{model}}", "f", r"\operatorname{softmax}", "A'", r"\sin x", r"\overline{AB}", "V^\\dagger",
]  # fmt: skip
ONE = ["{}", r"\sqrt{{{}}}", r"\left({}\right)", r"\boxed{{{}}}", r"\phantom{{{}}}y", r"|{}|", r"\foo{}", "{{{}"]
TWO = [
    "{}_{{{}}}", "{}^{{{}}}", r"\frac{{{}}}{{{}}}", r"\left(\frac{{{}}}{{\sqrt{{{}}}}}\right)^2", r"\sum_{{{}}}^{{{}}} x",
    r"\underbrace{{{}}}_{{{}}}", r"\begin{{pmatrix}}{}&{}\\1&2\end{{pmatrix}}", r"\langle {}|{}\rangle", r"{}\otimes {}",
    r"\displaystyle\sum_{{{}}}{}", r"\max_{{{}}} {}", "{}_{{i,{}}}", "T_{{{},{}}}", "{}={}+1",
]  # fmt: skip


@pytest.mark.parametrize("font", ["latin-modern", "stix", "sans"])
def test_outlines_are_those_that_ziamath_writes(font: Font, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short cuts through ziamath's layout and drawing change no digit of what it writes as SVG."""
    from tensordraw.figure import labels, outlines

    formulas = [form.format(atom) for form in ONE for atom in ATOMS]
    formulas += [form.format(ATOMS[k], ATOMS[(5 * k + 3 * n) % len(ATOMS)]) for n, form in enumerate(TWO)
                 for k in range(n % 2, len(ATOMS), 2)]  # fmt: skip
    sizes = (9.0, 6.5, 11.3)
    ours = [outlines.outlines(labels._set(formula, sizes[k % 3], font)[0]) for k, formula in enumerate(formulas)]
    monkeypatch.delattr(outlines.Row, "_get_height_nostretch")
    for k, formula in enumerate(formulas):
        theirs: list[Segment] = []
        outlines._read(labels._set(formula, sizes[k % 3], font)[0].svgxml(), theirs)
        assert ours[k] == theirs, formula


@pytest.mark.parametrize("font", ["latin-modern", "stix", "sans"])
def test_a_label_does_not_depend_on_those_before_it(font: Font) -> None:
    """What is set first decided how small scripts can get, and a formula that cannot be set left its kerning behind."""
    alone = label("W_{i_{j_{k}}}", 8.0, font)
    label("x", 30.0, font)
    label(r"\text{}", 8.0, font)
    label.cache_clear()
    assert label("W_{i_{j_{k}}}", 8.0, font) == alone
    scripts = [glyph.size / 8.0 for glyph in setting(Words("W_{Q}", 8.0, font)).glyphs]
    assert scripts[0] == 1.0
    assert 0.6 < scripts[1] < 0.75


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("accent", ["hat", "tilde", "bar", "vec", "dot", "ddot", "check", "acute", "grave", "breve"])
def test_an_accent_is_as_wide_over_every_letter_and_stands_above_its_middle(accent: str, font: Font) -> None:
    marks = []
    for letter in "xW":
        made, alone = setting(Words(rf"\{accent}{{{letter}}}", 9.0, font)), label(letter, 9.0, font)
        _, mark = made.glyphs
        marks.append(mark.index)
        over = label(rf"\{accent}{{{letter}}}", 9.0, font)
        assert over.unknown == ()
        assert over.width == pytest.approx(alone.width, abs=0.7)
        assert over.box[0] > alone.box[0] - 0.7
        assert over.box[2] < alone.box[2] + 0.7
    assert marks[0] == marks[1] != 0


def boxes_of_glyphs(words: Words) -> list[Box]:
    """The boxes of the glyphs of a label, from the font's own file."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.ttLib import TTFont

    file = TTFont(font_file(words.font))
    drawn, names, boxes = file.getGlyphSet(), file.getGlyphOrder(), []
    for glyph in setting(words).glyphs:
        pen = BoundsPen(drawn)
        drawn[names[glyph.index]].draw(pen)
        scale = glyph.size / file["head"].unitsPerEm
        left, low, right, high = (v * scale for v in pen.bounds)
        boxes.append((glyph.x + left, glyph.y - high, glyph.x + right, glyph.y - low))
    return boxes


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(
    "latex",
    [r"\overrightarrow{ABCDEF}", r"\underbrace{ABCDEF}_{n}", r"\left\{\begin{matrix}a\\b\\c\\d\\e\end{matrix}\right.",
     r"\begin{bmatrix}1&2\\3&4\\5&6\\7&8\\9&0\end{bmatrix}", r"\vec{AB}", r"\left\|\frac{a}{b}\right\|"],
)  # fmt: skip
def test_what_is_assembled_of_pieces_is_set_of_glyphs_of_the_font(latex: str, font: Font) -> None:
    """Numbers that no glyph has made the export of a PDF fail."""
    words = Words(latex, 9.0, font)
    assert union([*boxes_of_glyphs(words), *setting(words).rules]) == pytest.approx(
        label(latex, 9.0, font).box, abs=0.02
    )


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize(
    "latex", [r"\mathcal{L}", r"\mathfrak{g}", r"\mathsf{K}", r"\mathtt{code}", r"\mathbb{R}", r"\mathbb{1}", r"A^\top",
              r"\mathscr{F}", r"\square", r"\boldsymbol{\theta}", r"\mathbf{\Sigma}"]
)  # fmt: skip
def test_letters_of_all_alphabets_are_drawn_in_every_typeface(latex: str, font: Font) -> None:
    """At least as the plain letter; no empty box stands for one."""
    assert label(latex, 9.0, font).unknown == ()
    assert 0 not in {glyph.index for glyph in setting(Words(latex, 9.0, font)).glyphs}


def test_letters_of_other_alphabets_differ_from_plain_ones() -> None:
    for other, plain in (
        (r"\mathbb{1}", "1"),
        (r"\mathtt{c}", r"\mathrm{c}"),
        (r"\mathtt{c}", "c"),
        (r"\mathsf{K}", "K"),
    ):
        assert label(other, 9.0).path != label(plain, 9.0).path


def test_what_a_typeface_lacks_and_commands_without_effect_are_reported() -> None:
    assert label(r"\mathbb{R}日", 9.0, "sans").unknown == ("日",)
    assert label(r"\not=", 9.0, "sans").unknown
    assert label(r"\boxed{x}", 9.0).unknown == (r"\boxed",)


@pytest.mark.parametrize("font", FONTS)
def test_scripts_of_a_large_operator_stand_at_it_and_space_follows_them(font: Font) -> None:
    sign, index, letter = boxes_of_glyphs(Words(r"\sum_i x", 9.0, font))
    assert index[0] - sign[2] < 0.15 * 9
    assert letter[0] - index[2] > 0.14 * 9
