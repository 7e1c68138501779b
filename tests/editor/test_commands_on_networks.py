"""Commands that need a network: walking along wires, extending it, problems, arrays that follow a document."""

from __future__ import annotations

from pathlib import Path

from tensordraw.diagram import file
from tensordraw.diagram.records import Source
from tensordraw.diagram.structure import analyse
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.events import Bind, Saved, Select
from tests.editor.desk import Desk, two_joined, two_tensors


def test_walking_along_wires() -> None:
    desk, a, b, _ = two_joined()
    desk.select(a)
    desk.key("Alt+Right")
    assert desk.state.selection == {b}
    desk.key("Alt+Left")
    assert desk.state.selection == {a}
    desk.run("select_connected")
    assert desk.state.selection == {a, b}


def test_selecting_what_does_not_exist_selects_nothing() -> None:
    desk, a, _ = two_tensors()
    desk.send(Select(frozenset({a, "t999"})))
    assert desk.state.selection == {a}


def test_reordering_open_legs() -> None:
    desk, a, b, _ = two_joined()
    first, second = analyse(desk.content).open_legs
    assert {first, second} == {desk.legs(a)[0], desk.legs(b)[1]}
    desk.run("place_open_leg", (second, first))
    assert analyse(desk.content).open_legs == (second, first)


def test_saving_elsewhere_keeps_the_way_to_the_arrays(tmp_path: Path) -> None:
    desk = Desk()
    item = desk.put("vector", 0, 0)
    name = desk.tensor(item).name
    data = tmp_path / "data" / "x.npy"
    desk.send(Bind(name, Source(str(data))))
    target = tmp_path / "work" / "a.tdraw"
    target.parent.mkdir()
    file.save(desk.document, target)
    desk.send(Saved(str(target), desk.document))
    assert not desk.state.history.changed
    assert desk.content.sources[name].path == "../data/x.npy"
    assert file.load(target) == desk.document
    other = tmp_path / "b.tdraw"
    file.save(desk.document, other)
    assert file.load(other).content.sources[name].path == "data/x.npy"


def test_next_problem_selects_and_scrolls_to_it() -> None:
    desk = Desk()
    desk.run("next_problem")
    assert desk.said == "There are no problems."
    item = desk.put("tensor", 0, 0)
    desk.run("wrap_bubble", "softmax")
    (region,) = desk.content.regions
    desk.run("set_fields", {"args": (region,), "axes": ()})
    desk.select(item)
    desk.key("F8")
    assert region in desk.state.selection
    assert desk.asked(ChangeView) == ChangeView("reveal")


def test_control_and_an_arrow_extends_the_network() -> None:
    desk = Desk()
    desk.put("tensor", 0, 0)
    desk.key("Ctrl+Right")
    (second,) = desk.state.selection
    desk.key("Ctrl+Right")
    assert len(desk.content.nodes) == 3
    assert len(desk.content.wires) == 2
    assert desk.entries == 3
    xs = [place.x for place in desk.document.layout.places.values()]
    assert xs == sorted(xs)
    assert len({place.y for place in desk.document.layout.places.values()}) == 1
    desk.select(second)
    desk.key("Ctrl+Up")
    assert desk.refused, "both its legs are joined"
