"""Printed modules as a whole: what they define and import, their parameters, lines and values, and the code as text."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tensordraw import template, templates
from tensordraw.errors import Error
from tensordraw.program.emit import emit, emit_lines, languages, parameters
from tensordraw.program.evaluate import evaluate
from tensordraw.program.flow import walk
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
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
    Select,
    Type,
)

GOLDEN = Path(__file__).with_name("golden")
# Sizes for models of language, whose own ones are those of real models.
SIZES = {"layers": 2, "heads": 2, "kv_heads": 1, "hidden": 8, "mlp": 12, "vocab": 11, "seq": 5}
SMALL = {
    entry.name: {each.name: SIZES[each.name] for each in entry.parameters if each.name in SIZES and each.default}
    for entry in templates()
    if any(each.name == "vocab" for each in entry.parameters)
}
NAMES = [entry.name for entry in templates()]
PYTHON = ["torch", "torch_einsum", "numpy", "einops", "opt_einsum", "jax", "ncon", "quimb"]


def shape(**axes: int) -> Type:
    return Type(tuple(Axis(name, size) for name, size in axes.items()))


def program_of(name: str, **parameters: Any) -> Program:
    return simplify(lower(template(name, **{**SMALL.get(name, {}), **parameters}).content))


def random_arrays(program: Program) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        given.array: rng.integers(0, 5, given.type.shape)
        if given.type.integer
        else rng.standard_normal(given.type.shape) / 3
        for given in program.inputs
    }


def product(**arrays: str) -> Program:
    """The product of matrices with these document names, in a chain."""
    inputs = tuple(Input(out, array, shape(i=2, j=2)) for out, array in arrays.items())
    operands = tuple(Operand(out, (f"i{n}", f"i{n + 1}")) for n, out in enumerate(arrays))
    statement = Einsum("result", operands, ("i0", f"i{len(arrays)}"), shape(i=2, j=2))
    return Program(inputs, (statement,), (Output("", "result"),))


# ----------------------------------------------------------------------------------------------------- whole templates


def test_templates_give_what_evaluation_gives(run_fresh: Any, runnable: list[str]) -> None:
    extra = {"gpt2 as it is": ("gpt2", {"layer_norm": True, "bias": True})}
    programs = {name: program_of(name) for name in NAMES} | {
        title: program_of(name, **more) for title, (name, more) in extra.items()
    }
    wanted = [(name, language) for name in programs for language in runnable]
    arrays = {name: random_arrays(program) for name, program in programs.items()}
    results = run_fresh([(language, emit(programs[name], language), arrays[name]) for name, language in wanted])
    for (name, language), found in zip(wanted, results, strict=True):
        assert not isinstance(found, str), f"{name} in {language}: {found}"
        expected = evaluate(programs[name], arrays[name])
        sides = found if isinstance(found, dict) else {"": found}
        assert list(sides) == list(expected)
        for side, value in sides.items():
            np.testing.assert_allclose(value, expected[side], 1e-9, 1e-9, err_msg=f"{name} in {language}")
            assert value.dtype == np.float64


@pytest.mark.parametrize("language", PYTHON)
@pytest.mark.parametrize("name", NAMES)
def test_one_public_function_and_nothing_that_runs_on_import(name: str, language: str) -> None:
    allowed = {
        "torch": {"torch", "einops"}, "torch_einsum": {"torch"}, "opt_einsum": {"opt_einsum", "numpy"},
        "einops": {"einops", "numpy"}, "jax": {"jax", "jax.numpy"}, "ncon": {"ncon", "numpy"},
        "quimb": {"quimb.tensor", "numpy"},
    }  # fmt: skip
    program = program_of(name)
    tree = ast.parse(emit(program, language))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [f for f in functions if not f.startswith("_")] == ["forward"]
    assert all(isinstance(n, ast.FunctionDef | ast.Import | ast.ImportFrom | ast.Expr) for n in tree.body)
    modules = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    modules |= {node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert modules - {"math", "itertools"} <= allowed.get(language, {"numpy"})
    forward = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "forward")
    assert [argument.arg for argument in forward.args.args] == [given.array for given in program.inputs]


@pytest.mark.parametrize("language", PYTHON)
def test_gpt2_is_a_loop_of_few_lines(language: str) -> None:
    for more in ({}, {"layer_norm": True, "bias": True}):
        code = emit(simplify(lower(template("gpt2", **more).content)), language)
        assert len(code.splitlines()) < 150
        assert "for layer in range(12):" in code
        assert max(map(len, code.splitlines())) <= 130


def test_einsums_over_the_limit_of_letters_are_split(run_fresh: Any, runnable: list[str]) -> None:
    """A ring of 60 matrices: 60 indices and operands, contracted in float64."""
    count = 60
    inputs = tuple(Input(f"A{n}", f"A{n}", shape(a=2, b=2)) for n in range(count))
    operands = tuple(Operand(f"A{n}", (f"bond{n}", f"bond{(n + 1) % count}")) for n in range(count))
    program = Program(inputs, (Einsum("trace", operands, (), Type()),), (Output("", "trace"),))
    arrays = {f"A{n}": np.random.default_rng(n).standard_normal((2, 2)) for n in range(count)}
    expected = np.trace(np.linalg.multi_dot(list(arrays.values())))
    results = run_fresh([(language, emit(program, language), arrays) for language in runnable])
    for found in results:
        np.testing.assert_allclose(found, expected, 1e-9)


def test_torch_gets_an_order_that_is_good_from_left_to_right() -> None:
    """Three matrices and a vector, drawn the bad way round: the vector has to come first."""
    inputs = (*(Input(n, n, shape(i=500, j=500)) for n in "ABC"), Input("v", "v", shape(i=500)))
    operands = (*(Operand(name, (f"i{n}", f"i{n + 1}")) for n, name in enumerate("ABC")), Operand("v", ("i3",)))
    program = Program(inputs, (Einsum("y", operands, ("i0",), shape(i=500)),), (Output("", "y"),))
    assert "einsum(C, v, B, A, 'i2 i3, i3, i1 i2, i0 i1 -> i0')" in emit(program, "torch")
    assert "A, B, C, v)" in emit(program, "opt_einsum")


def test_einops_gets_parts_where_one_loop_would_be_long() -> None:
    """einops has NumPy run one loop over all indices: three matrices of 500 would be 6e10 steps."""
    inputs = tuple(Input(n, n, shape(i=500, j=500)) for n in "ABC")
    operands = tuple(Operand(name, (f"i{n}", f"i{n + 1}")) for n, name in enumerate("ABC"))
    program = Program(inputs, (Einsum("y", operands, ("i0", "i3"), shape(i=500, j=500)),), (Output("", "y"),))
    code = emit(program, "einops")
    assert code.count("einsum(") == 2
    assert "ncon([A, B, C], " in emit(program, "ncon")


# -------------------------------------------------------------------------------------------------------------- names


def test_names_of_arrays_become_parameters() -> None:
    arrays = ["W_Q", "W_{Q}", r"\lambda", "einsum", "a b", "X^{-1}", "U'", "3x", "_W", "α", "forward", "ﬁ", ""]
    assert parameters(arrays) == {
        "W_Q": "W_Q", "W_{Q}": "W_Q2", r"\lambda": "lambda_", "einsum": "einsum_", "a b": "a_b", "X^{-1}": "X_inv",
        "U'": "U_prime", "3x": "x3x", "_W": "x_W", "α": "α", "forward": "forward", "ﬁ": "fi", "": "x",
    }  # fmt: skip


def test_odd_names_run_and_say_what_they_were(run_fresh: Any, runnable: list[str]) -> None:
    program = product(a="W_{Q}", b="W_Q", c='say "np"\n', result2="np", torch="torch", d="einsum", e="result", f="\\")
    given = parameters(each.array for each in program.inputs)
    rng = np.random.default_rng(0)
    arrays = {parameter: rng.standard_normal((2, 2)) for parameter in given.values()}
    expected = np.linalg.multi_dot(list(arrays.values()))
    codes = [(language, emit(program, language), arrays) for language in runnable]
    for (_, code, _), found in zip(codes, run_fresh(codes), strict=True):
        assert "(called W_{Q} in the diagram)" in code
        np.testing.assert_allclose(found, expected, err_msg=code)


def test_axis_names_that_einops_refuses(run_fresh: Any, runnable: list[str]) -> None:
    names = ["lambda", "axis", "_", "d_{head}", r"\alpha", "x y", "d_head", "1", ""]
    kind = Type(tuple(Axis(name, 2) for name in names))
    indices = tuple(f"{name}@w{n}" for n, name in enumerate(names))
    body = (Einsum("y", (Operand("A", indices), Operand("A", indices)), indices[::-1], Type(kind.axes[::-1])),)
    program = Program((Input("A", "A", kind),), body, (Output("", "y"),))
    assert "lambda0 axis0" in emit(program, "torch")
    array = np.random.default_rng(0).standard_normal(kind.shape)
    results = run_fresh([(language, emit(program, language), {"A": array}) for language in runnable])
    for found in results:
        np.testing.assert_allclose(found, (array**2).T, err_msg=str(found))


# ------------------------------------------------------------------------------------------- errors, lines, nn.Module


def test_an_unknown_language_is_one_sentence() -> None:
    with pytest.raises(Error, match="There is no language 'fortran': the languages are torch, torch_einsum, numpy"):
        emit(product(a="A"), "fortran")
    with pytest.raises(Error, match=r"numpy has no nn\.Module: choose one of torch, torch_einsum"):
        emit(product(a="A"), "numpy", module=True)
    assert languages()[: len(PYTHON)] == PYTHON


@pytest.mark.parametrize("language", PYTHON)
def test_each_value_has_its_lines(language: str) -> None:
    program = simplify(lower(template("gpt2").content))  # so large that some einsums are printed in parts
    lines = emit_lines(program, language)
    shown = {value for line in lines for value in line.values}
    values = {statement.out for statement in walk(program.body)} | {given.out for given in program.inputs}
    assert values == shown - {s.state for s in walk(program.body) if isinstance(s, Repeat)}
    scores = [line.text for line in lines if "pattern" in line.values]
    assert len(scores) == 1
    assert "softmax" in scores[0]
    assert emit(program, language) == "".join(f"{line.text}\n" for line in lines)


def test_results_say_how_they_relate(run_fresh: Any, runnable: list[str]) -> None:
    product = Einsum("p", (Operand("A", ("i", "j")), Operand("B", ("j", "i"))), (), Type())
    turned = Einsum("q", (Operand("B", ("i", "j")), Operand("A", ("j", "i"))), (), Type())
    inputs = (Input("A", "A", shape(i=2, j=2)), Input("B", "B", shape(i=2, j=2)))
    outputs = (Output("left", "p"), Output("right", "q", "="), Output("B", "B"))
    program = Program(inputs, (product, turned), outputs)
    a, b = np.random.default_rng(0).standard_normal((2, 2, 2))
    codes = [(language, emit(program, language), {"A": a, "B": b}) for language in runnable]
    for (language, code, _), found in zip(codes, run_fresh(codes), strict=True):
        assert "Return left scalar = right scalar and B [i, j] of these arrays" in code
        assert isinstance(found, dict), found
        assert set(found) == {"left", "right", "B"}, language
        np.testing.assert_allclose(found["left"], np.trace(a @ b))
        np.testing.assert_allclose(found["right"], found["left"])
    code = emit(program, "torch", module=True)
    assert "return {'left': p, 'right': q, 'B': self.B}" in code


@pytest.mark.parametrize("language", ["torch", "torch_einsum"])
def test_a_module_holds_the_arrays(language: str, torch: Any, tmp_path: Path, run_fresh: Any) -> None:
    pytest.importorskip("einops")
    program = program_of("gpt2", layer_norm=True, bias=True)
    arrays = random_arrays(program)
    code = emit(program, language, module=True)
    ids = {"tokens": arrays.pop("tokens")}
    np.savez(tmp_path / "weights.npz", **arrays)
    code += f"""

