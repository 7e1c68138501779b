"""Whole numbers as people type them and files hold them: text that only looks like one, or is longer than any number that is
meant, is none."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"-?[0-9]{1,18}")


def whole(text: str) -> int | None:
    """The whole number that a text is, of at most 18 digits; None where it is none."""
    found = text.strip()
    return int(found) if _WHOLE.fullmatch(found) else None
