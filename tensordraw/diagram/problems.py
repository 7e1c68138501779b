"""What is wrong with a diagram, as data, before anything is computed: every rule of NOTATION section 2 that can be broken."""

from __future__ import annotations

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content
from tensordraw.diagram.rules_legs import leg_rules
from tensordraw.diagram.rules_nodes import node_rules
from tensordraw.diagram.rules_regions import region_rules
from tensordraw.diagram.structure import analyse

__all__ = ["Problem", "problems"]


@cached
def problems(content: Content) -> tuple[Problem, ...]:
    """All findings about a content, errors first; the same object for the same content."""
    structure = analyse(content)
    found = [*structure.findings]
    for rules in (leg_rules, node_rules, region_rules):
        found.extend(rules(content, structure))
    rank = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda problem: rank[problem.severity]))
