"""Code for Julia: run where Julia is installed with TensorOperations, and as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tensordraw.program.emit import emit
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Axis, Einsum, Fixed, Input, Operand, Output, Program, Reshape, Spread, Type
from tests.drawings import random_drawing
from tests.networks import random_network
from tests.program.emit.julia import missing, run_julia
from tests.program.emit.test_module import NAMES, many_forms, paper_line, program_of, random_arrays, shape
from tests.program.emit.test_octave import odd_names
from tests.program.emit.test_random import Maker
from tests.program.emit.test_statements import cases

GOLDEN = Path(__file__).with_name("golden")


def programs() -> list[tuple[str, Program, Mapping[str, Any]]]:
    """A title, a program and its arrays: of everything that the other languages are tried on."""
    found = [(name, case.program, case.arrays) for name, case in cases().items()]
    named = {name: program_of(name) for name in NAMES} | {"paper line": paper_line(), "many forms": many_forms()}
    named |= {f"seed {seed}": Maker(seed).program() for seed in range(100)} | {"odd names": odd_names()}
    found += [(name, program, random_arrays(program)) for name, program in named.items()]
    for seed in range(60):
        network, drawing = random_network(seed), random_drawing(seed)
        found.append((f"network {seed}", simplify(lower(network.diagram.content)), network.arrays))
        found.append((f"drawing {seed}", simplify(lower(drawing.diagram.content)), drawing.arrays))
    return found


@pytest.mark.slow
def test_julia_gives_what_evaluation_gives(tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    wanted = programs()
    order = [list(dict.fromkeys(given.array for given in program.inputs)) for _, program, _ in wanted]
    codes = [
        (emit(program, "julia"), [arrays[name] for name in names])
        for (_, program, arrays), names in zip(wanted, order, strict=True)
    ]
    wrong = []
    for (title, program, arrays), (code, _), found in zip(wanted, codes, run_julia(tmp_path, codes), strict=True):
        if isinstance(found, str):
            wrong.append(f"{title}: {found}")
            continue
        expected = [np.asarray(value) for value in evaluate(program, dict(arrays)).values()]
        for value, right in zip(found.values(), expected, strict=True):
            if value.shape != right.shape or not np.allclose(value, right, 1e-5, 1e-5, equal_nan=True):
                wrong.append(f"{title}: {value}, not {right}\n{code}")
    assert not wrong, f"{len(wrong)} of {len(wanted)}:\n" + "\n".join(wrong[:3])


def test_tensor_lines_are_strict_einstein_sums() -> None:
    """Each index is open once or joined once, and no line fills the array that it reads, which @tensor cannot do."""
    count = 0
    for _, program, _ in programs():
        for line in re.sub(r"\*\n\s+", "* ", emit(program, "julia")).splitlines():
            if "@tensor " not in line:
                continue
            count += 1
            left, _, right = line.split("@tensor ")[1].split("  # ")[0].partition("=")
            target, open_ = re.fullmatch(r"(\w+)(?:\[([^\]]+)\] :)? ?", left).groups()  # type: ignore[union-attr]
            indices = Counter(i for part in re.findall(r"\[([^\]]+)\]", right) for i in part.split(", "))
            free = open_.split(", ") if open_ else []
            assert sorted(free) == sorted(i for i, n in indices.items() if n == 1), line
            assert all(n <= 2 for n in indices.values()), line
            assert not open_ or not re.search(rf"\b{target}\[", right), line
    assert count > 200


# ------------------------------------------------------------------------------------------------------ code as text


def lines_of(program: Program) -> list[str]:
    """The statements of `forward`, without comments."""
    code = emit(program, "julia").split("function forward(")[1].splitlines()[1:-2]
    return [line.strip().split("  # ")[0] for line in code]


def einsum(spec: str) -> list[str]:
    """The statements for one einsum in einops' spelling."""
    left, _, right = spec.partition("->")
    parts = [tuple(part.split()) for part in left.split(",")]
    sizes = {name: n + 2 for n, name in enumerate(dict.fromkeys(" ".join(left.split(",")).split()))}
    given = tuple(
        Input(name, name, Type(tuple(Axis(i, sizes[i]) for i in part)))
        for name, part in zip("ABCD", parts, strict=False)
    )
    operands = tuple(Operand(each.out, part) for each, part in zip(given, parts, strict=True))
    output = tuple(right.split())
    body = Einsum("y", operands, output, Type(tuple(Axis(i, sizes[i]) for i in output)))
    return lines_of(Program(given, (body,), (Output("", "y"),)))


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ("i j, j k -> i k", "@tensor y[i, k] := A[i, j] * B[j, k]"),
        ("i alpha, alpha j -> i j", "@tensor y[i, j] := A[i, α] * B[α, j]"),
        ("beta, beta ->", "@tensor y = A[β] * B[β]"),
        ("end for, for -> end", "@tensor y[end2] := A[end2, for0] * B[for0]"),
        ("i, j -> i j", "@tensor y[i, j] := A[i] * B[j]"),
        ("i j k -> k i j", "@tensor y[k, i, j] := A[i, j, k]"),
        ("i i ->", "@tensor y = A[i, i]"),
        ("i i j -> j", "@tensor y[j] := A[i, i, j]"),
        ("i i -> i", "y = [A[i, i] for i in axes(A, 1)]"),
        ("i j, i j -> i j", "y = A .* B"),
        ("i j, i -> i j", "y = A .* B"),
        ("i j, j -> i j", "y = [A[i, j] * B[j] for i in axes(A, 1), j in axes(A, 2)]"),
        ("i j -> i", "y = vec(sum(A; dims=2))"),
        ("i j k -> j", "y = vec(sum(A; dims=(1, 3)))"),
        ("i j k -> i k", "y = dropdims(sum(A; dims=2); dims=2)"),
        ("i j ->", "y = sum(A)"),
        ("A B, B -> A", "@tensor y[A] := A[A, B] * B[B]"),
        ("A B, B -> A B", "y = [A[A2, B2] * B[B2] for A2 in axes(A, 1), B2 in axes(A, 2)]"),
    ],
)
def test_einsums_read_as_people_write_them(spec: str, code: str) -> None:
    assert einsum(spec) == [code]


