"""Python as people write it: what is read means what the text computes when it is run."""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

import numpy as np
import pytest

from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.statements import Program
from tensordraw.read.lift import lift
from tensordraw.read.source import trace
from tensordraw.read.source.texts import is_torch as source_is_torch
from tests.read.source.short_snippets import SHORT
from tests.read.source.snippets import SNIPPETS, Snippet

pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")


def names() -> dict[str, Any]:
    """What snippets without imports mean."""
    import einops
    import jax
    import ncon
    import opt_einsum
    import torch

    jax.config.update("jax_enable_x64", True)
    return {
        "np": np, "torch": torch, "F": torch.nn.functional, "nn": torch.nn, "oe": opt_einsum, "einsum": einops.einsum,
        "rearrange": einops.rearrange, "math": math, "reduce": einops.reduce, "repeat": einops.repeat, "ncon": ncon.ncon,
    }  # fmt: skip


def arrays_of(program: Program) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        each.array: rng.integers(0, 3, each.type.shape) if each.type.integer else rng.uniform(0.2, 1.5, each.type.shape)
        for each in program.inputs
    }


def run(snippet: Snippet, arrays: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What the text computes, all results in order."""
    import torch

    given: dict[str, Any] = dict(arrays)
    if source_is_torch(ast.parse(snippet.text), snippet.text) or snippet.text.startswith(("re", "x.t")):
        given = {name: torch.tensor(array) for name, array in arrays.items()}
    tree = ast.parse(snippet.text)
    scope = names() | snippet.sizes
    last = tree.body[-1]
    definitions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(last, ast.ClassDef):
            exec(snippet.text, scope)
            network = scope[last.name](**snippet.made).double()
            state = {
                name: array for name, array in given.items() if "." in name or name in dict(network.named_parameters())
            }
            network.load_state_dict(state, strict=False)
            value = network(*(given[name] for name in given if name not in state))
        elif isinstance(last, ast.FunctionDef) and len(definitions) >= 1:
            exec(snippet.text, scope)
            value = scope[last.name](**{a.arg: given[a.arg] for a in last.args.args if a.arg in given})
        elif isinstance(last, ast.Expr):
            scope |= given
            exec(compile(ast.Module(tree.body[:-1], []), "snippet", "exec"), scope)
            value = eval(compile(ast.Expression(last.value), "snippet", "eval"), scope)
        else:
            scope |= given
            text = snippet.text
            for name in arrays:  # what the text makes at random is given
                text = "\n".join(line for line in text.splitlines() if not line.startswith(f"{name} = np.random"))
            exec(text, scope)
            value = scope[last.targets[0].id]  # type: ignore[attr-defined]
    several = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else [value]
    return [np.asarray(each.detach() if hasattr(each, "detach") else each) for each in several]


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_is_read_is_what_runs(name: str) -> None:
    compare(SNIPPETS[name])


@pytest.mark.parametrize(("text", "shapes"), SHORT, ids=[text.replace("\n", "; ")[:40] for text, _ in SHORT])
def test_what_is_short_is_what_runs(text: str, shapes: dict[str, tuple[int, ...]]) -> None:
    compare(Snippet(text, shapes))


def compare(snippet: Snippet) -> None:
    """The traced program, and the diagram that is drawn of it, give what the text gives."""
    traced = trace(snippet.text, snippet.shapes, snippet.sizes)
    assert traced.stopped is None
    program = check(traced.program)
    arrays = arrays_of(program)
    expected = run(snippet, arrays)
    for read in (program, lower(lift(program, sizes=traced.sizes).content)):
        found = list(evaluate(read, arrays).values())
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            assert np.shape(mine) == theirs.shape
            np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-8)
