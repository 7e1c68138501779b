"""Rows F16 and F17 of the requirements of figures: themes, hatching, and how colours are seen."""

from __future__ import annotations

import re

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.exports import Export
from tensordraw.diagram.file import encode
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.figure.display import Figure
from tensordraw.figure.export import drawn, options
from tensordraw.figure.hatching import PATTERNS, hatched
from tensordraw.figure.paths import bounds
from tensordraw.figure.simulating import KINDS, recolouring, seen
from tensordraw.figure.themes import THEMES, theme


@pytest.fixture(scope="module")
def attention() -> Diagram:
    return td.template("attention")


def colours(figure: Figure) -> set[str]:
    shapes = [shape for item in figure.items for shape in item.shapes]
    return {s.fill for s in shapes if s.fill} | {s.stroke.colour for s in shapes if s.stroke}


def test_f16_four_styles_swap_without_touching_the_document(attention: Diagram) -> None:
    assert {"paper", "slide", "blog", "black-and-white"} <= set(THEMES)
    before = encode(attention)
    made = {name: drawn(attention, options(Export(), theme=name)) for name in THEMES}
    assert encode(attention) == before
    assert len({str(page.figure.items) for page in made.values()}) == len(THEMES)
    assert made["slide"].background is None
    assert made["blog"].background == "#ffffff"
    fonts = {
        name: {s.words.font for i in page.figure.items for s in i.shapes if s.words} for name, page in made.items()
    }
    assert fonts["paper"] == {"latin-modern"}
    assert fonts["slide"] == fonts["blog"] == {"sans"}


def test_f16_black_and_white_has_no_other_colours(attention: Diagram) -> None:
    for colour in colours(build(attention, "black-and-white")):
        assert colour[1:3] == colour[3:5] == colour[5:7], colour


def test_f16_lines_of_slides_are_wider(attention: Diagram) -> None:
    def least(name: str) -> float:
        return min(
            s.stroke.width for i in build(attention, name).items for s in i.shapes if s.stroke and s.role == "wire"
        )

    assert least("slide") > least("blog") > least("paper")


def test_f17_each_fill_has_its_own_hatching(attention: Diagram) -> None:
    assert len({str(pattern) for pattern in PATTERNS.values()}) == len(PATTERNS)
    look, plain = theme("paper"), build(attention)
    made = hatched(plain, look)
    fills = {look.tints[name] for name in PATTERNS} | {look.colours["diagonal"]}
    tinted = {i.owner for i in plain.items for s in i.shapes if s.role in ("region", "body") and s.fill in fills}
    grown = {
        item.owner for item, old in zip(made.items, plain.items, strict=True) if len(item.shapes) > len(old.shapes)
    }
    assert grown == tinted
    assert grown


def test_f17_in_black_and_white_fills_differ_by_their_hatching(attention: Diagram) -> None:
    look, plain = theme("black-and-white"), build(attention, "black-and-white")
    lines = {item.owner: item.shapes[1].path for item in hatched(plain, look).items if item.owner in ("r6", "r7")}
    slopes = {owner: (path[1][2] - path[0][2]) / (path[1][1] - path[0][1]) for owner, path in lines.items()}  # type: ignore[misc]
    assert slopes == {"r6": pytest.approx(1.0, abs=0.01), "r7": pytest.approx(-1.0, abs=0.01)} or slopes == {
        "r6": pytest.approx(-1.0, abs=0.01), "r7": pytest.approx(1.0, abs=0.01),
    }  # fmt: skip


def test_f17_lines_stay_inside_and_clear_of_labels(attention: Diagram) -> None:
    plain = build(attention)
    made = hatched(plain, theme("paper"))
    labels = [bounds(s.path) for i in plain.items for s in i.shapes if s.words]
    lines = 0
    for item, old in zip(made.items, plain.items, strict=True):
        for shape in item.shapes:
            if shape in old.shapes or shape.role != "mark" or shape.stroke is None:
                continue
            box = bounds(next(s for s in old.shapes if s.fill).path)
            points = np.array([segment[1:] for segment in shape.path], dtype=float).reshape(-1, 2, 2)
            lines += len(points)
            assert (points >= np.array(box[:2]) - 0.01).all()
            assert (points <= np.array(box[2:]) + 0.01).all()
            for left, top, right, bottom in labels:
                along = points[:, :1] + (points[:, 1:] - points[:, :1]) * np.linspace(0, 1, 50)[None, :, None]
                inside = (along > np.array([left, top])).all(axis=2) & (along < np.array([right, bottom])).all(axis=2)
                assert not inside.any()
    assert lines > 50


def test_f17_colours_in_grey_and_as_they_are_seen(attention: Diagram) -> None:
    assert seen("#ffffff", "greyscale") == "#ffffff"
    assert seen("#000000", "tritanopia") == "#000000"
    assert re.fullmatch(r"#(..)\1\1", seen("#0072b2", "greyscale"))
    red, green = (seen(colour, "deuteranopia") for colour in ("#c00000", "#508000"))
    apart = [abs(int(red[k : k + 2], 16) - int(green[k : k + 2], 16)) for k in (1, 3, 5)]
    assert max(apart) < 60  # told apart badly
    figure = build(attention)
    for kind in KINDS:
        assert set(recolouring(figure, kind)) == colours(figure)
    with pytest.raises(Error, match="There is no simulation"):
        seen("#ffffff", "x-ray")
