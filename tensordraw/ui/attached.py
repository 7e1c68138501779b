"""What this person attached to which kind of leg so far, which ranks the quick-insert menu.

One setting for each name of legs ("" for what was put on the empty canvas): a table from palette kinds to how often.
"""

from __future__ import annotations

import json

from tensordraw.ui.settings import settings

_KEY = "quick_insert/attached"
_MOST = 300  # names of legs that are remembered


def _all() -> dict[str, dict[str, int]]:
    try:
        found = json.loads(str(settings().value(_KEY, "{}")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def counts(leg: str) -> dict[str, int]:
    """How often each kind was attached to legs of this name."""
    found = _all().get(leg, {})
    return {kind: number for kind, number in found.items() if isinstance(number, int)}


def count(leg: str, kind: str) -> None:
    """One more of this kind was attached to a leg of this name."""
    kind = "paste" if kind.startswith("paste:") else kind
    known = _all()
    table = known.pop(leg, {})
    table[kind] = table.get(kind, 0) + 1
    known[leg] = table  # the last one is dropped last
    while len(known) > _MOST:
        known.pop(next(iter(known)))
    settings().setValue(_KEY, json.dumps(known))
