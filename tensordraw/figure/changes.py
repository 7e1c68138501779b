"""What differs between two tables whose values are shared where they are the same: edits keep the records that they do not
touch, so comparing identities finds what an edit touched without looking into anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress
from operator import is_not
from typing import Any

from tensordraw.diagram.records import Id


def changed(old: Mapping[Id, Any], new: Mapping[Id, Any]) -> list[Id]:
    """Keys whose values are not the same objects."""
    if old is new:
        return []
    out = list(compress(new, map(is_not, new.values(), map(old.get, new))))
    if len(old) != len(new) or not all(key in old for key in out):
        out += [key for key in old if key not in new]
    return out


def same_order(old: Iterable[Id], new: Iterable[Id]) -> bool:
    """Whether what is in both stands in the same order in both."""
    if old is new:
        return True
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    return [key for key in before if key in after] == [key for key in after if key in before]
