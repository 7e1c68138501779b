"""`build` is a function of the document: remembered, and the same after a drag as from nothing."""

from __future__ import annotations

import gc
import os
import random
import subprocess
import sys
import threading
import weakref

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Curve, Diagram, LegPlace, Look
from tensordraw.errors import Error
from tensordraw.figure import build as module
from tensordraw.figure.build import build, scene_for, scene_of
from tensordraw.figure.fit import stretched
from tensordraw.figure.themes import theme
from tensordraw.templates import template
from tests.figure import samples


def from_nothing(diagram: Diagram) -> object:
    """The figure of an equal document, computed in full."""
    module.forget()
    copy = replace(diagram, content=replace(diagram.content), layout=replace(diagram.layout))
    figure = build(copy)
    module.forget()
    return figure


def test_the_same_document_gives_the_same_object() -> None:
    diagram = samples.svd()
    assert build(diagram) is build(diagram)
    assert build(diagram, "dark") is not build(diagram)


def test_an_unknown_theme_is_one_sentence() -> None:
    with pytest.raises(Error, match="no theme 'neon'"):
        build(samples.svd(), "neon")


@pytest.mark.parametrize("name", ["scores", "stream", "parallel", "attention", "residual_stream", "lattice"])
@pytest.mark.parametrize("seed", [1, 2])
def test_dragging_gives_what_building_from_nothing_gives(name: str, seed: int) -> None:
    rng = random.Random(seed)
    if name == "lattice":
        diagram = samples.lattice(25, labels=True, placed=seed == 1)
    else:
        diagram = getattr(samples, name)() if hasattr(samples, name) else template(name)
    build(diagram)
    steps = []
    for _ in range(6):
        nodes = rng.sample(sorted(diagram.content.nodes), rng.choice((1, 1, 2)))
        diagram = samples.shifted(diagram, {n: (rng.uniform(-30, 30), rng.uniform(-30, 30)) for n in nodes})
        steps.append((diagram, build(diagram)))
    for diagram, figure in steps:
        assert figure == from_nothing(diagram)


def test_other_changes_of_the_layout_too() -> None:
    diagram = samples.scores()
    build(diagram)
    layout = diagram.layout
    wire, leg, node = next(iter(diagram.content.wires)), next(iter(layout.legs)), next(iter(diagram.content.nodes))
    region = next(iter(diagram.content.regions))
    for change in (
        {"curves": {wire: Curve("orthogonal", ((30.0, -30.0),))}},
        {"legs": {**layout.legs, leg: LegPlace(120.0, 2.0, 30.0)}},
        {"looks": {node: Look(shape="diamond", colour="red", weight="bold"), region: Look(colour="blue")}},
        {"labels": {wire: (5.0, 5.0), region: (-3.0, 0.0)}},
        {"looks": {region: Look(collapsed=True)}},
        {},
    ):
        diagram = replace(diagram, layout=replace(diagram.layout, **change))
        assert build(diagram) == from_nothing(diagram)


def test_a_drag_leaves_the_items_of_others_as_they_are() -> None:
    diagram = samples.lattice(100)
    before = build(diagram)
    node = sorted(diagram.content.nodes)[40]
    after = build(samples.shifted(diagram, {node: (3.0, 2.0)}))
    same = sum(a is b for a, b in zip(before.items, after.items, strict=True))
    assert same >= len(before.items) - 15


def test_an_empty_document_has_a_box() -> None:
    left, top, right, bottom = build(Draft().build()).box
    assert left < right
    assert top < bottom


def test_nodes_without_places_do_not_lie_on_each_other() -> None:
    d = Draft()
    for name in "ABC":
        d.tensor(name)
    boxes = [i.box for i in build(d.build()).items if i.shapes]
    assert len({box[0] for box in boxes}) == 3


def test_the_figure_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from tensordraw.figure.build import build; from tensordraw.figure.svg import svg;"
        "from tensordraw.templates import template; import hashlib;"
        "print(hashlib.sha256(svg(build(template('gpt2', layers=2))).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(seen) == 1


def test_what_another_thread_draws_does_not_take_the_scene_of_the_drawing_that_is_edited() -> None:
    diagram = samples.lattice(16)
    figure = build(diagram)
    beside = threading.Thread(target=lambda: build(stretched(diagram, 1.2)))
    beside.start()
    beside.join()
    assert scene_of(figure) is not None


def test_the_scene_of_a_drawing_is_found_after_others_were_drawn_and_costs_them_nothing() -> None:
    diagram, large = samples.matrix_product(), samples.lattice(16)
    build(diagram)
    figure = build(large)
    for other in (samples.matrix_product() for _ in range(4)):
        build(other)
    assert scene_for(diagram).diagram is diagram
    assert scene_of(figure) is not None
    assert build(large) is figure


def test_a_long_history_does_not_keep_all_its_figures() -> None:
    history = [samples.matrix_product() for _ in range(100)]
    figures = [weakref.ref(build(diagram)) for diagram in history]
    gc.collect()
    assert sum(figure() is not None for figure in figures) < 50


@pytest.mark.parametrize("function", ["inverse", "transpose", "relu"])
def test_legs_that_trade_places_are_drawn_as_they_are_outside(function: str) -> None:
    """P[i, j] in a bubble: outside of an inverse or a transpose its first leg lies in j, and has that colour."""
    d = Draft()
    i, j = d.space("i", 3, colour="blue"), d.space("j", 3, colour="green")
    bubble = d.bubble(function)
    legs = [d.leg(i, variance="upper", angle=180.0), d.leg(j, variance="lower", angle=0.0)]
    d.tensor("P", legs, (0, 0), inside=bubble.id)
    if function != "relu":
        d.change(bubble.id, axes=tuple(leg.id for leg in legs))
    strokes = {
        item.owner: shape.stroke.colour
        for item in build(d.build()).items
        for shape in item.shapes
        if shape.role == "leg" and shape.stroke
    }
    blue, green = theme("paper").colour("blue"), theme("paper").colour("green")
    assert [strokes[leg.id] for leg in legs] == ([blue, green] if function == "relu" else [green, blue])
