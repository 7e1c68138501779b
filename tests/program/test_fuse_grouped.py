"""Llama's forms: heads of queries that share keys and values, gated products, RMS norms, a product with many factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program.check import check
from tensordraw.program.evaluate import run
from tensordraw.program.flow import walk
from tensordraw.program.fuse import fused, unfused
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Attention, Fused, Linear, Norm

SIZES: dict[str, Any] = {"layers": 2, "hidden": 24, "mlp": 20, "vocab": 11, "seq": 6}


def found(diagram: Any, kind: type) -> list[Any]:
    program = fused(simplify(lower(diagram.content)))
    check(program)
    return [s.form for s in walk(program.body) if isinstance(s, Fused) and isinstance(s.form, kind)]


@pytest.mark.parametrize(("heads", "kv_heads"), [(6, 6), (6, 3), (6, 2), (6, 1)])
def test_llama_is_made_of_forms(torch: Any, heads: int, kv_heads: int) -> None:
    diagram = td.template("llama", heads=heads, kv_heads=kv_heads, **SIZES)
    arrays = td.arrays(diagram, seed=3)
    expected = td.evaluate(diagram, arrays, fuse=False)
    for backend in ("numpy", "torch"):
        np.testing.assert_allclose(np.asarray(td.evaluate(diagram, arrays, backend)), expected, atol=1e-5)
    (form,) = found(diagram, Attention)
    assert form.causal
    assert form.grouped == ["group"]
    assert form.shared == ["kv_head"]
    assert len(found(diagram, Linear)) == 8  # q, k, v, o; gate, up, down; lm_head
    assert len(found(diagram, Norm)) == 3
    program = simplify(lower(diagram.content))
    plain = run(unfused(fused(program)), arrays, fuse=False).outputs[""]
    np.testing.assert_allclose(plain, expected, atol=1e-5)


@pytest.mark.parametrize("kv_heads", [6, 3, 1])
@pytest.mark.parametrize("how", [{}, {"module": True}, {"batch": ["tokens"]}, {"module": True, "batch": ["tokens"]}])
def test_printed_code_computes_it(torch: Any, kv_heads: int, how: dict[str, Any]) -> None:
    diagram = td.template("llama", heads=6, kv_heads=kv_heads, **SIZES)
    arrays = td.arrays(diagram, seed=3)
    code = td.code(diagram, **how)
    assert ("enable_gqa=True" in code) == (kv_heads != 6)
    assert "softmax" not in code
    space: dict[str, Any] = {}
    exec(code, space)
    ids = torch.from_numpy(arrays["tokens"])
    ids = torch.stack([ids, ids.flip(0)]) if "batch" in how else ids
    weights = {name: torch.from_numpy(array) for name, array in arrays.items() if name != "tokens"}
    if how.get("module"):
        network = space["Network"]()
        network.load_state_dict(weights)
        with torch.no_grad():
            logits = network(ids)
    else:
        logits = space["forward"](tokens=ids, **weights)
    for row, result in zip(ids.reshape(-1, 6), logits.reshape(-1, 6, 11), strict=True):
        expected = td.evaluate(diagram, {**arrays, "tokens": row.numpy()}, fuse=False)
        np.testing.assert_allclose(result.numpy(), expected, atol=1e-5)


def test_the_module_is_as_one_writes_it() -> None:
    code = td.code(td.template("llama", heads=6, kv_heads=3, **SIZES), module=True)
    assert code.count("F.linear(") == 8
    assert code.count("F.rms_norm(") == 3
    assert "up = F.linear(norm_2, self.up_proj[layer])" in code
    assert "gated = mlp_gate * up" in code
    assert "_part" not in code
    assert "q = F.linear(norm_1, self.q_proj[layer]" in code
    assert "q = _turned(q, cos[:, None, None], sin[:, None, None])" in code
    assert "torch.eye" not in code


@pytest.mark.parametrize("kv_heads", [3, 1])
@pytest.mark.parametrize("interleaved", [False, True])
def test_code_reads_back(kv_heads: int, interleaved: bool) -> None:
    diagram = td.template("llama", heads=6, kv_heads=kv_heads, interleaved=interleaved, **SIZES)
    arrays = td.arrays(diagram)
    for module in (False, True):
        again = td.read(td.code(diagram, module=module))
        np.testing.assert_allclose(td.evaluate(again, arrays), td.evaluate(diagram, arrays), atol=1e-5)


def test_captured_patterns_of_groups(torch: Any) -> None:
    diagram = td.template("llama", heads=6, kv_heads=3, **SIZES)
    arrays = td.arrays(diagram)
    for backend in ("numpy", "torch"):
        plain, seen = td.evaluate(diagram, arrays, backend, capture=["pattern"])
        assert seen["pattern"].shape == (2, 3, 2, 6, 6)
        np.testing.assert_allclose(np.asarray(plain), np.asarray(td.evaluate(diagram, arrays, backend)), atol=1e-5)


def test_grouped_attention_is_read(torch: Any) -> None:
    source = """
import torch.nn.functional as F

def f(q, k, v):
    return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
"""
    diagram = td.read(source, shapes={"q": (2, 6, 5, 4), "k": (2, 3, 5, 4), "v": (2, 3, 5, 4)})
    arrays = td.arrays(diagram)
    given = [torch.from_numpy(arrays[name]) for name in "qkv"]
    expected = torch.nn.functional.scaled_dot_product_attention(*given, is_causal=True, enable_gqa=True)
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected.numpy(), atol=1e-6)
