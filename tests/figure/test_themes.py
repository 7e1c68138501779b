"""Colours and captions: legible, distinct, and in step with the table of functions."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Space
from tensordraw.figure.labels import label
from tensordraw.figure.regions import caption
from tensordraw.figure.themes import SPACE_COLOURS, THEMES, WIDTHS, function_colour, mixed, space_strokes, theme
from tensordraw.program.functions import FUNCTIONS


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", sorted(THEMES))
def test_lines_and_labels_stand_out_from_the_ground(name: str) -> None:
    look = theme(name)
    for colour in (*SPACE_COLOURS, "pink", "red"):
        assert contrast(look.colour(colour), look.colour("paper")) >= 3, colour
    assert contrast(look.colour("ink"), look.colour("body")) > 7


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_functions_have_the_colour_of_their_record_and_a_caption(function: str) -> None:
    assert function_colour(function) == FUNCTIONS[function].colour
    d = Draft()
    words = caption(d.bubble(function), d.build().content)
    assert all(label(w, 8.0).path and not label(w, 8.0).unknown for w in words)


def test_thickness_follows_the_size_in_at_most_four_steps() -> None:
    for sizes in ([7], [2, 3], [1, 2, 3, 4, 5, 6, 7], [50257, 768, 64, 12, 1024]):
        d = Draft()
        for k, size in enumerate(sizes):
            d.space(f"s{k}", size)
        content = d.build().content
        strokes = space_strokes(content, theme("paper"))
        ordered = sorted(content.spaces.values(), key=lambda s: s.size)
        widths = [strokes[s.id].width for s in ordered]
        assert widths == sorted(widths)
        assert set(widths) <= set(WIDTHS)
        assert len(set(widths)) == min(len(sizes), len(WIDTHS))


def test_a_space_keeps_the_colour_that_it_was_given() -> None:
    d = Draft()
    d.spaces["s1"] = Space("s1", "a", 2, colour="green")
    d.spaces["s2"] = Space("s2", "b", 2, colour="#123456")
    strokes = space_strokes(d.build().content, theme("paper"))
    assert strokes["s1"].colour == theme("paper").colour("green")
    assert strokes["s2"].colour == "#123456"


def test_mixing() -> None:
    assert mixed("#ffffff", "#000000", 0.5) == "#808080"
