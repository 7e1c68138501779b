"""Models upright and on their side, as one region that repeats and drawn out: the same meaning in every form."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.records import Block, Diagram, Repeat, Tensor
from tensordraw.figure.build import build

SMALL = {
    "gpt2": {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5},
    "attention_only": {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5},
    "llama": {"layers": 2, "heads": 4, "kv_heads": 2, "hidden": 8, "mlp": 12, "vocab": 11, "seq": 5},
    "bert": {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5},
}


@pytest.mark.parametrize("name", SMALL)
def test_every_form_means_the_same(name: str) -> None:
    plain = td.template(name, **SMALL[name])
    arrays = td.arrays(plain, seed=3)
    expected = td.evaluate(plain, arrays)
    for unroll, sideways in itertools.product([False, True], repeat=2):
        other = td.template(name, **SMALL[name], unroll=unroll, sideways=sideways)
        np.testing.assert_allclose(td.evaluate(other, arrays), expected, atol=1e-5)


def test_on_its_side_content_is_the_same() -> None:
    assert td.template("gpt2", sideways=True).content == td.template("gpt2").content


def test_each_layer_drawn_out_is_a_block_with_its_number() -> None:
    made = td.template("gpt2", layers=3, unroll=True)
    names = [r.name for r in made.content.regions.values() if isinstance(r, Block) and r.inside == "root"]
    assert names == ["layer 0", "layer 1", "layer 2"]
    assert not any(isinstance(region, Repeat) for region in made.content.regions.values())


def _streams(diagram: Diagram) -> tuple[float, float]:
    """How far the figure goes from the embedding to the unembedding, to the right and upwards."""
    at = {n.name: diagram.layout.places[n.id] for n in diagram.content.nodes.values() if isinstance(n, Tensor)}
    return at["W_U"].x - at["W_E"].x, at["W_E"].y - at["W_U"].y


def test_the_stream_runs_upwards_or_to_the_right() -> None:
    across, up = _streams(td.template("gpt2"))
    assert across == 0
    assert up > 300
    across, up = _streams(td.template("gpt2", sideways=True))
    assert across > 300
    assert up == 0


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("name", ["gpt2", "llama"])
def test_the_open_legs_end_at_one_height(name: str, unroll: bool) -> None:
    diagram = td.template(name, unroll=unroll, layers=2)
    figure = build(diagram)
    ends = [figure.anchors[leg].tip for leg in diagram.content.open_order]
    assert len(ends) == 2
    assert ends[0][1] == pytest.approx(ends[1][1], abs=2.0)
