"""Sizes and shapes as they are typed, in the dialog and on the command line."""

from __future__ import annotations

import pytest

from tensordraw.errors import Error
from tensordraw.read.sizes import sizes_of


@pytest.mark.parametrize(
    ("text", "sizes", "shapes"),
    [
        ("", {}, {}), ("i=3, j=4", {"i": 3, "j": 4}, {}), ("hidden = 8 k=2", {"hidden": 8, "k": 2}, {}),
        ("x=(3, 4), i=5", {"i": 5}, {"x": (3, 4)}), ("s=()", {}, {"s": ()}), ("A=[2,2] B = (7,)", {}, {"A": (2, 2), "B": (7,)}),
    ],
)  # fmt: skip
def test_sizes_and_shapes_are_typed(text: str, sizes: dict[str, int], shapes: dict[str, tuple[int, ...]]) -> None:
    assert sizes_of(text) == (sizes, shapes)


@pytest.mark.parametrize("text", ["i", "i=3, j", "i=-3", "i=0", "3", "x=(2, 0)", "x=(a, 2)", "x=2.5"])
def test_sizes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(Error):
        sizes_of(text)
