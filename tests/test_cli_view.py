"""`tensordraw view`: a slice of a value of the drawing as a figure."""

from __future__ import annotations

from pathlib import Path

import pytest

import tensordraw as td
from tensordraw import cli
from tests.templates.folders import add_tokenizer, gpt2_folder


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    td.save(td.template("gpt2", layers=2, heads=4, hidden=8, vocab=11, seq=5), "g.tdraw")
    return tmp_path


def view(*arguments: str, code: int = 0) -> None:
    assert cli.main(("view", *arguments), lambda path: 0) == code


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "eps", "tex"])
def test_the_pattern_of_a_head_is_written_in_every_format_and_alike_each_time(ending: str, model: Path) -> None:
    for name in ("a", "b"):
        view("g.tdraw", "--value", "pattern", "--at", "layer=1,head=3", "-o", f"{name}.{ending}")
    data = (model / f"a.{ending}").read_bytes()
    assert len(data) > 1000
    assert data == (model / f"b.{ending}").read_bytes()


def test_what_is_shown_is_said(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    view("g.tdraw", "--value", "pattern", "--at", "layer=1", "--at", "head=-1", "--ids", "1 2 3 4 5", "-o", "a.svg")
    assert capsys.readouterr().out.startswith("pattern, layer 1, head 3: min 0   max 1 ")
    assert "pattern, layer 1, head 3" in (model / "a.svg").read_text()
    view("g.tdraw", "-o", "b.svg")
    assert capsys.readouterr().out.startswith("result, seq 4: ")
    view("g.tdraw", "--value", "resid_post", "--kind", "line", "--at", "layer=1", "--title", "", "-o", "c.svg")
    assert "A line of 8 hidden." in (model / "c.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--value", "nope"], "no copy or region 'nope'"),
        (["--at", "layr=1"], "no axis 'layr'"),
        (["--at", "seq"], "AXIS=NUMBER"),
        (["--at", "seq=--1"], "AXIS=NUMBER"),
        (["--value", "W_E", "--kind", "attention"], "no attention pattern"),
        (["--ids", "1 x"], "whole numbers"),
        (["--text", "a", "--ids", "1"], "either --text or --ids"),
        (["-o", "a.gif"], "ends in .svg"),
        (["--width", "broad"], "not a length"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], said: str, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view("g.tdraw", "-o", "a.svg", *arguments, code=2)
    words = capsys.readouterr().err
    assert said in words
    assert words.count("\n") == 1


def test_tokens_stand_on_both_axes_of_a_models_pattern(model: Path) -> None:
    folder = gpt2_folder(model / "m")
    tokenizer = add_tokenizer(folder)
    td.save(td.template("gpt2", weights=folder), "m.tdraw")
    text = "the cat sat"
    view("m.tdraw", "--value", "pattern", "--text", text, "-o", "m.svg")
    drawn = (model / "m.svg").read_text()
    count = len(tokenizer.encode(text).ids)
    assert f"A heatmap of {count} query by {count} key." in drawn