def forward(tokens):
    import numpy
    network = Network().double()
    arrays = numpy.load({str(tmp_path / "weights.npz")!r})
    network.load_state_dict({{name: torch.from_numpy(array) for name, array in arrays.items()}})
    return network(tokens)
"""
    [found] = run_fresh([(language, code, ids)])
    np.testing.assert_allclose(found, evaluate(program, {**arrays, **ids})[""], 1e-9, 1e-9, err_msg=str(found))


def test_arrays_called_like_parts_of_a_module(torch: Any) -> None:
    attributes = {name for name in dir(torch.nn.Module()) if not name.startswith("_")}
    from tensordraw.program.emit.python import MODULE_ATTRIBUTES

    assert (
        attributes - MODULE_ATTRIBUTES - {"T_destination", "smart_apply"} == set()
    )  # the last is given by transformers
    assert "self.train2 = " in emit(product(a="train", b="type"), "torch_einsum", module=True)


# ------------------------------------------------------------------------------------------------------ code as text


def paper_line() -> Program:
    """The line of the paper's section on tensor networks (NOTATION 12)."""
    inputs = (
        Input("A", "A", shape(i=2, alpha=3)),
        Input("v", "v", shape(beta=4)),
        Input("B", "B", shape(beta=4, alpha=3, j=5)),
    )
    operands = (Operand("A", ("i", "alpha")), Operand("v", ("beta",)), Operand("B", ("beta", "alpha", "j")))
    body = (Einsum("M", operands, ("i", "j"), shape(i=2, j=5)),)
    return Program(inputs, body, (Output("", "M"),), captures={"M": "M"})


