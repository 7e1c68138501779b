"""Formulas: what they say, computed where they are products of matrices or sums over indices; and as text."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from latex2mathml.converter import convert
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.custom import Custom
from tensordraw.diagram.draft import Draft
from tensordraw.program.emit import emit
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Einsum,
    Fixed,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Scale,
    Select,
    Statement,
    Type,
)
from tests.drawings import random_drawing
from tests.networks import random_network
from tests.program.emit.formulas import matrix_value, sum_value
from tests.program.emit.test_module import NAMES, many_forms, paper_line, program_of
from tests.program.emit.test_random import Maker
from tests.program.emit.test_statements import cases

GOLDEN = Path(__file__).with_name("golden")
GALLERY = sorted((Path(__file__).parents[3] / "resources" / "gallery").glob("*.tdraw"))
LETTERS = "ABCDEFGH"


def rows(program: Program, notation: str = "first") -> list[str]:
    """The rows of the first display, or of the one in comments."""
    code = emit(program, "latex")
    parts = re.findall(r"(?m)^(%? ?)\\begin\{\w+\*\}\n(.*?)^%? ?\\end", code, re.DOTALL)
    _, text = parts[0 if notation == "first" else -1]
    return [re.sub(r"^%?\s+| ?\\\\$|&", "", line) for line in text.splitlines()]


def einsum(spec: str, conjugated: str = "", sizes: dict[str, int] | None = None) -> Program:
    """A program of one einsum, its arrays called A, B, ...; some of them conjugated."""
    left, _, right = spec.partition("->")
    parts = [tuple(part.split()) for part in left.split(",")]
    known = sizes or {name: n + 2 for n, name in enumerate(dict.fromkeys(" ".join(left.split(",")).split()))}
    inputs = tuple(
        Input(f"in{name}", name, Type(tuple(Axis(i, known[i]) for i in part)))
        for name, part in zip(LETTERS, parts, strict=False)
    )
    bars = tuple(Conj(f"bar{name}", f"in{name}", given.type) for name, given in zip(LETTERS, inputs, strict=False)
                 if name in conjugated)  # fmt: skip
    values = [f"bar{given.array}" if given.array in conjugated else given.out for given in inputs]
    output = tuple(right.split())
    body = Einsum("y", tuple(map(Operand, values, parts)), output, Type(tuple(Axis(i, known[i]) for i in output)))
    return Program(inputs, (*bars, body), (Output("", "y"),))


def arrays_of(program: Program, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        given.array: rng.standard_normal(given.type.shape) + 1j * rng.standard_normal(given.type.shape)
        for given in program.inputs
    }


# ------------------------------------------------------------------------------------------------------ what they say


@pytest.mark.parametrize(
    ("spec", "formula"),
    [
        ("i j, j k -> i k", "y = A B"),
        ("i j, j k -> k i", r"y = B^{\top} A^{\top}"),
        ("i j, j -> i", "y = A B"),
        ("i, i j -> j", r"y = B^{\top} A"),
        ("i, i j, j ->", r"y = A^{\top} B C"),
        ("i, i ->", r"y = A^{\top} B"),
        ("i, j -> i j", r"y = A B^{\top}"),
        ("i j, j, j k -> i k", r"y = A \operatorname{diag}(B) C"),
        ("i j, j k, k i ->", r"y = \operatorname{tr}(A B C)"),
        ("i j, i j ->", r"y = \operatorname{tr}(A^{\top} B)"),
        ("i j, i j -> i j", r"y = A \odot B"),
        ("i j, j i -> i j", r"y = A \odot B^{\top}"),
        ("i j, i j, j k -> i k", r"y = (A \odot B) C"),
        ("i, i -> i", r"y = A \odot B"),
        ("i j -> i", r"y = A \mathbf{1}"),
        ("i j ->", r"y = \mathbf{1}^{\top} A \mathbf{1}"),
        ("i i ->", r"y = \operatorname{tr}(A)"),
        ("i i -> i", r"\operatorname{diag}(A)"),
        ("i j -> j i", r"A^{\top}"),
        ("i j, j ,i -> i", r"y = \operatorname{diag}(C) A B"),
        ("i, i, j k -> j k", r"y = (A^{\top} B)\, C"),
    ],
)
def test_matrix_notation(spec: str, formula: str) -> None:
    assert rows(einsum(spec)) == [formula]


def test_conjugates_and_functions_of_matrices() -> None:
    assert rows(einsum("m a, m b -> a b", "A")) == [r"y = A^{\dagger} B"]
    assert rows(einsum("i j, j, k j -> i k", "C")) == [r"y = A \operatorname{diag}(B) C^{\dagger}"]
    square = Type((Axis("i", 3), Axis("j", 3)))
    body: list[Statement] = [
        Apply("b", "inverse", "a", (0, 1), square),
        Add("c", (Addend("a", (1, 0), "-1/2", -0.5), Addend("b", (0, 1))), square),
        Scale("d", "c", 0.5, "1/sqrt(j)", square),
        Apply("e", "relu", "d", (), square),
    ]
    program = Program((Input("a", "A", square),), tuple(body), (Output("", "e"),))
    assert rows(program) == [
        r"e = \mathrm{relu}\left(\frac{1}{\sqrt{j}}\, \left(-\frac{1}{2}\, A^{\top} + A^{-1}\right)\right)"
    ]


@pytest.mark.parametrize(
    ("spec", "formula"),
    [
        ("i alpha, alpha j k -> i j k", r"y_{ijk} = \sum_{\alpha} A_{i \alpha}\, B_{\alpha jk}"),
        ("i j k, i j k ->", r"y = \sum_{ijk} A_{ijk}\, B_{ijk}"),
        ("i i j -> j", r"y_{j} = \sum_{i} A_{iij}"),
        ("i j k -> k i j", "A_{ijk}"),
        ("s i, s j, s k -> i j k", r"y_{ijk} = \sum_{s} A_{si}\, B_{sj}\, C_{sk}"),
    ],
)
def test_index_notation(spec: str, formula: str) -> None:
    found = rows(einsum(spec))
    assert [row.replace(r"\alpha j k", r"\alpha jk") for row in found] == [formula]


def random_matrices(seed: int) -> Program:
    """An einsum of at most two indices an array."""
    rng = random.Random(seed)
    names, parts = "ijklm", list[str]()
    for _ in range(rng.randint(1, 4)):
        parts.append(" ".join(rng.choice(names) for _ in range(rng.choice([1, 2, 2, 2]))))
    there = sorted({name for part in parts for name in part.split()})
    output = rng.sample(there, min(len(there), rng.randint(0, 2)))
    bars = "".join(name for name in LETTERS[: len(parts)] if rng.random() < 0.3)
    return einsum(f"{', '.join(parts)} -> {' '.join(output)}", bars, {name: n + 2 for n, name in enumerate(names)})


def test_matrix_notation_gives_what_evaluation_gives() -> None:
    said = 0
    for seed in range(400):
        program = random_matrices(seed)
        formula = rows(program)[0].removeprefix("y = ")
        if r"\sum" in formula or re.search(r"_\{[a-z]+\}", formula):
            continue  # no product of matrices says it
        said += 1
        arrays = arrays_of(program, seed)
        expected = evaluate(program, arrays)[""]
        columns = {name: array if array.ndim == 2 else array.reshape(-1, 1) for name, array in arrays.items()}
        found = matrix_value(formula, columns)
        wanted = (
            expected.reshape(-1, 1)
            if expected.ndim == 1
            else expected.reshape(found.shape if expected.ndim == 0 else expected.shape)
        )
        assert found.shape == wanted.shape, f"seed {seed}: {formula}"
        np.testing.assert_allclose(found, wanted, 1e-9, 1e-9, err_msg=f"seed {seed}: {formula}")
    assert said > 200


def test_index_notation_gives_what_evaluation_gives() -> None:
    """Sums beside and in each other too, as unnamed parts of a larger product are written in place."""
    for seed in range(300):
        rng = random.Random(seed)
        names = "ijklmn"
        parts = [" ".join(rng.choices(names, k=rng.randint(1, 4))) for _ in range(rng.randint(1, 4))]
        there = sorted({name for part in parts for name in part.split()})
        output = rng.sample(there, rng.randint(0, min(4, len(there))))
        bars = "".join(name for name in LETTERS[: len(parts)] if rng.random() < 0.3)
        program = einsum(f"{', '.join(parts)} -> {' '.join(output)}", bars, dict.fromkeys(names, 2))
        [formula] = rows(program, "indices")
        arrays = arrays_of(program, seed)
        formula = formula if " = " in formula else f"y_{{{''.join(output)}}} = {formula}"
        found = sum_value(formula, arrays)
        np.testing.assert_allclose(found, evaluate(program, arrays)[""], 1e-9, 1e-9, err_msg=formula)


def test_sums_in_sums_have_different_indices() -> None:
    pair = Type((Axis("i", 2), Axis("j", 2), Axis("k", 2)))
    inputs = tuple(Input(name, name, pair) for name in "ABC")
    inner = [Einsum(out, (Operand(a, ("i", "j", "k")), Operand(b, ("k", "i", "j"))), ("i",), Type(pair.axes[:1]))
             for out, a, b in (("p", "A", "B"), ("q", "B", "C"))]  # fmt: skip
    outer = Einsum("y", (Operand("p", ("j",)), Operand("q", ("i",)), Operand("A", ("i", "j", "k"))), (), Type())
    [formula] = rows(Program(inputs, (*inner, outer), (Output("", "y"),)))
    signs = re.findall(r"\\sum_\{(\w+)\}", formula)
    assert len(signs) == 3
    assert len(set("".join(signs))) == len("".join(signs))


# ---------------------------------------------------------------------------------------- variance, sides, recursions


def test_upper_and_lower_indices_and_the_sum_convention() -> None:
    def axes(names: str) -> Type:
        return Type(tuple(Axis(name, 3) for name in names))

    inputs = (
        Input("P", "P", axes("ij"), ("upper", "lower")), Input("v", "v", axes("j"), ("upper",)),
        Input("w", "omega", axes("i"), ("lower",)), Input("T", "T_Q", axes("ijk"), ("upper", "lower", "upper")),
    )  # fmt: skip
    vector = Einsum("y", (Operand("P", ("i", "j")), Operand("v", ("j",))), ("i",), axes("i"))
    mixed = Einsum("z", (Operand("T", ("i", "j", "k")), Operand("w", ("k",))), ("j", "i"), axes("ji"))
    wrong = Einsum("u", (Operand("v", ("i",)), Operand("y", ("i",))), (), Type())
    inverse = Apply("Q", "inverse", "P", (0, 1), axes("ij"))
    back = Einsum("x", (Operand("Q", ("i", "j")), Operand("y", ("j",))), ("i",), axes("i"))
    outputs = tuple(Output(name, name) for name in "yzux")
    program = Program(inputs, (vector, mixed, wrong, inverse, back), outputs, captures={n: n for n in "yzux"})
    assert "above and once below" in emit(program, "latex")
    assert rows(program)[:4] == [
        "y^{i} = P^{i}{}_{j}\\, v^{j}", "z_{j}{}^{i} = (T_{Q})^{i}{}_{j}{}^{k}\\, \\omega_{k}",
        r"u = \sum_{i} v^{i}\, y^{i}", r"x^{i} = (P^{-1})^{i}{}_{j}\, y^{j}",
    ]  # fmt: skip


def test_sides_are_joined_by_their_relations() -> None:
    gallery = {path.stem: path for path in GALLERY}
    wanted = {
        "11-cyclic-trace": [r"\operatorname{tr}(A B C) = \operatorname{tr}(B C A)"],
        "18-isometry": [r"U^{\dagger} U = I"],
        "58-raise-lower": [r"g^{kj}\, g_{ji}\, v^{i} = v^{k}"],
    }
    for stem, formulas in wanted.items():
        assert rows(simplify(lower(td.load(gallery[stem]).content))) == formulas


def test_a_repeat_is_a_recursion() -> None:
    axes, weights = Type((Axis("i", 2),)), Type((Axis("layer", 3), Axis("i", 2), Axis("j", 2)))
    step = (
        Select("w", "W", 0, "layer", Type(weights.axes[1:])),
        Einsum("m", (Operand("w", ("i", "j")), Operand("state", ("j",))), ("i",), axes),
        Add("next", (Addend("state", (0,)), Addend("m", (0,), "-1/2", -0.5)), axes),
    )
    loop = Repeat("y", "layer", 3, "state", "x", step, "next", axes)
    program = Program((Input("x", "x", axes), Input("W", "W", weights)), (loop,), (Output("", "y"),))
    assert rows(program) == [
        r"\text{state}^{(0)}_{i} = x_{i}",
        r"\text{state}^{(l + 1)}_{i} = \text{state}^{(l)}_{i} - \frac{1}{2}\, \sum_{j} W_{lij}\, \text{state}^{(l)}_{j},"
        r" \qquad l = 0, \dots, 2",
    ]


def test_fixed_tensors_have_their_signs() -> None:
    axes = tuple(Axis(name, 3) for name in "ijk")
    x = Input("x", "x", Type(axes))
    for kind, sign in (("levi_civita", r"\varepsilon_{ijk}"), ("delta", r"\delta_{ijk}")):
        fixed: Any = Fixed("f", kind, Type(axes))  # type: ignore[arg-type]
        body = (fixed, Einsum("y", (Operand("f", tuple("ijk")), Operand("x", tuple("ijk"))), (), Type()))
        assert rows(Program((x,), body, (Output("", "y"),))) == [rf"y = \sum_{{ijk}} {sign}\, x_{{ijk}}"]


# ------------------------------------------------------------------------------------------------------------ as TeX


def every_program() -> dict[str, Program]:
    found = {name: program_of(name) for name in NAMES} | {"paper line": paper_line(), "many forms": many_forms()}
    found |= {path.stem: simplify(lower(td.load(path).content)) for path in GALLERY}
    return found


def test_formulas_are_well_formed() -> None:
    """Braces match, no symbol has two subscripts, and a reader of LaTeX takes every row."""
    programs = every_program() | {name: case.program for name, case in cases().items()}
    for seed in range(60):
        programs[f"seed {seed}"] = Maker(seed).program()
        programs[f"network {seed}"] = simplify(lower(random_network(seed).diagram.content))
        programs[f"drawing {seed}"] = simplify(lower(random_drawing(seed).diagram.content))
    for name, program in programs.items():
        for line in emit(program, "latex").splitlines():
            text = line.removeprefix("% ")
            if not text.startswith("  "):
                continue
            assert text.count("{") == text.count("}"), f"{name}: {text}"
            assert not re.search(r"_\{[^{}]*\}_|\^\{[^{}]*\}\^", text), f"{name}: {text}"
            if not line.startswith("%  "):
                convert(text.strip().removesuffix(r"\\").replace("&", ""))


def macro_drawing() -> td.Diagram:
    """`\\act{h}` times `\\R`, with the macros that a paper has for them."""
    d = Draft()
    i, j, other, k = d.leg("h", r"\ix"), d.leg("n", "j"), d.leg("n", "j"), d.leg(d.space(r"\dm", 3))
    d.tensor(r"\act{h}", [i, j], (0, 0))
    d.tensor(r"\R", [other, k], (60, 0))
    d.wire(j, other)
    lines = r"\newcommand{\act}[1]{\mathbf{a}_{#1}}", r"\newcommand{\R}{\mathbb{R}}", r"\newcommand{\ix}{i_0}"
    return replace(d.build(), custom=Custom(macros="\n".join(lines)))


def test_macros_are_written_out_so_that_a_paper_needs_none() -> None:
    made = td.code(macro_drawing(), "latex")
    assert not re.search(r"\\(act|R|ix|dm)\b", made)
    assert r"  y = \mathbf{a}_{h} \mathbb{R}" in made.splitlines()
    assert r"%   y_{id} = \sum_{j} (\mathbf{a}_{h})_{ij}\, \mathbb{R}_{jd}" in made.splitlines()
    for language in ("torch", "numpy"):
        code = td.code(macro_drawing(), language)
        assert r"(called \\act{h} in the diagram)" in code, "what is called so in the window"
        compile(code, language, "exec")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_pdflatex_takes_it(tmp_path: Path) -> None:
    body = "\n\n".join(emit(program, "latex") for program in every_program().values())
    body += "\n\n" + td.code(macro_drawing(), "latex")
    text = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n" + body + "\n\\end{document}\n"
    (tmp_path / "all.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", ["paper_line", "many_forms", "attention", "gpt2", "svd"])
def test_code_reads_as_it_did(name: str) -> None:
    """Byte for byte; to accept new code, write it to the golden file after reading it."""
    program = {"paper_line": paper_line, "many_forms": many_forms}.get(name, lambda: program_of(name))()
    assert emit(program, "latex") == (GOLDEN / f"{name}_latex.tex").read_text(encoding="utf-8")
