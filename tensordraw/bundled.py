"""Where the files that the program carries lie (fonts, icons, figures).

A wheel holds them inside the package; a checkout keeps them in `resources/` beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Path of the resource called `name` ("fonts/latinmodern-math.otf"); it need not exist."""
    inside = _PACKAGE / "resources"
    return (inside if inside.is_dir() else _PACKAGE.parent / "resources") / name
