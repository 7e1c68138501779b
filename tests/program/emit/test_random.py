"""Random programs of all statements, loops in loops too: printed code gives what evaluation gives."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np

from tensordraw.program.emit import emit, parameters
from tensordraw.program.evaluate import evaluate
from tensordraw.program.show import show
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

SIZES = {"a": 2, "b": 3, "head_size": 2, "lambda": 3, "\\beta": 2, "one": 1}
SEEDS = int(os.environ.get("TENSORDRAW_SEEDS", "40"))


class Maker:
    """A program that grows at random; `types` are the values that the current block may read."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.types: dict[str, Type] = {}
        self.loops: list[str] = []

    def name(self) -> str:
        self.count += 1
        return self.random.choice(["x", "resid_", "lambda_", "np", "W_Q"]) + str(self.count)

    def axes(self, most: int = 3) -> tuple[Axis, ...]:
        names = self.random.choices(list(SIZES), k=self.random.randint(0, most))
        return tuple(Axis(name, SIZES[name]) for name in names)

    def value(self, at_least: int = 0) -> str | None:
        fitting = [name for name, kind in self.types.items() if at_least <= len(kind.axes) <= 4]
        return self.random.choice(fitting) if fitting else None

    def statement(self) -> Statement | None:
        kinds = [self.einsum, self.einsum, self.spread, self.add, self.scale, self.apply, self.reshape, self.select,
                 self.conj, self.fixed, self.constant]  # fmt: skip
        if len(self.loops) < 2:
            kinds.append(self.repeat)
        return self.random.choice(kinds)()

    def einsum(self) -> Statement | None:
        values = [v for v in (self.value() for _ in range(self.random.choice([0, 1, 1, 2, 2, 3, 4]))) if v]
        index_of: dict[int, list[str]] = {}
        operands, axis_of, count = [], dict[str, Axis](), 0
        for value in values:
            indices = []
            for axis in self.types[value].axes:
                known = index_of.setdefault(axis.size, [])
                if not known or self.random.random() < 0.5:
                    count += 1
                    known.append(self.random.choice([f"i{count}", f"{axis.name}@w{count}", axis.name * count]))
                    axis_of[known[-1]] = axis
                indices.append(self.random.choice(known))
            operands.append(Operand(value, tuple(indices)))
        there = sorted({index for operand in operands for index in operand.indices})
        self.random.shuffle(there)
        output = tuple(there[: self.random.randint(0, 4)])
        return Einsum(self.name(), tuple(operands), output, Type(tuple(axis_of[index] for index in output)))

    def spread(self) -> Statement | None:
        value = self.value()
        if value is None or len(self.types[value].axes) > 2:
            return None
        axes = self.types[value].axes
        indices = tuple(f"s{n}" for n in range(len(axes)))
        if len(axes) == 2 and axes[0].size == axes[1].size and self.random.random() < 0.3:
            indices = ("s0", "s0")
        axis_of = {**dict(zip(indices, axes, strict=True)), **{f"new{n}": axis for n, axis in enumerate(self.axes(1))}}
        output = [*axis_of, *self.random.choices(list(axis_of), k=self.random.randint(0, 2) if axis_of else 0)]
        self.random.shuffle(output)
        return Spread(self.name(), value, indices, tuple(output), Type(tuple(axis_of[index] for index in output)))

    def add(self) -> Statement | None:
        value = self.value()
        if value is None:
            return None
        axes = self.types[value].axes
        shape = Type(axes).shape
        addends = []
        for _ in range(self.random.randint(1, 3)):
            other = self.random.choice([n for n, t in self.types.items() if sorted(t.shape) == sorted(shape)])
            places = list(range(len(shape)))
            self.random.shuffle(places)
            fits = all(self.types[other].shape[p] == size for p, size in zip(places, shape, strict=True))
            coefficient, factor = self.random.choice(
                [("1", 1.0), ("-1", -1.0), ("-1/2", -0.5), ("b", 3.0), ("what", 2.0)]
            )
            addends.append(
                Addend(other if fits else value, tuple(places if fits else range(len(shape))), coefficient, factor)
            )
        missing = [n for n, t in self.types.items() if len(t.axes) == 1 and t.shape[0] in shape]
        if missing:
            vector = self.random.choice(missing)
            place = shape.index(self.types[vector].shape[0])
            addends.append(Addend(vector, tuple(0 if k == place else None for k in range(len(shape)))))
        self.random.shuffle(addends)
        return Add(self.name(), tuple(addends), Type(axes))

    def scale(self) -> Statement | None:
        value = self.value()
        factor, expression = self.random.choice(
            [(0.5, "1/a"), (3.0, "b"), (-2.0, "-2"), (0.25, "unknown"), (5.0, "a + b")]
        )
        return None if value is None else Scale(self.name(), value, factor, expression, self.types[value])

    def apply(self) -> Statement | None:
        value = self.value(1)
        if value is None:
            return None
        axes = self.types[value].axes
        along = self.random.randrange(len(axes))
        function = self.random.choice(["tanh", "relu", "softmax", "mean", "max", "normalise", "expression"])
        expression = "x/(1 + x**2)" if function == "expression" else ""
        places = (along,) if function in ("softmax", "mean", "max", "normalise") else ()
        kept = tuple(a for n, a in enumerate(axes) if n != along) if function in ("mean", "max") else axes
        return Apply(self.name(), function, value, places, Type(kept), {}, expression)

    def reshape(self) -> Statement | None:
        value = self.value(1)
        if value is None:
            return None
        axes = self.types[value].axes
        if len(axes) > 1 and self.random.random() < 0.5:
            merged = Axis("whole", axes[0].size * axes[1].size)
            pattern = (((0, 1), (0,)), *(((k,), (k - 1,)) for k in range(2, len(axes))))
            return Reshape(self.name(), value, pattern, Type((merged, *axes[2:])))
        divisor = 2 if axes[0].size % 2 == 0 else 1
        parts = (Axis("one", axes[0].size // divisor), Axis("a", divisor))
        pattern = (((0,), (0, 1)), *(((k,), (k + 1,)) for k in range(1, len(axes))))
        return Reshape(self.name(), value, pattern, Type((*parts, *axes[1:])))

    def select(self) -> Statement | None:
        value = self.value(1)
        if value is None:
            return None
        axes = self.types[value].axes
        axis = self.random.randrange(len(axes))
        at: int | str = self.random.randrange(axes[axis].size)
        if self.loops and axes[axis].size >= 2 and self.random.random() < 0.7:
            at = self.random.choice(self.loops)
        return Select(self.name(), value, axis, at, Type(tuple(a for n, a in enumerate(axes) if n != axis)))

    def conj(self) -> Statement | None:
        value = self.value()
        return None if value is None else Conj(self.name(), value, self.types[value])

    def fixed(self) -> Statement | None:
        kind: Any = self.random.choice(["delta", "ones", "causal_mask", "shift", "levi_civita"])
        axis = Axis("b", 3)
        count = {"causal_mask": 2, "shift": 2, "levi_civita": 3}.get(kind, self.random.randint(1, 3))
        return Fixed(self.name(), kind, Type((axis,) * count), None, self.random.choice([-1, 1, 2]))

    def constant(self) -> Statement | None:
        return Constant(self.name(), *self.random.choice([("1/a", 0.5), ("2.5", 2.5), ("-b", -3.0), ("?", 1.5)]))

    def repeat(self) -> Statement | None:
        initial = self.value()
        if initial is None:
            return None
        outer = dict(self.types)
        kind = self.types[initial]
        index = f"layer{len(self.loops)}" if self.random.random() < 0.7 else "turn"
        if index in self.loops:
            return None
        state, out = self.name(), self.name()
        self.types[state] = kind
        self.loops.append(index)
        body = self.block(self.random.randint(1, 5))
        fitting = [name for name, each in self.types.items() if each.shape == kind.shape]
        inside = [name for name in fitting if name not in outer and name != state] or fitting
        result = self.random.choice(inside if self.random.random() < 0.8 else fitting)
        self.loops.pop()
        self.types = outer
        return Repeat(out, index, self.random.randint(0, 2), state, initial, tuple(body), result, kind)

    def block(self, length: int) -> list[Statement]:
        found = []
        for _ in range(length):
            statement = self.statement()
            if statement is not None and len(statement.type.axes) <= 5:
                self.types[statement.out] = statement.type
                found.append(statement)
        return found

    def program(self) -> Program:
        given = [Input(f"in{n}", f"A_{{{n}}}", Type(self.axes())) for n in range(self.random.randint(1, 3))]
        self.types |= {each.out: each.type for each in given}
        body = self.block(self.random.randint(2, 14))
        names = self.random.sample(sorted(self.types), k=min(len(self.types), self.random.choice([1, 2, 4])))
        names = list(dict.fromkeys([*names, *(s.out for s in body[-2:])]))
        return Program(tuple(given), tuple(body), tuple(Output(name, name) for name in names))


def test_random_programs_give_what_evaluation_gives(run_fresh: Any, runnable: list[str]) -> None:
    cases, expected = [], []
    for seed in range(SEEDS):
        program = Maker(seed).program()
        rng = np.random.default_rng(seed)
        arrays = {given.array: rng.standard_normal(given.type.shape) for given in program.inputs}
        if seed % 3 == 0 and not any(name in show(program) for name in ("max", "relu", "normalise")):
            arrays = {name: array + 0.5j * rng.standard_normal(array.shape) for name, array in arrays.items()}
        given = parameters(arrays)
        by_parameter = {given[name]: array for name, array in arrays.items()}
        results = evaluate(program, arrays)
        for language in runnable:
            cases.append((language, emit(program, language), by_parameter))
            expected.append((seed, results))
    failures = []
    for (language, code, _), (seed, results), found in zip(cases, expected, run_fresh(cases), strict=True):
        found = {next(iter(results)): found} if len(results) == 1 and not isinstance(found, str) else found
        if isinstance(found, str):
            failures.append(f"seed {seed} in {language}: {found}")
            continue
        for name, value in results.items():
            if found[name].shape != value.shape or not np.allclose(found[name], value, 1e-8, 1e-8, equal_nan=True):
                failures.append(f"seed {seed} in {language}, {name}: {found[name]}, not {value}\n{code}")
    assert not failures, f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures[:3])
