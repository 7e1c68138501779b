"""How a new node turns to the wire that it is made for: which of its legs meets it, and where the others point.

Its legs keep their usual places, so that a chain reads as it is drawn. A matrix has its first leg at the left or above and
its last at the right or below: to the right of A, or below, comes B with its first leg, `A_ij B_jk`; to the left of x, or
above as in a network, comes W with its last, `W_ij x_j`. The leg on the other side goes on in the wire's
direction, so that the next one can follow there. A leg is turned as it is seen (`pointed`), whatever the turn of its body.
"""

from __future__ import annotations

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram, Id
from tensordraw.figure.angles import USUAL, apart, own_angle
from tensordraw.figure.index import index

UPRIGHT = {2: (90.0, 270.0), 3: (90.0, 0.0, 270.0)}  # of wires that go up or down; the usual places are for sideways


def standing(count: int, along: float) -> tuple[float, ...]:
    """The angles of the legs of a node that a wire along this angle leads to; none where so many have no usual places."""
    quarter = round(along / 90.0) * 90.0
    usual = USUAL.get(count, ())
    if count == 1:
        usual = (quarter + 180.0,)
    elif quarter % 180.0 and count in UPRIGHT:
        usual = UPRIGHT[count]
    return tuple((angle + along - quarter) % 360.0 for angle in usual)


def meeting(count: int, along: float | None) -> int:
    """The number of the leg that meets a wire along this angle; of a wire without a direction the last."""
    angles = standing(count, along) if along is not None else ()
    if along is None or not angles:
        return count - 1
    return min(range(count), key=lambda leg: apart(angles[leg], along + 180.0))


def pointed(diagram: Diagram, leg: Id, seen: float) -> Diagram:
    """The diagram in which a node's leg is seen to leave along this angle."""
    place = diagram.layout.places.get(index(diagram.content).owner[leg], edits_layout.ORIGIN)
    return edits_layout.place_leg(diagram, leg, own_angle(seen, place))
