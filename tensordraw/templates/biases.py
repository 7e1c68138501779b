"""A bias on a value: a plus with the array on its other operand, spread along `seq` by a one-leg delta.

An add never broadcasts, so the spreading is drawn: the dot is the all-ones vector along the sequence.
"""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.diagram.records import Leg
from tensordraw.templates.scene import Point, Scene, Side, Spot

GAP = 10.0  # between the wires of the second operand


def add_bias(
    scene: Scene, array: str, at: Point, ends: Sequence[Leg], spots: Sequence[Spot], *,
    out: Sequence[Spot] | None = None, side: Side = "right", name: str = "", label: str = "", width: float = 44.0,
) -> tuple[Leg, ...]:  # fmt: skip
    """The ends of value + bias, for `ends` (seq, *rest) that come in at `spots`; the array has the legs `rest`.

    `out` says where the result leaves (by default opposite to `spots`), `side` (left or right) where the array
    stands; `label` names its seq leg.
    """
    x, y = at
    across = 1.0 if side == "right" else -1.0
    facing: Side = "left" if side == "right" else "right"
    opposite: dict[Side, Side] = {"up": "down", "down": "up", "left": "right", "right": "left"}
    into = [scene.leg(end.space, *spot) for end, spot in zip(ends, spots, strict=True)]
    scene.wires(ends, into)
    middle = GAP * (len(ends) - 1) / 2
    second = [scene.leg(end.space, side, GAP * k - middle) for k, end in enumerate(ends)]
    leaving = out or [(opposite[spot[0]], spot[1]) for spot in spots]
    labels = (label, *("" for _ in ends[1:]))
    result = tuple(scene.leg(end.space, *spot, text) for end, spot, text in zip(ends, leaving, labels, strict=True))
    add = scene.draft.add((into, second), result, at, name=name, inside=scene.inside)
    scene.widen(add.id, width)

    ones = scene.leg(ends[0].space, facing)
    reach = width / 2
    scene.draft.delta((ones,), (x + across * (reach + 22), y - middle), inside=scene.inside)
    rest = len(ends) - 1
    legs = [scene.leg(end.space, facing, GAP * k - GAP * (rest - 1) / 2) for k, end in enumerate(ends[1:])]
    scene.weight(array, (x + across * (reach + 48), y + middle - GAP * (rest - 1) / 2), legs, "up")
    scene.wires((ones, *legs), second)
    return result
