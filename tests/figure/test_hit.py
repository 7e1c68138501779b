"""What is found near a point is what searching everything would find, and in drawing order."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from tensordraw.diagram.records import Diagram
from tensordraw.figure.build import build, scene_of
from tensordraw.figure.display import Figure
from tensordraw.figure.hit import items_at, legs_at
from tensordraw.templates import template
from tests.figure import samples
from tests.figure.test_any_diagram import some_diagram


def agree(diagram: Diagram, rng: random.Random) -> None:
    figure = build(diagram)
    assert scene_of(figure) is not None
    plain: Figure = replace(figure)  # the same list, unknown to any scene
    assert scene_of(plain) is None
    left, top, right, bottom = figure.box
    tips = [anchor.tip for anchor in figure.anchors.values()]
    for _ in range(30):
        at = rng.choice(tips) if tips and rng.random() < 0.5 else (rng.uniform(left, right), rng.uniform(top, bottom))
        at = (at[0] + rng.uniform(-9, 9), at[1] + rng.uniform(-9, 9))
        reach = rng.choice([0.0, 3.0, 14.0])
        assert legs_at(figure, at, reach) == legs_at(plain, at, reach)
        near = items_at(figure, at, reach)
        full = items_at(plain, at, reach)
        assert [i for i in full if i in near] == near  # the same order
        for item in full:  # only the box of a curve may come near and not the curve itself
            assert item in near or item.owner in diagram.content.wires or item.owner in figure.anchors


@pytest.mark.parametrize("name", ["gpt2", "attention", "residual_stream"])
def test_templates(name: str) -> None:
    agree(template(name), random.Random(1))


@pytest.mark.parametrize("seed", range(20))
def test_any_diagram(seed: int) -> None:
    agree(some_diagram(seed), random.Random(seed))


def test_after_a_drag_too() -> None:
    rng = random.Random(3)
    diagram = samples.lattice(36, labels=True)
    build(diagram)
    for _ in range(5):
        node = rng.choice(sorted(diagram.content.nodes))
        diagram = samples.shifted(diagram, {node: (rng.uniform(-60, 60), rng.uniform(-60, 60))})
        agree(diagram, rng)
