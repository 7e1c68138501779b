"""The attention_only template equals a PyTorch model of the same arrays, as TransformerLens writes its forward pass."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td

SIZES = {"layers": 3, "heads": 2, "hidden": 12, "head_size": 5, "vocab": 17, "seq": 9}


def state(torch: ModuleType, *, layer_norm: bool) -> dict[str, Any]:
    """A HookedTransformer's state, every parameter from N(0, 0.2)."""
    generator = torch.Generator().manual_seed(1)

    def drawn(*shape: int) -> Any:
        return torch.randn(*shape, generator=generator) * 0.2

    layers, heads, d_model, d_head, d_vocab, n_ctx = SIZES.values()
    made = {
        "embed.W_E": drawn(d_vocab, d_model), "pos_embed.W_pos": drawn(n_ctx, d_model),
        "unembed.W_U": drawn(d_model, d_vocab), "unembed.b_U": drawn(d_vocab),
    }  # fmt: skip
    for layer in range(layers):
        for which in "QKV":
            made[f"blocks.{layer}.attn.W_{which}"] = drawn(heads, d_model, d_head)
            made[f"blocks.{layer}.attn.b_{which}"] = drawn(heads, d_head)
        made[f"blocks.{layer}.attn.W_O"] = drawn(heads, d_head, d_model)
        made[f"blocks.{layer}.attn.b_O"] = drawn(d_model)
        made[f"blocks.{layer}.attn.mask"] = torch.ones(n_ctx, n_ctx).tril().bool()
    for name in ("ln_final", *(f"blocks.{layer}.ln1" for layer in range(layers))) if layer_norm else ():
        made[f"{name}.w"], made[f"{name}.b"] = drawn(d_model), drawn(d_model)
    return made


