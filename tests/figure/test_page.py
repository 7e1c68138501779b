"""The page that a figure is made for, as it falls on the drawing."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import export
from tensordraw.figure.build import build
from tensordraw.figure.lengths import points
from tensordraw.figure.page import page
from tensordraw.templates import template


def asked(name: str, **options: Any) -> Diagram:
    made = template(name)
    return replace(made, export=export.options(made.export, **options))


def test_without_a_width_the_page_is_as_wide_as_the_drawing() -> None:
    made = asked("mps")
    found = page(made)
    box = build(made).box
    assert found.reach == pytest.approx(box[2] - box[0] + 2)
    assert found.factor == 1
    assert found.words.startswith("natural width, 92.6 mm · labels 7.5 to 9 pt")
    assert not found.warns


@pytest.mark.parametrize("name", ["mps", "attention", "gpt2"])
@pytest.mark.parametrize("width", ["40mm", "86mm", "nature", r"0.5\linewidth", "blog"])
@pytest.mark.parametrize("scale", ["absolute", "all"])
def test_the_page_is_what_the_export_writes(name: str, width: str, scale: str) -> None:
    made = asked(name, width=width, scale=scale)
    found, written = page(made), export.drawn(made, made.export)
    assert found.factor == written.factor
    assert found.width == points(width)
    whole = build(made).box
    drawing = whole[2] - whole[0] + 2 * made.export.padding
    assert found.reach == pytest.approx(max(points(width) / found.factor, drawing)), "it holds the drawing as it stands"
    assert found.warns == (written.factor < 1 - 5e-3)
    scaled = abs(written.factor - 1) > 5e-3
    assert (f"scaled to {written.factor * 100:.0f} %: labels" in found.words) == scaled


def test_what_does_not_fit_is_scaled_and_warned_of() -> None:
    found = page(asked("mps", width="40mm"))
    assert found.words.startswith("40 mm column · scaled to 68 %: labels 5.1 to 6.1 pt")
    assert found.warns
    roomy = page(asked("mps", width="86mm"))
    assert roomy.words == "86 mm column · labels 7.5 to 9 pt · spaced to 93 %"
    assert not roomy.warns


def test_small_letters_are_warned_of_though_nothing_is_scaled() -> None:
    found = page(asked("mps", width="120mm", label=4.5))
    assert found.factor == 1
    assert found.warns


def test_a_slide_has_a_height_too() -> None:
    found = page(asked("gpt2", width="slide", scale="all"))
    assert found.height * found.factor == pytest.approx(540)
    assert found.reach * found.factor == pytest.approx(960)
    assert found.words.startswith("Slide of 16 to 9, 338.7 mm · scaled to ")


def test_panels_share_the_scale_of_the_widest() -> None:
    made = asked("mps", width="86mm", frames=True)
    nodes = list(made.content.nodes)
    made, _ = edits_layout.add_panel(made, "a", nodes[:2], 0, 0)
    made, widest = edits_layout.add_panel(made, "b", nodes[1:], 0, 0)
    found = page(made)
    figure, factor = export.scaled(made, replace(made.export, frames=False, frame=widest))
    assert found.factor == factor
    assert found.reach == pytest.approx(figure.box[2] - figure.box[0] + 2)
    assert found.width == pytest.approx(points("86mm"))


def test_an_empty_document_has_a_page_and_a_wrong_width_is_told() -> None:
    assert page(Diagram()).words.startswith("natural width")
    assert page(replace(Diagram(), export=replace(Diagram().export, width="86mm"))).words == "86 mm column · no labels"
    with pytest.raises(Error, match="is not a length"):
        page(replace(template("mps"), export=replace(Diagram().export, width="wide")))