def many_forms() -> Program:
    """Fixed arrays, a conjugate, a loop inside a loop, and two results."""
    inputs = (Input("U", "U", shape(layer=3, n=4, m=4)), Input("x", "x^{0}", shape(n=4)))
    turn = (
        Select("U_layer", "U", 0, "layer", shape(n=4, m=4)),
        Conj("U_conj", "U_layer", shape(n=4, m=4)),
        Einsum("z", (Operand("U_conj", ("n", "m")), Operand("state", ("n",))), ("m",), shape(m=4)),
        Repeat("inner", "turn", 2, "w", "z", (Apply("h", "gelu", "w", (), shape(m=4)),), "h", shape(m=4)),
    )
    body = (
        Repeat("last", "layer", 3, "state", "x", turn, "inner", shape(n=4)),
        Fixed("mask", "causal_mask", shape(query=4, key=4)),
        Einsum("masked", (Operand("mask", ("n", "key")), Operand("last", ("n",))), ("key",), shape(key=4)),
        Apply("p", "softmax", "masked", (0,), shape(key=4)),
    )
    return Program(inputs, body, (Output("state", "last"), Output("p", "p")))


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("paper_line", "torch"), ("paper_line", "opt_einsum"), ("many_forms", "torch"), ("many_forms", "numpy"),
        ("paper_line", "einops"), ("paper_line", "ncon"), ("paper_line", "quimb"), ("many_forms", "jax"),
        ("many_forms", "einops"), ("many_forms", "ncon"), ("attention", "jax"), ("attention", "quimb"),
        ("attention", "torch"), ("gpt2", "torch"), ("gpt2", "numpy"), ("gpt2", "torch_einsum"),
    ],
)  # fmt: skip
def test_code_reads_as_it_did(name: str, language: str) -> None:
    """Byte for byte; to accept new code, write it to the golden file after reading it."""
    program = {"paper_line": paper_line, "many_forms": many_forms}.get(name, lambda: program_of(name))()
    assert emit(program, language) == (GOLDEN / f"{name}_{language}.py").read_text(encoding="utf-8")
