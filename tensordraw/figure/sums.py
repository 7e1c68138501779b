"""Sums that are the whole of a term of an equation: their sigma stands in front of the term, after its sign and coefficient,
and no border is drawn around what is summed. Any other sum is a box with the sigma at its border."""

from __future__ import annotations

from tensordraw.diagram.records import Content, Id, Region, Sum
from tensordraw.figure.index import Index


def sum_of(content: Content, found: Index, term: Id) -> Sum | None:
    """The sum that is the whole of this term of an equation. One with a name of its own keeps its box, where the name stands."""
    if term not in found.equation or term not in found.members:
        return None
    nodes, regions = found.members[term]
    held = content.regions[regions[0]] if len(regions) == 1 and not nodes else None
    return held if isinstance(held, Sum) and not held.name and any(found.members[held.id]) else None


def in_front(content: Content, found: Index, region: Region) -> bool:
    """Whether this region is a sum whose sigma stands in front of its term."""
    return isinstance(region, Sum) and sum_of(content, found, region.inside) is region
