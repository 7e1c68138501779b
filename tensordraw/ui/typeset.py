"""Outlines of a label while it is typed, and what cannot be set in it."""

from __future__ import annotations

from tensordraw.diagram.macros import expanded
from tensordraw.figure.display import Path
from tensordraw.figure.labels import label
from tensordraw.figure.names import latex


def typeset(text: str, macros: str = "") -> tuple[Path | None, str]:
    """The glyph outlines of a name as the figure will show it (None: keep the last ones), and a sentence on what is wrong."""
    made = label(latex(expanded(text, macros)), 12.0)
    if made.unknown:
        return None, f"Not known: {', '.join(made.unknown)}"
    return made.path, ""
