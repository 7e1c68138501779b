"""Sizes found out while text is read."""

from __future__ import annotations

import pytest

from tensordraw.errors import Error
from tensordraw.read.dims import Dims


def test_what_has_one_name_gets_one_size() -> None:
    dims = Dims()
    first, other, second = dims.new("key"), dims.new(), dims.new("key")
    dims.settle()
    assert dims.size(first) == dims.size(second) == 2
    assert dims.size(other) == 3


def test_a_size_that_is_said_holds_for_its_name() -> None:
    dims = Dims()
    known, same = dims.new("key", 7), dims.new("key")
    dims.settle()
    assert dims.size(known) == dims.size(same) == 7


def test_a_name_with_two_sizes_says_nothing() -> None:
    dims = Dims()
    dims.new("key", 7), dims.new("key", 8)
    third = dims.new("key")
    dims.settle()
    assert dims.size(third) == 2


def test_sizes_that_contradict_are_refused() -> None:
    dims = Dims()
    a, b = dims.new("i", 2, "in operand 1"), dims.new("i", 3, "in operand 2")
    with pytest.raises(Error, match="Index 'i' has size 2 in operand 1 but size 3 in operand 2"):
        dims.unite(a, b)
