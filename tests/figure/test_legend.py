"""The table of legs: a row for each space that is drawn, with its line, names, size and meaning, in every printer."""

from __future__ import annotations

import pytest

import tensordraw as td
from tensordraw.diagram import edits_layout, edits_names, file
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.display import Item
from tensordraw.figure.legend import ROW, rows
from tensordraw.figure.themes import space_strokes, theme


def table(diagram: td.Diagram) -> Item:
    (note,) = [note.id for note in diagram.layout.notes.values() if note.table]
    return next(item for item in build(diagram).items if item.owner == note)


def test_rows_say_name_other_names_size_and_meaning() -> None:
    d = td.template("gpt2")
    found = {space.name: (others, space.size, space.description) for space, others in rows(d.content)}
    assert found["seq"] == (("query", "key"), 1024, "positions in the sequence")
    assert found["hidden"] == ((), 768, "residual stream")
    assert list(found) == ["seq", "hidden", "vocab", "layer", "head", "head_size", "mlp"]


def test_a_space_that_is_not_drawn_has_no_row() -> None:
    d = td.einsum("i j, j k -> i k", "A", "B")
    more, _ = edits_names.add_space(d, "unused", 7)
    assert [space.name for space, _ in rows(more.content)] == [space.name for space, _ in rows(d.content)]


def test_each_row_has_its_line_in_the_colour_of_its_wires() -> None:
    d = td.template("gpt2")
    lines = [shape.stroke for shape in table(d).shapes if shape.role == "mark"]
    strokes = space_strokes(d.content, theme("paper"))
    assert lines[1:] == [strokes[space.id] for space, _ in rows(d.content)]  # below the rule


def test_it_grows_by_a_row_for_each_space() -> None:
    d, _ = edits_layout.add_table(td.einsum("i j, j k -> i k", "A", "B"), 100.0, 0.0)
    more, _ = edits_layout.add_table(td.einsum("i j, j k, k l -> i l", "A", "B", "C"), 100.0, 0.0)
    heights = [item.box[3] - item.box[1] for item in (table(d), table(more))]
    assert heights[1] - heights[0] == pytest.approx(ROW, abs=2.0)


def test_it_follows_the_document() -> None:
    d = td.template("gpt2", layers=2)
    before = table(d)
    (space,) = [space.id for space in d.content.spaces.values() if space.name == "hidden"]
    after = table(edits_names.change_space(d, space, description="what flows through all layers"))
    assert after.box[2] > before.box[2]


def test_it_is_saved_and_printed() -> None:
    d = td.template("gpt2")
    assert '"table": true' in file.encode(d)
    assert file.decode(file.encode(d)) == d
    plain = edits_layout.remove_tables(d)
    assert '"table"' not in file.encode(plain)
    assert len(td.svg(d)) > len(td.svg(plain))
    note = next(iter(d.layout.notes))
    assert f'id="{note}"' in td.svg(d)


def test_an_empty_document_has_nothing_to_say() -> None:
    d, _ = edits_layout.add_table(td.Diagram(), 0.0, 0.0, "")
    assert build(d).items == ()


@pytest.mark.parametrize("name", ["gpt2"])
@pytest.mark.parametrize("sideways", [False, True])
def test_the_figure_with_its_table_is_clean(name: str, sideways: bool) -> None:
    d = td.template(name, sideways=sideways, layer_norm=True, bias=True)
    assert clashes(d, build(d)) == []
    left, top, right, bottom = table(d).box
    touching = [
        item.owner
        for item in build(d).items
        if item.owner not in d.layout.notes
        and min(right, item.box[2]) > max(left, item.box[0])
        and min(bottom, item.box[3]) > max(top, item.box[1])
    ]
    assert touching == []
