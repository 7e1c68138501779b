"""Code for MATLAB and Octave: run in Octave where it is installed, and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program.emit import emit
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.show import show
from tensordraw.program.statements import (
    Add,
    Addend,
    Axis,
    Einsum,
    Gather,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Scale,
    Type,
)
from tests.drawings import random_drawing, random_equation
from tests.networks import random_network
from tests.program.emit.octave import needs_octave, run_octave, same
from tests.program.emit.test_module import NAMES, many_forms, paper_line, product, program_of, random_arrays, shape
from tests.program.emit.test_random import Maker
from tests.program.emit.test_statements import cases
from tests.program.programs import layers

GOLDEN = Path(__file__).with_name("golden")
GALLERY = sorted((Path(__file__).parents[3] / "resources" / "gallery").glob("*.tdraw"))
Given = tuple[str, Program, Mapping[str, Any]]  # a title, a program, its arrays


def check(folder: Path, programs: Sequence[Given], tolerance: float = 1e-9) -> None:
    """Octave gives what evaluation gives, in one process for all."""
    order = [list(dict.fromkeys(given.array for given in program.inputs)) for _, program, _ in programs]
    codes = [
        (emit(program, "octave"), [arrays[name] for name in names])
        for (_, program, arrays), names in zip(programs, order, strict=True)
    ]
    wrong = []
    for (title, program, arrays), (code, _), found in zip(programs, codes, run_octave(folder, codes), strict=True):
        if isinstance(found, str):
            wrong.append(f"{title}: {found}")
            continue
        expected = evaluate(program, dict(arrays))
        assert len(found) == len(expected)
        for value, wanted in zip(found.values(), expected.values(), strict=True):
            if not same(value, wanted, tolerance):
                wrong.append(f"{title}: {value}, not {wanted}\n{code}")
    assert not wrong, f"{len(wrong)} of {len(programs)}:\n" + "\n".join(wrong[:3])


# ------------------------------------------------------------------------------------------------------------ as it runs


@needs_octave
def test_every_statement_and_function(tmp_path: Path) -> None:
    programs = [(name, case.program, case.arrays) for name, case in cases().items()]
    check(tmp_path, programs, tolerance=1e-5)  # some are in float32


@needs_octave
def test_templates_and_handwritten_programs(tmp_path: Path) -> None:
    programs = {name: program_of(name) for name in NAMES}
    programs["gpt2 as it is"] = program_of("gpt2", layer_norm=True, bias=True)
    programs |= {"layers": layers(), "paper line": paper_line(), "many forms": many_forms()}
    check(tmp_path, [(name, program, random_arrays(program)) for name, program in programs.items()])


@needs_octave
def test_random_networks_and_drawings(tmp_path: Path) -> None:
    made = [random_network(seed) for seed in range(100)]
    drawn = [random_drawing(seed) for seed in range(100)]
    pairs = [*((each.diagram, each.arrays) for each in made), *((each.diagram, each.arrays) for each in drawn)]
    programs = [simplify(lower(diagram.content)) for diagram, _ in pairs]
    check(tmp_path, [(show(p), p, arrays) for p, (_, arrays) in zip(programs, pairs, strict=True)], 1e-8)


@needs_octave
def test_the_gallery_and_random_equations(tmp_path: Path) -> None:
    pairs = [(diagram, td.arrays(diagram)) for diagram in (td.load(path) for path in GALLERY)]
    pairs += [random_equation(seed) for seed in range(60)]
    programs = []
    for diagram, arrays in pairs:
        program = simplify(lower(diagram.content))
        needed = {given.array for given in program.inputs}
        programs.append((show(program), program, {name: arrays[name] for name in needed}))
    check(tmp_path, programs, 1e-4)  # the gallery's arrays are in float32


@needs_octave
def test_random_programs(tmp_path: Path) -> None:
    programs = []
    for seed in range(150):
        program = Maker(seed).program()
        rng = np.random.default_rng(seed)
        arrays = {given.array: rng.standard_normal(given.type.shape) for given in program.inputs}
        if seed % 3 == 0 and not any(name in show(program) for name in ("max", "relu", "normalise")):
            arrays = {name: array + 0.5j * rng.standard_normal(array.shape) for name, array in arrays.items()}
        programs.append((f"seed {seed}", program, arrays))
    check(tmp_path, programs, 1e-8)


def odd_names() -> Program:
    """Arrays called like keywords, functions that the code calls, and what no identifier can hold; results too."""
    arrays = {"a": "end", "b": "function", "c": "i", "d": "sum", "e": "ncon", "f": "α", "g": "alpha", "h": "naïve name",
              "k": "日本", "m": "_x", "n": "x" * 70, "o": "x" * 69 + "y"}  # fmt: skip
    chained = product(**arrays)
    total = Einsum("total", (Operand("result", ("r", "c")),), (), Type())
    outputs = (Output("left side", "result"), Output("for", "total"), Output("left_side", "a"))
    return Program(chained.inputs, (*chained.body, total), outputs)


@needs_octave
def test_odd_names_and_several_results(tmp_path: Path) -> None:
    check(tmp_path, [("odd names", odd_names(), random_arrays(odd_names()))], 1e-8)
    code = emit(odd_names(), "octave")
    assert "end_" in code.splitlines()[0]
    assert "% called" not in code
    assert "(called 日本 in the diagram)" in code


@needs_octave
def test_more_than_52_indices(tmp_path: Path) -> None:
    count = 60
    inputs = tuple(Input(f"A{n}", f"A{n}", shape(a=2, b=2)) for n in range(count))
    operands = tuple(Operand(f"A{n}", (f"bond{n}", f"bond{(n + 1) % count}")) for n in range(count))
    ring = Program(inputs, (Einsum("trace", operands, (), Type()),), (Output("", "trace"),))
    dot = Program(inputs, (Einsum("y", tuple(Operand(f"A{n}", ("i", f"j{n}")) for n in range(count)), ("i",),
                                  shape(i=2)),), (Output("", "y"),))  # fmt: skip
    check(tmp_path, [("ring", ring, random_arrays(ring)), ("dot", dot, random_arrays(dot))])
    assert max(map(len, emit(ring, "octave").splitlines())) <= 130


@needs_octave
def test_axes_of_size_one_at_the_end_and_in_front(tmp_path: Path) -> None:
    """They vanish at the end of an array in Octave, which must not move the others."""
    sizes = {"a": 1, "b": 3, "c": 1, "d": 2, "e": 1}
    programs = []
    for names in ("abc", "abcde", "bda", "ca", "a", "dbe"):
        axes = tuple(Axis(name, sizes[name]) for name in names)
        for output in ("".join(reversed(names)), names[1:], names[:1], ""):
            body = Einsum("y", (Operand("A", tuple(names)), Operand("A", tuple(names))), tuple(output),
                          Type(tuple(Axis(name, sizes[name]) for name in output)))  # fmt: skip
            programs.append(Program((Input("A", "A", Type(axes)),), (body,), (Output("", "y"),)))
    check(tmp_path, [(show(each), each, random_arrays(each)) for each in programs])


# ------------------------------------------------------------------------------------------------------ code as text


def lines_of(program: Program) -> list[str]:
    """The statements of the code, without comments."""
    code = emit(program, "octave").split("\nend\n")[0].split("\n")
    return [line.strip().split("  % ")[0] for line in code if line.startswith("    ")]


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
        ("i j, j k -> i k", "y = ncon({A, B}, {[-1 1], [1 -2]});"),
        ("i j, i j -> i j", "y = A .* B;"),
        ("i, j -> i j", "y = A .* B.';"),
        ("i j, j -> i j", "y = A .* B.';"),
        ("i i ->", "y = trace(A);"),
        ("i i -> i", "y = diag(A);"),
        ("i j -> j i", "y = A.';"),
        ("i j k -> k i j", "y = permute(A, [3 1 2]);"),
        ("i j k -> i k", "y = squeeze(sum(A, 2));"),
        ("i j, i j ->", "y = ncon({A, B}, {[1 2], [1 2]});"),
        ("i j j, i k -> k", "y = ncon({A, B}, {[1 2 2], [1 -1]});"),
        ("i j j, i k -> j k", "y = ncon({diagonal(A, 2, 3), B}, {[1 -1], [1 -2]});"),
        ("i j, k l -> i j k l", "y = A .* permute(B, [3 4 1 2]);"),
        ("h i j, h j k -> h i k", "y = ncon({A, B, delta(2, 3)}, {[1 -2 2], [3 2 -3], [1 3 -1]});"),
    ],
)
def test_einsums_read_as_people_write_them(spec: str, code: str) -> None:
    assert einsum(spec) == [code]


def test_a_slice_is_taken_by_the_loop_variable_and_ids_count_from_0() -> None:
    ids = Input("ids", "ids", Type((Axis("seq", 4),), integer=True))
    table = Input("W", "W", shape(vocab=7, hidden=3))
    rows = Gather("rows", "W", 0, "ids", shape(seq=4, hidden=3))
    half = Scale("half", "state", 0.5, "0.5", shape(seq=4, hidden=3))
    loop = Repeat("y", "layer", 3, "state", "rows", (half,), "half", shape(seq=4, hidden=3))
    assert lines_of(Program((ids, table), (rows, loop), (Output("", "y"),))) == [
        "state = W(ids + 1, :);", "for layer = 1:3", "state = state * 0.5;", "end",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["octave", "julia"])
def test_signs_do_not_meet(language: str) -> None:
    """Two minus signs side by side are another operator."""
    addends = (Addend("A", (0,), "--0.5", 0.5), Addend("A", (0,), "-(-2)", 2.0), Addend("A", (0,), "-2", -2.0))
    program = Program((Input("A", "A", shape(i=2)),), (Add("y", addends, shape(i=2)),), (Output("", "y"),))
    assert "    y = 0.5 * A + 2 * A - 2 * A" in emit(program, language)


@pytest.mark.parametrize("name", ["paper_line", "many_forms", "attention", "gpt2"])
def test_code_reads_as_it_did(name: str) -> None:
    """Byte for byte; to accept new code, write it to the golden file after reading it."""
    program = {"paper_line": paper_line, "many_forms": many_forms}.get(name, lambda: program_of(name))()
    assert emit(program, "octave") == (GOLDEN / f"{name}_octave.m").read_text(encoding="utf-8")
