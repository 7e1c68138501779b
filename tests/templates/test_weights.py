"""GPT-2 from folders that transformers saves: logits, patterns and streams in NumPy, PyTorch and the printed module."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.program.sourced import load_source
from tests.templates.models import SMALL, gpt2, pickled, redrawn

CONFIGS: dict[str, dict[str, Any]] = {
    "small": SMALL,
    "one layer, own inner size, exact gelu": {
        "n_layer": 1, "n_head": 2, "n_embd": 12, "n_inner": 20, "n_positions": 9, "vocab_size": 31,
        "activation_function": "gelu", "layer_norm_epsilon": 1e-3,
    },
    "untied": {"n_layer": 2, "n_head": 1, "n_embd": 8, "n_positions": 7, "vocab_size": 23, "tie_word_embeddings": False},
    # distilgpt2 says every setting, and that its scores are computed in an order that changes nothing in float32
    "six layers, relu": {
        "n_layer": 6, "n_head": 3, "n_embd": 24, "n_positions": 12, "vocab_size": 57, "activation_function": "relu",
        "reorder_and_upcast_attn": True, "n_inner": None,
    },
}  # fmt: skip
GPT2_SMALL = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 1024, "vocab_size": 50257}


def module_of(diagram: td.Diagram, folder: Path) -> Any:
    """The printed module with the arrays of the folder."""
    code = td.code(diagram, "torch", module=True)
    assert "import tensordraw" not in code
    space: dict[str, Any] = {}
    exec(compile(code, "module", "exec"), space)
    return space["Network"].from_pretrained(folder)


def agree(torch: ModuleType, model: Any, folder: Path, lengths: tuple[int, ...] = (0, 5, 1), **how: Any) -> td.Diagram:
    """Asserts that the folder's diagram computes what the model does; a length of 0 is that of all positions."""
    diagram = td.template("gpt2", weights=folder, **how)
    assert [p for p in td.problems(diagram) if p.severity == "error"] == []
    network = module_of(diagram, folder)
    repeated = not how.get("unroll")
    wanted = ["pattern", "resid_pre", "resid_post", "ln_f"] if repeated else []
    for length in lengths:
        ids = np.random.default_rng(length).integers(0, model.config.vocab_size, length or model.config.n_positions)
        with torch.no_grad():
            seen = model(torch.from_numpy(ids)[None], output_attentions=True, output_hidden_states=True)
            module = network(torch.from_numpy(ids)).numpy()
        logits = seen.logits[0].numpy()  # seq, vocab
        attentions = np.stack([each[0].numpy() for each in seen.attentions])  # layer, head, query, key
        states = np.stack([each[0].numpy() for each in seen.hidden_states])  # layer and the end, seq, hidden

        def near(found: Any, expected: Any) -> None:
            found = np.asarray(found)
            assert found.dtype == np.float32
            assert found.shape == expected.shape
            assert np.abs(found - expected).max() <= 1e-4 * max(1.0, float(expected.std()))

        near(module, logits)
        for backend in ("numpy", "torch"):
            near(td.evaluate(diagram, {"tokens": ids}, backend=backend), logits)
            if wanted:
                value, captured = td.evaluate(diagram, {"tokens": ids}, backend=backend, capture=wanted)
                near(value, logits)
                near(captured["pattern"], attentions)
                near(captured["resid_pre"], states[:-1])
                np.testing.assert_array_equal(captured["resid_post"][:-1], captured["resid_pre"][1:])
                near(captured["ln_f"], states[-1])
    return diagram


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("shards", [False, True], ids=["whole", "in parts"])
def test_the_saved_model_and_its_diagram_agree(torch: ModuleType, tmp_path: Path, name: str, shards: bool) -> None:
    model = gpt2(torch, tmp_path, CONFIGS[name], **({"max_shard_size": "4KB"} if shards else {}))
    assert (tmp_path / "model.safetensors.index.json").exists() == shards
    agree(torch, model, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("shards", [False, True], ids=["whole", "in parts"])
def test_gpt2_small_at_its_full_size(torch: ModuleType, tmp_path: Path, shards: bool) -> None:
    model = gpt2(torch, tmp_path, GPT2_SMALL, **({"max_shard_size": "100MB"} if shards else {}))
    assert len(list(tmp_path.glob("*.safetensors"))) == (5 if shards else 1)
    diagram = agree(torch, model, tmp_path, (64, 3))
    ids = np.random.default_rng(0).integers(0, 50257, 1024)
    with torch.no_grad():
        expected = model(torch.from_numpy(ids)[None]).logits[0].numpy()
    found = td.evaluate(diagram, {"tokens": ids}, backend="torch").numpy()
    assert np.abs(found - expected).max() <= 1e-4 * max(1.0, float(expected.std()))


def changed(torch: ModuleType, folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Saves the folder's state again as `change` leaves it."""
    from safetensors.torch import load_file, save_file

    state = load_file(folder / "model.safetensors")
    change(state)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def test_keys_as_older_models_have_them(torch: ModuleType, tmp_path: Path) -> None:
    """`gpt2` itself has no prefix, no head, and the causal mask of every layer as an array; others store the head too."""
    model = redrawn(torch, "GPT2LMHeadModel", SMALL)
    model.transformer.save_pretrained(tmp_path / "bare")

    def masks(state: dict[str, Any]) -> None:
        assert "wte.weight" in state
        state.update({f"h.{layer}.attn.bias": torch.ones(1, 1, 16, 16).tril() for layer in range(3)})

    changed(torch, tmp_path / "bare", masks)
    agree(torch, model, tmp_path / "bare", (5,))
    model.save_pretrained(tmp_path / "head")

    def head(state: dict[str, Any]) -> None:
        assert "lm_head.weight" not in state
        state["lm_head.weight"] = state["transformer.wte.weight"].clone()

    changed(torch, tmp_path / "head", head)
    agree(torch, model, tmp_path / "head", (5,))


def test_an_untied_model_without_its_head_is_refused(torch: ModuleType, tmp_path: Path) -> None:
    redrawn(torch, "GPT2LMHeadModel", CONFIGS["untied"]).transformer.save_pretrained(tmp_path)
    with pytest.raises(td.Error, match=r"holds no array 'lm_head.weight', and .*config\.json says that it is not tied"):
        td.template("gpt2", weights=tmp_path)


@pytest.mark.parametrize("parts", [1, 3])
def test_files_of_pytorch(torch: ModuleType, tmp_path: Path, parts: int) -> None:
    model = gpt2(torch, tmp_path / "m", SMALL)
    pickled(torch, tmp_path / "m", parts=parts)
    assert not list((tmp_path / "m").glob("*.safetensors"))
    agree(torch, model, tmp_path / "m", (5,))
    td.save(td.template("gpt2", weights=tmp_path / "m"), tmp_path / "g.tdraw")
    assert f'"m/pytorch_model.bin{".index.json" if parts > 1 else ""}"' in (tmp_path / "g.tdraw").read_text()
    assert td.evaluate(td.load(tmp_path / "g.tdraw"), {"tokens": [1, 2]}).shape == (2, 101)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_models_stored_in_16_bits_are_computed_in_32(torch: ModuleType, tmp_path: Path, dtype: str) -> None:
    model = redrawn(torch, "GPT2LMHeadModel", SMALL).to(getattr(torch, dtype))
    model.save_pretrained(tmp_path)
    model = model.float()
    diagram = td.template("gpt2", weights=tmp_path)
    ids = np.arange(11)
    with torch.no_grad():
        expected = model(torch.from_numpy(ids)[None]).logits[0].numpy()  # seq, vocab
        module = module_of(diagram, tmp_path).float()(torch.from_numpy(ids)).numpy()
    for found in (module, *(td.evaluate(diagram, {"tokens": ids}, backend=each) for each in ("numpy", "torch"))):
        assert np.asarray(found).dtype == np.float32
        assert np.abs(np.asarray(found) - expected).max() <= 1e-4 * max(1.0, float(expected.std()))


def test_the_module_takes_arrays_by_the_documents_names(torch: ModuleType, tmp_path: Path) -> None:
    for name in ("small", "untied"):
        model = gpt2(torch, tmp_path / name, CONFIGS[name])
        diagram = td.template("gpt2", weights=tmp_path / name)
        network = module_of(diagram, tmp_path / name)
        assert (network.W_U.data_ptr() == network.W_E.data_ptr()) == (name == "small")
        arrays = {name: torch.from_numpy(np.array(load_source(diagram, name))) for name in diagram.content.sources}
        other = type(network)()
        other.load_state_dict(arrays)  # by the document's names and shapes
        function: dict[str, Any] = {}
        exec(td.code(diagram, "torch"), function)
        tokens = torch.arange(5)
        with torch.no_grad():
            expected = model(tokens[None]).logits[0]  # seq, vocab
            for found in (other(tokens), function["forward"](tokens, **arrays)):
                assert float((found - expected).abs().max()) <= 1e-4 * max(1.0, float(expected.std()))


def test_modules_of_other_documents_load_no_files() -> None:
    assert "from_pretrained" not in td.code(td.template("gpt2"), module=True)


def test_stacks_are_read_once_and_lie_as_in_the_file(torch: ModuleType, tmp_path: Path) -> None:
    gpt2(torch, tmp_path, SMALL)
    diagram = td.template("gpt2", weights=tmp_path)
    first, again = load_source(diagram, "W_O"), load_source(diagram, "W_O")
    assert np.shares_memory(first, again)
    assert first.transpose(0, 1, 3, 2).flags.c_contiguous  # layer, head, head_size, hidden


def test_each_architecture_says_which_template_takes_it(torch: ModuleType, tmp_path: Path) -> None:
    gpt2(torch, tmp_path, SMALL)
    for name in ("llama", "bert"):
        with pytest.raises(td.Error, match="the template gpt2 takes it"):
            td.template(name, weights=tmp_path)
    words = r"takes a file of TransformerLens, \.safetensors or \.pt; the template gpt2 takes it"
    with pytest.raises(td.Error, match=words):
        td.template("attention_only", weights=tmp_path)
    apart = tmp_path / "apart"
    apart.mkdir()
    shutil.copy(tmp_path / "model.safetensors", apart)
    with pytest.raises(td.Error, match="says no type of model"):
        td.template("gpt2", weights=apart / "model.safetensors")
    with pytest.raises(td.Error, match="those that do are gpt2, llama, bert, attention_only"):
        td.template("glu", weights=tmp_path)


def test_layers_drawn_one_by_one_give_the_same_logits(torch: ModuleType, tmp_path: Path) -> None:
    model = gpt2(torch, tmp_path, SMALL)
    drawn_out = agree(torch, model, tmp_path, (5,), unroll=True)
    assert len(drawn_out.content.nodes) > 2.5 * len(td.template("gpt2", weights=tmp_path).content.nodes)
    agree(torch, model, tmp_path, (5,), sideways=True)


def test_sizes_do_not_go_with_weights(torch: ModuleType, tmp_path: Path) -> None:
    gpt2(torch, tmp_path / "m", SMALL)
    with pytest.raises(td.Error, match="says all sizes of the template gpt2; layers cannot go with it"):
        td.template("gpt2", weights=tmp_path / "m", layers=2)
    with pytest.raises(td.Error, match="'unroll' must be true or false, not 'perhaps'"):
        td.template("gpt2", weights=tmp_path / "m", unroll="perhaps")
    words = ["new", "gpt2", "--weights", str(tmp_path / "m"), "--set", "unroll=true", "-o", str(tmp_path / "g.tdraw")]
    assert cli.main(words, lambda path: 0) == 0
    np.testing.assert_array_equal(
        td.evaluate(td.load(tmp_path / "g.tdraw"), {"tokens": [1, 2]}),
        td.evaluate(td.template("gpt2", weights=tmp_path / "m", unroll=True), {"tokens": [1, 2]}),
    )


NAMED = {  # layers, heads, hidden, parameters in millions
    "distilgpt2": (6, 12, 768, 82), "gpt2": (12, 12, 768, 124), "gpt2-medium": (24, 16, 1024, 355),
    "gpt2-large": (36, 20, 1280, 774), "gpt2-xl": (48, 25, 1600, 1558),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMED)
def test_models_of_every_size_open_from_their_headers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Files as large as the real ones that take no room: all is said by their headers, and nothing else is read."""
    from tensordraw.program import memory
    from tensordraw.templates.loading import parameters

    layers, heads, hidden, millions = NAMED[name]
    shapes = {
        "wte.weight": (50257, hidden),
        "wpe.weight": (1024, hidden),
        "ln_f.weight": (hidden,),
        "ln_f.bias": (hidden,),
    }
    for layer in range(layers):
        for part, rows, columns in (
            ("attn.c_attn", hidden, 3 * hidden), ("attn.c_proj", hidden, hidden),
            ("mlp.c_fc", hidden, 4 * hidden), ("mlp.c_proj", 4 * hidden, hidden),
        ):  # fmt: skip
            shapes |= {f"h.{layer}.{part}.weight": (rows, columns), f"h.{layer}.{part}.bias": (columns,)}
        for part in ("ln_1", "ln_2"):
            shapes |= {f"h.{layer}.{part}.weight": (hidden,), f"h.{layer}.{part}.bias": (hidden,)}
    head, end = {}, 0
    for key, shape in shapes.items():
        head[key] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end := end + 4 * prod(shape)]}
    said = json.dumps(head).encode()
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(said)) + said)
        file.truncate(8 + len(said) + end)
    config = {"model_type": "gpt2", "n_layer": layers, "n_head": heads, "n_embd": hidden, "n_positions": 1024}
    (tmp_path / "config.json").write_text(json.dumps({**config, "vocab_size": 50257}))
    diagram = td.template("gpt2", weights=tmp_path)
    assert td.problems(diagram) == []
    assert round(parameters(diagram) / 1e6) == millions
    monkeypatch.setattr(memory, "room", lambda: 10**8)
    with pytest.raises(td.Error, match="This evaluation needs at least"):  # before any of it is read
        td.evaluate(diagram, {"tokens": [1, 2]})
