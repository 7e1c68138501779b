"""Networks in ncon's numbers: what each index becomes, the order of the numbers, and copy tensors of all sizes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tensordraw.program.batch import batched
from tensordraw.program.emit import emit
from tensordraw.program.statements import Axis, Einsum, Input, Operand, Output, Program, Type


def program(spec: str, **sizes: int) -> Program:
    """An einsum in letters of the arrays A, B, C, ..."""
    left, _, output = spec.partition("->")
    terms = left.split(",")
    names = [chr(ord("A") + n) for n in range(len(terms))]

    def kind(indices: str) -> Type:
        return Type(tuple(Axis(index, sizes.get(index, 2)) for index in indices))

    inputs = tuple(Input(name, name, kind(term)) for name, term in zip(names, terms, strict=True))
    operands = tuple(Operand(name, tuple(term)) for name, term in zip(names, terms, strict=True))
    return Program(inputs, (Einsum("y", operands, tuple(output), kind(output)),), (Output("", "y"),))


def printed(of: Program) -> str:
    """The expression that is returned, on one line."""
    code = re.sub(r"\s+", " ", emit(of, "ncon").rpartition("return ")[2]).partition(" # ")[0]
    return re.sub(r",? (?=[)\]])", "", re.sub(r"(?<=[(\[]) ", "", code))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("ij,jk->ik", "ncon([A, B], [[-1, 1], [1, -2]])"),
        ("ij,jk->ki", "ncon([A, B], [[-2, 1], [1, -1]])"),
        ("ij,kl->iljk", "ncon([A, B], [[-1, -3], [-4, -2]])"),
        ("ijj,ik->k", "ncon([A, B], [[2, 1, 1], [2, -1]])"),
        ("ij,jk->i", "ncon([A, B, np.ones(2, dtype=A.dtype)], [[-1, 2], [2, 1], [1]])"),
        ("ij,ik->ijk", "ncon([A, B, _delta(3, 2, dtype=A.dtype)], [[1, -2], [2, -3], [1, 2, -1]])"),
        ("ii->i", "ncon([A, _delta(3, 2, dtype=A.dtype)], [[1, 2], [1, 2, -1]])"),
    ],
)
def test_what_an_index_becomes(spec: str, expected: str) -> None:
    assert printed(program(spec)) == expected


def test_numbers_follow_a_good_order() -> None:
    """Matrices and a vector, drawn the bad way round: the vector comes first, so its bond has the lowest number."""
    of = program("ij,jk,kl,l->i", i=50, j=50, k=50, l=50)
    assert printed(of) == "ncon([A, B, C, D], [[-1, 3], [3, 2], [2, 1], [1]])"


def test_copy_tensors_of_all_sizes(run_fresh: Any) -> None:
    """One tensor where it is small, a chain of three legs each where it is not, NumPy where no memory would do."""
    cases, wanted = [], []
    for size, deltas in ((2, 1), (9, 4), (300, 0)):
        of = program("aij,abk,acl,adm,ae->a", a=size)
        code = emit(of, "ncon")
        assert code.count("_delta(") - code.count("def _delta(") == deltas
        assert ("np.einsum(" in code) == (deltas == 0)
        rng = np.random.default_rng(size)
        arrays = {given.array: rng.standard_normal(given.type.shape) for given in of.inputs}
        cases.append(("ncon", code, arrays))
        wanted.append(np.einsum("aij,abk,acl,adm,ae->a", *arrays.values(), optimize=True))
    for found, expected in zip(run_fresh(cases), wanted, strict=True):
        np.testing.assert_allclose(found, expected, 1e-9, err_msg=str(found))


def test_copy_tensors_of_a_batch_are_as_long_as_it(run_fresh: Any) -> None:
    of = batched(program("ij,jk->ik"), ["A", "B"])
    code = emit(of, "ncon")
    assert "    batch = A.shape[0]\n" in code
    assert "_delta(3, batch, dtype=A.dtype)" in code
    a, b = np.random.default_rng(0).standard_normal((2, 5, 2, 2))
    [found] = run_fresh([("ncon", code, {"A": a, "B": b})])
    np.testing.assert_allclose(found, a @ b, 1e-9, err_msg=str(found))
