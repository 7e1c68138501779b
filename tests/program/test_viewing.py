"""Views of arrays: kinds by shape and role, slices, statistics that do not mind what is not finite."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from tensordraw.errors import Error
from tensordraw.program import viewing
from tensordraw.program.viewing import first_view, fitting, kinds, located, of_kind, statistics, statistics_of

PATTERN = ("layer", "head", "query", "key")


def test_kinds_by_role_and_shape() -> None:
    assert kinds(PATTERN, (2, 4, 5, 5))[0] == "attention"
    assert kinds(("seq", "vocab"), (5, 50))[0] == "top"
    assert kinds(("vocab", "hidden"), (50, 8))[0] == "heatmap"
    assert kinds(("hidden",), (8,))[0] == "line"
    assert kinds((), ()) == ("table",)
    assert "attention" not in kinds(("seq", "hidden"), (5, 8))


def test_an_attention_pattern_has_queries_down_and_keys_across_whatever_their_order() -> None:
    array = np.arange(2 * 3 * 5 * 4.0).reshape(2, 3, 5, 4)
    view = located(
        first_view(("key", "head", "query", "layer"), array.shape),
        {"head": 2, "layer": -1},
        ("key", "head", "query", "layer"),
        array.shape,
    )
    np.testing.assert_array_equal(viewing.cut(array, view), array[:, 2, :, 3].T)
    assert viewing.where(view, ("key", "head", "query", "layer")) == "head 2, layer 3"


def test_the_largest_entries_begin_at_the_last_position_and_a_view_is_kept_where_it_suits() -> None:
    view = first_view(("seq", "vocab"), (5, 50))
    assert view.at == (4, 0)
    assert viewing.cut(np.arange(250.0).reshape(5, 50), view).shape == (50,)
    chosen = replace(first_view(PATTERN, (2, 4, 5, 5)), at=(1, 3, 0, 0))
    assert fitting(chosen, PATTERN, (2, 4, 9, 9)) == chosen
    assert fitting(chosen, PATTERN, (1, 2, 9, 9)).at == (0, 1, 0, 0)
    assert fitting(chosen, ("seq", "hidden"), (5, 8)).kind == "heatmap"
    assert of_kind(of_kind(chosen, "line", PATTERN, (2, 4, 5, 5)), "attention", PATTERN, (2, 4, 5, 5)) == chosen


@pytest.mark.parametrize(("at", "said"), [({"layr": 0}, "no axis 'layr'"), ({"layer": 2}, "positions 0 to 1")])
def test_positions_that_are_not_there(at: dict[str, int], said: str) -> None:
    with pytest.raises(Error, match=said):
        located(first_view(PATTERN, (2, 4, 5, 5)), at, PATTERN, (2, 4, 5, 5))


def test_statistics_are_of_the_finite_entries_in_pieces_and_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewing, "_CHUNK", 7)
    array = np.random.default_rng(0).normal(1e6, 1.0, (5, 9)).astype(np.float32)
    array[0, 0], array[1, 2], array[4, 8] = np.nan, np.inf, -np.inf
    sound = array[np.isfinite(array)].astype(np.float64)
    for found in (statistics(array), statistics_of(iter(array), array.shape), statistics(array.T)):
        assert (found.nan, found.infinite) == (1, 2)
        assert (found.low, found.high) == (sound.min(), sound.max())
        assert found.mean == pytest.approx(sound.mean(), rel=1e-12)
        assert found.deviation == pytest.approx(sound.std(), rel=1e-6)
    assert "1 NaN" in statistics(array).sentence
    assert statistics(np.full(3, np.nan)).sentence.startswith("no finite entry")
    assert statistics(np.zeros((0, 3))).sentence == "empty"
    assert statistics(np.array(2.5)).sentence == "value 2.5"
    assert statistics(np.array([3 + 4j])).high == 5.0
    assert statistics(np.array([True, False])).mean == 0.5


def test_the_largest_entries_in_order_with_ties_and_what_is_no_number_last() -> None:
    values = np.array([1.0, np.nan, 5.0, 5.0, -np.inf, 2.0])
    assert viewing.largest(values, 3) == [(2, 5.0), (3, 5.0), (5, 2.0)]
    assert [place for place, _ in viewing.largest(values, 10)][:4] == [2, 3, 5, 0]
    assert viewing.largest(np.array([3, 1, 2]), 2) == [(0, 3.0), (2, 2.0)]


def test_shares_are_a_softmax_of_what_is_finite() -> None:
    values = np.array([1000.0, 1000.0, -np.inf, np.nan])
    np.testing.assert_allclose(viewing.shares(values), [0.5, 0.5, 0, 0])
    assert not viewing.shares(np.array([np.nan])).any()


def test_texts_stand_along_the_sequence_only_where_their_number_is_right() -> None:
    tokens = ("The", " cat")
    assert viewing.texts_at("key", 2, tokens) == tokens
    assert viewing.texts_at("hidden", 2, tokens) == ()
    assert viewing.texts_at("seq", 3, tokens) == ()


@pytest.mark.parametrize(
    ("kind", "fixed", "expected"),
    [
        (None, {}, ("heatmap", (1, 2))),
        (None, {"a": 1}, ("heatmap", (1, 2))),
        (None, {"c": 1}, ("heatmap", (0, 1))),
        (None, {"b": 0, "c": -1}, ("line", (0,))),
        ("line", {"c": 2}, ("line", (1,))),
        ("top", {"b": 0, "c": 0}, ("top", (0,))),
    ],
)
def test_axes_that_are_fixed_are_not_shown(kind: Any, fixed: dict[str, int], expected: tuple[str, Any]) -> None:
    axes, array = ("a", "b", "c"), np.arange(24.0).reshape(2, 3, 4)
    view = viewing.located(viewing.first_view(axes, array.shape, kind), fixed, axes, array.shape)
    assert (view.kind, viewing.shown(view)) == expected
    taken = array[tuple(fixed.get(axis, slice(None)) for axis in axes)]
    while taken.ndim > len(expected[1]):
        taken = taken[0]  # what is neither fixed nor shown
    np.testing.assert_array_equal(viewing.cut(array, view), taken)


def test_one_axis_has_to_stay_free() -> None:
    with pytest.raises(Error, match="All axes are fixed"):
        viewing.located(viewing.first_view(("a",), (3,)), {"a": 1}, ("a",), (3,))
