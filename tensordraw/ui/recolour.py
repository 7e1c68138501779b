"""A dark canvas shows the very figure that is printed, in other colours: which colour becomes which.

Building the picture once for all themes keeps what is seen and what is grasped the same object.
"""

from __future__ import annotations

from tensordraw.figure.themes import THEMES


def recolouring(theme: str) -> dict[str, str]:
    """From colours of the paper theme to those of `theme`; empty for paper itself."""
    if theme == "paper":
        return {}
    paper, other = THEMES["paper"], THEMES[theme]
    made: dict[str, str] = {}
    for old, new in ((paper.colours, other.colours), (paper.tints, other.tints)):
        for name, colour in old.items():
            made.setdefault(colour, new[name])
    made[paper.colours["paper"]] = other.colours["body"]  # white is the fill of bodies
    return made
