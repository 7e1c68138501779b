"""A model meets a document: which template it belongs to, what an open drawing takes of it, and what gives way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from safetensors.numpy import save_file

import tensordraw as td
from tensordraw.diagram import edits, edits_layout, edits_names
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Bubble, Diagram
from tensordraw.program import archive
from tensordraw.templates.loading import amount, is_model, load_model, model_path, template_of
from tests.templates.folders import TINY, gpt2_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return gpt2_folder(tmp_path / "m")


def sizes(diagram: Diagram) -> dict[str, int]:
    return {space.name: space.size for space in diagram.content.spaces.values()}


def real() -> Diagram:
    return td.template("gpt2", layer_norm=True, bias=True)


IDS = {"tokens": np.array([3, 7, 11, 0])}


def test_the_folder_says_its_template(folder: Path, tmp_path: Path) -> None:
    assert template_of(folder)[0] == "gpt2"
    for name in ("config.json", "model.safetensors", "model.safetensors.index.json"):
        assert model_path(folder / name) == folder
    config = json.loads((folder / "config.json").read_text())
    del config["model_type"]
    (folder / "config.json").write_text(json.dumps({**config, "architectures": ["GPT2LMHeadModel"]}))
    name, model = template_of(folder)
    assert (name, model.kind) == ("gpt2", "gpt2")
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(td.Error, match=r"does not say what model it is: model_type is missing\.$"):
        template_of(folder)
    (folder / "config.json").write_text(json.dumps({**config, "model_type": "mamba"}))
    with pytest.raises(td.Error, match="a model of type 'mamba', which no template draws: there are gpt2, llama, bert"):
        template_of(folder)


def test_files_of_arrays_are_no_models(tmp_path: Path) -> None:
    save_file({"A": np.zeros((2, 3), np.float32)}, tmp_path / "a.safetensors")
    assert not is_model(tmp_path / "a.safetensors")
    with pytest.raises(td.Error, match="no model that a template draws"):
        template_of(tmp_path / "a.safetensors")
    save_file({"blocks.0.attn.W_Q": np.zeros((1, 2, 3), np.float32)}, tmp_path / "h.safetensors")
    assert is_model(tmp_path / "h.safetensors")
    assert template_of(tmp_path / "h.safetensors")[0] == "attention_only"
    (tmp_path / "broken.safetensors").write_bytes(b"no")
    assert not is_model(tmp_path / "broken.safetensors")
    assert is_model(tmp_path)  # a folder is looked at as a model, which says what it lacks


def test_without_a_document_the_template_opens(folder: Path) -> None:
    for into in (None, Diagram()):
        loaded = load_model(folder, into)
        assert loaded.how == ("new" if into is None else "replaced")
        assert loaded.diagram == td.template("gpt2", weights=folder)
        assert loaded.sentence.startswith("GPT-2 from m: 3 layers, ")
        assert "parameters by reference, token ids can be typed" in loaded.sentence


def test_the_template_takes_sizes_settings_and_sources(folder: Path) -> None:
    gpt2_folder(folder, activation_function="relu", layer_norm_epsilon=1e-3)
    before = real()
    loaded = load_model(folder, before)
    assert loaded.how == "filled"
    whole = td.template("gpt2", weights=folder)
    assert loaded.diagram.content == whole.content
    assert loaded.diagram.layout == before.layout
    assert loaded.diagram.title == "GPT-2 (m)"
    assert load_model(folder, loaded.diagram).diagram == loaded.diagram
    larger = load_model(gpt2_folder(folder.parent / "n", n_layer=5), loaded.diagram)  # relu goes again
    assert (larger.how, sizes(larger.diagram)["layer"]) == ("filled", 5)
    assert {r.function for r in larger.diagram.content.regions.values() if isinstance(r, Bubble)} >= {"gelu_tanh"}


def test_edits_stay(folder: Path) -> None:
    """Moved tensors, another tensor, a renamed space: the drawing keeps them, and computes the model's logits."""
    before = real()
    node = next(node for node in before.content.nodes.values() if getattr(node, "name", "") == "W_U")
    before = edits_layout.move(before, {node.id}, 40.0, 12.0)
    hidden = next(space for space in before.content.spaces.values() if space.name == "hidden")
    before = edits_names.change_space(before, hidden.id, name="d_model")
    draft = Draft(before)
    draft.tensor("extra", (), (900.0, 0.0))
    before = draft.build()
    loaded = load_model(folder, before)
    assert loaded.how == "filled"
    assert loaded.diagram.layout == before.layout
    assert sizes(loaded.diagram)["d_model"] == TINY["n_embd"]
    assert "extra" not in loaded.diagram.content.sources
    logits = td.evaluate(load_model(folder, edits_layout.move(real(), {node.id}, 40.0, 12.0)).diagram, IDS)
    np.testing.assert_array_equal(logits, td.evaluate(td.template("gpt2", weights=folder), IDS))


