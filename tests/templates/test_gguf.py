"""Files of llama.cpp: the same logits as the model that was written to one, texts by its tokenizer, and what can be wrong."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.program import gguf_text
from tensordraw.program.load import list_arrays, load

SIZES = {"layers": 2, "heads": 4, "kv_heads": 2, "hidden": 32, "head_size": 8, "mlp": 64, "vocab": 40, "seq": 12}
KEYS = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output", "gate_proj": "ffn_gate",
    "up_proj": "ffn_up", "down_proj": "ffn_down", "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
}  # fmt: skip
TOKENS = ["<|end|>", *(chr(code) for code in range(97, 97 + 26)), "\u0120", "\u0120a", "ab", "abc", *"0123456789"][:40]


@pytest.fixture
def gguf() -> ModuleType:
    return pytest.importorskip("gguf", reason="gguf is a test extra")


def arrays_of_llama() -> dict[str, Any]:
    """The arrays of a llama template by Hugging Face's names, from N(0, 0.2)."""
    random = np.random.default_rng(0)
    shapes = {name: array.shape for name, array in td.arrays(td.template("llama", **SIZES)).items()}
    del shapes["tokens"]
    return {name: random.normal(0, 0.2, shape).astype(np.float32) for name, shape in sorted(shapes.items())}


