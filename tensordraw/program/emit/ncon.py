"""ncon: networks as lists of numbers, `ncon([A, B], [[-1, 1], [1, -2]])`.

ncon joins exactly two ends by each positive number, and contracts in the order of the numbers, so they follow a good
path; negative numbers are the axes of the result. An index with another number of ends is spelt as a tensor of its own: a
vector of ones where it stands once and is summed, copy tensors where three or more ends meet, chained where one would be
large. What no machine could hold as copy tensors is left to NumPy's einsum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tensordraw.program.emit import numpy
from tensordraw.program.emit.language import (
    MOST_INDICES,
    Contraction,
    Language,
    repeated,
    reshaped,
    summed,
    transposed,
)
from tensordraw.program.emit.library import NUMPY_ARRAYS
from tensordraw.program.emit.pieces import WIDTH, Piece, compose
from tensordraw.program.plan import path
from tensordraw.program.statements import Axis, Einsum, Operand, Type

SMALL_COPY = 4096  # entries of a copy tensor of any number of legs; beyond, three legs each
LARGEST_COPY = 10_000_000  # entries of one of three legs


@dataclass(slots=True)
class _Network:
    """Tensors as pieces, the edges of each leg, open edges in the order of the result, the size of each edge."""

    tensors: list[Piece]
    edges: list[list[str]]
    open: list[str]
    sizes: dict[str, int] = field(default_factory=dict)

    def edge(self, size: int) -> str:
        name = f"e{len(self.sizes)}"
        self.sizes[name] = size
        return name


def _einsum(contraction: Contraction) -> Piece:
    counts = _ends(contraction)
    largest = max((contraction.sizes[name] ** 3 for name, count in counts.items() if count > 2), default=0)
    if largest > LARGEST_COPY and len(counts) <= MOST_INDICES:
        return numpy.einsum(contraction)
    network = _network(contraction, counts)
    numbers = _numbers(network)
    lists = [f"[{', '.join(str(numbers[edge]) for edge in edges)}]" for edges in network.edges]
    whole = compose("", *network.tensors, needs=["from ncon import ncon"])
    texts = [tensor.text for tensor in network.tensors]
    return Piece(
        f"ncon([{', '.join(texts)}], [{', '.join(lists)}])", needs=whole.needs, values=whole.values, remark=whole.remark,
        broken=("ncon(", *_wrapped(texts), *_wrapped(lists), ")"),
    )  # fmt: skip


def _ends(contraction: Contraction) -> dict[str, int]:
    """How many ends meet in each index, that of the result included."""
    counts: dict[str, int] = {}
    for names in (*contraction.axes, contraction.output):
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return counts


def _network(contraction: Contraction, counts: dict[str, int]) -> _Network:
    """The contraction as a network in which every edge has two ends, or one and is open."""
    network = _Network(list(contraction.operands), [], [])
    ends: dict[str, list[str]] = {name: [] for name in counts}  # the edges that meet in each index

    def end(name: str) -> str:
        if counts[name] == 2 and ends[name]:
            return ends[name][0]
        ends[name].append(network.edge(contraction.sizes[name]))
        return ends[name][-1]

    network.edges = [[end(name) for name in names] for names in contraction.axes]
    network.open = [end(name) for name in contraction.output]
    for name, count in counts.items():
        if count == 1:
            ones = f"np.ones({{}}, {contraction.like})"
            network.tensors.append(compose(ones, contraction.extents[name], needs=[NUMPY_ARRAYS.need]))
            network.edges.append(ends[name])
        elif count > 2:
            _copy(network, ends[name], contraction, name)
    return network


def _copy(network: _Network, ends: Sequence[str], contraction: Contraction, name: str) -> None:
    """Join the ends by one copy tensor, or by a chain of those with three legs."""
    size, left = contraction.sizes[name], list(ends)
    while left:
        some = left if size ** len(left) <= SMALL_COPY or len(left) == 3 else left[:2]
        left = left[len(some) :]
        if left:
            joint = network.edge(size)
            some, left = [*some, joint], [joint, *left]
        delta = f"_delta({len(some)}, {{}}, {contraction.like})"
        network.tensors.append(compose(delta, contraction.extents[name], needs=[NUMPY_ARRAYS.need, "_delta"]))
        network.edges.append(some)


def _numbers(network: _Network) -> dict[str, int]:
    """The number of each edge: -1, -2, ... along the result, 1, 2, ... as a good path meets them."""
    numbers = {edge: -1 - place for place, edge in enumerate(network.open)}
    for edges in network.edges:
        for edge in edges:
            if edges.count(edge) == 2:
                numbers.setdefault(edge, len(numbers) - len(network.open) + 1)
    names = [f"t{place}" for place in range(len(network.edges))]
    types = {
        name: Type(tuple(Axis(edge, network.sizes[edge]) for edge in edges))
        for name, edges in zip(names, network.edges, strict=True)
    }
    operands = tuple(Operand(name, tuple(edges)) for name, edges in zip(names, network.edges, strict=True))
    terms = [frozenset(edges) for edges in network.edges]
    for step in path(Einsum("", operands, tuple(network.open), Type()), types):
        taken = [terms[place] for place in step]
        terms = [term for place, term in enumerate(terms) if place not in step]
        joined = frozenset[str]().union(*taken)
        shared = {edge for edge in joined if sum(edge in term for term in taken) > 1}
        for edge in sorted(shared, key=lambda edge: int(edge[1:])):
            numbers.setdefault(edge, len(numbers) - len(network.open) + 1)
        terms.append(joined - shared)
    return numbers


def _wrapped(texts: Sequence[str]) -> list[str]:
    """A list in brackets on as few indented lines as it needs."""
    lines = [""]
    for text in texts:
        if lines[-1] and len(lines[-1]) + len(text) > WIDTH - 14:
            lines.append("")
        lines[-1] += f"{text}, "
    lines = [line.rstrip() for line in lines]
    if len(lines) == 1:
        return [f"    [{lines[0].removesuffix(',')}],"]
    return ["    [", *(f"        {line}" for line in lines), "    ],"]


NCON = Language(
    "ncon", "ncon on NumPy arrays", NUMPY_ARRAYS,
    _einsum, transposed(NUMPY_ARRAYS), reshaped, repeated(NUMPY_ARRAYS), summed(NUMPY_ARRAYS), letters=False,
)  # fmt: skip
