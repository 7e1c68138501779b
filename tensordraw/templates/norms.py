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
    scene: Scene, source: Source, name: str, at: Point, *, bias: bool, result: str = "", eps: float = EPSILON,
    function: str = "normalise", weight: str = "", folded: bool = False,
) -> tuple[tuple[Leg, Leg], float]:  # fmt: skip
    """Normalised x times weights, plus shifts where wanted, upwards from x: ends (seq, hidden), and their height.

    `result` names the value where no copy that takes it does; `function` may be rms_norm, and `weight` names the array of
    the weights where that is not NAME_w. `folded` leaves weights and shifts out: they are in the matrices that follow.
    """
    x, y = at
    region = scene.draft.bubble(function, params={"eps": eps}, inside=scene.inside)
    scene.boxed(region.id)
    seq, x_hidden = source(scene.within(region.id), at, ("up", -HALF), ("up", HALF))
    scene.draft.change(region.id, axes=(x_hidden.id,))
    if folded:
        return (seq, x_hidden), y - HALF
    aside = 40.0 if len(weight) < 8 else 24.0 + 3.0 * len(weight)  # a long name makes a wide body
    dot = [scene.leg("hidden", side) for side in ("down", "up", "right")]
    across = scene.leg("hidden", "left")
    scene.draft.delta(dot, (x + HALF, y - 45), inside=scene.inside)
    scene.weight(weight or f"{name}_w", (x + HALF + aside, y - 45), (across,), "right")
    scene.wires((x_hidden, across), (dot[0], dot[2]))
    if not bias:
        return (seq, dot[1]), y - 50
    shifted = add_bias(scene, f"{name}_b", (x, y - 85), (seq, dot[1]), BELOW, name=result)
    return (shifted[0], shifted[1]), y - 95


__all__ = ["EPSILON", "norm"]
