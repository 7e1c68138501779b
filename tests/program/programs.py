"""Small programs written by hand, for tests of evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensordraw.program.evaluate import evaluate
from tensordraw.program.flow import walk
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Einsum,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Select,
    Statement,
    Type,
)


def t(*sizes: int, integer: bool = False) -> Type:
    return Type(tuple(Axis(f"axis{k}", size) for k, size in enumerate(sizes)), integer)


def program(inputs: dict[str, Type], *body: Statement, **captures: str) -> Program:
    given_ = tuple(Input(name, name, type_) for name, type_ in inputs.items())
    return Program(given_, body, (Output("", body[-1].out if body else given_[-1].out),), captures=captures)


def einsum(out: str, spec: str, operands: list[str], *sizes: int) -> Einsum:
    left, right = spec.split("->")
    terms = left.split(",") if operands else []
    return Einsum(
        out, tuple(Operand(v, tuple(i)) for v, i in zip(operands, terms, strict=True)), tuple(right), t(*sizes)
    )


def value(of: Program, arrays: dict[str, Any], backend: str) -> np.ndarray:
    found = evaluate(of, arrays, backend)[""]
    assert type(found).__module__.split(".")[0].removesuffix("lib") == backend  # JAX arrays come from jaxlib
    assert tuple(found.shape) == next(s.type.shape for s in walk(of.body) if s.out == of.outputs[0].value)
    return np.asarray(found)


def layers(count: int = 3, **captures: str) -> Program:
    return program(
        {"x": t(2), "W": t(count, 2, 2), "b": t(2)},
        Repeat(
            "y", "layer", count, "h", "x",
            (
                Select("w", "W", 0, "layer", t(2, 2)),
                einsum("z", "ij,j->i", ["w", "h"], 2),
                Apply("r", "tanh", "z", (), t(2)),
                Add("n", (Addend("r", (0,)), Addend("b", (0,))), t(2)),
            ),
            "n", t(2),
        ),
        **captures,
    )  # fmt: skip
