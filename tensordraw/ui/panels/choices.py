"""What combo boxes of the inspector offer, as (value, words)."""

from __future__ import annotations

FORMS = [(one, one) for one in ("any", "isometry", "unitary", "orthogonal", "diagonal", "symmetric", "positive")]
SHAPES = [("", "by form")] + [(one, one) for one in ("circle", "square", "box", "triangle")]
COLOURS = [("", "default")] + [
    (one, one)
    for one in ("ink", "blue", "vermilion", "green", "purple", "orange", "sky", "pink", "red", "yellow", "grey")
]
WEIGHTS = [(one, one) for one in ("thin", "normal", "bold")]
STYLES = [(one, one) for one in ("curve", "straight", "orthogonal")]