def permuted(rows: Any) -> Any:
    """Rows [heads..., head_size, hidden] in llama.cpp's order, as its converter puts them: entries of a pair side by side."""
    *heads, size, hidden = rows.shape
    return rows.reshape(*heads, 2, size // 2, hidden).swapaxes(-3, -2).reshape(*heads, size, hidden)


def written(gguf: ModuleType, path: Path, arrays: dict[str, Any], packed: bool = False, **settings: Any) -> Path:
    """The model as a .gguf file; `packed` stores the matrices in blocks of 8 bits."""
    writer = gguf.GGUFWriter(path, settings.get("architecture", "llama"))
    writer.add_block_count(SIZES["layers"])
    writer.add_context_length(SIZES["seq"])
    writer.add_embedding_length(SIZES["hidden"])
    writer.add_feed_forward_length(settings.get("mlp", SIZES["mlp"]))
    writer.add_head_count(SIZES["heads"])
    writer.add_head_count_kv(SIZES["kv_heads"])
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(settings.get("turned", SIZES["head_size"]))
    if settings.get("scaled"):
        writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
    writer.add_tokenizer_model(settings.get("tokenizer", "gpt2"))
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(TOKENS)
    writer.add_token_types([3, *[1] * (len(TOKENS) - 1)])
    writer.add_token_merges(["a b", "ab c", "\u0120 a"])

    def put(key: str, array: Any) -> None:
        if key != settings.get("without"):
            matrix = np.ascontiguousarray(array.reshape(-1, array.shape[-1]) if array.ndim > 1 else array)
            if key == settings.get("unknown"):
                kind = gguf.GGMLQuantizationType.Q8_1
                block, size = gguf.GGML_QUANT_SIZES[kind]
                raw = np.zeros((len(matrix), matrix.shape[1] // block * size), np.uint8)
                writer.add_tensor(f"{key}.weight", raw, raw_dtype=kind)
            elif packed and array.ndim > 1:
                kind = gguf.GGMLQuantizationType.Q8_0
                writer.add_tensor(f"{key}.weight", gguf.quants.quantize(matrix, kind), raw_dtype=kind)
            else:
                writer.add_tensor(f"{key}.weight", matrix)

    put("token_embd", arrays["embed_tokens"])
    put("output", arrays["lm_head"])
    put("output_norm", arrays["norm"])
    for layer in range(SIZES["layers"]):
        for ours, theirs in KEYS.items():
            array = arrays[ours][layer]
            if ours in ("q_proj", "k_proj"):
                array = permuted(array)
            elif ours == "o_proj":  # stored [hidden, heads side by side]
                array = array.transpose(2, 0, 1, 3).reshape(SIZES["hidden"], -1)
            put(f"blk.{layer}.{theirs}", array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_logits_are_those_of_the_model_in_the_file(gguf: ModuleType, tmp_path: Path, packed: bool) -> None:
    arrays = arrays_of_llama()
    path = written(gguf, tmp_path / "m.gguf", arrays, packed)
    diagram = td.template("llama", weights=path)
    assert td.problems(diagram) == []
    tokens = np.arange(7)
    expected = td.evaluate(td.template("llama", **{**SIZES, "seq": 7}), {"tokens": tokens, **arrays})
    logits = td.evaluate(diagram, {"tokens": tokens})
    np.testing.assert_allclose(logits, expected, atol=1 if packed else 1e-4, rtol=1e-4)
    if packed:
        assert 0 < np.abs(logits - expected).max() < 0.2 * expected.std()


def test_arrays_are_listed_with_their_types_and_unpacked(gguf: ModuleType, tmp_path: Path) -> None:
    arrays = arrays_of_llama()
    path = written(gguf, tmp_path / "m.gguf", arrays, packed=True)
    listed = {stored.key: (stored.shape, stored.dtype) for stored in list_arrays(path)}
    assert listed["token_embd.weight"] == ((40, 32), "Q8_0")
    assert listed["output_norm.weight"] == ((32,), "F32")
    unpacked = load(path, "token_embd.weight")
    assert unpacked.dtype == np.float32
    np.testing.assert_allclose(unpacked, arrays["embed_tokens"], atol=5e-3)
    with pytest.raises(td.Error, match="holds no array 'token_emb'"):
        load(path, "token_emb")


def test_texts_go_by_the_files_tokenizer(gguf: ModuleType, tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    path = written(gguf, tmp_path / "m.gguf", arrays_of_llama())
    tokenizer = gguf_text.tokenizer(path)
    ids = tokenizer.encode("abc a12<|end|>b").ids
    assert [TOKENS[id] for id in ids] == ["abc", "\u0120a", "1", "2", "<|end|>", "b"]
    assert tokenizer.decode(ids[:4]) == "abc a12"
    diagram = td.template("llama", weights=path)
    assert td.generate(diagram, "abc a", 3).startswith("abc a")
    with pytest.raises(td.Error, match="tokenizer of the kind 'llama'"):
        gguf_text.tokenizer(written(gguf, tmp_path / "o.gguf", arrays_of_llama(), tokenizer="llama"))


def test_the_command_line_takes_the_file(gguf: ModuleType, tmp_path: Path) -> None:
    written(gguf, tmp_path / "m.gguf", arrays_of_llama())
    made = tmp_path / "l.tdraw"
    words = ["new", "llama", "--weights", str(tmp_path / "m.gguf"), "-o", str(made)]
    assert cli.main(words, lambda *_: 1) == 0
    assert '"m.gguf"' in made.read_text()
    tokens = np.arange(5)
    again = td.evaluate(td.template("llama", weights=tmp_path / "m.gguf"), {"tokens": tokens})
    np.testing.assert_array_equal(td.evaluate(td.load(made), {"tokens": tokens}), again)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"architecture": "gemma"}, "type 'gemma'"),
        ({"mlp": 65}, "has shape"),
        ({"without": "blk.1.ffn_up"}, "no array 'blk.1.ffn_up.weight'"),
        ({"turned": 4}, "turns 4 of the 8 entries"),
        ({"scaled": True}, "scales its rotary positions"),
    ],
)
def test_models_that_do_not_fit(gguf: ModuleType, tmp_path: Path, settings: dict[str, Any], words: str) -> None:
    path = written(gguf, tmp_path / "m.gguf", arrays_of_llama(), **settings)
    with pytest.raises(td.Error, match=words) as caught:
        td.template("llama", weights=path)
    assert str(caught.value).count(". ") == 0


def test_files_that_are_damaged(gguf: ModuleType, tmp_path: Path) -> None:
    path = written(gguf, tmp_path / "m.gguf", arrays_of_llama())
    with pytest.raises(td.Error, match="the template gpt2 takes the weights of a gpt2; the template llama takes it"):
        td.template("gpt2", weights=path)
    whole = path.read_bytes()
    for kept in (len(whole) - 1000, len(whole) // 3, 2000, 100, 10, 0):
        path.write_bytes(whole[:kept])
        with pytest.raises(td.Error, match="damaged"):
            td.template("llama", weights=path)
    path.write_bytes(b"no model at all" * 20)
    with pytest.raises(td.Error, match="damaged"):
        td.template("llama", weights=path)
    path.unlink()
    with pytest.raises(td.Error, match="cannot be read"):
        td.template("llama", weights=path)


def test_faults_on_the_command_line(gguf: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cut, of another architecture, or packed as the package cannot unpack: exit code 2, one line, no document."""
    path, made = tmp_path / "m.gguf", tmp_path / "made.tdraw"

    def refused(words: str, *asked: str) -> None:
        assert cli.main(asked, lambda *_: 1) == cli.UNUSABLE
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
        assert str(path) in said

    new = ["new", "llama", "--weights", str(path), "-o", str(made)]
    written(gguf, path, arrays_of_llama(), architecture="gemma")
    refused("type 'gemma'", *new)
    written(gguf, path, arrays_of_llama())
    path.write_bytes(path.read_bytes()[:5000])
    refused("m.gguf is damaged, or no .gguf file; download it again.", *new)
    assert not made.exists()
    written(gguf, path, arrays_of_llama(), unknown="blk.0.ffn_up")
    assert cli.main(new, lambda *_: 1) == 0
    refused("stores 'blk.0.ffn_up.weight' as Q8_1, which the package gguf cannot read", "eval", str(made))
