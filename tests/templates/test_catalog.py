"""The table of templates: every entry builds a clean document, and every bad setting is one clear sentence."""

from __future__ import annotations

import itertools

import pytest

from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Delta, Repeat, node_legs
from tensordraw.errors import Error
from tensordraw.templates import template, templates

EXPECTED = {
    "matrix_product", "three_leg_tensor", "svd", "mps", "copy_delta", "dense_network", "residual_stream", "mlp_block",
    "attention", "gpt2",
}  # fmt: skip


def variants() -> list[tuple[str, dict[str, bool]]]:
    """Every template with every combination of its switches."""
    found = []
    for entry in templates():
        switches = [parameter.name for parameter in entry.parameters if parameter.kind == "switch"]
        for values in itertools.product([False, True], repeat=len(switches)):
            found.append((entry.name, dict(zip(switches, values, strict=True))))
    return found


def test_the_table_has_every_template_once() -> None:
    names = [entry.name for entry in templates()]
    assert len(names) == len(set(names))
    assert set(names) >= EXPECTED
    for entry in templates():
        assert entry.title
        assert entry.sentence.endswith(".")
        assert all(parameter.meaning for parameter in entry.parameters)


@pytest.mark.parametrize(("name", "switches"), variants(), ids=lambda value: str(value))
def test_builds_without_a_problem_and_saves(name: str, switches: dict[str, bool]) -> None:
    diagram = template(name, **switches)
    assert problems(diagram.content) == ()
    text = encode(diagram)
    assert encode(decode(text)) == text
    assert diagram.title


@pytest.mark.parametrize(("name", "switches"), variants(), ids=lambda value: str(value))
def test_everything_has_a_place(name: str, switches: dict[str, bool]) -> None:
    diagram = template(name, **switches)
    content, layout = diagram.content, diagram.layout
    assert set(content.nodes) <= set(layout.places)
    for node in content.nodes.values():
        assert {leg.id for leg in node_legs(node)} <= set(layout.legs), node
    bodies = [(place.x, place.y) for place in layout.places.values()]
    assert len(set(bodies)) == len(bodies), "two bodies on one place"


@pytest.mark.parametrize(("name", "switches"), variants(), ids=lambda value: str(value))
def test_wires_of_the_stream_are_straight(name: str, switches: dict[str, bool]) -> None:
    """Two legs that face each other vertically in one column have equal x: no wire is almost straight."""
    diagram = template(name, **switches)
    content, layout = diagram.content, diagram.layout
    owner = {leg.id: node.id for node in content.nodes.values() for leg in node_legs(node)}
    for wire in content.wires.values():
        if any(end not in owner or isinstance(content.nodes[owner[end]], Delta) for end in wire.ends):
            continue
        one, other = (layout.legs[end] for end in wire.ends)
        if {one.angle, other.angle} != {90.0, 270.0}:
            continue
        x = [
            layout.places[owner[end]].x + (-leg.shift if leg.angle == 90.0 else leg.shift)
            for end, leg in zip(wire.ends, (one, other), strict=True)
        ]
        assert abs(x[0] - x[1]) < 1e-9 or abs(x[0] - x[1]) > 9, (wire, x)


def test_gpt2_has_one_repeat_and_sizes_follow() -> None:
    content = template("gpt2", layers=3, heads=2, hidden=10, vocab=11, seq=4).content
    sizes = {space.name: space.size for space in content.spaces.values()}
    assert sizes == {"seq": 4, "hidden": 10, "vocab": 11, "layer": 3, "head": 2, "head_size": 5, "mlp": 40}
    assert sum(isinstance(region, Repeat) for region in content.regions.values()) == 1
    given = template("gpt2", hidden=10, heads=3, head_size=4, mlp=7).content
    sizes = {space.name: space.size for space in given.spaces.values()}
    assert (sizes["head_size"], sizes["mlp"], sizes["layer"]) == (4, 7, 12)


def test_text_is_read_as_typed() -> None:
    typed = template("gpt2", layers="2", layer_norm="on", head_size="none")
    assert typed == template("gpt2", layers=2, layer_norm=True, head_size=None)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("gpt3", {}, ["'gpt3'", "gpt2", "matrix_product"]),
        ("gpt2", {"depth": 3}, ["'depth'", "layers", "layer_norm"]),
        ("gpt2", {"layers": 0}, ["'layers'", "from 1", "0"]),
        ("gpt2", {"layers": "many"}, ["'layers'", "'many'"]),
        ("gpt2", {"layers": 1.5}, ["'layers'", "1.5"]),
        ("gpt2", {"layers": True}, ["'layers'", "True"]),
        ("gpt2", {"layers": None}, ["'layers'", "None"]),
        ("gpt2", {"bias": "maybe"}, ["'bias'", "true or false", "'maybe'"]),
        ("gpt2", {"bias": 1}, ["'bias'", "true or false"]),
        ("gpt2", {"hidden": 10, "heads": 3}, ["10", "3", "head_size"]),
        ("attention", {"hidden": 9, "heads": 2}, ["9", "2", "head_size"]),
        ("svd", {"rank": 9}, ["rank", "9"]),
    ],
)
def test_bad_settings_are_one_sentence(name: str, settings: dict[str, object], words: list[str]) -> None:
    with pytest.raises(Error) as caught:
        template(name, **settings)
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith(".")
