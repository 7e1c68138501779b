"""Charts from the command line and from Python: put into a document, computed anew, exported as the window does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.api.charts import add_chart, update_charts
from tensordraw.bundled import bundled
from tensordraw.diagram import edits_names
from tensordraw.diagram.fingerprints import charts
from tensordraw.figure.export import picture


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "svd.tdraw").write_bytes(bundled("gallery/22-svd.tdraw").read_bytes())
    return tmp_path


def run(*arguments: str, code: int = 0) -> None:
    assert cli.main(arguments, lambda path: 0) == code


def test_a_value_is_put_into_the_drawing_and_updated(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(
        "view",
        "svd.tdraw",
        "--value",
        "S",
        "--bars",
        "--log",
        "--title",
        "Spectrum of $M$",
        "--width",
        "60mm",
        "-o",
        "a.tdraw",
    )
    (note,) = charts(td.load("a.tdraw"))
    chart = note.chart
    assert chart is not None
    assert (note.text, chart.kind, chart.log, chart.value) == ("Spectrum of $M$", "bars", True, "S")
    assert chart.width == pytest.approx(60 / 25.4 * 72)
    diagram = td.load("a.tdraw")
    np.testing.assert_allclose(
        [float(each) for each in chart.numbers], td.evaluate(diagram, capture=["S"])[1]["S"], rtol=1e-3
    )
    space = next(s.id for s in diagram.content.spaces.values() if s.name == "i")
    td.save(edits_names.change_space(diagram, space, size=8), "b.tdraw")
    run("check", "b.tdraw")
    assert "shows an earlier drawing" in capsys.readouterr().out
    run("charts", "b.tdraw")
    assert capsys.readouterr().out == "1 chart updated.\n"
    run("check", "b.tdraw")
    assert "earlier drawing" not in capsys.readouterr().out
    (fresh,) = charts(td.load("b.tdraw"))
    assert fresh.chart is not None
    assert fresh.chart.numbers != chart.numbers
    assert (fresh.chart.kind, fresh.chart.log, fresh.chart.width) == ("bars", True, chart.width)


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "eps", "tex"])
def test_an_export_needs_no_evaluation_and_is_the_window_s_byte_for_byte(
    ending: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("view", "svd.tdraw", "--value", "M", "-o", "a.tdraw")
    capsys.readouterr()
    run("export", "a.tdraw", "-o", f"a.{ending}")
    assert "charts without their numbers" in capsys.readouterr().err
    data = (here / f"a.{ending}").read_bytes()
    assert data == picture(td.load("a.tdraw"), f"a.{ending}")
    run("export", "a.tdraw", "--values", "-o", f"b.{ending}")
    assert "numbers" not in capsys.readouterr().err
    whole, bare = (td.load(here / f"{name}.{ending}") for name in "ba")
    assert [bool(note.chart and note.chart.numbers) for one in (whole, bare) for note in charts(one)] == [True, False]
    run("export", f"b.{ending}", "-o", f"c.{ending}")
    assert (here / f"c.{ending}").read_bytes() == (here / f"b.{ending}").read_bytes()


def test_a_blind_figure_carries_no_numbers(here: Path) -> None:
    run("view", "svd.tdraw", "--value", "S", "-o", "a.tdraw")
    run("export", "a.tdraw", "--blind", "--values", "-o", "a.svg")
    with pytest.raises(td.Error, match="no document"):
        td.load("a.svg")


def test_figures_of_their_own_have_bars_logarithms_and_errors(here: Path) -> None:
    drawn = []
    for number, more in enumerate(([], ["--bars"], ["--log"], ["--error"], ["--error", "--log"])):
        run("view", "svd.tdraw", "--value", "S", "--kind", "line", *more, "-o", f"{number}.svg")
        drawn.append((here / f"{number}.svg").read_bytes())
    assert len(set(drawn)) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--value", "M", "--log"], "neither bars nor a scale"),
        (["--value", "nope"], "no copy or region 'nope'"),
        (["--value", "S", "--width", "1mm"], "not between 20 and 5000"),
        (["--value", "S", "--kind", "top", "--error"], "choose the kind line"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], said: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("view", "svd.tdraw", *arguments, "-o", "a.tdraw", code=2)
    assert said in capsys.readouterr().err
    assert not Path("a.tdraw").exists()


def test_a_language_model_s_pattern_has_its_tokens() -> None:
    model = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5)
    made = add_chart(model, "pattern", at={"layer": 1, "head": 1}, start=[3, 1, 4, 1, 5])
    (note,) = charts(made)
    assert note.text == "pattern, layer 1, head 1"
    assert note.chart is not None
    assert [side.texts for side in note.chart.sides] == [("3", "1", "4", "1", "5")] * 2
    assert update_charts(made, start=[3, 1, 4, 1, 5]) == made
    with pytest.raises(td.Error, match="no axis 'row'"):
        add_chart(model, "pattern", at={"row": 1})
