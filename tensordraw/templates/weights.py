"""Trained models as the templates take them: settings, keys, and where the arrays lie.

A model is a Hugging Face folder (`config.json` beside `model.safetensors`, or shards with their index), a `.safetensors`
file, or a `.gguf` file. `bound` names for every array of a template the file, the key and the part of the stored array
that it is (see `records.Source`): nothing is copied into the document, arrays are read when they are used.
"""

from __future__ import annotations

import json
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
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise Error(f"{self.said} has {key} = {value!r}; a size is a whole number from 1.")
        return value

    def decimal(self, key: str, default: float) -> float:
        """A number among the settings. errors.Error where it is none."""
        value = self.config.get(key)
        value = default if value is None else value
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise Error(f"{self.said} has {key} = {value!r}, which is no number.")
        return float(value)

    def activation(self, key: str, default: str) -> str:
        """The function of the table that the settings name. errors.Error where there is no such function."""
        value = self.config.get(key, default)
        if value not in ACTIVATIONS:
            raise Error(f"{self.said} has the activation {value!r}; known are {', '.join(ACTIVATIONS)}.")
        return ACTIVATIONS[value]

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
    if path.suffix == ".safetensors":
        keys = frozenset(stored.key for stored in list_arrays(path))
        return Model(path.stem, "", {}, path, path, keys)
    if path.is_file():
        raise Error(f"{path} is no model: give a folder with config.json, a .safetensors or a .gguf file.")
    config = _config(path)
    file, keys = _files(path)
    return Model(path.resolve().name, str(config.get("model_type")), config, path / "config.json", file, keys)


def bound(diagram: Diagram, model: Model, title: str, sources: Mapping[str, Source]) -> Diagram:
    """The diagram with its arrays in the model's files, and as many positions as the ids that are given."""
    draft = Draft(diagram)
    draft.title = f"{title} ({model.name})"
    for node in list(draft.nodes.values()):
        if isinstance(node, Fixed) and node.kind == "one_hot":
            draft.change(node.legs[0].space, flexible=True)
    where = str(model.path.resolve())
    for name, source in sources.items():
        draft.sources[name] = replace(source, path=where)
    made = draft.build()
    for problem in source_problems(made):
        raise Error(problem.what)
    return made


def shapes(model: Model) -> dict[str, tuple[int, ...]]:
    """The shape of each array of a model in one file."""
    found: list[Stored] = list_arrays(model.path)
    return {stored.key: stored.shape for stored in found}


def _config(home: Path) -> Mapping[str, Any]:
    path = home / "config.json"
    if not home.is_dir():
        raise Error(f"{home} is no folder: give the folder that holds config.json and model.safetensors.")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Error(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise Error(f"{path} is damaged: it is not JSON.") from None
    if not isinstance(config, dict):
        raise Error(f"{path} is damaged: it holds no settings.")
    return config


def _files(home: Path) -> tuple[Path, frozenset[str]]:
    """The file of the weights, or the index of several, and all keys."""
    single, index = home / "model.safetensors", home / f"model{INDEX}"
    if single.exists():
        return single, frozenset(stored.key for stored in list_arrays(single))
    if index.exists():
        return index, frozenset(index_of(index))
    pickled = next((name for name in ("pytorch_model.bin", "model.pt") if (home / name).exists()), None)
    if pickled is not None:
        raise Error(f"{home} has its weights in {pickled}, which is not read; save the model as safetensors.")
    raise Error(f"{home} holds neither model.safetensors nor {index.name}.")


__all__ = ["ACTIVATIONS", "Model", "bound", "opened", "shapes"]
