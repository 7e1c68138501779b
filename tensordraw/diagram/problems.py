"""What is wrong with a diagram, as data: each problem says where, why and how to mend it."""

from __future__ import annotations

from typing import Literal

from tensordraw.diagram.records import Id, Record


class Problem(Record):
    """One finding: `items` are the ids to mark, `what` one sentence, `why` the rule behind it, `fix` what to do."""

    severity: Literal["error", "warning", "note"]
    items: tuple[Id, ...]
    what: str
    why: str = ""
    fix: str = ""
