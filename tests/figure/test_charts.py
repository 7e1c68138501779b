"""Heatmaps, line plots and bars as figures: exact width, true colours, words that fit, the same bytes each time."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tensordraw.errors import Error
from tensordraw.figure import heat_colours
from tensordraw.figure.chart_parts import Axis, mathematical, plain, thinned
from tensordraw.figure.charts import Chart, chart, picture
from tensordraw.figure.display import Figure
from tensordraw.figure.heat_colours import Scale
from tensordraw.figure.paths import bounds, grown, overlap
from tensordraw.figure.plots import line_plot
from tensordraw.figure.svg import PADDING, points, svg

TOKENS = ("The", " capital", " of", " France", " is", " Paris", ",", "\n")


def pattern(count: int) -> Any:
    scores = np.random.default_rng(0).normal(size=(count, count))
    scores[np.triu_indices(count, 1)] = -np.inf
    powers = np.exp(scores)
    return powers / powers.sum(axis=1, keepdims=True)


ATTENTION = Chart("pattern, layer 1, head 3", (Axis("query", TOKENS), Axis("key", TOKENS)), "pattern")


def labels(figure: Figure) -> list[tuple[float, float, float, float]]:
    return [bounds(shape.path) for item in figure.items for shape in item.shapes if shape.role == "label"]


@pytest.mark.parametrize("width", ["60mm", "86mm", "178mm"])
@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pattern(8), ATTENTION),
        (pattern(64), Chart("", (Axis("query"), Axis("key")))),
        (np.zeros((3, 700)), Chart("", (Axis("seq"), Axis("hidden")))),
        (np.random.default_rng(1).normal(size=(300, 2)), Chart("t", (Axis("mlp"), Axis("head_size")))),
        (np.linspace(-1, 1, 30), Chart("", (Axis("hidden"),), "b_Q")),
        (np.ones(8), Chart("", (Axis("seq", TOKENS),), "")),
        (np.ones(2), Chart("next", (), "p", None, ((" Paris", 0.43), (" the", 0.2), ("\n", float("nan"))))),
    ],
)
def test_a_chart_is_just_so_wide_and_its_words_do_not_overlap(width: str, values: Any, shown: Chart) -> None:
    figure = chart(values, shown, width)
    assert figure.box[2] - figure.box[0] + 2 * PADDING == pytest.approx(points(width))
    found = labels(figure)
    assert found
    for box in found:
        assert box[0] >= figure.box[0] - 0.01
        assert box[2] <= figure.box[2] + 0.01
    clashes = [(a, b) for a, b in combinations(found, 2) if overlap(grown(a, -0.05), grown(b, -0.05))]
    assert not clashes


def test_cells_have_the_colours_of_their_numbers() -> None:
    values = np.array([[0.0, 1.0], [np.nan, 0.5]])
    figure = chart(values, Chart("", (Axis("i"), Axis("j"))), "60mm")
    (cells,) = [item for item in figure.items if item.owner == "cells"]
    frame = next(shape for shape in cells.shapes if shape.stroke)
    left, top, right, bottom = bounds(frame.path)
    expected = heat_colours.colours(values, Scale(0.0, 1.0, False))
    for row in range(2):
        for column in range(2):
            x = left + (right - left) * (column + 0.5) / 2
            y = top + (bottom - top) * (row + 0.5) / 2
            (fill,) = [
                shape.fill
                for shape in cells.shapes
                if shape.fill and any(_inside(x, y, part) for part in _rectangles(shape.path))
            ]
            assert fill == heat_colours.hexadecimal(expected[row, column])


def _rectangles(path: Any) -> list[tuple[float, float, float, float]]:
    return [bounds(path[start : start + 5]) for start in range(0, len(path), 5)]


def _inside(x: float, y: float, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def test_scales_are_symmetrical_where_signs_differ_and_else_begin_at_their_least() -> None:
    assert heat_colours.scale_of(np.array([-1.0, 3.0, np.inf])) == Scale(-3.0, 3.0, True)
    assert heat_colours.scale_of(np.array([2.0, 3.0])) == Scale(2.0, 3.0, False)
    assert heat_colours.scale_of(np.array([0.01, 3.0])) == Scale(0.0, 3.0, False)
    assert heat_colours.scale_of(np.array([np.nan])) == Scale(0.0, 0.0, False)
    light = heat_colours.table(True).sum(axis=1).astype(int)
    assert (np.diff(light[:128]) >= 0).all()
    assert (np.diff(light[128:]) <= 0).all()
    assert (np.diff(heat_colours.table(False).sum(axis=1).astype(int)) <= 0).all()


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.5, 1]),
        (-2.3, 2.3, [-2, -1, 0, 1, 2]),
        (3.1, 3.9, [3.2, 3.4, 3.6, 3.8]),
        (5, 5, [5]),
        (0, 1e-9, [0, 5e-10, 1e-9]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, expected: list[float]) -> None:
    assert heat_colours.ticks(low, high) == pytest.approx(expected)


def test_large_arrays_are_means_of_blocks_and_say_so() -> None:
    values = np.zeros((300, 300))
    values[:3, :3] = 9.0
    values[0, 0] = 18.0
    figure = chart(values, Chart("", (Axis("i"), Axis("j"))), "86mm")
    assert any("3 × 3 entries of the 300 × 300" in item.text for item in figure.items)
    assert len(svg(figure)) < 200_000


def test_a_very_long_line_keeps_its_extremes() -> None:
    values = np.sin(np.arange(50_257.0))
    values[12_345], values[40_000] = 7.0, -9.0
    figure = chart(values, Chart("", (Axis("vocab"),), "logits"), "86mm")
    (line,) = [shape for item in figure.items if item.owner == "line" for shape in item.shapes]
    assert len(line.path) < 3200
    heights = [segment[2] for segment in line.path if len(segment) == 3]
    (frame,) = [item.box for item in figure.items if item.owner == "frame"]
    reach = frame[3] - frame[1]
    assert max(heights) - min(heights) == pytest.approx(reach / 1.08, rel=0.02)


def test_the_bytes_are_the_same_each_time_and_describe_themselves() -> None:
    first = picture(pattern(8), ATTENTION, "a.svg")
    assert first == picture(pattern(8).copy(), ATTENTION, "b.svg")
    text = first.decode()
    assert '<title id="td-title">pattern, layer 1, head 3</title>' in text
    assert "A heatmap of 8 query by 8 key." in text
    assert re.search(r'width="243\.78\d*pt"', text)
    assert picture(pattern(8), ATTENTION, "a.png", dpi=72)[:4] == b"\x89PNG"


def test_what_cannot_be_drawn_says_why() -> None:
    with pytest.raises(Error, match="make it wider"):
        chart(pattern(8), ATTENTION, "12mm")
    with pytest.raises(Error, match="not empty"):
        chart(np.zeros((0, 3)), Chart("", (Axis("i"), Axis("j"))))
    with pytest.raises(Error, match="ends in"):
        picture(pattern(8), ATTENTION, "a.gif")


def test_words_of_tokens_are_seen_whatever_they_are() -> None:
    for words in (" Paris", "\n", " ", "50%", "a&b", "{x}", "\\foo", "$y$", "中"):
        made = plain(words)
        assert made.path, words
        assert not made.unknown, words
    assert list(thinned(10, 10.0, 9.0)) == list(range(10))
    assert list(thinned(100, 1.0, 9.0)) == list(range(0, 100, 10))


@pytest.mark.parametrize("count", [1, 2, 24])
def test_upright_bars_keep_clear_of_the_frame(count: int) -> None:
    figure = line_plot(np.linspace(1, 2, count), Axis("j"), width=120.0, form="bars")
    drawn = next(one for one in figure.items if one.owner == "line")
    (frame,) = next(one for one in figure.items if one.owner == "frame").shapes[:1]
    left, _, right, _ = bounds(frame.path)
    low, _, high, _ = bounds(drawn.shapes[0].path)
    assert high - low > 5
    assert min(low - left, right - high) >= 2.0


@pytest.mark.parametrize(
    ("name", "set_as"),
    [
        ("M", "M"), ("singular values of M", r"\text{singular values of}\ M"), ("error of W_Q", r"\text{error of}\ W_{Q}"),
        ("relative error", r"\text{relative error}"), ("norm of a row", r"\text{norm of a row}"), ("$M$ rows", "M rows"),
        ("W_Q and Gamma", r"W_{Q}\ \text{and}\ \Gamma"), ("head_size", r"\text{head_size}"),
    ],
)  # fmt: skip
def test_variables_in_the_names_of_axes_are_mathematics(name: str, set_as: str) -> None:
    made = mathematical(name)
    assert made.words is not None
    assert made.words.latex == set_as
