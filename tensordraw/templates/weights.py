"""Trained models as the templates take them: settings, keys, and where the arrays lie.

A model is a Hugging Face folder (`config.json` beside `model.safetensors` or `pytorch_model.bin`, or shards with their
index), a file of a state_dict (`.safetensors`, `.pt`; with a `config.json` beside it, or one of TransformerLens, which needs
none), or a `.gguf` file. `bound` names for every array of a template the
file, the key and the part of the stored array that it is (see `records.Source`): nothing is copied into the document,
arrays are read when they are used.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Fixed, Source
from tensordraw.errors import Error
from tensordraw.program import gguf_file
from tensordraw.program.load import Stored, list_arrays
from tensordraw.program.sourced import INDEX, index_of, source_problems
from tensordraw.program.torch_file import SUFFIXES as PICKLED

STATES = (".safetensors", *PICKLED)  # of files that hold a state_dict
LENS = "blocks.0.attn.W_Q"  # in a file of TransformerLens' arrays
FILES = ("model.safetensors", "pytorch_model.bin")  # of a folder, each whole or in parts
ARCHITECTURES = {  # what a folder without a model_type may say instead
    "GPT2LMHeadModel": "gpt2", "GPT2Model": "gpt2", "LlamaForCausalLM": "llama", "LlamaModel": "llama",
    "BertModel": "bert", "BertForMaskedLM": "bert",
}  # fmt: skip
ACTIVATIONS = {
    "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu_fast": "gelu_tanh", "gelu": "gelu", "relu": "relu",
    "silu": "silu", "swish": "silu", "tanh": "tanh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model: its name for people, its architecture ("" where only the arrays say), its settings, the file that
    says them, the file of the arrays (or the index of several), and all keys."""

    name: str
    kind: str
    config: Mapping[str, Any]
    said: Path
    path: Path
    keys: frozenset[str]

    def number(self, key: str, default: int | None = None) -> int:
        """A size among the settings. errors.Error where it is none."""
        value = self.config.get(key)
        value = default if value is None else value
        if value is None:
            raise Error(f"{self.said} does not say {key}, which this architecture has; download it again.")
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise Error(f"{self.said} has {key} = {value!r}; a size is a whole number from 1.")
        return value

    def decimal(self, key: str, default: float) -> float:
        """A number among the settings. errors.Error where it is none."""
        value = self.config.get(key)
        value = default if value is None else value
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise Error(f"{self.said} has {key} = {value!r}, which is no number.")
        return float(value)

    def epsilon(self, key: str, default: float) -> float:
        """The small number that a norm adds. errors.Error where it is below 0."""
        value = self.decimal(key, default)
        if value < 0:
            raise Error(f"{self.said} has {key} = {value}, and what a norm adds is not below 0.")
        return value

    def activation(self, key: str, default: str) -> str:
        """The function of the table that the settings name. errors.Error where there is no such function."""
        value = self.config.get(key) or default
        if not isinstance(value, str) or value not in ACTIVATIONS:
            raise Error(f"{self.said} has the activation {value!r}; known are {', '.join(ACTIVATIONS)}.")
        return ACTIVATIONS[value]

    def head(self, key: str, embedding: str, *, tied: bool) -> str:
        """The key of the unembedding: that of the embedding where a tied model stores them once. errors.Error where a model
        that is not tied (`tied` where its settings do not say) has no head."""
        if key in self.keys:
            return key
        if not self.config.get("tie_word_embeddings", tied):
            raise Error(
                f"{self.path} holds no array {key!r}, and {self.said} says that it is not tied to the embedding: save the "
                "model with its head."
            )
        return embedding

    def plain(self, settings: Mapping[str, object], template: str) -> None:
        """errors.Error where a setting is not the one given, under which the model is what the template draws."""
        for key, wanted in settings.items():
            if (value := self.config.get(key, wanted)) != wanted:
                raise Error(f"{self.said} sets {key} to {value!r}, which the template {template} does not draw.")


