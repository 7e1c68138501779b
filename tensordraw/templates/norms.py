"""Layer norm as pieces: a normalise bubble along hidden, weights on a copy dot, and shifts by an add.

Arrays, each with a first axis `layer` inside a repeat: NAME_w[hidden] and, with bias, NAME_b[hidden].
"""

from __future__ import annotations

from tensordraw.diagram.records import Leg
from tensordraw.templates.biases import add_bias
from tensordraw.templates.scene import HALF, Point, Scene, Source
from tensordraw.templates.stream import BELOW

EPSILON = 1e-5  # GPT-2's


def norm(
    scene: Scene, source: Source, name: str, at: Point, *, bias: bool, result: str = ""
) -> tuple[tuple[Leg, Leg], float]:
    """Normalised x times weights, plus shifts where wanted, upwards from x: ends (seq, hidden), and their height.

    `result` names the value where no copy that takes it does.
    """
    x, y = at
    region = scene.draft.bubble("normalise", params={"eps": EPSILON}, inside=scene.inside)
    scene.boxed(region.id)
    seq, x_hidden = source(scene.within(region.id), at, ("up", -HALF), ("up", HALF))
    scene.draft.change(region.id, axes=(x_hidden.id,))
    dot = [scene.leg("hidden", side) for side in ("down", "up", "right")]
    weight = scene.leg("hidden", "left")
    scene.draft.delta(dot, (x + HALF, y - 45), inside=scene.inside)
    scene.weight(f"{name}_w", (x + HALF + 40, y - 45), (weight,), "right")
    scene.wires((x_hidden, weight), (dot[0], dot[2]))
    if not bias:
        return (seq, dot[1]), y - 50
    shifted = add_bias(scene, f"{name}_b", (x, y - 85), (seq, dot[1]), BELOW, name=result)
    return (shifted[0], shifted[1]), y - 95


__all__ = ["EPSILON", "norm"]
