"""The residual stream: two wires, seq and hidden, that run upwards, with copies and adds on them."""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.diagram.records import Id, Leg
from tensordraw.templates.scene import HALF, Point, Scene, Spot

STATE = ("seq", "hidden")
BELOW: tuple[Spot, Spot] = (("down", -HALF), ("down", HALF))
ABOVE: tuple[Spot, Spot] = (("up", -HALF), ("up", HALF))
ASIDE: tuple[Spot, Spot] = (("right", HALF / 2), ("right", -HALF / 2))
OPEN = 26.0  # length of an open leg that carries a label


def state_legs(scene: Scene, spots: Sequence[Spot], length: float | None = None) -> tuple[Leg, Leg]:
    """Legs (seq, hidden) at these spots."""
    seq, hidden = (
        scene.leg(space, side, offset, length=length) for space, (side, offset) in zip(STATE, spots, strict=True)
    )
    return seq, hidden


def copy_stream(
    scene: Scene, stream: Sequence[Leg], at: Point, name: str, *, passes: bool = True, named: bool = False
) -> tuple[tuple[Leg, ...], Id]:
    """A copy of the stream's value under a name: the ends above it, none where it does not pass, and the copy's id.

    `named` writes the names of the spaces at the stream below it.
    """
    into = state_legs(scene, BELOW)
    out = state_legs(scene, ABOVE) if passes else ()
    copy = scene.draft.copy(name, into, out, at, inside=scene.inside)
    scene.wires(stream, into, named=named)
    return out, copy.id


def add_to_stream(
    scene: Scene,
    stream: Sequence[Leg],
    beside: Sequence[Leg],
    at: Point,
    name: str,
    *,
    named: bool = False,
    length: float | None = None,
) -> tuple[Leg, Leg]:
    """A plus on the stream, with the second operand from the right: the ends above it, open where they have a length.

    `named` writes the names of the spaces at the stream below it.
    """
    below, aside, out = state_legs(scene, BELOW), state_legs(scene, ASIDE), state_legs(scene, ABOVE, length)
    scene.draft.add((below, aside), out, at, name=name, inside=scene.inside)
    scene.wires(stream, below, named=named)
    for one, other in zip(beside, aside, strict=True):
        scene.wire(one, other, square=True)  # the two wires run side by side to the plus
    return out
