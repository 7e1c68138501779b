"""Templates filled with trained models: one table from a model's architecture to the function that draws and binds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates.catalog import switches
from tensordraw.templates.forms import in_form
from tensordraw.templates.weights import Model, opened
from tensordraw.templates.weights_bert import bert_from
from tensordraw.templates.weights_gpt2 import gpt2_from
from tensordraw.templates.weights_lens import attention_only_from
from tensordraw.templates.weights_llama import llama_from

# By the template's name: the model types (of `config.json`, or of a .gguf file) that it takes, and what fills it.
LOADERS: dict[str, tuple[tuple[str, ...], Callable[[Model], Diagram]]] = {
    "gpt2": (("gpt2",), gpt2_from),
    "llama": (("llama", "mistral"), llama_from),
    "bert": (("bert",), bert_from),
    "attention_only": (("",), attention_only_from),
}


FORMS = ("unroll", "sideways")  # parameters that are no sizes
UNSAID = {"attention_only": ("folded",)}  # switches that a model's files may not tell


def filled(name: str, path: Path, given: Mapping[str, object] | None = None) -> Diagram:
    """The template with the sizes and arrays of a trained model in a folder or a file; `given` are switches that
    say its form, or what the files do not tell.

    errors.Error, one sentence, where the template takes no weights, the model is of another architecture, or an array is
    missing or has a wrong shape.
    """
    if name not in LOADERS:
        raise Error(f"The template {name!r} takes no weights; those that do are {', '.join(LOADERS)}.")
    unsaid = UNSAID.get(name, ())
    others = [parameter for parameter in given or {} if parameter not in (*FORMS, *unsaid)]
    if others:
        raise Error(f"weights= says all sizes of the template {name}; {', '.join(others)} cannot go with it.")
    chosen = switches(name, given or {})
    model = opened(path)
    model = replace(model, config={**model.config, **{each: chosen[each] for each in unsaid if each in chosen}})
    kinds, fill = LOADERS[name]
    if model.kind not in kinds:
        raise Error(_another(name, model))
    if model.path.suffix == ".gguf" and name != "llama":
        raise Error(
            f"{path} is a file of llama.cpp, which the template {name} does not take; give a folder of safetensors."
        )
    return in_form(fill(model), **{form: chosen.get(form, False) for form in FORMS})


def _another(name: str, model: Model) -> str:
    """What to say of a model of another architecture."""
    fits = next((other for other, (kinds, _) in LOADERS.items() if model.kind in kinds and model.kind), None)
    instead = f"; the template {fits} takes it" if fits else ""
    if name == "attention_only":
        takes = "takes a file of TransformerLens, .safetensors or .pt"
        return f"{model.said} describes a model of type {model.kind!r}; the template attention_only {takes}{instead}."
    what = f"describes a model of type {model.kind!r}" if model.kind else "says no type of model"
    return (
        f"{model.said} {what}, and the template {name} takes the weights of a {' or '.join(LOADERS[name][0])}{instead}."
    )


__all__ = ["LOADERS", "filled"]
