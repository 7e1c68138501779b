"""What the builders of templates share: a draft with a scope, legs by side, and the biases and norms that repeat.

Places are in layout units, y downwards. A leg is placed by the side of its body that it leaves from and its offset from
the middle of that side, to the right or downwards: legs of two bodies at equal coordinates get a straight wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Curve, Id, Leg, LegPlace, Look, Tensor

Side: TypeAlias = Literal["right", "up", "left", "down"]
Point: TypeAlias = tuple[float, float]
Spot: TypeAlias = tuple[Side, float]  # side of a body, offset from the middle of that side

_ANGLES: dict[Side, float] = {"right": 0.0, "up": 90.0, "left": 180.0, "down": 270.0}
_TURNS: dict[Side, int] = {"right": -1, "up": -1, "left": 1, "down": 1}  # a shift is to the left of the direction
HALF = 10.0  # half the distance between the two wires of the stream


def place(side: Side, offset: float = 0.0, length: float | None = None) -> LegPlace:
    """Where a leg leaves: by side, moved by `offset` to the right (up, down) or downwards (left, right)."""
    return LegPlace(_ANGLES[side], _TURNS[side] * offset, length)


@dataclass(frozen=True, slots=True)
class Scene:
    """A draft, the region that new nodes lie in, and the repeat whose index the weights carry on their first leg."""

    draft: Draft
    inside: Id = ROOT
    layer: Id | None = None

    def within(self, region: Id) -> Scene:
        """The same, inside this region."""
        return Scene(self.draft, region, self.layer)

    def leg(self, space: str, side: Side, offset: float = 0.0, label: str = "", length: float | None = None) -> Leg:
        """A leg in the named space, leaving from the given spot of its body; `length` is for one that stays open."""
        made = self.draft.leg(space, label)
        self.draft.leg_places[made.id] = place(side, offset, length)
        return made

    def weight(self, name: str, at: Point, legs: Sequence[Leg], layer_side: Side = "down") -> Tensor:
        """A tensor; in a repeat its first leg is bound to the repeat's index."""
        if self.layer is not None:
            bound = self.draft.leg("layer", index=self.layer)
            self.draft.leg_places[bound.id] = place(layer_side, 0.0, 8.0)
            legs = (bound, *legs)
        return self.draft.tensor(name, legs, at, inside=self.inside)

    def wire(self, a: Leg, b: Leg, label: str = "", *, square: bool = False) -> None:
        """Join two leg ends; `square` lets the wire turn at right angles."""
        made = self.draft.wire(a, b, label)
        if square:
            self.draft.curves[made.id] = Curve("orthogonal")

    def named_wire(self, a: Leg, b: Leg) -> None:
        """Join two leg ends and write the name of their space at the wire."""
        self.draft.wire(a, b, self.draft.spaces[a.space].name)

    def wires(self, a: Sequence[Leg], b: Sequence[Leg], *, named: bool = False) -> None:
        """Join leg ends pairwise, with the names of their spaces where wanted."""
        for one, other in zip(a, b, strict=True):
            self.wire(one, other, self.draft.spaces[one.space].name if named else "")

    def widen(self, node: Id, width: float | None = None, height: float | None = None) -> None:
        """Fix the size of a body."""
        self.draft.places[node] = replace(self.draft.places[node], width=width, height=height)

    def boxed(self, item: Id) -> None:
        """Draw a body, or the border of a bubble, as a box."""
        self.draft.looks[item] = Look(shape="box")


class Source(Protocol):
    """Draws one occurrence of a value with legs (seq, hidden) at these spots; `label` names its seq leg."""

    def __call__(self, scene: Scene, at: Point, seq: Spot, hidden: Spot, label: str = "") -> tuple[Leg, Leg]: ...


def tensor_source(name: str) -> Source:
    """Occurrences of one array with legs (seq, hidden)."""

    def draw(scene: Scene, at: Point, seq: Spot, hidden: Spot, label: str = "") -> tuple[Leg, Leg]:
        legs = (scene.leg("seq", *seq, label), scene.leg("hidden", *hidden))
        made = scene.draft.tensor(name, legs, at, inside=scene.inside)
        _box(scene, made.id, seq, hidden)
        return legs

    return draw


def paste_source(copy: Id) -> Source:
    """Pastes of one copy with legs (seq, hidden)."""

    def draw(scene: Scene, at: Point, seq: Spot, hidden: Spot, label: str = "") -> tuple[Leg, Leg]:
        legs = (scene.leg("seq", *seq, label), scene.leg("hidden", *hidden))
        made = scene.draft.paste(copy, legs, at, inside=scene.inside)
        _box(scene, made.id, seq, hidden)
        return legs

    return draw


def _box(scene: Scene, node: Id, seq: Spot, hidden: Spot) -> None:
    """A box where legs leave beside the middle of a side: a circle around them would be large."""
    if seq[0] == hidden[0] or seq[1] or hidden[1]:
        scene.boxed(node)


__all__ = ["HALF", "Point", "Scene", "Side", "Source", "Spot", "paste_source", "place", "tensor_source"]
