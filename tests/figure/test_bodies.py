"""Labels in triangles and circles."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.figure.bodies import Build, body
from tensordraw.figure.build import build
from tensordraw.figure.paths import bounds, flattened


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


@pytest.mark.parametrize("name", ["W", "W_in", "W_out", "W_pos", "W_OV", "W_QK", "W_K", "ln1_w"])
def test_a_letter_with_its_index_is_a_circle_that_it_fits_in(name: str) -> None:
    for legs in (1, 2, 3):
        d = Draft()
        made = d.tensor(name, [d.leg("n", angle=90.0 * k) for k in range(legs)], (0, 0))
        [item] = [item for item in build(d.build()).items if item.owner == made.id]
        outline, written = item.shapes
        left, top, right, bottom = bounds(outline.path)
        assert (
            right - left == bottom - top == pytest.approx(24.0 if len(name) > 4 or name in ("W_OV", "W_QK") else 20.0)
        )
        assert sum(segment[0] == "C" for segment in outline.path) == 4, "round all over"
        assert not any(segment[0] == "L" for segment in outline.path)
        ink = [point for line in flattened(written.path) for point in line]
        assert max((x * x + y * y) ** 0.5 for x, y in ink) < (right - left) / 2 - 0.6


def test_a_word_is_a_box_that_is_no_higher_than_the_circles_of_letters() -> None:
    boxes = {}
    for name in ("mask", "norm", "embed_tokens"):
        d = Draft()
        made = d.tensor(name, [d.leg("n", angle=0.0)], (0, 0))
        [item] = [item for item in build(d.build()).items if item.owner == made.id]
        left, top, right, bottom = bounds(item.shapes[0].path)
        boxes[name] = (right - left, bottom - top)
    assert boxes == {"mask": (30, 20), "norm": (30, 20), "embed_tokens": (70, 20)}


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    ex, ey = b[0] - a[0], b[1] - a[1]
    along = ex * ex + ey * ey
    share = 0.0 if along == 0 else max(0.0, min(1.0, ((p[0] - a[0]) * ex + (p[1] - a[1]) * ey) / along))
    return float(((p[0] - a[0] - share * ex) ** 2 + (p[1] - a[1] - share * ey) ** 2) ** 0.5)
