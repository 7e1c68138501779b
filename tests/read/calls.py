"""The einsum calls of other projects' own tests, as strings (or label lists) with shapes: taken from the installed packages.

Their test functions are run with a spy in the place of the function that they test; what it is called with is a `Call`.
"""

from __future__ import annotations

import inspect
import itertools
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import opt_einsum
import pytest

from tensordraw.diagram.records import Diagram
from tensordraw.read.einsum import read, read_sublists

Rows = tuple[Any, ...]  # labels by operand, as they were given


@dataclass(frozen=True)
class Call:
    """A string, or the labels of operands and of the output; which arrays the operands are, and their shapes."""

    spec: Any
    output: Any
    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    too_much: bool = False  # for numpy's one loop, or its letters: opt_einsum cuts it into calls of numpy

    @property
    def entries(self) -> int:
        """The size of the largest operand."""
        return max(map(math.prod, self.shapes), default=0)

    def read(self) -> Diagram:
        """The diagram."""
        if isinstance(self.spec, str):
            return read(self.spec, *self.names, shapes=self.shapes)
        return read_sublists(self.spec, self.output, self.names, shapes=self.shapes)

    def arrays(self) -> dict[str, np.ndarray]:
        """Normals for each array."""
        generator = np.random.default_rng(0)
        shapes = dict(zip(self.names, self.shapes, strict=True))
        return {name: generator.normal(size=shape) for name, shape in shapes.items()}

    def expected(self, einsum: Callable[..., Any] | None = None) -> np.ndarray:
        """numpy's value."""
        run = einsum or (opt_einsum.contract if self.too_much else np.einsum)
        arrays = self.arrays()
        operands = [arrays[name] for name in self.names]
        if isinstance(self.spec, str):
            return np.asarray(run(self.spec, *operands))
        rows = [argument for pair in zip(operands, self.spec, strict=True) for argument in pair]
        return np.asarray(run(*rows, *([] if self.output is None else [self.output])))


def _frozen(row: Any) -> Any:
    """A row of labels that can be compared; what is none stays."""
    if isinstance(row, np.ndarray | list | tuple | range):
        return tuple(map(_frozen, row))
    if isinstance(row, int | np.integer):
        return int(row)
    return row if isinstance(row, str | None) or row is Ellipsis else repr(row)


def _call(arguments: tuple[Any, ...]) -> Call:
    """The arguments of an einsum; an operand that stands twice is one array."""
    if arguments and isinstance(arguments[0], str):
        spec, operands, output = arguments[0], arguments[1:], None
    else:
        pairs = len(arguments) // 2 * 2
        operands, spec = arguments[:pairs:2], tuple(map(_frozen, arguments[1:pairs:2]))
        output = _frozen(arguments[-1]) if len(arguments) > pairs else None
    shapes = tuple(tuple(map(int, np.shape(operand))) for operand in operands)
    known: dict[int, str] = {}
    names = tuple(known.setdefault(id(operand), f"A{len(known)}") for operand in operands)
    return Call(spec, output, names, shapes)


def _functions(module: ModuleType) -> Iterator[Callable[..., None]]:
    """The test functions of a module, those of its classes too."""
    for name, found in list(vars(module).items()):
        if inspect.isclass(found) and name.startswith("Test"):
            held = found()
            yield from (getattr(held, each) for each in dir(found) if each.startswith("test"))
        elif name.startswith("test") and inspect.isfunction(found):
            yield found


def _settings(function: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """The arguments that pytest would call a test function with."""
    axes = []
    for mark in getattr(function, "pytestmark", []):
        names, values = mark.args[0], mark.args[1]
        named = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        axes.append([dict(zip(named, value if len(named) > 1 else [value], strict=True)) for value in values])
    for chosen in itertools.product(*axes):
        yield {name: value for setting in chosen for name, value in setting.items()}


def _spied(holder: Any, name: str, module: ModuleType, skip: Callable[..., bool]) -> list[Call]:
    """All calls of `holder.name` in the tests of a module, each once."""
    calls: dict[Call, None] = {}
    real = getattr(holder, name)

    def spy(*arguments: Any, **options: Any) -> Any:
        calls.setdefault(_call(arguments))
        return real(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(holder, name, spy)
        for function in _functions(module):
            for setting in _settings(function):
                given = {key: spy if value is real else value for key, value in setting.items()}
                if not skip(function, given):
                    function(**given)
    return list(calls)


@cache
def numpy_calls() -> tuple[Call, ...]:
    """Every call of `np.einsum` in numpy's own tests of it."""
    from numpy._core.tests import test_einsum

    return tuple(_spied(np, "einsum", test_einsum, lambda function, given: given.get("einsum_fn") is np.einsum_path))


@cache
def opt_einsum_calls() -> tuple[Call, ...]:
    """Every call of `contract` in opt_einsum's tests of its input."""
    from opt_einsum.tests import test_input

    return tuple(_spied(test_input, "contract", test_input, lambda function, given: False))


def opt_einsum_strings() -> list[Call]:
    """The strings of opt_einsum's tests of contractions, with the sizes used there."""
    from opt_einsum.testing import build_shapes
    from opt_einsum.tests.test_contract import tests

    found = [_named(spec, build_shapes(spec)) for spec in tests]
    greek = ["".join(c if c in ",->." else chr(ord(c) + 848) for c in spec) for spec in tests]
    # numpy knows no Greek.
    return [*found, *(_named(spec, call.shapes, too_much=True) for spec, call in zip(greek, found, strict=True))]


def einops_strings() -> list[tuple[Call, str]]:
    """The strings of einops' tests of `einsum`, each with what it is in letters."""
    from einops.tests.test_einsum import test_functional_cases

    found = []
    for named, letters, shapes, _ in test_functional_cases:
        # One of the cases writes `(10,)` for a list of shapes.
        rows = tuple((shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes)
        found.append((_named(named, rows), letters))
    return found


# n tensors, average number of indices, open ones, hyperedges inside, hyperedges in the output
SETTINGS = [
    (4, 4, 1, 0, 0), (3, 6, 1, 2, 0), (4, 4, 0, 1, 1), (5, 3, 2, 2, 0), (5, 3, 2, 1, 1), (6, 3, 1, 2, 2),
    (8, 3, 3, 1, 1), (10, 3, 2, 2, 1), (9, 2, 3, 3, 1), (7, 4, 2, 0, 3), (9, 4, 0, 4, 0), (40, 3, 2, 1, 0),
]  # fmt: skip
EACH = 25  # strings of each setting: 300


def cotengra_strings() -> list[Call]:
    """Random contractions by cotengra, most of them with hyperedges, the last ones with more than 52 indices."""
    from cotengra.utils import rand_equation

    found: dict[str, Call] = {}
    for number, (n, reg, n_out, inner, outer) in enumerate(SETTINGS):
        seeds = itertools.count(1000 * number)
        while len(found) < EACH * (number + 1):
            made = rand_equation(n, reg, n_out, inner, outer, seed=next(seeds))
            spec = ",".join(map("".join, made.inputs)) + "->" + "".join(made.output)
            found.setdefault(spec, _named(spec, made.shapes, too_much=True))
    return list(found.values())


def _named(spec: str, shapes: Any, too_much: bool = False) -> Call:
    names = tuple(f"T{number}" for number in range(len(shapes)))
    return Call(spec, None, names, tuple(map(tuple, shapes)), too_much)
