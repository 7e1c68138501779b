"""How printed code reads: what shares a line, what shares a variable, and what keeps its own."""

from __future__ import annotations

import ast

import pytest

import tensordraw as td
from tensordraw.program.emit import LANGUAGES, emit, emit_lines
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Einsum,
    Gather,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Scale,
    Statement,
    Type,
)

SIZES = {"i": 4, "j": 5, "k": 6, "seq": 3}


def shape(names: str) -> Type:
    return Type(tuple(Axis(name, SIZES[name]) for name in names.split()))


def einsum(out: str, spec: str, *values: str) -> Einsum:
    left, _, right = spec.partition("->")
    indices = [tuple(part.split()) for part in left.split(",")]
    return Einsum(out, tuple(map(Operand, values, indices)), tuple(right.split()), shape(right))


def add(out: str, *values: str) -> Add:
    return Add(out, tuple(Addend(value, (0, 1)) for value in values), shape("i j"))


def scale(out: str, value: str) -> Scale:
    return Scale(out, value, 0.5, "0.5", shape("i j"))


def relu(out: str, value: str) -> Apply:
    return Apply(out, "relu", value, (), shape("i j"))


def printed(*body: Statement, named: tuple[str, ...] = ()) -> list[str]:
    """Lines of NumPy code, without comments, for statements on A [i j], B [i j], w [j], M [j k], ids [seq]."""
    given = {"A": "i j", "B": "i j", "w": "j", "M": "j k"}
    inputs = [Input(name, name, shape(axes)) for name, axes in given.items()]
    inputs.append(Input("ids", "ids", Type(shape("seq").axes, integer=True)))
    captures = {name: name for name in named}
    program = Program(tuple(inputs), body, (Output("", body[-1].out),), captures=captures)
    code = emit(program, "numpy").split('    """\n')[1]
    return [line.partition("  # ")[0].removeprefix("    ") for line in code.splitlines()]


@pytest.mark.parametrize(
    ("spec", "values", "expected"),
    [
        ("i j, j -> i j", "Aw", "A * w"),
        ("j, i j -> i j", "wA", "w * A"),
        ("i j, i j -> i j", "AB", "A * B"),
        ("i j, j, i j -> i j", "AwB", "A * w * B"),
        ("j, j -> j", "ww", "w * w"),
        ("i j, i k -> i j k", "AC", "np.einsum('ij,ik->ijk', A, C)"),
        ("i j, i -> i j", "Av", "np.einsum('ij,i->ij', A, v)"),
        ("j, k -> j k", "wu", "np.einsum('j,k->jk', w, u)"),
        ("i j, j -> j i", "Aw", "np.einsum('ij,j->ji', A, w)"),
        ("i j, j -> i", "Aw", "np.einsum('ij,j->i', A, w)"),
    ],
)  # fmt: skip
def test_products_that_broadcast_are_products(spec: str, values: str, expected: str) -> None:
    left = spec.partition("->")[0].split(",")
    inputs = {name: Input(name, name, shape(axes)) for name, axes in zip(values, left, strict=True)}
    program = Program(tuple(inputs.values()), (einsum("y", spec, *values),), (Output("", "y"),))
    assert f"    return {expected}  # " in emit(program, "numpy")


def test_a_factor_stands_beside_the_only_product_that_it_scales() -> None:
    assert printed(einsum("p", "i j, i j -> i j", "A", "B"), scale("q", "p")) == ["return A * B * 0.5"]
    assert printed(einsum("p", "i k, j k -> i j", "A", "B"), scale("q", "p"), add("r", "q", "p")) == [
        "p = np.einsum('ik,jk->ij', A, B)", "q = p * 0.5", "return q + p",
    ]  # fmt: skip


def test_a_value_without_a_name_takes_the_name_of_what_it_becomes() -> None:
    body = einsum("p", "i j, j -> i j", "A", "w"), add("q", "p", "B"), relu("y", "q")
    assert printed(*body, named=("q",)) == ["q = A * w", "q = q + B", "return np.maximum(q, 0)"]
    assert printed(*body, named=("p", "q")) == ["p = A * w", "q = p + B", "return np.maximum(q, 0)"]
    longer = relu("a", "A"), einsum("b", "i j, j -> i j", "a", "w"), add("c", "b", "B"), relu("d", "c")
    assert printed(*longer) == ["c = np.maximum(A, 0)", "c = c * w", "c = c + B", "return np.maximum(c, 0)"]


