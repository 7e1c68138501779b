"""Evaluation of one einsum against a bare `opt_einsum.contract` on the same arrays, for many shapes, on both backends.

Prints the time of one repeated evaluation and its ratio to opt_einsum's. Times vary from machine to machine, so nothing
is asserted but that both agree; `test_program` holds the targets.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import opt_einsum
import pytest

from tensordraw.program.evaluate import evaluate
from tensordraw.program.statements import Axis, Einsum, Input, Operand, Output, Program, Type

pytestmark = pytest.mark.timing

NETWORKS: dict[str, tuple[str, list[tuple[int, ...]]]] = {
    "matrix product": ("ij,jk->ik", [(500, 600), (600, 700)]),
    "product, transposed": ("ij,kj->ki", [(500, 600), (700, 600)]),
    "tensors": ("abcd,cdef->abef", [(20, 20, 30, 30), (30, 30, 20, 20)]),
    "tensors, mixed axes": ("acbd,decf->fbae", [(20, 30, 20, 30), (30, 20, 30, 20)]),
    "attention scores": ("hqd,hkd->hqk", [(12, 256, 64), (12, 256, 64)]),
    "one head a time": ("qhd,khd->hqk", [(256, 12, 64), (256, 12, 64)]),
    "chain": ("ij,jk,kl,lm->im", [(400, 400)] * 4),
    "ladder": ("ij,ir,jkl,rks,lmn,smt,nop,tou,pq,uq->", [(4, 40), (4, 40), *[(40, 4, 40)] * 6, (40, 4), (40, 4)]),
    "trace": ("ijk,jkl,lmi->m", [(60, 60, 60), (60, 60, 60), (60, 60, 60)]),
    "batched dot": ("bi,bi->b", [(2000, 1000), (2000, 1000)]),
    "outer product": ("i,j->ij", [(1500,), (1500,)]),
}


def _program(spec: str, shapes: list[tuple[int, ...]]) -> Program:
    left, output = spec.split("->")
    terms = left.split(",")
    sizes = {
        index: size for term, shape in zip(terms, shapes, strict=True) for index, size in zip(term, shape, strict=True)
    }

    def type_(indices: str) -> Type:
        return Type(tuple(Axis(index, sizes[index]) for index in indices))

    inputs = tuple(Input(f"v{k}", f"A{k}", type_(term)) for k, term in enumerate(terms))
    operands = tuple(Operand(f"v{k}", tuple(term)) for k, term in enumerate(terms))
    return Program(inputs, (Einsum("y", operands, tuple(output), type_(output)),), (Output("", "y"),))


def _best(one: Callable[[], Any], other: Callable[[], Any]) -> tuple[float, float]:
    """The best times of both, taken in turns so that the machine's other work meets both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(25):
        for run, record in zip((one, other), times, strict=True):
            start = time.perf_counter()
            run()
            record.append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("network", NETWORKS)
def test_overhead(network: str, backend: str, report: Callable[..., None]) -> None:
    spec, shapes = NETWORKS[network]
    random = np.random.default_rng(0)
    arrays: dict[str, Any] = {f"A{k}": random.normal(size=s).astype(np.float32) for k, s in enumerate(shapes)}
    if backend == "torch":
        torch = pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
    program = _program(spec, shapes)

    def ours() -> Any:
        return evaluate(program, arrays, backend)[""]

    def bare() -> Any:
        return opt_einsum.contract(spec, *arrays.values(), optimize="auto")

    wanted = np.asarray(bare())
    np.testing.assert_allclose(np.asarray(ours()), wanted, rtol=1e-2, atol=1e-3 * float(np.abs(wanted).max()))
    mine, its = _best(ours, bare)
    report(f"{network}, {backend}, {mine / its:.2f} times opt_einsum", mine)
