"""Whether the sides of equations are equal: all of them evaluated on the same random arrays, several times.

Arrays are float64 and have their declared forms; where a conjugate is drawn and every function is defined on complex
numbers they are complex, since over real numbers a forgotten conjugate makes no difference. Arrays that the document takes
from files are those. A left side of `:=` that is one tensor alone *defines* that array: it is given the right side's value.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import floor, log10
from typing import Any, Literal, TypeAlias

import numpy as np

from tensordraw.diagram.records import Bubble, Content, Diagram, Id, Record, Relation, Tensor
from tensordraw.diagram.scopes import Side
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error
from tensordraw.program.arrays import inputs
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Program

Array: TypeAlias = np.ndarray[Any, Any]
Number: TypeAlias = float | complex

EQUAL = 9  # digits from which two float64 sides count as equal
SOME = 3  # fewer digits than this are a difference
MOST = 16  # digits that a float64 has
# Functions that are defined on complex numbers, and commute with what an equation may do to them.
COMPLEX = {"inverse", "determinant", "transpose", "square", "power", "exp", "sin", "cos", "reciprocal"}


class Entry(Record, frozen=True):
    """One entry of two sides: its position, and the value of each."""

    index: tuple[int, ...]
    left: Number
    right: Number


class Comparison(Record, frozen=True):
    """Two neighbouring sides: how many digits they share in the worst run, and the entry that differs most."""

    equation: Id
    left: str
    right: str
    relation: Relation
    digits: int
    worst: Entry | None = None

    @property
    def holds(self) -> bool:
        """Whether the sides are equal; of an approximate relation one digit is asked."""
        return self.digits >= (1 if self.relation == "≈" else EQUAL)


class Verdict(Record, frozen=True):
    """What checking found: `equal` where every relation holds, the digits of the worst, and its worst entry."""

    equal: bool
    digits: int
    worst: Entry | None
    comparisons: tuple[Comparison, ...]
    runs: int

    @property
    def kind(self) -> Literal["equal", "digits", "different"]:
        """Equal, equal only to `digits` digits, or different."""
        return "equal" if self.equal else "digits" if self.digits >= SOME else "different"

    @property
    def sentence(self) -> str:
        """The verdict for people."""
        runs = f"on {self.runs} sets of random arrays"
        if self.equal:
            return f"Equal to {self.digits} digits {runs}."
        first = next(each for each in self.comparisons if not each.holds)
        sides = f"{first.left} and {first.right}"
        if first.worst is None:
            return f"Different: {sides}."
        at = ", ".join(map(str, first.worst.index))
        where = f"entry [{at}]" if at else "the value"
        values = f"{where} is {_text(first.worst.left)} on the one side and {_text(first.worst.right)} on the other"
        if self.digits >= SOME:
            return f"Equal only to {self.digits} digits {runs}: {sides} differ most where {values}."
        return f"Different: of {sides}, {values}."


def check_equation(diagram: Diagram, seeds: Sequence[int] = (0, 1, 2)) -> Verdict:
    """Evaluate every side on the same random arrays, once for each seed, and compare neighbours.

    errors.Error where the document has an error, or holds no relation between two sides.
    """
    structure = analyse(diagram.content)
    program = simplify(lower(diagram.content))
    if not structure.equated:
        raise Error("This document holds no equation: put a relation such as = between two terms, and check again.")
    worst: dict[int, Comparison] = {}
    for seed in seeds:
        for number, comparison in enumerate(_compared(diagram, program, structure.sides, seed)):
            if number not in worst or comparison.digits < worst[number].digits:
                worst[number] = comparison
    comparisons = tuple(worst.values())
    failing = [each for each in comparisons if not each.holds]
    decisive = min(failing or comparisons, key=lambda each: each.digits)
    return Verdict(not failing, decisive.digits, decisive.worst, comparisons, len(seeds))


def _compared(diagram: Diagram, program: Program, sides: Sequence[Side], seed: int) -> Iterator[Comparison]:
    given = _arrays(diagram, program, seed)
    defined = _definitions(diagram.content, sides)
    for name, (output, axes) in defined.items():
        given[name] = np.transpose(evaluate(program, given, dtype=np.float64)[output], axes)
    values = evaluate(program, given, dtype=np.float64)
    for left, right in itertools.pairwise(sides):
        if right.relation != ",":
            one, other = np.asarray(values[left.name]), np.asarray(values[right.name])
            digits, entry = _difference(one, other)
            yield Comparison(right.equation, left.name, right.name, right.relation, digits, entry)


def _arrays(diagram: Diagram, program: Program, seed: int) -> dict[str, Any]:
    """The arrays of one run; those in files as they are, in double precision."""
    dtype = np.complex128 if _is_complex(diagram.content) else np.float64
    found = {name: np.asarray(array) for name, array in inputs(program, diagram, {}, seed, dtype=dtype).items()}
    return {
        name: array.astype(np.result_type(array, np.float64), copy=False) if array.dtype.kind in "fc" else array
        for name, array in found.items()
    }


def _is_complex(content: Content) -> bool:
    functions = {region.function for region in content.regions.values() if isinstance(region, Bubble)}
    conjugated = any(isinstance(node, Tensor) and node.conj for node in content.nodes.values())
    return conjugated and functions <= COMPLEX


def _definitions(content: Content, sides: Sequence[Side]) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Arrays that a left side of := is: the output that gives each, and the order of its axes there."""
    found: dict[str, tuple[str, tuple[int, ...]]] = {}
    scopes = analyse(content).scopes
    for left, right in itertools.pairwise(sides):
        if right.relation != ":=" or len(left.terms) != 1 or left.terms[0].coefficient != "1":
            continue
        term = left.terms[0]
        items = scopes[term.term].items
        node = content.nodes.get(items[0].id) if len(items) == 1 else None
        if isinstance(node, Tensor) and {leg.id for leg in node.legs} == set(term.legs) and not node.conj:
            found[node.name] = right.name, tuple(term.legs.index(leg.id) for leg in node.legs)
    return found


def _difference(left: Array, right: Array) -> tuple[int, Entry | None]:
    """Digits that two arrays share, relative to their largest finite entry, and the entry that differs most."""
    with np.errstate(invalid="ignore"):
        apart = np.abs(left - right)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    apart = np.where(same, 0.0, apart)
    if not apart.size or not np.any(apart):
        return MOST, None
    apart = np.where(np.isnan(apart), np.inf, apart)
    at = np.unravel_index(int(np.argmax(apart)), apart.shape)
    entry = Entry(tuple(int(k) for k in at), left[at].item(), right[at].item())
    finite = [array[np.isfinite(array)] for array in (left, right)]
    scale = max((float(np.abs(array).max()) for array in finite if array.size), default=1.0)
    relative = float(apart[at]) / scale if scale else np.inf
    return min(MOST, max(0, floor(-log10(relative)))) if np.isfinite(relative) else 0, entry


def _text(value: Number) -> str:
    return f"{value:.6g}"