def test_a_value_that_is_used_otherwise_keeps_its_name() -> None:
    # Not the first addend, used twice, used later, and given to a function.
    assert printed(relu("a", "A"), add("b", "B", "a"), relu("y", "b"))[0] == "a = np.maximum(A, 0)"
    assert printed(relu("a", "A"), add("b", "a", "a"), relu("y", "b"))[0] == "a = np.maximum(A, 0)"
    assert printed(relu("a", "A"), add("b", "a", "B"), add("y", "b", "a"))[0] == "a = np.maximum(A, 0)"
    assert printed(relu("a", "A"), relu("b", "a"), relu("y", "b"))[0] == "a = np.maximum(A, 0)"


def test_the_state_of_a_repeat_is_not_overwritten_before_it_is_read() -> None:
    turn = (relu("a", "state"), add("next", "a", "state"))
    loop = Repeat("y", "turn", 3, "state", "A", turn, "next", shape("i j"))
    assert printed(loop) == [
        "state = A", "for turn in range(3):", "    a = np.maximum(state, 0)", "    state = a + state", "return state",
    ]  # fmt: skip


def test_gathered_rows_are_printed_where_they_are_used() -> None:
    rows = Gather("rows", "M", 1, "ids", shape("j seq"))
    product = einsum("y", "j seq, j -> seq", "rows", "w")
    assert printed(rows, product) == ["return np.einsum('js,j->s', M[:, ids], w)"]
    turn = einsum("next", "j seq, j seq -> j seq", "state", "rows")
    loop = Repeat("y", "turn", 3, "state", "rows", (turn,), "next", shape("j seq"))
    assert printed(rows, loop)[0] == "rows = M[:, ids]"
    used = Apply("y", "softmax", "rows", (1,), shape("j seq"))
    assert printed(rows, used)[0] == "rows = M[:, ids]"


PYTHON = [name for name, each in LANGUAGES.items() if each.lexer == "python"]


@pytest.mark.parametrize("language", PYTHON)
def test_long_einsums_are_broken_between_operands(language: str) -> None:
    count = 30
    one = Type((Axis("i", 1), Axis("j", 1)))
    inputs = tuple(Input(f"matrix_{n}", f"matrix_{n}", one) for n in range(count))
    operands = tuple(Operand(each.out, (f"left{n}", f"bond{n % 20}")) for n, each in enumerate(inputs))
    body = (Einsum("y", operands, (), Type()),)
    code = emit(Program(inputs, body, (Output("", "y"),)), language)
    assert max(map(len, code.splitlines())) <= 120
    if language in ("ncon", "quimb"):
        return  # no einsum string
    call = next(node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    spec = next(a.value for a in call.args if isinstance(a, ast.Constant))
    assert isinstance(spec, str)
    assert spec.count(",") == count - 1
    assert spec.endswith("->")


@pytest.mark.parametrize("language", PYTHON)
def test_gpt2_as_it_is_reads_well(language: str) -> None:
    code = td.code(td.template("gpt2", layer_norm=True, bias=True), language, fuse=False)
    assert not [word for word in ("_raw", "normalise2", "normalise_ln", "_rows", "ln1_W_Q") if word in code]
    for line in (
        "ln1 = ln1 * ln1_w[layer]",
        "ln1 = ln1 + ln1_b[layer]",
        "q = q + b_Q[layer]",
        "resid = W_E[tokens] + W_P",
    ):
        assert f"    {line}  # [" in code
    tree = ast.parse(code)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    forward = {"head_size", "resid", "layer", "ln1", "q", "k", "v", "pre_scores", "scores", "pattern", "attention_out",
               "resid_mid", "ln2", "pre_mlp_hidden", "mlp_hidden", "mlp_out", "ln_f"}  # fmt: skip
    assert forward <= names


def test_lines_of_a_shared_variable_stand_for_their_own_values() -> None:
    program = simplify(lower(td.template("gpt2", layer_norm=True, bias=True, layers=2).content))
    lines = {line.text.strip().partition("  # ")[0]: line.values for line in emit_lines(program, "numpy")}
    loop = next(statement for statement in program.body if isinstance(statement, Repeat))
    q = next(s for s in loop.body if isinstance(s, Add) and program.captures.get("q") == s.out)
    assert lines["q = q + b_Q[layer]"][0] == q.out
    assert lines["q = np.einsum('sh,Heh->sHe', ln1, W_Q[layer], optimize=True)"][0] == q.addends[0].value
    scaled = next(s for s in loop.body if isinstance(s, Scale))
    found = next(values for text, values in lines.items() if text.startswith("pre_scores = "))
    assert {scaled.out, scaled.value} <= set(found)
    product = next(values for text, values in lines.items() if text.startswith("return np.einsum"))
    assert product == (program.outputs[0].value,)
