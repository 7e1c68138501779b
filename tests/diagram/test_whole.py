"""Text that is a whole number, and text that only looks like one."""

from __future__ import annotations

import pytest

from tensordraw.diagram.records import id_order
from tensordraw.diagram.whole import whole

FALSE = ["", "-", "--5", "²", "1.0", "1e3", "x", "9" * 5000]


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" -12 ", -12), ("0", 0), ("9" * 18, 10**18 - 1)])
def test_whole_numbers_are_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("text", FALSE)
def test_what_is_none_is_none(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize("item", ["n²", "n" + "9" * 5000, "n", "n-1"])
def test_an_id_of_a_foreign_file_has_an_order(item: str) -> None:
    assert id_order(item) == 0