def opened(path: Path) -> Model:
    """The model in a folder or a file. errors.Error, one sentence, where there is none."""
    if path.suffix == ".gguf":
        settings = gguf_file.settings(path)
        keys = frozenset(stored.key for stored in list_arrays(path))
        return Model(path.stem, str(settings.get("general.architecture", "")), settings, path, path, keys)
    if path.suffix in STATES and not path.is_dir():
        keys = frozenset(stored.key for stored in list_arrays(path))
        if LENS in keys or not (beside := path.parent / "config.json").exists():
            return Model(path.stem, "", {}, path, path, keys)
        config = config_of(path.parent)
        return Model(path.stem, config["model_type"], config, beside, path, keys)
    if path.is_file():
        raise Error(f"{path} is no model: give a folder with config.json, or a file .safetensors, .gguf or .pt.")
    config = config_of(path)
    file, keys = _files(path)
    return Model(path.resolve().name, config["model_type"], config, path / "config.json", file, keys)


def bound(diagram: Diagram, model: Model, title: str, sources: Mapping[str, Source]) -> Diagram:
    """The diagram with its arrays in the model's files, and as many positions as the ids that are given."""
    draft = Draft(diagram)
    draft.title = f"{title} ({model.name})"
    for node in list(draft.nodes.values()):
        if isinstance(node, Fixed) and node.kind == "one_hot":
            draft.change(node.legs[0].space, flexible=True)
    where = str(model.path.resolve())
    _check_layers(diagram, model, sources)
    for name, source in sources.items():
        draft.sources[name] = replace(source, path=where)
    made = draft.build()
    for problem in source_problems(made):
        # Where sizes differ, the arrays are what they are, and the settings may be those of another model.
        raise Error(problem.what.replace("is expected.", f"is expected by {model.said.name}."))
    return made


def _check_layers(diagram: Diagram, model: Model, sources: Mapping[str, Source]) -> None:
    """errors.Error where the model has fewer or more layers than the settings say."""
    count = next((space.size for space in diagram.content.spaces.values() if space.name == "layer"), 0)
    for source in sources.values():
        last, beyond = (source.key.replace("{}", str(at)) for at in (count - 1, count))
        if last == beyond:
            continue
        if last not in model.keys:
            raise Error(f"{model.said} speaks of {count} layers, and {model.path} holds no array {last!r}.")
        if beyond in model.keys:
            raise Error(f"{model.said} speaks of {count} layers, and {model.path} holds {beyond!r} of one more.")


def shapes(model: Model) -> dict[str, tuple[int, ...]]:
    """The shape of each array of a model in one file."""
    found: list[Stored] = list_arrays(model.path)
    return {stored.key: stored.shape for stored in found}


def config_of(home: Path) -> Mapping[str, Any]:
    """The settings in a folder, its model_type among them. errors.Error, one sentence, where it has none."""
    path = home / "config.json"
    if not home.is_dir():
        raise Error(f"{home} is no folder: give the folder that holds config.json and model.safetensors.")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Error(f"{path} is missing: it says what model the weights are of; put it beside them.") from None
    except OSError as error:
        raise Error(f"{path} cannot be read: {error.strerror or error}.") from None
    except (ValueError, RecursionError):
        raise Error(f"{path} is damaged: it is not JSON; download it or save it again.") from None
    if not isinstance(config, dict):
        raise Error(f"{path} is damaged: it holds no settings by name; download it or save it again.")
    if not isinstance(config.get("model_type"), str):
        names = config.get("architectures")
        kind = ARCHITECTURES.get(str(names[0])) if isinstance(names, list) and names else None
        if kind is None:
            raise Error(f"{path} does not say what model it is: model_type is missing.")
        config = {**config, "model_type": kind}
    return config


def _files(home: Path) -> tuple[Path, frozenset[str]]:
    """The file of the weights, or the index of several, and all keys."""
    for name in FILES:
        single, index = home / name, home / f"{name}{INDEX}"
        if single.exists():
            return single, frozenset(stored.key for stored in list_arrays(single))
        if index.exists():
            return index, frozenset(index_of(index))
    raise Error(f"{home} holds none of {', '.join(FILES)} (or parts of one with their index): save the model there.")


__all__ = ["ACTIVATIONS", "LENS", "STATES", "Model", "bound", "config_of", "opened", "shapes"]
