"""How far each term of an equation reaches: what an editor must know to leave room for the signs between."""

from __future__ import annotations

from tensordraw.diagram.records import Diagram, Id
from tensordraw.figure.build import scene_for
from tensordraw.figure.display import Box
from tensordraw.figure.signs import extent


def extents(diagram: Diagram) -> dict[Id, tuple[Box, Box]]:
    """For each term of an equation that is drawn, the box of its bodies, and that with its open legs and their labels.

    Open legs count as they are where nothing bends them, so that terms with this much room have straight legs.
    """
    made = scene_for(diagram)
    terms = (part.term for equation in diagram.content.equations.values() for part in equation.parts)
    return {term: (made.outlines[term].box, extent(made, term)) for term in terms if term in made.outlines}
