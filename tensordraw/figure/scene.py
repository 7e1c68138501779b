"""A diagram's geometry, item by item, so that a change recomputes only what hangs on it.

A `Scene` keeps for one diagram and theme: the body and leg angles of each node, the anchor of each leg, the path of each
wire, the outline of each region, and a display item for everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from tensordraw.diagram.records import Diagram, Id, Place
from tensordraw.figure.bodies import Body
from tensordraw.figure.display import Anchor, Box, Item, Path, Stroke
from tensordraw.figure.grid import Grid
from tensordraw.figure.index import Index
from tensordraw.figure.paths import EMPTY
from tensordraw.figure.regions import Outline
from tensordraw.figure.themes import Theme

NOWHERE = Place(0.0, 0.0)
NOTHING = Item("", (), EMPTY)


@dataclass(slots=True)
class Scene:
    """See the module. `fronts` leads from hidden regions to the collapsed one that stands for them; `ranks` order parallel
    wires; `placed` are the boxes of placed labels, `words` the grid of them, and `reach` of where each looked for room;
    `spans` are open legs where nothing bends them, and `looks` where each looked for its end; `grid` holds everything else."""

    diagram: Diagram
    theme: Theme
    index: Index
    strokes: dict[Id, Stroke]
    places: dict[Id, Place]
    ranks: dict[Id, int]
    fronts: dict[Id, Id]
    bodies: dict[Id, Body]
    angles: dict[Id, dict[Id, tuple[float, float]]]
    anchors: dict[Id, Anchor]
    paths: dict[Id, Path]
    outlines: dict[Id, Outline]
    placed: dict[Id, tuple[Box, ...]]
    grid: Grid
    words: Grid
    reach: Grid
    spans: Grid
    looks: Grid
    region_items: dict[Id, Item]
    wire_items: dict[Id, Item]
    leg_items: dict[Id, Item]
    node_items: dict[Id, Item]
    note_items: dict[Id, Item]
    equation_items: dict[Id, Item]
    signs: dict[Id, Box]  # where the signs of equations stand
    routes: dict[Id, Box]  # where wires that find their own way round bodies look for it
    fresh: set[Id]  # owners whose items may differ from those of the scene that this one follows

    def items(self) -> tuple[Item, ...]:
        """All items back to front."""
        return tuple(
            chain(
                self.region_items.values(), self.wire_items.values(), self.leg_items.values(), self.node_items.values(),
                self.equation_items.values(), self.note_items.values(),
            )
        )  # fmt: skip

    def keep(self, old: Scene) -> None:
        """Take the old scene's item where an equal one was made, so that painters know it again."""
        for mine, theirs in (
            (self.region_items, old.region_items), (self.wire_items, old.wire_items), (self.leg_items, old.leg_items),
            (self.node_items, old.node_items), (self.note_items, old.note_items),
            (self.equation_items, old.equation_items),
        ):  # fmt: skip
            for owner, item in mine.items():
                known = theirs.get(owner)
                if known is not None and known == item:
                    mine[owner] = known