def logits(
    torch: ModuleType, given: dict[str, Any], tokens: np.ndarray, *, folded: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Logits [pos, d_vocab] and patterns [layer, head, query, key]; `folded` norms have no weights."""

    def normed(x: Any, name: str) -> Any:
        if folded:
            return torch.nn.functional.layer_norm(x, x.shape[-1:], None, None, 1e-5)
        if "ln_final.w" not in given:
            return x
        return torch.nn.functional.layer_norm(x, x.shape[-1:], given[f"{name}.w"], given[f"{name}.b"], 1e-5)

    x = given["embed.W_E"][torch.from_numpy(tokens)] + given["pos_embed.W_pos"][: len(tokens)]
    patterns = []
    for layer in range(SIZES["layers"]):
        at = {name.split(".")[-1]: array for name, array in given.items() if name.startswith(f"blocks.{layer}.attn.")}
        read = normed(x, f"blocks.{layer}.ln1")
        q, k, v = (torch.einsum("pm,hmd->phd", read, at[f"W_{w}"]) + at[f"b_{w}"] for w in "QKV")
        scores = torch.einsum("qhd,khd->hqk", q, k) / SIZES["head_size"] ** 0.5
        scores = scores.masked_fill(~torch.ones(len(tokens), len(tokens)).tril().bool(), float("-inf"))
        patterns.append(scores.softmax(-1))
        x = x + torch.einsum("hqk,khd,hdm->qm", patterns[-1], v, at["W_O"]) + at["b_O"]
    made = normed(x, "ln_final") @ given["unembed.W_U"] + given["unembed.b_U"]
    return made.numpy(), torch.stack(patterns).numpy()


def stored(torch: ModuleType, folder: Path, given: dict[str, Any]) -> Path:
    from safetensors.torch import save_file

    save_file({name: array.contiguous() for name, array in given.items()}, folder / "model.safetensors")
    return folder / "model.safetensors"


@pytest.mark.parametrize("layer_norm", [False, True])
def test_logits_and_patterns(torch: ModuleType, tmp_path: Path, layer_norm: bool) -> None:
    pytest.importorskip("safetensors")
    given = state(torch, layer_norm=layer_norm)
    diagram = td.template("attention_only", weights=stored(torch, tmp_path, given))
    assert td.problems(diagram) == []
    for length in (9, 4):
        tokens = np.random.default_rng(length).integers(0, 17, length)
        expected, patterns = logits(torch, given, tokens)
        for backend in ("numpy", "torch"):
            value, seen = td.evaluate(diagram, {"tokens": tokens}, backend=backend, capture=["pattern"])
            np.testing.assert_allclose(np.asarray(value), expected, atol=1e-4)
            np.testing.assert_allclose(np.asarray(seen["pattern"]), patterns, atol=1e-5)


def test_norms_that_are_folded_into_the_matrices(torch: ModuleType, tmp_path: Path) -> None:
    """What TransformerLens makes of a model with layer norms: weights into the matrices that read, these then centred."""
    given = state(torch, layer_norm=True)
    tokens = np.arange(7)
    expected, patterns = logits(torch, given, tokens)
    new = {key: array for key, array in given.items() if ".ln1." not in key and "ln_final" not in key}
    for layer in range(SIZES["layers"]):
        w, b = given[f"blocks.{layer}.ln1.w"], given[f"blocks.{layer}.ln1.b"]
        for which in "QKV":
            matrix = given[f"blocks.{layer}.attn.W_{which}"]  # head, d_model, d_head
            new[f"blocks.{layer}.attn.b_{which}"] = new[f"blocks.{layer}.attn.b_{which}"] + b @ matrix
            scaled = w[:, None] * matrix
            new[f"blocks.{layer}.attn.W_{which}"] = scaled - scaled.mean(1, keepdim=True)
    new["unembed.b_U"] = given["unembed.b_U"] + given["ln_final.b"] @ given["unembed.W_U"]
    scaled = given["ln_final.w"][:, None] * given["unembed.W_U"]
    new["unembed.W_U"] = scaled - scaled.mean(0)
    diagram = td.template("attention_only", weights=stored(torch, tmp_path, new))
    assert td.problems(diagram) == []
    value, seen = td.evaluate(diagram, {"tokens": tokens}, capture=["pattern"])
    np.testing.assert_allclose(value, expected, atol=1e-4)
    np.testing.assert_allclose(seen["pattern"], patterns, atol=1e-5)


def test_models_whose_norms_the_file_does_not_tell(torch: ModuleType, tmp_path: Path) -> None:
    """Trained without weights of norms, nothing is centred: `folded` says it, here for a state_dict as torch.save has it."""
    given, tokens = state(torch, layer_norm=False), np.arange(6)
    torch.save(given, tmp_path / "m.pt")
    for folded in (True, False):
        diagram = td.template("attention_only", weights=tmp_path / "m.pt", folded=folded)
        expected, _ = logits(torch, given, tokens, folded=folded)
        np.testing.assert_allclose(td.evaluate(diagram, {"tokens": tokens}), expected, atol=1e-4)
    with pytest.raises(td.Error, match="folded cannot go with it"):
        td.template("gpt2", weights=tmp_path / "m.pt", folded=True)


def test_arrays_go_by_the_names_of_transformer_lens() -> None:
    """`HookedTransformer.W_Q`, `.W_E` and so on can be given as they are."""
    shapes = {name: array.shape for name, array in td.arrays(td.template("attention_only", **SIZES, bias=True)).items()}
    assert shapes == {
        "tokens": (9,), "W_E": (17, 12), "W_pos": (9, 12), "W_U": (12, 17), "b_U": (17,), "W_O": (3, 2, 5, 12),
        "b_O": (3, 12), **{f"W_{w}": (3, 2, 12, 5) for w in "QKV"}, **{f"b_{w}": (3, 2, 5) for w in "QKV"},
    }  # fmt: skip


def test_files_that_do_not_fit(torch: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    given = state(torch, layer_norm=False)

    def refused(words: str, **changed: Any) -> None:
        changes = {name.replace("__", "."): array for name, array in changed.items()}
        new = {name: array.clone() for name, array in {**given, **changes}.items() if array is not None}
        with pytest.raises(td.Error, match=words):
            td.template("attention_only", weights=stored(torch, tmp_path, new))

    refused("no array 'embed.W_E'", embed__W_E=None)
    refused("no array 'blocks.0.attn.W_Q'", blocks__0__attn__W_Q=None)
    refused(r"no array 'blocks.1.attn.W_K'", blocks__1__attn__W_K=None)
    refused("has no MLPs", blocks__0__mlp__W_in=given["embed.W_E"])
    refused("it has 3 axes", blocks__0__attn__W_Q=given["embed.W_E"])
    refused("has shape", unembed__W_U=given["embed.W_E"])
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[:-50])
    with pytest.raises(td.Error, match="damaged"):
        td.template("attention_only", weights=tmp_path / "model.safetensors")
    (tmp_path / "m.txt").write_text("")
    with pytest.raises(td.Error, match="is no model"):
        td.template("attention_only", weights=tmp_path / "m.txt")
