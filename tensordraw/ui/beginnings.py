"""What a new document can begin with, found by name in the command palette: templates, and figures of the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tensordraw.ui.popups import Choice


@dataclass(frozen=True, slots=True)
class Beginning:
    """A template by its name, or a figure of the gallery by its path."""

    template: str = ""
    figure: str = ""


def beginnings(text: str) -> list[Choice]:
    """Those in whose name every word of the text stands, templates first; none for no text."""
    from tensordraw.gallery import figures  # late, as templates are: not needed before somebody types
    from tensordraw.templates.catalog import templates

    words = text.lower().split()
    if not words:
        return []
    found = [
        Choice(Beginning(template=row.name), f"New from template: {row.title}", "Template")
        for row in templates()
        if all(word in f"{row.title} {row.name} new from template".lower() for word in words)
    ]
    for path in figures():
        name = path.stem.partition("-")[2].replace("-", " ") or path.stem
        if all(word in f"{name} {path.stem} new from gallery".lower() for word in words):
            found.append(Choice(Beginning(figure=str(path)), f"New from the gallery: {name}", "Gallery"))
    return found


def begin(window: Any, run: Callable[[str], object], chosen: object) -> None:
    """Open a new document with what was chosen, or run the command of that id."""
    if isinstance(chosen, Beginning) and chosen.template:
        window.files.new_from(chosen.template)
    elif isinstance(chosen, Beginning):
        window.files.new_from_figure(chosen.figure)
    else:
        run(str(chosen))
