"""Room for the signs of an equation: terms that stand too near to each other are moved apart."""

from __future__ import annotations

import math
from itertools import pairwise

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram, Id
from tensordraw.diagram.signs import sign_id
from tensordraw.editor import grasp, snapping
from tensordraw.figure.extents import extents

BESIDE = 8.0  # layout units on either side of a sign
_USUAL = (0.0, 0.0, 8.0, 0.0)  # the box of a sign that is not drawn


def make_room(diagram: Diagram, equation: Id) -> Diagram:
    """The diagram with the terms of each row of an equation far enough apart for the signs between them."""
    found, signs = extents(diagram), grasp.figure_of(diagram).signs
    parts = [part for part in diagram.content.equations[equation].parts if part.term in found]
    shift = 0.0
    for before, part in pairwise(parts):
        (above, one), (below, other) = found[before.term], found[part.term]
        if min(above[3], below[3]) <= max(above[1], below[1]):
            shift = 0.0  # a new row
            continue
        sign = signs.get(sign_id(equation, part.term), _USUAL)
        lacking = sign[2] - sign[0] + 2 * BESIDE - (other[0] - one[2])
        if lacking > 0.5:
            shift += snapping.GRID * math.ceil(lacking / snapping.GRID)
        diagram = edits_layout.move(diagram, (part.term,), shift, 0.0)
    return diagram
