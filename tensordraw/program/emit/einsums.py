"""What a sum of products is, for languages in which an index stands at most twice (ncon, `@tensor`).

Operands fall into components that no sum joins: those multiply elementwise. A component is *plain* where every index
stands exactly twice, counting the result. Others are taken apart into pairs; what the two of a pair share with each other
and with the result (a copy dot in the drawing) is written with a copy tensor or as a sum of products.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tensordraw.program.statements import Einsum, Index, Operand

Indices = tuple[Index, ...]


def counts(operands: Sequence[Indices], output: Indices) -> Counter[Index]:
    """How often each index stands in the operands and the result."""
    return Counter(index for indices in (*operands, output) for index in indices)


def lone(operands: Sequence[Indices], output: Indices) -> set[Index]:
    """Indices that stand once in all: they are summed over in their operand before anything else."""
    return {index for index, count in counts(operands, output).items() if count == 1}


def repeated(indices: Indices, total: Counter[Index]) -> list[Index]:
    """Indices of an operand that stand in it more than once without being its trace: it is their diagonal."""
    here = Counter(indices)
    return [index for index, count in here.items() if count > 1 and not count == total[index] == 2]


def reduced(operands: Sequence[Indices], output: Indices) -> list[Indices]:
    """Indices of each operand once diagonals are taken and lone indices summed; traces stay."""
    diagonal = diagonals(operands, output)
    gone = lone(diagonal, output)
    return [tuple(index for index in indices if index not in gone) for indices in diagonal]


def diagonals(operands: Sequence[Indices], output: Indices) -> list[Indices]:
    """Indices of each operand once diagonals are taken; traces stay."""
    total = counts(operands, output)
    return [tuple(dict.fromkeys(o)) if repeated(o, total) else o for o in operands]


def is_product(operands: Sequence[Indices], output: Indices) -> bool:
    """Whether nothing is summed and no diagonal taken: an elementwise or an outer product."""
    return all(len(set(indices)) == len(indices) and set(indices) <= set(output) for indices in operands)


def components(operands: Sequence[Indices], output: Indices) -> list[list[int]]:
    """Places of operands that hang together by summed indices: their products multiply without any sum."""
    parts = [[place] for place in range(len(operands))]  # the part that each operand is in, shared by its members
    first: dict[Index, int] = {}
    kept = set(output)
    for place, indices in enumerate(operands):
        for index in indices:
            other = parts[first.setdefault(index, place)]
            if index not in kept and other is not parts[place]:
                small, large = sorted((other, parts[place]), key=len)
                large += small
                for member in small:
                    parts[member] = large
    return sorted({id(part): sorted(part) for part in parts}.values())


def left_open(operands: Sequence[Indices], output: Indices) -> Indices:
    """Those indices of a result that some of its operands have."""
    there = {index for indices in operands for index in indices}
    return tuple(index for index in output if index in there)


def is_plain(operands: Sequence[Indices], output: Indices) -> bool:
    """Whether every index stands exactly twice."""
    return all(count == 2 for count in counts(operands, output).values())


def whole(einsum: Einsum) -> bool:
    """Whether an einsum is one statement although it has more than two operands."""
    left = reduced([operand.indices for operand in einsum.operands if operand.indices], einsum.output)
    parts = [[left[place] for place in part] for part in components(left, einsum.output)]
    return all(len(part) <= 2 or is_plain(part, left_open(part, einsum.output)) for part in parts)


def arrays_and_scalars(einsum: Einsum) -> tuple[list[Operand], list[Operand]]:
    """Operands with and without axes."""
    return [o for o in einsum.operands if o.indices], [o for o in einsum.operands if not o.indices]
