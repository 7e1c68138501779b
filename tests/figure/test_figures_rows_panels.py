"""Row F18 of the requirements of figures: panels of one drawing as files of their own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.editor.state import open_state
from tensordraw.editor.update import update
from tensordraw.errors import Error
from tensordraw.figure.export import SUFFIXES
from tensordraw.figure.panels import panels

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def framed() -> Diagram:
    """A chain of tensors, its first two and its other four framed."""
    state = open_state(replace(td.template("mps", sites=6), description=""))
    nodes = list(state.document.content.nodes)
    for part in (nodes[:2], nodes[2:]):
        state, _ = update(state, events.Select(frozenset(part)))
        state, _ = update(state, events.Run("frame"))
    return state.document


def groups(path: Path) -> set[str]:
    return {group.attrib["id"] for group in ET.parse(path).getroot().iter(f"{SVG}g")}


def test_f18_panels_have_letters_and_stay_in_the_document(framed: Diagram) -> None:
    assert [note.text for note in panels(framed)] == ["(a)", "(b)"]
    assert decode(encode(framed)) == framed


def test_f18_each_panel_is_a_file_with_its_part_and_its_letter(framed: Diagram, tmp_path: Path) -> None:
    td.export(framed, tmp_path / "f.svg", frames=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f-a.svg", "f-b.svg"]
    nodes = list(framed.content.nodes)
    first, second = groups(tmp_path / "f-a.svg"), groups(tmp_path / "f-b.svg")
    assert first & set(nodes) == set(nodes[:2])
    assert second & set(nodes) == set(nodes[2:])
    letters = [note.id for note in panels(framed)]
    assert [letter in first for letter in letters] == [True, False]
    assert [letter in second for letter in letters] == [False, True]
    crossing = [w.id for w in framed.content.wires.values() if w.id not in first | second]
    assert len(crossing) == 1  # the wire between the panels is in neither


def test_f18_panels_have_one_scale(framed: Diagram, tmp_path: Path) -> None:
    td.export(framed, tmp_path / "f.svg", frames=True, width="60mm")
    scales, widths = [], []
    for name in ("f-a.svg", "f-b.svg"):
        root = ET.parse(tmp_path / name).getroot()
        widths.append(float(root.attrib["width"].removesuffix("pt")))
        scales.append(widths[-1] / float(root.attrib["viewBox"].split()[2]))
    assert scales[0] == pytest.approx(scales[1], rel=1e-3)
    assert max(widths) == pytest.approx(60 * 72 / 25.4, abs=0.01)
    assert min(widths) < 0.7 * max(widths)


@pytest.mark.parametrize("ending", SUFFIXES)
def test_f18_a_panel_opens_as_the_whole_document_and_exports_the_same(
    framed: Diagram, tmp_path: Path, ending: str
) -> None:
    td.export(framed, tmp_path / f"f{ending}", frames=True, width="60mm")
    opened = td.load(tmp_path / f"f-b{ending}")
    assert opened.content == framed.content
    td.export(opened, tmp_path / f"g{ending}")
    assert (tmp_path / f"g{ending}").read_bytes() == (tmp_path / f"f-b{ending}").read_bytes()


def test_f18_a_whole_figure_shows_the_letters(framed: Diagram) -> None:
    assert len(re.findall(r'aria-label="\((?:a|b)\)"', td.svg(framed))) == 2


def test_f18_without_panels_it_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Error, match="has no panels"):
        td.export(td.template("svd"), tmp_path / "f.svg", frames=True)


def test_f18_a_panel_follows_what_is_deleted(framed: Diagram, tmp_path: Path) -> None:
    state = open_state(framed)
    first = list(framed.content.nodes)[:2]
    state, _ = update(state, events.Select(frozenset(first)))
    state, _ = update(state, events.Run("delete"))
    assert [note.text for note in panels(state.document)] == ["(b)"]


def test_f18_what_is_pasted_keeps_its_panels(framed: Diagram) -> None:
    state, _ = update(open_state(td.template("svd")), events.Pasted(encode(framed), 0.0, 0.0))
    content = state.document.content
    known = {*content.nodes}
    assert [len(known.intersection(note.frame)) for note in panels(state.document)] == [2, 4]
    shown = [content.nodes[item] for note in panels(state.document) for item in note.frame]
    assert {node.name for node in shown} == {node.name for node in framed.content.nodes.values()}  # type: ignore[union-attr]


def test_f18_what_was_opened_from_a_panel_is_the_whole_drawing_again_where_that_is_wanted(
    framed: Diagram, tmp_path: Path
) -> None:
    from tensordraw import cli

    td.export(framed, tmp_path / "f.svg", frames=True, width="60mm")
    command = ["export", str(tmp_path / "f-b.svg"), "-o", str(tmp_path / "w.svg"), "--width", "120mm", "--whole"]
    assert cli.main(command, lambda _: 0) == 0
    nodes = set(framed.content.nodes)
    assert nodes <= groups(tmp_path / "w.svg")
    opened = td.load(tmp_path / "f-b.svg")
    (tmp_path / "shown.svg").write_text(td.svg(opened))  # in a notebook
    assert nodes <= groups(tmp_path / "shown.svg")
    assert td.tikz(opened) == td.tikz(framed)


def test_f18_a_document_opened_from_a_panel_that_is_deleted_exports_the_whole(framed: Diagram, tmp_path: Path) -> None:
    td.export(framed, tmp_path / "f.svg", frames=True)
    state = open_state(td.load(tmp_path / "f-b.svg"))
    state, _ = update(state, events.Select(frozenset({state.document.export.frame})))
    state, _ = update(state, events.Run("delete"))
    td.export(state.document, tmp_path / "w.svg")
    assert set(framed.content.nodes) <= groups(tmp_path / "w.svg")
    with pytest.raises(Error, match="There is no panel"):
        td.export(state.document, tmp_path / "w.svg", frame="n99")
