"""The sources' own lines of code (NOTATION section 4), pasted as they stand: they mean what they say and come back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program.lower import lower
from tensordraw.read.source import read_source

# Each line with the same in numpy's letters, and what comes back where that is not the line itself.
LINES: dict[str, tuple[str, str]] = {
    "einsum(a, b, 'i, j -> i j')": ("i,j->ij", ""),
    "outer(a, b)": ("i,j->ij", "einsum(a, b, 'i, j -> i j')"),
    "einsum(a, b, 'i, i ->')": ("i,i->", ""),
    "dot(a, b)": ("i,i->", "einsum(a, b, 'i, i ->')"),
    "a @ b": ("i,i->", "einsum(a, b, 'i, i ->')"),
    "M = einsum(A, v, B, 'i alpha beta, beta, beta alpha j -> i j')": ("iab,b,baj->ij", ""),
    "M = einsum(A, v, B, 'i alpha, beta, beta alpha j -> i j')": ("ia,b,baj->ij", ""),
    "einsum(A, V, B, W, C, X, D, Y, E, Z, 'i j, i r, j k l, r k s, l m n, s m t, n o p, t o u, p q, u q ->')": (
        "ij,ir,jkl,rks,lmn,smt,nop,tou,pq,uq->", ""
    ),
    "einsum(s, U, V, W, 's, i s, j s, k s -> i j k')": ("s,is,js,ks->ijk", ""),
    "einsum(C, U, V, W, 'a b c, i a, j b, k c -> i j k')": ("abc,ia,jb,kc->ijk", ""),
    "einsum(x, match, x, prev_token_head, 'seq0 hidden0, hidden0 hidden1, seq1 hidden1, seq1 seq2 -> seq2 seq0')": (
        "ah,hk,bk,bc->ca", ""
    ),
}  # fmt: skip


def names_in(line: str) -> list[str]:
    """The names of the operands, in order, repeated ones too."""
    inside = line.partition("(")[2].partition("'")[0] if "(" in line else line.replace(" @ ", ",")
    return [name.strip(" )") for name in inside.split(",") if name.strip(" )")]


def written(code: str) -> str:
    """Printed code on one line, without spaces at its breaks."""
    return " ".join(code.split()).replace("( ", "(").replace(", )", ")")


@pytest.mark.parametrize("line", LINES)
def test_a_line_means_what_it_says_and_comes_back(line: str) -> None:
    letters, back = LINES[line]
    diagram = td.read(line)
    assert not [problem for problem in td.problems(diagram) if problem.severity == "error"]
    arrays = td.arrays(diagram)
    operands: list[Any] = [arrays[name] for name in names_in(line)]
    np.testing.assert_allclose(td.evaluate(diagram, arrays), np.einsum(letters, *operands), rtol=1e-5, atol=1e-6)
    assert (back or line.removeprefix("M = ")) in written(td.code(diagram, "torch"))


def test_singular_values() -> None:
    """Line 22: the conjugate of the same array, on complex arrays."""
    line = "einsum(U, S, conj(V), 'i j, j, k j -> i k')"
    diagram = read_source(line)
    rng = np.random.default_rng(0)
    shapes = {given.array: given.type.shape for given in lower(diagram.content).inputs}
    assert set(shapes) == {"U", "S", "V"}
    arrays = {name: rng.normal(size=shape) + 1j * rng.normal(size=shape) for name, shape in shapes.items()}
    expected = np.einsum("ij,j,kj->ik", arrays["U"], arrays["S"], arrays["V"].conj())
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected)
    assert "einsum(U, S, V.conj(), 'i j, j, k j -> i k')" in td.code(diagram, "torch")


def test_the_product_of_two_identities() -> None:
    """Line 21 is an equation, which holds."""
    diagram = read_source("einsum(eye(5), eye(3), 'i j, k l -> (i k) (j l)') == eye(15)")
    (equation,) = diagram.content.equations.values()
    assert equation.parts[1].sign == "="
    values = td.evaluate(diagram)
    assert list(values) == ["left", "right"]
    np.testing.assert_array_equal(values["left"], np.eye(15))
    np.testing.assert_array_equal(values["right"], np.eye(15))
    assert td.check_equation(diagram).equal


@pytest.mark.parametrize(
    "line",
    [
        "np.allclose(tr(A @ B), tr(B @ A))",
        "assert torch.allclose(A @ B, (B.T @ A.T).T)",
        "A @ x == einsum(A, x, 'i j, j -> i')",
    ],
)
def test_equations(line: str) -> None:
    diagram = read_source(line.replace("tr(", "trace("))
    assert td.check_equation(diagram).equal


def test_a_wrong_equation_is_different() -> None:
    assert not td.check_equation(read_source("trace(A @ B) == trace(A @ A)", {"A": (3, 3), "B": (3, 3)})).equal


def test_the_pattern_of_the_induction_head() -> None:
    """Line 53 with what follows it: lower-triangular masking and softmax over the last axis."""
    text = (
        "scores = einsum(x, match, x, prev_token_head, 'seq0 hidden0, hidden0 hidden1, seq1 hidden1, seq1 seq2 -> seq2 seq0')\n"
        "mask = torch.tril(torch.ones(seq, seq))\n"
        "pattern = softmax(scores.masked_fill(mask == 0, -torch.inf), dim=-1)\n"
    )
    diagram = read_source(text, sizes={"seq": 4})
    arrays = {name: array.astype(float) for name, array in td.arrays(diagram).items()}
    x, match, before = (arrays[name] for name in ("x", "match", "prev_token_head"))
    scores = np.einsum("ah,hk,bk,bc->ca", x, match, x, before)
    scores = np.where(np.tri(4, dtype=bool), scores, -np.inf)
    expected = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected)
