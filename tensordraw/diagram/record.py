"""The base of all records of a document."""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Frozen, compared by value, strict about unknown fields when read from a file."""