def test_what_was_taken_out_stays_out(folder: Path) -> None:
    before = real()
    gone = {node.id for node in before.content.nodes.values() if getattr(node, "name", "") in ("b_in", "W_out")}
    before = edits.remove(before, gone)
    loaded = load_model(folder, before)
    assert loaded.how == "filled"
    assert loaded.sentence.endswith("; W_out, b_in of the model are not drawn here")
    assert not {"b_in", "W_out"} & loaded.diagram.content.sources.keys()


@pytest.mark.parametrize("sideways", [False, True])
def test_an_unedited_template_of_another_form_gives_way(folder: Path, sideways: bool) -> None:
    before = td.template("gpt2", sideways=sideways)
    loaded = load_model(folder, before)
    assert loaded.how == "replaced"
    assert loaded.diagram.content.sources.keys() == td.template("gpt2", weights=folder).content.sources.keys()
    assert "drawn anew: the model is with layer_norm and with bias" in loaded.sentence
    assert loaded.diagram == td.template("gpt2", weights=folder, sideways=sideways)


def test_beside_an_edited_one_it_opens(folder: Path) -> None:
    before = td.template("gpt2")
    moved = edits_layout.move(before, {next(iter(before.content.nodes))}, 30.0, 0.0)
    for into in (moved, td.template("mps"), td.template("attention")):
        loaded = load_model(folder, into)
        assert loaded.how == "new"
        assert "opened beside the drawing" in loaded.sentence
        assert loaded.diagram == td.template("gpt2", weights=folder)


def test_layers_drawn_out_are_filled_or_drawn_anew(folder: Path) -> None:
    drawn = td.template("gpt2", layer_norm=True, bias=True, unroll=True, layers=3)
    loaded = load_model(folder, drawn)
    assert loaded.how == "filled"
    assert loaded.diagram.layout == drawn.layout
    expected = td.evaluate(td.template("gpt2", weights=folder), IDS)
    np.testing.assert_allclose(td.evaluate(loaded.diagram, IDS), expected, atol=1e-5)
    assert load_model(folder, td.template("gpt2", weights=folder, unroll=True)).how == "filled"
    other = td.template("gpt2", layer_norm=True, bias=True, unroll=True, layers=2)
    loaded = load_model(folder, other)
    assert loaded.how == "replaced"
    assert loaded.sentence.endswith("drawn anew: it is drawn out for 2 layers, and the model has 3")
    np.testing.assert_allclose(td.evaluate(loaded.diagram, IDS), expected, atol=1e-5)


def test_paths_start_where_the_document_lies_no_longer(folder: Path, tmp_path: Path) -> None:
    """The files are named by their whole paths, so that a saved document finds them from anywhere."""
    loaded = load_model(folder, replace(real(), home=str(tmp_path)))
    assert loaded.diagram.home == str(tmp_path)
    td.save(loaded.diagram, tmp_path / "g.tdraw")
    np.testing.assert_array_equal(
        td.evaluate(td.load(tmp_path / "g.tdraw"), IDS), td.evaluate(td.template("gpt2", weights=folder), IDS)
    )


def test_amounts_in_words() -> None:
    assert [amount(n) for n in (12, 48_832, 124_439_808, 1_557_611_200)] == ["12", "48.8 k", "124 M", "1.56 G"]


@pytest.mark.parametrize("name", ["gpt2.safetensors", "gpt2.pt"])
def test_a_state_dict_under_any_name_is_a_model_where_a_config_lies_beside_it(tmp_path: Path, name: str) -> None:
    home = gpt2_folder(tmp_path / "m")
    wanted = td.evaluate(td.template("gpt2", weights=home), IDS)
    held = home / "model.safetensors"
    if name.endswith(".pt"):
        torch = pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
        torch.save({key: torch.from_numpy(np.array(array)) for key, array in archive.read(held).items()}, home / name)
        held.unlink()
    else:
        held.rename(home / name)
    assert is_model(home / name)
    loaded = load_model(home / name, real())
    assert loaded.how == "filled"
    np.testing.assert_array_equal(td.evaluate(loaded.diagram, IDS), wanted)
    np.testing.assert_array_equal(td.evaluate(td.template("gpt2", weights=home / name), IDS), wanted)
    save_file({"A": np.zeros((2, 3), np.float32)}, home / "a.safetensors")
    assert not is_model(home / "a.safetensors"), "one array is for a tensor"
    (home / "config.json").write_text('{"model_type": "mamba"}')
    assert not is_model(home / name)
