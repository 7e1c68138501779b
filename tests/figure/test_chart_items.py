"""Charts that stand in the drawing: their numbers, their place, every printer, the check of figures, the words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram import edits_layout, file
from tensordraw.diagram.chart import Chart, Side
from tensordraw.figure import heat_colours
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.build import build
from tensordraw.figure.chart_items import extent
from tensordraw.figure.checks import clashes
from tensordraw.figure.describe import describe
from tensordraw.figure.display import Item
from tensordraw.figure.heat_colours import scale_between
from tensordraw.figure.hit import items_at
from tensordraw.figure.paths import bounds, grown, overlap
from tensordraw.figure.ranges import logarithmic
from tensordraw.figure.themes import THEMES, theme
from tensordraw.figure.turning import turned

TOKENS = ("The", " cat", " sat", "\n")
PATTERN = (1.0, 0, 0, 0, 0.25, 0.75, 0, 0, 0.5, 0.25, 0.25, 0, 0.1, 0.2, 0.3, 0.4)
SPECTRUM = (3.0, 1.0, 0.1, 0.01, 1e-5)
CHARTS = {
    "heatmap": Chart("heatmap", (Side("query", 4, 1, TOKENS), Side("key", 4, 1, TOKENS)), PATTERN, name="pattern"),
    "masked": Chart("heatmap", (Side("i", 2), Side("j", 2)), ("nan", "-inf", 1.0, -1.0)),
    "means": Chart("heatmap", (Side("i", 4, 2), Side("j", 200, 100)), (1.0, 2.0, 3.0, 4.0)),
    "bars": Chart("bars", (Side("j", 5),), SPECTRUM, name="S"),
    "log bars": Chart("bars", (Side("j", 5),), SPECTRUM, name="S", log=True),
    "line": Chart("line", (Side("rank", 5),), SPECTRUM, name="error"),
    "log": Chart("line", (Side("rank", 5),), (*SPECTRUM[:4], 0.0), name="error", log=True),
    "mean line": Chart("line", (Side("hidden", 20, 2),), tuple(range(10))),
    "top": Chart("top", (Side("vocab", 2, 1, (" Paris", " the")),), (0.5, 0.25), name="p"),
    "left out": Chart("line", (Side("j", 5),), ()),
}


def beside(chart: Chart, title: str = "A title") -> tuple[td.Diagram, str]:
    return edits_layout.add_chart(td.einsum("i j, j k -> i k", "A", "B"), chart, title, -20.0, 60.0)


def drawn(diagram: td.Diagram, note: str, look: str = "paper") -> Item:
    return next(item for item in build(diagram, look).items if item.owner == note)


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("look", ["paper", "dark", "slide"])
def test_a_chart_stands_at_its_place_and_is_clean(name: str, look: str) -> None:
    d, note = beside(CHARTS[name])
    item = drawn(d, note, look)
    assert item.box[:2] == (-20.0, 60.0)
    assert item.box == pytest.approx(ink_box(item.shapes))
    assert item.box[2] - item.box[0] <= CHARTS[name].width + 0.01
    assert clashes(d, build(d, look)) == []
    words = [bounds(shape.path) for shape in item.shapes if shape.role == "label" and shape.path]
    assert words
    assert not [pair for pair in combinations(words, 2) if overlap(grown(pair[0], -0.05), grown(pair[1], -0.05))]


def test_cells_have_the_colours_of_their_numbers() -> None:
    d, note = beside(CHARTS["heatmap"])
    (frame,) = [
        bounds(s.path)
        for s in drawn(d, note).shapes
        if s.stroke and (b := bounds(s.path))[2] - b[0] > 0.9 and (b[3] - b[1]) / (b[2] - b[0]) == pytest.approx(1.0)
    ]
    values = np.array(PATTERN).reshape(4, 4)
    expected = heat_colours.colours(values, scale_between(0.0, 1.0))
    for row, column in ((0, 0), (1, 1), (3, 3), (3, 0)):
        x = frame[0] + (frame[2] - frame[0]) * (column + 0.5) / 4
        y = frame[1] + (frame[3] - frame[1]) * (row + 0.5) / 4
        fills = [s.fill for s in drawn(d, note).shapes if s.fill and s.role == "mark" and _covers(s.path, x, y)]
        assert heat_colours.hexadecimal(expected[row, column]) in fills


def _covers(path: Any, x: float, y: float) -> bool:
    corners = [segment[1:3] for segment in path if segment[0] in "ML"]
    boxes = [corners[k : k + 4] for k in range(0, len(corners), 4)]
    return any(
        min(p[0] for p in one) < x < max(p[0] for p in one) and min(p[1] for p in one) < y < max(p[1] for p in one)
        for one in boxes
    )


def test_bars_are_as_high_as_their_numbers() -> None:
    d, note = beside(CHARTS["bars"])
    (path,) = [s.path for s in drawn(d, note).shapes if s.fill == theme("paper").colour("blue")]
    ys = [segment[2] for segment in path if segment[0] in "ML"]  # type: ignore[misc]
    heights = [max(ys[k : k + 4]) - min(ys[k : k + 4]) for k in range(0, len(ys), 4)]
    assert heights == pytest.approx([heights[0] * value / 3.0 for value in SPECTRUM], abs=1e-3)


def test_on_a_logarithmic_axis_a_factor_is_a_length_and_zero_is_a_gap() -> None:
    d, note = beside(Chart("line", (Side("rank", 5),), (1.0, 0.1, 0.01, 0.0, 0.0001), log=True))
    (path,) = [s.path for s in drawn(d, note).shapes if s.stroke and s.stroke.colour == theme("paper").colour("blue")]
    assert [segment[0] for segment in path] == ["M", "L", "L", "M"]
    ys = [segment[2] for segment in path]  # type: ignore[misc]
    assert ys[1] - ys[0] == pytest.approx(ys[2] - ys[1])
    assert ys[3] - ys[2] == pytest.approx(2 * (ys[2] - ys[1]))


@pytest.mark.parametrize(
    ("numbers", "ticks", "powers"),
    [
        ((1.0, 1e-3), [1e-3, 1e-2, 1e-1, 1.0], True),
        ((1.0, 1e-9), [1e-8, 1e-6, 1e-4, 1e-2, 1.0], True),
        ((8.0, 2.5), [4.0, 6.0, 8.0], False),
        ((30.0, 2.0), [2.0, 5.0, 10.0, 20.0], False),
        ((1.0, 1e-30), [1e-12, 1e-9, 1e-6, 1e-3, 1.0], True),
        ((0.0, -1.0), [0.1, 1.0], True),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_clean(numbers: Any, ticks: list[float], powers: bool) -> None:
    made = logarithmic(np.array(numbers))
    assert made.powers is powers
    assert len(made.ticks) >= 2
    assert set(ticks) == {float(f"{tick:.6g}") for tick in made.ticks}
    assert all(made.low <= tick <= made.high for tick in (*made.ticks, *made.small))


def test_means_are_said() -> None:
    for name, said in (("means", "mean of 2"), ("mean line", "each point is the mean of 2 entries of the 20")):
        d, note = beside(CHARTS[name])
        words = " ".join(s.words.latex for s in drawn(d, note).shapes if s.words)
        assert said.replace(" ", "") in re.sub(r"\\text\{|\}|[ ~]|\\ ", "", words)


def test_ink_follows_the_theme_and_colours_of_numbers_do_not() -> None:
    d, note = beside(CHARTS["heatmap"])
    for name in THEMES:
        labels = {s.fill for s in drawn(d, note, name).shapes if s.role == "label"}
        assert labels <= {theme(name).colour("ink"), theme(name).colour("grey")}
        fonts = {s.words.font for s in drawn(d, note, name).shapes if s.words}
        assert fonts == {theme(name).font}
    cells = [
        [s.fill for s in drawn(d, note, name).shapes if s.role == "mark" and s.fill] for name in ("paper", "slide")
    ]
    assert cells[0] == cells[1]


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "eps", "tex"])
def test_every_printer_draws_it(ending: str, tmp_path: Path) -> None:
    d, note = beside(CHARTS["heatmap"])
    plain = replace(d, layout=replace(d.layout, notes={}))
    sizes = []
    for number, one in enumerate((d, plain, d)):
        path = tmp_path / f"{number}.{ending}"
        td.export(one, path, source=False)
        sizes.append(path.read_bytes())
    assert len(sizes[0]) > len(sizes[1])
    assert sizes[0] == sizes[2]
    if ending in ("svg", "tex"):
        assert note.encode() in sizes[0] or ending == "tex"


def test_the_file_gives_it_back_and_older_documents_do_not_mention_it() -> None:
    for chart in CHARTS.values():
        d, note = beside(chart)
        assert file.decode(file.encode(d)) == d
        assert file.encode(file.decode(file.encode(d))) == file.encode(d)
        assert file.decode(file.encode(d)).layout.notes[note].chart == chart
    assert "chart" not in file.encode(td.einsum("i j, j k -> i k", "A", "B"))


@dataclass
class Case:
    chart: Chart
    said: str


@pytest.mark.parametrize(
    "case",
    [
        Case(Chart("heatmap", (Side("i", 2),), (1.0, 2.0)), "1 sides, not 2"),
        Case(Chart("line", (Side("i", 3),), (1.0, 2.0)), "2 numbers for 3 places"),
        Case(Chart("line", (Side("i", 0),)), "one of its sides is empty"),
        Case(Chart("line", (Side("i", 2, 0),)), "one of its sides is empty"),
        Case(Chart("top", (Side("i", 2, 1, ("a",)),), (1.0, 2.0)), "texts for another number"),
        Case(Chart("line", (Side("i", 2),), (1.0, 2.0), width=1.0), "width of 1 points"),
        Case(Chart("line", (Side("i", 2),), (1.0, 2.0), low=1.0), "scale has no two ends"),
    ],
)
def test_a_damaged_chart_is_refused_when_it_is_read(case: Case) -> None:
    d, note = beside(CHARTS["line"])
    broken = replace(d, layout=replace(d.layout, notes={note: replace(d.layout.notes[note], chart=case.chart)}))
    with pytest.raises(td.Error, match=case.said):
        file.decode(file.encode(broken))


def test_it_is_taken_anywhere_on_it() -> None:
    d, note = beside(CHARTS["bars"])
    item = drawn(d, note)
    middle = ((item.box[0] + item.box[2]) / 2, (item.box[1] + item.box[3]) / 2)
    assert [found.owner for found in items_at(build(d), middle, 1.0)] == [note]
    moved = edits_layout.move(d, [note], 30.0, 40.0)
    assert drawn(moved, note).box[:2] == (10.0, 100.0)
    assert moved.content is d.content


def test_the_check_of_figures_sees_what_lies_on_a_chart() -> None:
    d, note = beside(CHARTS["bars"])
    a, b = list(d.content.nodes)
    item = drawn(d, note)
    middle = ((item.box[0] + item.box[2]) / 2, (item.box[1] + item.box[3]) / 2)
    on = edits_layout.place_at(d, {a: middle})
    kinds = {(clash.kind, note in (clash.first, clash.second)) for clash in clashes(on, build(on))}
    assert ("bodies overlap", True) in kinds
    through = edits_layout.place_at(d, {a: (item.box[0] - 40, middle[1]), b: (item.box[2] + 40, middle[1])})
    assert ("line through a body", True) in {
        (clash.kind, note in (clash.first, clash.second)) for clash in clashes(through, build(through))
    }


def test_it_is_said_in_words() -> None:
    d, _ = beside(CHARTS["log"], "Error of $M$")
    assert describe(d).endswith("A line plot of error titled Error of $M$: 5 rank, from 0 to 3 on a logarithmic scale.")
    assert describe(beside(CHARTS["left out"], "")[0]).endswith("A line plot: 5 j.")


def test_without_a_title_it_stays_and_an_edit_that_breaks_it_is_refused() -> None:
    d, note = beside(CHARTS["line"])
    bare = edits_layout.change_note(d, note, "")
    assert bare.layout.notes[note].chart is not None
    wide = edits_layout.set_chart(d, note, width=300.0)
    assert drawn(wide, note).box[2] - drawn(wide, note).box[0] > 290
    with pytest.raises(td.Error, match="not between 20 and 5000"):
        edits_layout.set_chart(d, note, width=3.0)
    with pytest.raises(td.Error, match="no longer exists"):
        edits_layout.set_chart(d, "n999", width=300.0)


def test_one_that_is_too_narrow_for_its_labels_is_an_outline() -> None:
    d, note = beside(replace(CHARTS["heatmap"], width=40.0), "")
    item = drawn(d, note)
    assert item.box[2] - item.box[0] == pytest.approx(40.0)


def test_turned_drawings_have_their_charts_beside_them() -> None:
    d, first = beside(CHARTS["bars"])
    d, second = edits_layout.add_chart(d, CHARTS["line"], "", 300.0, 60.0)
    for upright in (False, True):
        made = turned(d, upright=upright)
        assert not overlap(drawn(made, first).box, drawn(made, second).box)
        assert clashes(made, build(made)) == []


@pytest.mark.parametrize("name", ["heatmap", "masked", "means", "bars", "line", "log", "left out"])
@pytest.mark.parametrize("size", [(120.0, 30.0), (300.0, 200.0)])
def test_a_chart_of_a_given_height_has_a_frame_that_high_and_fills_its_width(
    name: str, size: tuple[float, float]
) -> None:
    width, height = size
    d, note = beside(replace(CHARTS[name], width=width, height=height), "")
    found = extent(d.layout.notes[note], theme("paper"))
    assert found.frame[1] == pytest.approx(height, abs=0.5)
    assert found.bare[0] == pytest.approx(width, abs=4.0)
    assert file.decode(file.encode(d)) == d
    assert not clashes(d, build(d))


def test_a_height_that_cannot_be_is_refused() -> None:
    d, note = beside(CHARTS["line"])
    for height in (0.0, 9000.0, float("nan")):
        with pytest.raises(td.Error, match="height"):
            edits_layout.set_chart(d, note, height=height)
    d, note = beside(CHARTS["top"])
    with pytest.raises(td.Error, match="as high as they need"):
        edits_layout.set_chart(d, note, height=50.0)


def test_charts_follow_the_theme() -> None:
    """In black-and-white all is grey, the sign of a number and what is none can be seen; on dark, zero is dark."""
    d, note = beside(CHARTS["masked"])
    grey = drawn(d, note, "black-and-white")
    paints = {s.fill for s in grey.shapes} | {s.stroke.colour for s in grey.shapes if s.stroke}
    assert all(paint[1:3] == paint[3:5] == paint[5:7] for paint in paints if paint)
    across = [s for s in grey.shapes if s.stroke and s.stroke.width == pytest.approx(0.3)]
    assert len(across) == 3  # strokes across the cells, and in the legend beside minus infinity and beside NaN
    assert not [s for s in drawn(d, note).shapes if s.stroke and s.stroke.width == pytest.approx(0.3)]
    scale = scale_between(-2.0, 2.0)
    numbers = np.linspace(-2, 2, 9)
    levels = heat_colours.colours(numbers, scale, heat_colours.PALETTES["grey"])[:, 0].astype(int)
    assert (np.diff(levels) < 0).all()
    assert heat_colours.colours(np.zeros(1), scale, heat_colours.PALETTES["dark"]).max() < 60
    bars, note = beside(CHARTS["bars"])
    for look in ("black-and-white", "dark"):
        assert theme(look).colour("blue") in {s.fill for s in drawn(bars, note, look).shapes}
    thick = {s.stroke.width for s in drawn(bars, note, "slide").shapes if s.stroke}
    assert min(thick) > min(s.stroke.width for s in drawn(bars, note).shapes if s.stroke)
