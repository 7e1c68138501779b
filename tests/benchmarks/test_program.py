"""From a drawing to code and numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import opt_einsum
import pytest

import tensordraw as td
from tensordraw.diagram.problems import problems
from tensordraw.program.emit import emit
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tests.benchmarks.conftest import fresh, grid, seconds

pytestmark = pytest.mark.timing
Report = Callable[..., None]


@pytest.mark.parametrize(("tensors", "target"), [(100, None), (1000, 0.2)])
def test_lowering_and_code(tensors: int, target: float | None, report: Report) -> None:
    diagram = grid(tensors)
    assert not [found for found in problems(diagram.content) if found.severity == "error"]
    lowering = seconds(lambda: lower(fresh(diagram).content))
    both = seconds(lambda: emit(simplify(lower(fresh(diagram).content)), "torch"))
    report(f"checking and lowering {tensors} tensors", lowering)
    report(f"checking, lowering and printing PyTorch for {tensors} tensors", both, target)


CONTRACTIONS = [
    ("matrix product, 400", "ij,jk->ik", [(400, 400)] * 2),
    ("batched, 32 x 128", "bij,bjk->bik", [(32, 128, 128)] * 2),
    ("chain of six, 200", "ab,bc,cd,de,ef,fg->ag", [(200, 200)] * 6),
    ("ladder of ten, bond 40", "ij,ir,jkl,rks,lmn,smt,nop,tou,pq,uq->", None),
]


def ladder_shapes(spec: str) -> list[tuple[int, ...]]:
    """Bonds of 40, physical legs of 8."""
    return [tuple(8 if index in "ikmoq" else 40 for index in operand) for operand in spec.split("->")[0].split(",")]


@pytest.mark.parametrize(("what", "spec", "shapes"), CONTRACTIONS, ids=[name for name, _, _ in CONTRACTIONS])
def test_evaluation_beside_bare_opt_einsum(
    what: str, spec: str, shapes: list[tuple[int, ...]] | None, report: Report
) -> None:
    """At most 10 % more than `opt_einsum.contract` with its expression made before, on contractions of 1 ms and more."""
    shapes = shapes or ladder_shapes(spec)
    names = [f"T{k}" for k in range(len(shapes))]
    diagram = td.einsum(spec, *names, shapes=shapes)
    arrays = td.arrays(diagram)
    operands = [arrays[name] for name in names]
    bare = opt_einsum.contract_expression(spec, *shapes, optimize="auto-hq")
    np.testing.assert_allclose(td.evaluate(diagram, arrays), bare(*operands), rtol=1e-3, atol=1e-4)
    ours, theirs = np.inf, np.inf
    for _ in range(30):  # in turn, so that both meet the same machine
        ours = min(ours, seconds(lambda: td.evaluate(diagram, arrays), 1))
        theirs = min(theirs, seconds(lambda: bare(*operands), 1))
    report(f"opt_einsum.contract, {what}", theirs)
    report(f"td.evaluate, {what}", ours, 1.1 * theirs if theirs > 1e-3 else None)
