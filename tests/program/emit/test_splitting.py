"""Einsums that are printed in parts: how the parts and their indices are called."""

from __future__ import annotations

import re

import tensordraw as td
from tensordraw.program.emit.naming import distinct


def test_parts_drop_the_numbers_that_only_the_whole_needed() -> None:
    code = td.code(td.template("gpt2", layers=2), "torch")
    assert "'query hidden, head head_size hidden -> query head head_size'" in code
    assert "'key hidden, head head_size hidden -> key head head_size'" in code


def test_numbers_that_were_drawn_stay() -> None:
    """The labels of an MPS are i1, i2, ...; its bonds are numbered only because there are several."""
    code = td.code(td.template("mps", sites=45), "torch")
    assert re.findall(r"einsum\(A1, .*", code) == [
        "einsum(A1, A2, 'i1 bond0, bond0 i2 bond1 -> i1 i2 bond1')  # [i1, i2, bond1]"
    ]


def test_axis_names_are_distinct() -> None:
    assert distinct(("a", "b")) == ("a", "b")
    assert distinct(("a", "b", "a", "")) == ("a0", "b", "a1", "i")
    assert distinct(("a", "a0", "a", "", "i")) == ("a1", "a0", "a2", "j", "i")
