"""Outlines of a label while it is typed, and what cannot be set in it."""

from __future__ import annotations

from collections.abc import Callable

from tensordraw.diagram.macros import expanded
from tensordraw.errors import Error
from tensordraw.figure.display import Path
from tensordraw.figure.labels import label
from tensordraw.figure.names import latex


def typeset(text: str, macros: str = "", formula: Callable[[str], str | None] | None = None) -> tuple[Path | None, str]:
    """The glyph outlines of a name, or of what `formula` makes of it, as the figure will show it (None: keep the last ones),
    and a sentence on what is wrong."""
    try:
        shown = None if formula is None else formula(text)
    except Error as error:
        return None, str(error)
    made = label(latex(expanded(text, macros)) if shown is None else shown, 12.0)
    if made.unknown:
        return None, f"Not known: {', '.join(made.unknown)}"
    return made.path, ""
