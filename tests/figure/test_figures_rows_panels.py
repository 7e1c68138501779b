"""Row F18 of the requirements of figures: panels of one drawing as files of their own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.editor.effects import Announce
from tensordraw.editor.state import open_state
from tensordraw.editor.update import update
from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.figure.export import SUFFIXES, files
from tensordraw.figure.panels import extent, panels
from tests.acts import papers

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


@pytest.mark.parametrize("name", ["gpt2 folded", "37-gpt2-sideways", "llama"])
def test_f18_what_is_collapsed_is_shown_by_its_box_and_each_item_can_be_framed_or_is_refused(name: str) -> None:
    state = open_state(papers()[name]())
    content = state.document.content
    refusals = 0
    for item in (*content.nodes, *content.regions, *content.equations):
        chosen, _ = update(state, events.Select(frozenset({item})))
        after, effects = update(chosen, events.Run("frame"))
        made = panels(after.document)
        if len(made) == len(panels(state.document)):
            refusals += any(isinstance(one, Announce) and one.warns for one in effects)
            assert refusals
        else:
            left, top, right, bottom = extent(build(after.document), after.document, next(iter(after.selection)))
            assert left < right
            assert top < bottom
    assert refusals <= 1  # an identity that is drawn as part of its wires


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


def corners(diagram: Diagram) -> list[tuple[float, float]]:
    """From the upper left corner of what each panel shows to the lower left corner of its letter."""
    figure, out = build(diagram), []
    for note in panels(diagram):
        left, top, _, _ = extent(figure, diagram, note.id)
        letter = next(item.box for item in figure.items if item.owner == note.id)
        out.append((letter[0] - left, letter[3] - top))
    return out


def test_f18_a_letter_stands_at_the_upper_left_of_its_panel_and_goes_along_when_all_is_laid_out_anew(
    framed: Diagram,
) -> None:
    for right, below in corners(framed):
        assert abs(right) <= 1.0
        assert -9.0 <= below <= -7.0
    places = {item: replace(place, x=place.x * 3, y=place.y + place.x) for item, place in framed.layout.places.items()}
    pulled = replace(framed, layout=replace(framed.layout, places=places))
    state, _ = update(open_state(pulled), events.Run("arrange"))
    assert state.document.layout.places != pulled.layout.places
    for (x, y), (u, v) in zip(corners(state.document), corners(pulled), strict=True):
        assert x == pytest.approx(u, abs=1.0)
        assert y == pytest.approx(v, abs=1.0)


def test_f18_a_chart_in_no_panel_is_told_of_once(framed: Diagram) -> None:
    letter = next(iter(framed.layout.notes.values()))
    chart = replace(letter, id="n900", text="Loss", frame=(), chart=Chart("line", (Side("step", 3),), (1.0, 2.0, 3.0)))
    with_chart = replace(framed, layout=replace(framed.layout, notes=framed.layout.notes | {"n900": chart}))
    told = [
        caution.sentence
        for _, _, cautions in files(with_chart, "f.svg", frames=True)
        for caution in cautions
        if caution.severity == "warning" and "in no panel" in caution.sentence
    ]
    assert told == ["The chart Loss stands in no panel: frame it, or no file shows it."]
    assert not [
        one for _, _, found in files(framed, "f.svg", frames=True) for one in found if "in no panel" in one.sentence
    ]
