"""Charts made of values: which numbers are kept, what becomes of them when they are computed anew, the commands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.charting import TOP, charted, renewed, with_charts
from tensordraw.diagram import edits_names, file
from tensordraw.diagram.chart import MOST_CELLS, MOST_POINTS, Chart, Side, chart_fault
from tensordraw.diagram.fingerprints import chart_problems, charts, fingerprint, without_numbers
from tensordraw.editor import commands
from tensordraw.editor.actions.mending import remedies_of
from tensordraw.editor.effects import AddViewer, UpdateCharts
from tensordraw.editor.state import open_state
from tensordraw.errors import Error
from tensordraw.figure.heat_colours import Scale
from tensordraw.figure.plots import truncation_errors
from tensordraw.program import viewing
from tensordraw.program.viewing import View

PRODUCT = td.einsum("i j, j k -> i k", "A", "B")
TOKENS = ("The", " cat", " sat")


def made(array: Any, axes: tuple[str, ...], kind: Any = None, **known: Any) -> Chart:
    view = viewing.first_view(axes, array.shape, kind)
    return charted(array, view, axes, PRODUCT.content, value="x", name="x", **known)


def numbers(chart: Chart) -> np.ndarray:
    return np.array([float(number) for number in chart.numbers])


def test_a_slice_is_kept_with_four_digits_its_axes_and_its_texts() -> None:
    array = np.random.default_rng(0).normal(size=(2, 3, 3))
    view = View("attention", 1, 2, (1, 0, 0))
    chart = charted(
        array, view, ("head", "query", "key"), PRODUCT.content, value="p", name="pattern", tokens=TOKENS,
        scale=Scale(-3.0, 3.0, True),
    )  # fmt: skip
    assert chart.kind == "heatmap"
    assert chart.sides == (Side("query", 3, 1, TOKENS), Side("key", 3, 1, TOKENS))
    assert (chart.axes, chart.at, chart.low, chart.high) == ((1, 2), (1, 0, 0), -3.0, 3.0)
    np.testing.assert_allclose(numbers(chart).reshape(3, 3), array[1], rtol=1e-3)
    assert all(number == float(f"{number:.4g}") for number in chart.numbers)
    assert chart_fault(chart) == ""


@pytest.mark.parametrize(
    ("array", "axes", "most"),
    [
        (np.arange(200.0 * 70).reshape(200, 70), ("i", "j"), MOST_CELLS),
        (np.arange(2500.0), ("hidden",), MOST_POINTS),
        (np.arange(float(MOST_POINTS)), ("hidden",), MOST_POINTS),
    ],
)
def test_what_is_too_long_is_kept_as_means_of_blocks(array: Any, axes: tuple[str, ...], most: int) -> None:
    chart = made(array, axes)
    assert chart_fault(chart) == ""
    assert all(side.drawn <= most for side in chart.sides)
    steps = [side.block for side in chart.sides]
    first = array[tuple(slice(0, step) for step in steps)].mean()
    last = array[tuple(slice((side.drawn - 1) * side.block, None) for side in chart.sides)].mean()
    assert numbers(chart)[[0, -1]] == pytest.approx([first, last], rel=1e-3)


def test_infinities_and_nan_are_kept_and_travel_in_the_file() -> None:
    chart = made(np.array([[np.nan, np.inf], [-np.inf, 1.0]]), ("i", "j"))
    assert chart.numbers == ("nan", "inf", "-inf", 1.0)
    after = commands.run(open_state(PRODUCT), "add_chart", (chart, ""))[0].document
    assert file.decode(file.encode(after)) == after


def test_the_largest_entries_are_kept_with_their_texts() -> None:
    logits = np.linspace(0, 1, 50)
    chart = made(logits, ("vocab",), "top", texts_of=lambda ids: [f" t{each}" for each in ids])
    assert chart.sides[0].texts[:2] == (" t49", " t48")
    assert len(chart.numbers) == TOP
    assert made(logits, ("hidden",), "top").sides[0].texts[0] == "49"


def test_a_number_has_no_chart() -> None:
    for array in (np.array(1.0), np.zeros((2, 0))):
        with pytest.raises(Error, match="no picture"):
            charted(
                array, View("heatmap", 0, 0, (0,) * array.ndim), ("i",) * array.ndim, PRODUCT.content, value="", name=""
            )


def test_a_chart_is_filled_anew_and_keeps_its_look() -> None:
    array = np.arange(12.0).reshape(3, 4)
    chart = charted(array, View("line", 0, 1, (2, 0)), ("i", "j"), PRODUCT.content, value="x", name="x")
    from msgspec.structs import replace

    chart = replace(chart, kind="bars", log=True, error=True, width=99.0)
    fresh = renewed(chart, array + 1, ("i", "j"), PRODUCT.content)
    assert (fresh.kind, fresh.log, fresh.error, fresh.width) == ("bars", True, True, 99.0)
    assert fresh.numbers == (9.0, 10.0, 11.0, 12.0)
    assert renewed(chart, array[:2], ("i", "j"), PRODUCT.content).numbers == (4.0, 5.0, 6.0, 7.0)
    for other, axes in ((array, ("i", "k")), (array[0], ("j",)), (array[:, :0], ("i", "j"))):
        with pytest.raises(Error, match="other axes now"):
            renewed(chart, other, axes, PRODUCT.content)


def test_errors_against_rank_are_those_of_the_truncated_matrix() -> None:
    matrix = np.random.default_rng(0).normal(size=(6, 5))
    u, s, vh = np.linalg.svd(matrix, full_matrices=False)
    expected = [np.linalg.norm(matrix - (u[:, :k] * s[:k]) @ vh[:k]) / np.linalg.norm(matrix) for k in range(6)]
    np.testing.assert_allclose(truncation_errors(s), expected, atol=1e-12)
    assert truncation_errors(np.zeros(2)).tolist() == [0.0, 0.0, 0.0]
    long = Chart("line", (Side("j", 4, 2),), (1.0, 2.0), error=True)
    assert "takes all singular values" in chart_fault(long)


def test_the_fingerprint_follows_what_is_computed_and_not_how_it_looks() -> None:
    (space, *_) = PRODUCT.content.spaces
    before = fingerprint(PRODUCT.content)
    assert fingerprint(edits_names.change_space(PRODUCT, space, size=77).content) != before
    assert fingerprint(edits_names.change_space(PRODUCT, space, colour="pink", description="rows").content) == before
    after = commands.run(open_state(PRODUCT), "add_chart", (made(np.ones(3), ("i",)), "t"))[0].document
    assert fingerprint(after.content) == before
    assert chart_problems(after) == ()


def test_a_chart_of_an_earlier_drawing_or_without_numbers_is_a_note_with_a_remedy() -> None:
    state = commands.run(open_state(PRODUCT), "add_chart", (made(np.ones(3), ("i",)), "Values of $A$"))[0]
    (note,) = charts(state.document)
    assert state.selection == {note.id}
    (space, *_) = PRODUCT.content.spaces
    for wrong, said in (
        (edits_names.change_space(state.document, space, size=77), "'Values of $A$' shows an earlier drawing"),
        (without_numbers(state.document), "has no numbers"),
    ):
        (problem,) = [one for one in td.problems(wrong) if note.id in one.items]
        assert problem.severity == "note"
        assert said in problem.what
        assert remedies_of(problem)[0][1] == "Update charts"
        _, effects = commands.run(open_state(wrong), "mend", (problem.remedy, note.id))
        assert UpdateCharts() in effects
        assert "No problem" not in (commands.find("mend").enabled(open_state(wrong)) or "")


def test_commands_add_change_and_fill() -> None:
    state = open_state(PRODUCT)
    assert commands.find("update_charts").enabled(state)
    assert commands.run(state, "add_viewer")[1] == (AddViewer(),)
    state = commands.run(state, "add_chart", (made(np.ones(3), ("i",)), "t"))[0]
    (note,) = charts(state.document)
    assert commands.find("update_charts").enabled(state) is None
    state = commands.run(state, "set_chart", (note.id, {"width": "2in", "log": True}))[0]
    chart = charts(state.document)[0].chart
    assert chart is not None
    assert (chart.width, chart.log) == (144.0, True)
    refused, effects = commands.run(state, "set_chart", (note.id, {"width": "1pt"}))
    assert refused.document is state.document
    assert "not between" in str(effects)
    state = commands.run(state, "renew_charts", {note.id: made(np.zeros(3), ("i",))})[0]
    assert charts(state.document)[0].chart.numbers == (0.0, 0.0, 0.0)  # type: ignore[union-attr]
    assert with_charts(PRODUCT, {"n1": chart}).layout.notes == {}
    state = commands.run(state, "change_note", (note.id, "new"))[0]
    assert charts(state.document)[0].text == "new"
