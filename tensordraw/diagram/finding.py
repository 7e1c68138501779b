"""One thing that is wrong with a diagram, as data: where, why and how to mend it."""

from __future__ import annotations

from typing import Literal

from tensordraw.diagram.records import Id, Record


class Problem(Record, frozen=True):
    """One finding: `items` are the ids to mark, `what` one sentence, `why` the rule behind it, `fix` what to do.

    `remedy` names the command that does it to the first of the items, where there is one.
    """

    severity: Literal["error", "warning", "note"]
    items: tuple[Id, ...]
    what: str
    why: str = ""
    fix: str = ""
    remedy: str = ""
