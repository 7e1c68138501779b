"""Labels are outlines of the right size, and what cannot be set is reported."""

from __future__ import annotations

import pytest

from tensordraw.figure.labels import label, note, problems
from tensordraw.figure.names import latex


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
