"""The colours beside a heatmap."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tensordraw.figure import heat_colours
from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.valued import Value
from tests.ui.test_viewers import viewer_of


@pytest.mark.parametrize("large", [False, True])
def test_what_is_no_finite_number_has_a_legend(large: bool, qtbot: QtBot) -> None:
    array = np.array([[np.inf, -np.inf, 0.5], [1.0, np.nan, 0.0]])
    array = np.tile(array, (400, 600)) if large else array
    heatmap = viewer_of(Value("x", array, ("i", "j")), qtbot).heatmap
    plain = viewer_of(Value("x", np.nan_to_num(array, posinf=1, neginf=0), ("i", "j")), qtbot).heatmap
    assert [words for words, _ in heatmap.signs] == ["−∞", "∞", "NaN"]
    assert plain.signs == []
    assert heatmap.accessibleDescription().endswith("for −∞, a colour of its own for ∞, a colour of its own for NaN")

    def patches(shown: Heatmap) -> set[tuple[int, int, int]]:
        """The colours right of the picture, of those that no number has."""
        picture = shown.grab().toImage()
        left = shown._frame().right() + 4
        places = ((x, y) for x in range(left, picture.width()) for y in range(picture.height()))
        seen = {picture.pixelColor(*place).getRgb()[:3] for place in places}
        return seen & {heat_colours.COLOUR.beyond, heat_colours.COLOUR.missing}

    assert patches(heatmap) == {heat_colours.COLOUR.beyond, heat_colours.COLOUR.missing}
    assert patches(plain) == set()
    heatmap.show_values(None)
    assert heatmap.grab().toImage() is not None