def test_the_order_of_contraction_is_in_the_brackets() -> None:
    inputs = (*(Input(n, n, shape(i=500, j=500)) for n in "ABC"), Input("v", "v", shape(i=500)))
    operands = (*(Operand(name, (f"i{n}", f"i{n + 1}")) for n, name in enumerate("ABC")), Operand("v", ("i3",)))
    program = Program(inputs, (Einsum("y", operands, ("i0",), shape(i=500)),), (Output("", "y"),))
    assert lines_of(program) == ["@tensor y[i0] := A[i0, i1] * (B[i1, i2] * (C[i2, i3] * v[i3]))"]


def test_arrays_by_their_entries() -> None:
    x = Input("x", "x", shape(n=3))
    delta = Fixed("d", "delta", shape(i=3, j=3, k=3))
    group = Fixed("g", "group", shape(whole=6, i=2, j=3))
    diagonal = Spread("y", "x", ("n",), ("n", "n", "k"), shape(n=3, m=3, k=2))
    merged = Reshape("z", "y", (((0, 1), (0,)), ((2,), (1,))), shape(nm=9, k=2))
    outputs = tuple(Output(name, name) for name in "dgyz")
    assert lines_of(Program((x,), (delta, group, diagonal, merged), outputs)) == [
        "T = eltype(x)",
        "d = T[i == j == k for i in 1:3, j in 1:3, k in 1:3]",
        "g = T[whole == 3 * (i - 1) + j for whole in 1:6, i in 1:2, j in 1:3]",
        "y = [n == n2 ? x[n] : zero(eltype(x)) for n in axes(x, 1), n2 in axes(x, 1), k in 1:2]",
        "z = reshape(permutedims(y, (2, 1, 3)), 9, 2)",
    ]


def test_odd_names_are_legal() -> None:
    code = emit(odd_names(), "julia")
    head = code.split("function forward(")[1].split(")")[0]
    names = [name.strip() for name in head.replace("\n", " ").split(",")]
    assert len(set(names)) == len(odd_names().inputs)
    assert {"end_", "function_", "sum_", "α", "i"} <= set(names)
    assert "left_side" in code.splitlines()[-2]


@pytest.mark.parametrize("name", ["paper_line", "many_forms", "attention", "gpt2"])
def test_code_reads_as_it_did(name: str) -> None:
    """Byte for byte; to accept new code, write it to the golden file after reading it."""
    program = {"paper_line": paper_line, "many_forms": many_forms}.get(name, lambda: program_of(name))()
    assert emit(program, "julia") == (GOLDEN / f"{name}_julia.jl").read_text(encoding="utf-8")
