"""Results remembered for as long as the value that they were computed from lives, looked up by identity.

Documents are values with dictionaries inside, so they cannot be hashed; but an edit that changes nothing returns the same
object, and everything derived from it is still true.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


def cached(function: Callable[[Key], Result]) -> Callable[[Key], Result]:
    """Remember `function(value)` while `value` (a weakly referable record) lives."""
    known: dict[int, tuple[weakref.ref[Key], Result]] = {}

    @wraps(function)
    def remembered(value: Key) -> Result:
        key = id(value)
        found = known.get(key)
        if found is not None and found[0]() is value:
            return found[1]
        result = function(value)
        known[key] = (weakref.ref(value, lambda _: known.pop(key, None)), result)
        return result

    return remembered
