"""Parts of a document that are laid out: what one level hands to the level around it.

A `Part` has its own origin. Its `spots` are the places of all nodes in it, however deep, and of the origins of regions; its
`frames` the borders of regions; its `aims` the directions in which legs leave it. A part can be mirrored left to right.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tensordraw.diagram.records import Id
from tensordraw.figure.arranging_net import DOWN, GAP, LEFT, RIGHT
from tensordraw.figure.display import Box
from tensordraw.figure.paths import Point, shifted

STUB = 18.0  # an open leg without its label


@dataclass(frozen=True, slots=True)
class Jog:
    """Where a level wire turns upright: at x, from one height to another."""

    x: float
    before: float
    after: float

    def reversed(self) -> Jog:
        """The turn as met from the other end of the wire."""
        return Jog(self.x, self.after, self.before)


@dataclass(slots=True)
class Part:
    """See the module. `exits` are the spots of legs that leave, where the part is no single node.

    `words` are the nodes of open legs and the widths of their labels.

    Where operations make a stream: `legs` are directions with shifts downwards, `lanes` the turns of wires, met from a leg
    on, `passes` the legs whose wires run past other items, `ends` the heights at which legs cross the border.
    """

    box: Box
    spots: dict[Id, Point]
    frames: dict[Id, Box] = field(default_factory=dict)
    aims: dict[Id, float] = field(default_factory=dict)
    exits: dict[Id, Point] = field(default_factory=dict)
    light: bool = False
    line: bool = False  # an identity, drawn as a mere line
    bar: bool = False  # a grouping
    words: dict[Id, tuple[Id, float]] = field(default_factory=dict)
    legs: dict[Id, tuple[float, float]] = field(default_factory=dict)
    lanes: dict[Id, list[Jog]] = field(default_factory=dict)
    passes: set[Id] = field(default_factory=set)
    ends: dict[Id, float] = field(default_factory=dict)

    def mirrored(self) -> Part:
        """The part with left and right exchanged."""
        return Part(
            _flipped(self.box),
            {key: (-x, y) for key, (x, y) in self.spots.items()},
            {key: _flipped(box) for key, box in self.frames.items()},
            {leg: (180.0 - angle) % 360.0 for leg, angle in self.aims.items()},
            {leg: (-x, y) for leg, (x, y) in self.exits.items()},
            self.light,
            self.line,
            self.bar,
            self.words,
            {leg: ((180.0 - angle) % 360.0, down) for leg, (angle, down) in self.legs.items()},
            {leg: [Jog(-jog.x, jog.before, jog.after) for jog in jogs] for leg, jogs in self.lanes.items()},
            self.passes,
            self.ends,
        )


@dataclass(slots=True)
class Link:
    """A wire between two items of a level, with the distance that its label wants."""

    ends: tuple[Id, Id]  # legs
    items: tuple[int, int]
    gap: float = GAP


def _flipped(box: Box) -> Box:
    return (-box[2], box[1], -box[0], box[3])


def reach(part: Part) -> tuple[float, float]:
    """How far a part reaches to the left and right with its open legs and their labels."""
    left, _, right, _ = part.box
    for leg, (node, wide) in part.words.items():
        x = part.exits[leg][0] if leg in part.exits else part.spots[node][0]
        aim = part.aims.get(leg, DOWN)
        if aim == LEFT:
            left = min(left, part.box[0] - STUB - wide)
        elif aim == RIGHT:
            right = max(right, part.box[2] + STUB + wide)
        else:
            left, right = min(left, x - wide / 2), max(right, x + wide / 2)
    return left, right


def absorb(made: Part, part: Part, x: float, y: float) -> None:
    """Put a part into another one at (x, y)."""
    made.spots.update({key: (a + x, b + y) for key, (a, b) in part.spots.items()})
    if part.frames:
        made.frames.update({key: shifted(box, x, y) for key, box in part.frames.items()})
    if part.exits:
        made.exits.update({leg: (a + x, b + y) for leg, (a, b) in part.exits.items()})
    made.aims.update(part.aims)
    made.words.update(part.words)
    made.legs.update(part.legs)
    if part.lanes:
        made.lanes.update({
            leg: [Jog(jog.x + x, jog.before + y, jog.after + y) for jog in jogs] for leg, jogs in part.lanes.items()
        })  # fmt: skip
    made.passes |= part.passes
    made.ends.update({leg: end + y for leg, end in part.ends.items()})
