"""From text to a drawing: strings of other projects' tests, and an einsum of a thousand tensors."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import pytest

import tensordraw as td
from tensordraw.read.einsum import program
from tensordraw.read.lift import lift
from tensordraw.read.spec import parse
from tests.benchmarks.conftest import seconds
from tests.read.test_strings import SOURCES, small

pytestmark = pytest.mark.timing
Report = Callable[..., None]


def _chain(tensors: int) -> str:
    """A matrix product state beside itself, as einops writes it."""
    half = tensors // 2
    kets = [f"a{k} s{k} a{k + 1}" for k in range(half)]
    bras = [f"b{k} s{k} b{k + 1}" for k in range(half)]
    return ", ".join([*kets, *bras]) + f" -> a0 b0 a{half} b{half}"


def _grid(tensors: int) -> str:
    """A square lattice."""
    side = round(tensors**0.5)
    cells = [f"h{r}_{c} h{r}_{c + 1} v{r}_{c} v{r + 1}_{c}" for r in range(side) for c in range(tensors // side)]
    return ", ".join(cells) + " -> h0_0"


def _hyper(tensors: int) -> str:
    """A chain whose tensors share a few indices that many have."""
    return ", ".join(f"a{k} a{k + 1} b{k % 7}" for k in range(tensors)) + " -> a0"


@pytest.mark.parametrize(
    ("what", "spec"), [("chain", _chain(1000)), ("grid", _grid(1000)), ("hyperedges", _hyper(1000))]
)
def test_a_thousand_tensors(what: str, spec: str, report: Report) -> None:
    parts = parse(spec)
    meant = program(parts, (), None, {})
    report(f"parsing the {what} of 1,000 tensors", seconds(lambda: parse(spec), 3))
    report(f"its program, {what}", seconds(lambda: program(parts, (), None, {}), 3))
    report(f"drawing it, {what}", seconds(lambda: lift(meant), 2))
    report(f"all of it: reading and laying out, {what}", seconds(lambda: td.einsum(spec), 2), 1.0)
    report(f"its problems, {what}", seconds(lambda: td.problems(td.einsum(spec)), 1))


@pytest.mark.parametrize("source", SOURCES)
def test_strings(source: str, report: Report) -> None:
    found = [seconds(lambda call=call: td.problems(call.read()), 2) for call, _ in small(source)]  # type: ignore[misc]
    report(f"reading and checking, median of {len(found)} strings, {source}", statistics.median(found), 0.005)
    report("the slowest of them", max(found))
