"""Rows F6, F7, F11 and F12 of the requirements of figures: labels as outlines and text, titles, descriptions, groups."""

from __future__ import annotations

import base64
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import svgwrite
from fontTools.ttLib import TTFont
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.exports import Export
from tensordraw.diagram.records import Diagram
from tensordraw.figure.describe import describe
from tensordraw.figure.export import drawn, options, picture, text
from tensordraw.figure.labels import FONTS
from tensordraw.figure.paths import bounds, union
from tensordraw.figure.svg_text import Letters
from tensordraw.figure.texts import sentence
from tests.figure.rendering import compiled, has_tex, needs, run

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def attention() -> Diagram:
    return td.template("attention")


def test_f6_outlines_carry_their_latex(attention: Diagram) -> None:
    root = ET.fromstring(text(attention))
    assert not root.findall(f".//{SVG}text")
    spoken = {path.attrib["aria-label"] for path in root.iter(f"{SVG}path") if "aria-label" in path.attrib}
    assert {"W_{Q}", r"\text{head_size}"} <= spoken


@pytest.mark.parametrize("font", sorted(FONTS))
def test_f6_real_text_is_in_an_embedded_subset(attention: Diagram, font: str) -> None:
    made = text(attention, text=True, font=font)
    root = ET.fromstring(made)
    written = {element.text for element in root.iter(f"{SVG}text")}
    assert {"hidden", "head_size"} <= written
    style = root.find(f".//{SVG}style")
    assert style is not None
    found = re.search(
        r"font-family: '(td-[a-z-]+)'; src: url\(data:font/otf;base64,([A-Za-z0-9+/=]+)\)", style.text or ""
    )
    assert found is not None
    embedded = TTFont(io.BytesIO(base64.b64decode(found[2])))
    letters = {letter for element in root.iter(f"{SVG}text") for letter in element.text or ""}
    assert letters <= {chr(code) for code in embedded.getBestCmap()}
    assert embedded["maxp"].numGlyphs < 80
    assert {element.attrib["font-family"] for element in root.iter(f"{SVG}text")} == {found[1]}
    assert len(made) < 150_000
    assert text(attention, text=True, font=font) == made


@pytest.mark.parametrize("font", sorted(FONTS))
def test_f6_real_text_stands_where_the_outlines_are(font: str) -> None:
    from fontTools.pens.boundsPen import BoundsPen

    diagram = td.template("attention")
    figure = drawn(diagram, options(Export(), font=font)).figure
    letters = Letters(figure, "td")
    for item in figure.items:
        for shape in item.shapes:
            if shape.words is None:
                continue
            boxes = []
            for element in letters.elements(svgwrite.Drawing(debug=False), shape):
                if element.elementname == "rect":
                    x, y, wide, high = (float(element.attribs[key]) for key in ("x", "y", "width", "height"))
                    boxes.append((x, y, x + wide, y + high))
                    continue
                embedded = TTFont(io.BytesIO(letters.fonts[shape.words.font].file))
                glyphs, codes = embedded.getGlyphSet(), embedded.getBestCmap()
                size = float(element.attribs["font-size"]) / embedded["head"].unitsPerEm
                places = [float(x) for x in element.attribs["x"].split()]
                rows = [float(y) for y in element.attribs["y"].split()]  # one for all, or one each
                rows = rows if len(rows) > 1 else rows * len(places)
                for letter, place, y in zip(element.text, places, rows, strict=True):
                    pen = BoundsPen(glyphs)
                    glyphs[codes[ord(letter)]].draw(pen)
                    a, b, c, d = pen.bounds
                    boxes.append((place + a * size, y - d * size, place + c * size, y - b * size))
            assert union(boxes) == pytest.approx(bounds(shape.path), abs=0.02), shape.words


@needs("pdffonts", "pdftotext")
@pytest.mark.parametrize("font", sorted(FONTS))
def test_f7_pdf_embeds_subsets_with_their_letters(attention: Diagram, tmp_path: Path, font: str) -> None:
    (tmp_path / "a.pdf").write_bytes(picture(attention, str(tmp_path / "a.pdf"), font=font))
    listed = run(["pdffonts", str(tmp_path / "a.pdf")]).stdout.splitlines()[2:]
    assert listed
    for line in listed:
        assert re.match(r"[A-Z]{6}\+\S+\s+CID (Type 0C|TrueType)\s+Identity-H\s+yes yes yes", line), line
    words = run(["pdftotext", str(tmp_path / "a.pdf"), "-"]).stdout
    for word in ("softmax", "head_size", "hidden", "W"):
        assert word in words


