"""Recognised forms: equal to the plain statements, found where they are, and not found where they would be wrong."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.program.arrays import random_arrays
from tensordraw.program.batch import batched
from tensordraw.program.check import check
from tensordraw.program.evaluate import run
from tensordraw.program.flow import walk
from tensordraw.program.fuse import fused, unfused
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Attention,
    Axis,
    Einsum,
    Fused,
    Input,
    Linear,
    Norm,
    Operand,
    Output,
    Program,
    Scale,
    Type,
)

SMALL: dict[str, Any] = {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5}
SIZES = {"query": 5, "key": 5, "head": 2, "d": 3, "e": 4, "b": 2, "out": 6}


def type_(names: str) -> Type:
    return Type(tuple(Axis(name, SIZES[name]) for name in names.split()))


def einsum(out: str, spec: str, *values: str) -> Einsum:
    left, _, right = spec.partition("->")
    operands = tuple(Operand(v, tuple(part.split())) for v, part in zip(values, left.split(","), strict=True))
    return Einsum(out, operands, tuple(right.split()), type_(right))


def attention(
    mask: tuple[int, int] | None = (1, 2), softmax: int = 2, scale: float = 3**-0.5, last: str = "query head e",
    scores: str = "head query key", after: float | None = None,
) -> Program:  # fmt: skip
    """Attention on q [query head d], k [key head d], v [key head e], as statements."""
    axes = type_(scores)
    body: list[Any] = [einsum("raw", f"query head d, key head d -> {scores}", "q", "k")]
    body.append(Scale("scaled", "raw", scale, repr(scale), axes))
    if mask is not None:
        body.append(Apply("masked", "causal_mask", body[-1].out, mask, axes))
    if after is not None:
        body.append(Scale("again", body[-1].out, after, repr(after), axes))
    body.append(Apply("pattern", "softmax", body[-1].out, (softmax,), axes))
    body.append(einsum("y", f"{scores}, key head e -> {last}", "pattern", "v"))
    inputs = (
        Input("q", "q", type_("query head d")), Input("k", "k", type_("key head d")), Input("v", "v", type_("key head e"))
    )  # fmt: skip
    return Program(inputs, tuple(body), (Output("", "y"),), captures={"pattern": "pattern"})


def forms(program: Program, kind: type = Attention) -> list[Any]:
    return [s.form for s in walk(program.body) if isinstance(s, Fused) and isinstance(s.form, kind)]


def same(program: Program, backends: tuple[str, ...] = ("numpy",)) -> Program:
    """The fused program, after a check that it and its plain statements give what the program gives."""
    made = check(fused(program))
    check(unfused(made))
    arrays = random_arrays(program, 0)
    expected = run(program, arrays, fuse=False).outputs
    plain = run(unfused(made), arrays, fuse=False).outputs
    for name in expected:
        np.testing.assert_allclose(plain[name], expected[name], rtol=1e-4, atol=1e-5)
        for backend in backends:
            found = np.asarray(run(program, arrays, backend).outputs[name])
            np.testing.assert_allclose(found, expected[name], rtol=1e-4, atol=1e-5, err_msg=backend)
    return made


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(
    "settings",
    [
        {}, {"mask": None}, {"scale": 0.3}, {"scale": 2.0, "after": 0.5}, {"last": "head query e"}, {"last": "e query"},
        {"last": "query e head"}, {"mask": None, "last": "query e"},
        {"scores": "query head key", "mask": (0, 2)}, {"scores": "key query head", "mask": (1, 0), "softmax": 0},
    ],
)  # fmt: skip
def test_attention_is_recognised(request: Any, backend: str, settings: dict[str, Any]) -> None:
    if backend == "torch":
        request.getfixturevalue("torch")
    made = same(attention(**settings), (backend,))
    (form,) = forms(made)
    assert form.causal == (settings.get("mask", ()) is not None)
    assert form.scale == pytest.approx(settings.get("scale", 3**-0.5) * settings.get("after", 1))
    assert "pattern" not in made.captures


@pytest.mark.parametrize(
    ("why", "settings"),
    [
        ("the mask's axes are swapped", {"mask": (2, 1)}), ("the softmax is over queries", {"softmax": 1}),
        ("the softmax is over heads", {"softmax": 0}), ("heads are masked", {"mask": (0, 2)}),
        ("a negative factor turns the mask", {"after": -1.0}),
        ("neither axis is a key's", {"mask": None, "softmax": 1}),
    ],
)  # fmt: skip
def test_what_is_no_attention_stays_plain(why: str, settings: dict[str, Any]) -> None:
    program = attention(**settings)
    if why == "heads are masked":
        sizes = {**SIZES, "head": 5}
        program = replace(
            program,
            inputs=tuple(replace(i, type=Type(tuple(Axis(a.name, sizes[a.name]) for a in i.type.axes))) for i in program.inputs),
            body=tuple(replace(s, type=Type(tuple(Axis(a.name, sizes[a.name]) for a in s.type.axes))) for s in program.body),
        )  # fmt: skip
    assert forms(fused(program)) == [], why


def test_a_pattern_that_something_else_reads_stays() -> None:
    program = attention()
    wanted = replace(program, outputs=(*program.outputs, Output("pattern", "pattern")))
    assert forms(fused(wanted)) == []
    twice = einsum("z", "head query key, head query key, key head e -> query head e", "pattern", "pattern", "v")
    assert forms(fused(replace(program, body=(*program.body[:-1], twice), outputs=(Output("", "z"),)))) == []
    assert forms(fused(program, kept=["pattern"])) == []
    assert forms(fused(program, kept=["raw"])) == []


def test_an_extra_factor_inside_stays_plain() -> None:
    """Weights on pairs of positions, before the softmax and after it."""
    program = attention()
    weights = Input("w", "w", type_("query key"))
    inputs = (*program.inputs, weights)
    before = einsum("raw", "query head d, key head d, query key -> head query key", "q", "k", "w")
    after = einsum("y", "head query key, query key, key head e -> query head e", "pattern", "w", "v")
    assert forms(fused(replace(program, inputs=inputs, body=(before, *program.body[1:])))) == []
    assert forms(fused(replace(program, inputs=inputs, body=(*program.body[:-1], after)))) == []
    # A bias of the scores is none of the forms either.
    added = Add("biased", (Addend("raw", (0, 1, 2)), Addend("w", (None, 0, 1))), type_("head query key"))
    scaled = replace(program.body[1], value="biased")
    assert forms(fused(replace(program, inputs=inputs, body=(program.body[0], added, scaled, *program.body[2:])))) == []


def test_a_captured_pattern_is_computed(torch: Any) -> None:
    diagram = td.template("attention")
    arrays = td.arrays(diagram)
    for backend in ("numpy", "torch"):
        plain, seen = td.evaluate(diagram, arrays, backend, capture=["pattern"])
        np.testing.assert_allclose(np.asarray(seen["pattern"]).sum(-1), 1, rtol=1e-5)
        np.testing.assert_allclose(np.asarray(plain), np.asarray(td.evaluate(diagram, arrays, backend)), atol=1e-6)


@pytest.mark.parametrize("extras", [{}, {"layer_norm": True}, {"bias": True}, {"layer_norm": True, "bias": True}])
def test_gpt2_is_made_of_forms(torch: Any, extras: dict[str, bool]) -> None:
    program = simplify(lower(td.template("gpt2", **SMALL, **extras).content))
    made = same(program, ("numpy", "torch"))
    assert len(forms(made)) == 1  # in the body of the repeat
    assert len(forms(made, Linear)) == 7  # queries, keys, values, result; in, out; unembedding
    assert len([form for form in forms(made, Linear) if form.bias is not None]) == (6 if extras.get("bias") else 0)
    assert len(forms(made, Norm)) == (3 if extras.get("layer_norm") else 0)
    (form,) = forms(made)
    assert form.causal
    assert form.scale == pytest.approx(4**-0.5)


@pytest.mark.parametrize("name", [entry.name for entry in td.templates()])
def test_templates_are_what_they_were(name: str) -> None:
    program = simplify(lower(td.template(name, **(SMALL if name == "gpt2" else {})).content))
    if sum(np.prod(given.type.shape) for given in program.inputs) > 1e6:
        pytest.skip("too large to compute here")
    same(program)
    same(batched(program, [program.inputs[0].array], 3))


@pytest.mark.parametrize("seed", range(30))
def test_random_attentions(seed: int) -> None:
    """Random axes in random order, some operands split into products with weights."""
    rng = random.Random(seed)
    sizes = {name: rng.randint(2, 4) for name in ("head", "b", "d", "e", "m", "n", "o")} | {"query": 4, "key": 4}
    along = rng.sample(["head", "b"], rng.randint(0, 2))
    shared = rng.sample(along, rng.randint(0, len(along))) if rng.random() < 0.5 else along  # the queries have them all

    def shuffled(*names: str) -> tuple[str, ...]:
        return tuple(rng.sample(names, len(names)))

    inputs: list[Input] = []

    def operand(name: str, *indices: str) -> Operand:
        axes = shuffled(*indices)
        inputs.append(Input(name, name, Type(tuple(Axis(i, sizes[i]) for i in axes))))
        return Operand(name, axes)

    def factors(name: str, at: str, inner: str, via: str, along: list[str]) -> list[Operand]:
        """One operand, or positions times a weight."""
        if rng.random() < 0.5:
            return [operand(name, at, *along, inner)]
        return [operand(f"x_{name}", at, via), operand(f"W_{name}", *along, inner, via)]

    def typed(indices: tuple[str, ...]) -> Type:
        return Type(tuple(Axis(i, sizes[i]) for i in indices))

    left, right = factors("q", "query", "d", "m", along), factors("k", "key", "d", "n", shared)
    scores = shuffled("query", "key", *along)
    places = scores.index("query"), scores.index("key")
    body: list[Any] = [Einsum("raw", tuple(rng.sample([*left, *right], len(left) + len(right))), scores, typed(scores))]
    if rng.random() < 0.7:
        body.append(Scale("scaled", body[-1].out, 0.7, "0.7", typed(scores)))
    if causal := rng.random() < 0.6:
        body.append(Apply("masked", "causal_mask", body[-1].out, places, typed(scores)))
    body.append(Apply("pattern", "softmax", body[-1].out, (places[1],), typed(scores)))
    others = factors("v", "key", "e", "m", shared)
    if rng.random() < 0.5:
        others.append(operand("W_O", *along, "e", "o"))
        output = shuffled("query", "o")
    else:
        output = shuffled("query", "e", *along)
    last = [Operand("pattern", scores), *others]
    body.append(Einsum("y", tuple(rng.sample(last, len(last))), output, typed(output)))
    program = check(Program(tuple(inputs), tuple(body), (Output("", "y"),)))
    (form,) = forms(same(program))
    assert form.causal == causal
    assert set(form.grouped) == set(along) - set(shared)


def test_long_sequences_go_in_blocks() -> None:
    """NumPy takes queries in blocks: 300 of them, with and without a mask."""
    d = td.template("attention", seq=300)
    arrays = td.arrays(d)
    np.testing.assert_allclose(td.evaluate(d, arrays), td.evaluate(d, arrays, fuse=False), atol=1e-6)


@pytest.mark.parametrize(
    ("spec", "values", "recognised"),
    [
        ("d, d -> d", ("normed", "w"), 1), ("d ->", ("normed",), 0),
        ("d, d -> d", ("normed", "normed"), 0), ("d, d, d -> d", ("normed", "normed", "w"), 0),
    ],
)  # fmt: skip
def test_the_weight_of_a_norm_is_another_value(torch: Any, spec: str, values: tuple[str, ...], recognised: int) -> None:
    vector = type_("d")
    norm = Apply("normed", "normalise", "x", (0,), vector, {"eps": 1e-5})
    inputs = tuple(Input(name, name, vector) for name in ("x", "w") if name == "x" or name in values)
    made = same(Program(inputs, (norm, einsum("y", spec, *values)), (Output("", "y"),)), ("numpy", "torch"))
    assert len(forms(made, Norm)) == recognised


def test_code_has_the_forms_of_its_library() -> None:
    diagram = td.template("gpt2", **SMALL, layer_norm=True, bias=True)
    code = td.code(diagram)
    assert code.count("scaled_dot_product_attention(") == 1
    assert "softmax" not in code
    assert "is_causal=True" in code
    assert "scale=" not in code
    assert "softmax" in td.code(diagram, fuse=False)
    assert "softmax" in td.code(diagram, "numpy")
    module = td.code(diagram, module=True)
    assert module.count("F.linear(") == 7
    assert module.count("F.layer_norm(") == 3
    assert "einsum" not in module
    assert "einsum" in td.code(diagram, module=True, fuse=False)


@pytest.mark.parametrize("how", [{}, {"module": True}, {"language": "torch_einsum"}])
def test_code_with_forms_reads_back(how: dict[str, Any]) -> None:
    diagram = td.template("gpt2", **SMALL, layer_norm=True, bias=True)
    arrays = td.arrays(diagram)
    again = td.read(td.code(diagram, **how))
    np.testing.assert_allclose(td.evaluate(again, arrays), td.evaluate(diagram, arrays), atol=1e-5)
