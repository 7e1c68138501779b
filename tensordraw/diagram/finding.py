"""One thing that is wrong with a diagram, as data: where, why and how to mend it."""

from __future__ import annotations

from typing import Literal

from tensordraw.diagram.custom import Exclusion
from tensordraw.diagram.records import Diagram, Id, Record


class Problem(Record, frozen=True):
    """One finding: `items` are the ids to mark, `what` one sentence, `why` the rule behind it, `fix` what to do.

    `remedy` names the command that does it to the first of the items, where there is one; `or_remedy` another, where two
    things could be meant.
    """

    severity: Literal["error", "warning", "note"]
    items: tuple[Id, ...]
    what: str
    why: str = ""
    fix: str = ""
    remedy: str = ""
    or_remedy: str = ""


def exclusion(diagram: Diagram, problem: Problem) -> Exclusion | None:
    """The document's exclusion of a problem: of the same words about the same items."""
    key = (problem.what, problem.items)
    return next((one for one in diagram.custom.excluded if (one.what, one.items) == key), None)
