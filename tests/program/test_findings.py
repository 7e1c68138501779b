"""Problems that the diagram layer cannot see: arithmetic that cannot be read, files that are not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.records import Operand, Source
from tensordraw.program.findings import findings
from tests.sketch import Sketch


@pytest.mark.parametrize("text", ["1/sqrt(head_sise)", "", "2 +", "1/0"])
def test_a_constant_that_cannot_be_computed(text: str) -> None:
    s = Sketch(head_size=4)
    constant = s.constant(text)
    (found,) = findings(s.build())
    assert found.severity == "error"
    assert found.items == (constant,)
    assert found.what.endswith(".")
    with pytest.raises(td.Error):
        td.evaluate(s.build())


def test_a_coefficient_that_cannot_be_computed() -> None:
    s = Sketch(i=2)
    term = s.draft.term()
    s.tensor("a:", term.id)
    add = s.draft.add([Operand((), "1/n", term.id)])
    assert [problem.items for problem in findings(s.build())] == [(add.id,)]


def test_a_bubbles_expression_that_cannot_be_read() -> None:
    s = Sketch(i=2)
    bubble = s.draft.bubble("expression", expression="x +* 2")
    s.tensor("a: i", bubble.id)
    assert [problem.items for problem in findings(s.build())] == [(bubble.id,)]


def test_a_missing_file_is_a_problem_until_it_is_there(tmp_path: Path) -> None:
    s = Sketch(i=2)
    s.tensor("a: i")
    s.draft.sources["a"] = Source("a.npy")
    diagram = replace(s.build(), home=str(tmp_path))
    assert [problem.severity for problem in td.problems(diagram)] == ["error"]
    np.save(tmp_path / "a.npy", np.ones(2))
    assert td.problems(diagram) == []
    np.testing.assert_array_equal(td.evaluate(diagram), np.ones(2))
    np.save(tmp_path / "a.npy", np.ones(3))
    assert [problem.severity for problem in td.problems(diagram)] == ["error"]
