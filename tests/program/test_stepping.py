"""Steps with caches give, row by row, what the whole program gives; what is not causal is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Bubble, Diagram
from tensordraw.program.check import check
from tensordraw.program.generate import generate, model_of, step_of
from tensordraw.program.stepping import Step, Uncached
from tensordraw.program.stepping_run import Stepper
from tensordraw.templates.attention import attend
from tensordraw.templates.gpt2 import embedding, unembedding
from tensordraw.templates.scene import Scene, paste_source
from tensordraw.templates.stream import add_to_stream, copy_stream

SEQ, VOCAB = 7, 23
SMALL: dict[str, Any] = {"layers": 2, "heads": 2, "hidden": 8, "vocab": VOCAB, "seq": SEQ}
LLAMA: dict[str, Any] = {"layers": 2, "heads": 4, "kv_heads": 2, "hidden": 16, "mlp": 12, "vocab": VOCAB, "seq": SEQ}


def flexible(diagram: Diagram, name: str = "seq") -> Diagram:
    """The drawing with texts of any length."""
    spaces = {id: replace(space, flexible=space.name == name) for id, space in diagram.content.spaces.items()}
    return replace(diagram, content=replace(diagram.content, spaces=spaces))


def with_bubble(diagram: Diagram, function: str, change: Callable[[Bubble], Bubble]) -> Diagram:
    """The drawing with each bubble of this function changed."""
    found = {
        id: change(region) if isinstance(region, Bubble) and region.function == function else region
        for id, region in diagram.content.regions.items()
    }
    assert found != diagram.content.regions
    return replace(diagram, content=replace(diagram.content, regions=found))


def named(function: str, **fields: Any) -> Callable[[Bubble], Bubble]:
    return lambda bubble: replace(bubble, function=function, **fields)


def gpt2(**settings: Any) -> Diagram:
    return flexible(td.template("gpt2", **{**SMALL, **settings}))


def twice() -> Diagram:
    """A layer that attends twice before its MLP."""
    draft = Draft()
    for name, size in (("seq", SEQ), ("hidden", 8), ("vocab", VOCAB), ("layer", 3), ("head", 2), ("head_size", 4)):
        draft.space(name, size)
    scene = Scene(draft)
    stream = embedding(scene, (0, 0))
    repeat = draft.repeat("layer", "layer", name="blocks")
    ports = [draft.port(repeat.id, name) for name in ("seq", "hidden")]
    scene.wires(stream, [port.outer_in for port in ports])
    inner = Scene(draft, repeat.id, repeat.id)
    through: Any = [port.inner_in for port in ports]
    for at, name in ((-200.0, "first"), (-500.0, "second")):
        through, copy = copy_stream(inner, through, (0, at), name)
        ends = attend(inner, paste_source(copy), (80, at - 40))
        through = add_to_stream(inner, through, ends, (0, at - 150), f"{name}_out", named=True)
    scene.wires(through, [port.inner_out for port in ports])
    unembedding(scene, [port.outer_out for port in ports], (0, -800), -700)
    return flexible(draft.build())


CAUSAL: dict[str, Callable[[], Diagram]] = {
    "gpt2": gpt2,
    "gpt2, one layer, one head": lambda: gpt2(layers=1, heads=1),
    "gpt2 with norms and biases": lambda: gpt2(layer_norm=True, bias=True),
    "gpt2 unrolled": lambda: gpt2(layer_norm=True, bias=True, unroll=True),
    "llama": lambda: flexible(td.template("llama", **LLAMA)),
    "llama, every head its own keys": lambda: flexible(td.template("llama", **{**LLAMA, "kv_heads": 4})),
    "attention only": lambda: flexible(td.template("attention_only", **SMALL), "pos"),
    "two attentions in a layer": twice,
    "exponentials that are not normalised": lambda: with_bubble(gpt2(), "softmax", named("exp", axes=())),
    "linear attention": lambda: with_bubble(
        with_bubble(gpt2(), "softmax", named("square", axes=())), "causal_mask", named("lower")
    ),
    "the one most likely key": lambda: with_bubble(gpt2(), "softmax", named("argmax_one_hot")),
}  # fmt: skip

NOT_CAUSAL: dict[str, tuple[Callable[[], Diagram], str]] = {
    "no mask": (lambda: with_bubble(gpt2(), "causal_mask", named("relu", axes=())), "softmax along all positions"),
    "the mask the other way": (
        lambda: with_bubble(gpt2(), "causal_mask", lambda bubble: replace(bubble, axes=bubble.axes[::-1])),
        "softmax along all positions",
    ),
    "zeros before the softmax": (
        lambda: with_bubble(gpt2(), "causal_mask", named("lower")), "softmax along all positions"
    ),
    "no softmax": (lambda: with_bubble(gpt2(), "softmax", named("tanh", axes=())), "adds over all positions"),
    "softmax along the queries": (
        lambda: with_bubble(gpt2(), "softmax", lambda bubble: replace(bubble, axes=mask_axes(gpt2())[:1])),
        "softmax along all positions",
    ),
    "without the diagonal": (
        lambda: with_bubble(
            with_bubble(gpt2(), "softmax", named("square", axes=())), "causal_mask", named("strictly_lower")
        ),
        "which one new row does not give",
    ),
}  # fmt: skip


def mask_axes(diagram: Diagram) -> tuple[str, ...]:
    return next(
        region.axes for region in diagram.content.regions.values()
        if isinstance(region, Bubble) and region.function == "causal_mask"
    )  # fmt: skip


def logits(diagram: Diagram, ids: list[int], backend: str) -> np.ndarray:
    """Of the whole diagram on these ids: [position, class]."""
    return np.asarray(td.evaluate(diagram, {model_of(diagram).ids: np.asarray(ids)}, backend=backend))


def stepper(diagram: Diagram, backend: str, length: int = SEQ) -> Stepper:
    step = step_of(diagram.content)
    assert isinstance(step, Step), step
    for program in (step.program, step.filling, step.tables):
        check(program)
    return Stepper(step, td.arrays(diagram), backend, length)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("name", CAUSAL)
def test_each_row_is_that_of_the_whole_program(name: str, backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    diagram = CAUSAL[name]()
    ids = np.random.default_rng(1).integers(0, VOCAB, SEQ).tolist()
    whole = {at: logits(diagram, ids[: at + 1], backend) for at in (0, 3, SEQ - 1)}
    expected = whole[SEQ - 1]
    near = {"atol": 1e-5 * max(1, np.abs(expected).max()), "rtol": 1e-5}
    for filled in (0, 3):
        steps = stepper(diagram, backend)
        steps.fill(ids[:filled])
        for at in range(filled, SEQ):
            found = steps.next(ids[at])
            assert found.shape == (VOCAB,)
            np.testing.assert_allclose(found, expected[at], **near)
            if at in whole:
                np.testing.assert_allclose(found, whole[at][-1], **near)


@pytest.mark.parametrize("name", CAUSAL)
def test_tokens_are_the_same_without_the_cache(name: str) -> None:
    diagram = CAUSAL[name]()
    for settings in ({}, {"temperature": 1.5, "seed": 4}):
        for start in ([3], [1, 2, 3]):
            count = SEQ + 1 - len(start)
            found = list(generate(diagram, start, count, **settings))  # type: ignore[arg-type]
            assert found == list(generate(diagram, start, count, cache=False, **settings))  # type: ignore[arg-type]
            assert len(found) == count


@pytest.mark.parametrize("name", NOT_CAUSAL)
def test_what_has_no_step_says_why_and_is_computed_anew(name: str) -> None:
    make, words = NOT_CAUSAL[name]
    diagram = make()
    step = step_of(diagram.content)
    assert isinstance(step, Uncached)
    assert words in step.reason
    ids = [1, 2, 3]
    for token in generate(diagram, [1, 2, 3], 4):
        assert token == int(np.argmax(logits(diagram, ids, "numpy")[-1]))
        ids.append(token)


def test_a_layer_that_does_not_see_what_came_before_needs_no_cache() -> None:
    draft = Draft()
    for name, size in (("seq", SEQ), ("hidden", 8), ("vocab", VOCAB)):
        draft.space(name, size)
    scene = Scene(draft)
    unembedding(scene, embedding(scene, (0, 0)), (0, -200), -120)
    diagram = flexible(draft.build())
    step = step_of(diagram.content)
    assert isinstance(step, Step)
    assert step.caches == ()
    assert list(generate(diagram, [1], 6)) == list(generate(diagram, [1], 6, cache=False))


def test_keys_and_values_are_what_is_kept() -> None:
    """One row of keys and one of values a layer, as large as heads make them; grouped heads share theirs."""
    step = step_of(flexible(td.template("llama", **LLAMA)).content)
    assert isinstance(step, Step)
    types = {statement.out: statement.type for statement in step.program.body[-3].body}  # type: ignore[union-attr]
    kept = sorted(tuple(sorted(axis.size for axis in types[cache.value].axes)) for cache in step.caches)
    assert kept == [(1, 2, 4), (1, 2, 4)]  # row, kv_head, head_size
    # Of the rotations, only the number of the position: their matrices are larger than the angles that they are made of.
    types = {item.out: item.type for item in step.program.inputs}
    assert [types[each.out].shape for each in step.cuts] == [(1,)]


def test_unrolled_layers_keep_one_cache_each() -> None:
    step = step_of(gpt2(unroll=True).content)
    assert isinstance(step, Step)
    assert len(step.caches) == 4


@pytest.mark.parametrize("seed", range(6))
def test_random_sizes(seed: int) -> None:
    random = np.random.default_rng(seed)
    heads, seq = int(random.integers(1, 4)), int(random.integers(2, 9))
    settings: dict[str, Any] = {
        "layers": int(random.integers(1, 4)), "heads": heads, "hidden": heads * int(random.integers(1, 5)),
        "vocab": int(random.integers(2, 30)), "seq": seq, "layer_norm": bool(random.integers(2)),
        "bias": bool(random.integers(2)), "mlp": int(random.integers(1, 9)),
    }  # fmt: skip
    diagram = gpt2(**settings)
    start = random.integers(0, settings["vocab"], int(random.integers(1, seq + 1))).tolist()
    count = seq + 1 - len(start)
    step = step_of(diagram.content)
    assert isinstance(step, Step)
    kept, whole = (list(generate(diagram, start, count, cache=cache)) for cache in (True, False))
    assert kept == whole


def test_longer_arrays_are_cut(torch: ModuleType) -> None:
    """Steps for fewer positions than the model has."""
    diagram = gpt2(layer_norm=True, bias=True)
    ids = [5, 6, 7, 8]
    expected = logits(diagram, ids, "torch")
    steps = stepper(diagram, "torch", 4)
    steps.fill(ids[:2])
    for at in (2, 3):
        np.testing.assert_allclose(steps.next(ids[at]), expected[at], atol=1e-5)


def test_an_id_out_of_range_is_refused_in_a_step() -> None:
    steps = stepper(gpt2(), "numpy")
    with pytest.raises(td.Error, match="23, but ids of 'vocab' go from 0 to 22"):
        steps.next(VOCAB)
