"""A wire that comes to a leg from behind goes round the leg's body: through it, it would look like one more leg there."""

from __future__ import annotations

from itertools import pairwise

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Anchor, Box, Path
from tensordraw.figure.paths import Point, direction, flattened, grown, segment_hits_box, shifted
from tensordraw.figure.scene import NOWHERE, Scene

_CORE = 0.15  # of a body's size, which the wire may cut off at its edges


def pierced(made: Scene, path: Path, a: Anchor, b: Anchor, first: Id, second: Id) -> bool:
    """Whether the path between legs of two bodies runs through one of them."""
    return _is_pierced(made, path, second, b, a.root) or _is_pierced(made, path, first, a, b.root)


def bodies_of(made: Scene, *nodes: Id) -> list[Box]:
    """The boxes of the bodies that these nodes have."""
    places = ((made.bodies[node].box, made.places.get(node, NOWHERE)) for node in nodes if node in made.bodies)
    return [shifted(box, place.x, place.y) for box, place in places]


def _is_pierced(made: Scene, path: Path, node: Id, own: Anchor, other: Point) -> bool:
    """Whether the leg looks away from the other end, and the path runs through its body."""
    x, y = direction(own.angle)
    if x * (other[0] - own.root[0]) + y * (other[1] - own.root[1]) >= 0:
        return False
    for box in bodies_of(made, node):
        core = grown(box, -_CORE * min(box[2] - box[0], box[3] - box[1]))
        if any(segment_hits_box(p, q, core) for line in flattened(path) for p, q in pairwise(line)):
            return True
    return False
