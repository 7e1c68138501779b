"""Labels in triangles."""

from __future__ import annotations

import pytest

from tensordraw.figure.bodies import Build, body
from tensordraw.figure.paths import flattened


@pytest.mark.parametrize("axis", [0.0, 90.0, 180.0, 270.0])
@pytest.mark.parametrize("across", [0.0, 11.0, 12.5, 14.5])
@pytest.mark.parametrize(
    "text", ["U", "W^*", r"V^\dagger", "W_{Q}", r"\Sigma_{ij}", r"W_{\text{out}}", "f", r"\text{in}"]
)
def test_a_label_stays_clear_of_the_edges_of_its_triangle(text: str, axis: float, across: float) -> None:
    outline, written = body(Build("triangle", "paper", text, axis, across)).shapes
    (edge,) = flattened(outline.path, 6)
    ink = [point for line in flattened(written.path) for point in line]
    near = min(_distance(p, a, b) for p in ink for a, b in zip(edge, [*edge[1:], edge[0]], strict=True))
    assert near > 0.55  # from the middle of a line that is 0.6 thick


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    ex, ey = b[0] - a[0], b[1] - a[1]
    along = ex * ex + ey * ey
    share = 0.0 if along == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * ex + (p[1] - a[1]) * ey) / along))
    return float(((p[0] - a[0] - share * ex) ** 2 + (p[1] - a[1] - share * ey) ** 2) ** 0.5)
