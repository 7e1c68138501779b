"""Charts go along with a rename that changes no value; one that does concerns only charts of what changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits_layout, edits_names
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.fingerprints import chart_problems, charts, fingerprint
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Diagram, Id


def drawn() -> tuple[Diagram, dict[str, Id]]:
    """M (random), S made of it and R (random), with a chart of M, of S by its name, and of the result, in this order."""
    draft = Draft()
    ids = {}
    for place, name in enumerate("MSR"):
        ids[name] = draft.tensor(
            name, [draft.leg(draft.space("n", 3)) for _ in range(1 + (name == "M"))], (60.0 * place, 0)
        ).id
    draft.recipes["S"] = Recipe("svd_s", "M", rows=1)
    diagram = draft.build()
    for value in (ids["M"], "S", ""):
        chart = Chart(
            "bars", (Side("n", 3),), (1.0, 2.0, 3.0), value=value, name=value, drawing=fingerprint(diagram.content)
        )
        diagram, _ = edits_layout.add_chart(diagram, chart, value, 0.0, 80.0)
    shown = {
        note.id: replace(note, chart=replace(note.chart, drawing=fingerprint(diagram.content)))
        for note in charts(diagram)
    }
    diagram = replace(diagram, layout=replace(diagram.layout, notes=shown))
    assert not chart_problems(diagram)
    return diagram, ids


def stale(diagram: Diagram) -> list[int]:
    """The places of the charts that are of an earlier drawing."""
    told = {problem.items[0] for problem in chart_problems(diagram)}
    return [place for place, note in enumerate(charts(diagram)) if note.id in told]


@pytest.mark.parametrize(
    ("name", "concerned"),
    [("S", []), ("R", [2]), ("M", [0, 1, 2])],
    ids=["made of another", "random", "random, and used"],
)
def test_only_charts_of_what_changed_are_of_an_earlier_drawing(name: str, concerned: list[int]) -> None:
    diagram, ids = drawn()
    assert stale(edits_names.rename(diagram, ids[name], "other")) == concerned
    assert stale(edits_names.rename_array(diagram, name, "other")) == concerned


def test_a_chart_asks_for_the_array_under_its_new_name() -> None:
    diagram, ids = drawn()
    after = edits_names.rename(diagram, ids["S"], "sigma")
    chart = charts(after)[1].chart
    assert chart is not None
    assert (chart.value, chart.name) == ("sigma", "sigma")


def test_what_was_of_an_earlier_drawing_stays_so_and_another_array_s_name_is_a_change() -> None:
    diagram, ids = drawn()
    earlier = edits_names.set_recipe(diagram, "M", Recipe("fill"))
    assert stale(earlier) == [0, 1, 2]
    assert stale(edits_names.rename(earlier, ids["S"], "sigma")) == [0, 1, 2]
    assert stale(edits_names.rename(diagram, ids["S"], "R")) == [1, 2], "S is R now"
