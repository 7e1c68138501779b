"""SVG and PNG: well-formed, deterministic, plain, to be read aloud, and the same picture."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET

import pytest
from msgspec.structs import replace

from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.figure.display import Shape
from tensordraw.figure.png import png
from tensordraw.figure.svg import svg
from tests.figure import samples

_NS = {"s": "http://www.w3.org/2000/svg"}


def test_each_item_is_a_group_with_its_id_and_title() -> None:
    figure = build(samples.scores())
    root = ET.fromstring(svg(figure, title="Scores", description="Q K"))
    groups = {g.attrib["id"]: g for g in root.findall("s:g", _NS)}
    assert set(groups) == {item.owner for item in figure.items if item.shapes}
    for item in figure.items:
        if item.text and item.shapes:
            assert groups[item.owner].findtext("s:title", namespaces=_NS) == item.text


def test_it_has_title_and_description_for_screen_readers() -> None:
    root = ET.fromstring(svg(build(samples.svd()), title="SVD", description="three tensors"))
    assert root.attrib["role"] == "img"
    ids = root.attrib["aria-labelledby"].split()
    named = {e.attrib["id"]: e.text for e in root if "id" in e.attrib and e.tag.endswith(("title", "desc"))}
    assert [named[i] for i in ids] == ["SVD", "three tensors"]


def test_only_plain_colours_no_text_no_styles() -> None:
    text = svg(build(samples.scores(), "dark"))
    assert not re.search(r"<(text|style|filter|linearGradient|clipPath|image)\b|style=|class=|opacity", text)
    for value in re.findall(r'(?:fill|stroke)="([^"]*)"', text):
        assert value == "none" or re.fullmatch("#[0-9a-f]{6}", value)


def test_labels_are_paths_that_carry_their_latex() -> None:
    assert re.search(r'<path aria-label="[^"]*head_size', svg(build(samples.scores())))


def test_paper_is_transparent_and_dark_is_not() -> None:
    diagram = samples.svd()
    assert "<rect" not in svg(build(diagram))
    assert "<rect" in svg(build(diagram, "dark"))
    assert "<rect" in svg(build(diagram), background="#ffffff")


def test_the_box_is_tight_with_a_point_of_padding() -> None:
    figure = build(samples.svd())
    left, top, right, bottom = figure.box
    box = [float(v) for v in ET.fromstring(svg(figure)).attrib["viewBox"].split()]
    assert box == pytest.approx([left - 1, top - 1, right - left + 2, bottom - top + 2], abs=2e-3)


@pytest.mark.parametrize(
    ("width", "points"), [("86mm", 243.78), ("3.4in", 244.8), ("246pt", 246.0), ("720px", 540.0), (100, 100)]
)
def test_widths(width: str | float, points: float) -> None:
    root = ET.fromstring(svg(build(samples.svd()), width=width))
    assert float(root.attrib["width"].removesuffix("pt")) == pytest.approx(points, abs=0.01)


@pytest.mark.parametrize("width", ["wide", "0mm", "-3pt", "1e400", float("nan")])
def test_a_bad_width_is_one_sentence(width: str | float) -> None:
    with pytest.raises(Error, match="width"):
        svg(build(samples.svd()), width=width)


def test_the_same_bytes_twice() -> None:
    assert svg(build(samples.scores())) == svg(build(samples.scores()))
    assert png(build(samples.svd()), 100) == png(build(samples.svd()), 100)


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    figure = build(samples.svd())
    item = next(i for i in figure.items if i.shapes)
    broken = replace(item, shapes=(Shape((("M", float("nan"), 0.0),), "body", fill="#000000"),))
    with pytest.raises(ValueError, match="coordinate"):
        svg(replace(figure, items=(broken,)))


def test_png_has_size_and_resolution() -> None:
    figure = build(samples.svd())
    data = png(figure, 300)
    width, height = struct.unpack(">II", data[16:24])
    left, top, right, bottom = figure.box
    assert width == pytest.approx((right - left + 2) * 300 / 72, abs=1.5)
    assert height == pytest.approx((bottom - top + 2) * 300 / 72, abs=1.5)
    at = data.index(b"pHYs")
    assert struct.unpack(">IIB", data[at + 4 : at + 13]) == (11811, 11811, 1)


@pytest.mark.parametrize("dpi", [0, -5, 1e9, float("nan")])
def test_a_bad_resolution_is_one_sentence(dpi: float) -> None:
    with pytest.raises(Error, match="dpi"):
        png(build(samples.svd()), dpi)


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(Error, match="pixels"):
        png(build(samples.lattice(100)), 9000)