def test_f11_title_and_description_are_in_every_format_that_has_them(attention: Diagram, tmp_path: Path) -> None:
    titled = replace(attention, title="Straße & <Köpfe>", description="Was zu sehen ist.")
    root = ET.fromstring(text(titled))
    assert root.attrib["role"] == "img"
    ids = root.attrib["aria-labelledby"].split()
    named = {child.attrib["id"]: child.text for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [named[name] for name in ids] == ["Straße & <Köpfe>", "Was zu sehen ist."]
    pdf = picture(titled, str(tmp_path / "a.pdf"))
    assert f"/Title <feff{'Straße & <Köpfe>'.encode('utf-16-be').hex()}>".encode() in pdf
    assert b"/S /Figure" in pdf
    assert b"/Alt (Was zu sehen ist.)" in pdf
    assert picture(titled, "a.tex").decode().startswith("% Straße & <Köpfe>\n% Was zu sehen ist.\n")


def test_f11_the_description_is_generated_where_none_was_written(attention: Diagram) -> None:
    plain = replace(attention, description="")
    root = ET.fromstring(text(plain))
    assert root.findtext(f"{SVG}desc") == describe(plain)
    assert describe(plain).startswith("Tensor network with ")
    assert "Open legs: " in describe(plain)


@pytest.mark.skipif(not has_tex(), reason="pdflatex not installed")
def test_f11_the_description_can_be_pasted_into_latex(attention: Diagram, tmp_path: Path) -> None:
    """Whatever signs are in it; here \\Description typesets what it is given, as the class of the ACM does not."""
    typed = "50% of a_b & #1 {x} \\foo ~ ^ < | > $2 über ⊗ α\n\nnext"
    for words in (describe(replace(attention, description="")), typed):
        page = rf"\documentclass{{article}}\newcommand\Description[1]{{#1}}\begin{{document}}\Description{{{sentence(words)}}}"
        compiled(page + r"\end{document}", tmp_path)


def test_f12_each_item_is_a_group_with_a_stable_id_and_a_title(attention: Diagram) -> None:
    def groups(diagram: Diagram) -> dict[str, str | None]:
        root = ET.fromstring(text(diagram))
        return {group.attrib["id"]: group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")}

    before = groups(attention)
    assert set(attention.content.nodes) <= set(before)
    for node in attention.content.nodes.values():
        if node.id in before and getattr(node, "name", ""):
            assert before[node.id]
    places = {key: replace(place, x=place.x * 2) for key, place in attention.layout.places.items()}
    assert groups(replace(attention, layout=replace(attention.layout, places=places))) == before


def test_f12_groups_are_called_in_plain_words_where_inkscape_lists_objects() -> None:
    draft = Draft()
    space = draft.space(r"\chi", 3)
    gamma, other = (
        draft.tensor(r"\Gamma", [draft.leg(space, "$k$")]),
        draft.tensor("V^{*}", [draft.leg(space)], (60, 0)),
    )
    wire = draft.wire(gamma.legs[0], other.legs[0])
    root = ET.fromstring(text(draft.build()))
    labels = {g.get("id"): g.get("{http://www.inkscape.org/namespaces/inkscape}label") for g in root.iter(f"{SVG}g")}
    assert labels[gamma.id] == "tensor Γ"
    assert labels[other.id] == "tensor V*"
    assert labels[wire.id] == "wire k between tensor Γ and tensor V*"


@needs("inkscape")
@pytest.mark.slow
def test_f12_inkscape_keeps_groups_titles_and_the_document(attention: Diagram, tmp_path: Path) -> None:
    def groups(path: Path) -> dict[str, str | None]:
        return {
            g.attrib["id"]: g.findtext(f"{SVG}title") for g in ET.parse(path).getroot().iter(f"{SVG}g") if g.get("id")
        }

    td.export(attention, tmp_path / "a.svg")
    run(["inkscape", str(tmp_path / "a.svg"), "--export-plain-svg", "-o", str(tmp_path / "b.svg")])
    before, after = groups(tmp_path / "a.svg"), groups(tmp_path / "b.svg")
    assert {name: after.get(name) for name in before} == before
    with pytest.warns(UserWarning, match="changed since"):
        assert td.load(tmp_path / "b.svg") == attention
