"""The table of templates: name, title, one sentence, parameters with their defaults, and the function that builds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates.attention import attention
from tensordraw.templates.attention_only import attention_only
from tensordraw.templates.bert import bert
from tensordraw.templates.gpt2 import gpt2
from tensordraw.templates.llama import llama
from tensordraw.templates.matrices import copy_delta, matrix_product, mps, svd, three_leg_tensor
from tensordraw.templates.networks import dense_network, mlp_block, residual_stream
from tensordraw.templates.paths import residual_paths
from tensordraw.templates.state_space import state_space, state_space_kernel
from tensordraw.templates.units import (
    bilinear_unit,
    glu,
    layer_norm,
    mean_pooling,
    relu_unit,
    single_head,
    swiglu,
)

Setting: TypeAlias = int | bool | None
_TRUE, _FALSE, _NONE = ("true", "yes", "on", "1"), ("false", "no", "off", "0"), ("none", "auto", "")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What can be set: a number from `minimum` to `maximum`, or a switch. A default of None follows from others."""

    name: str
    default: Setting
    meaning: str
    minimum: int = 1
    maximum: int = 1_000_000

    @property
    def kind(self) -> str:
        return "switch" if isinstance(self.default, bool) else "number"


@dataclass(frozen=True, slots=True)
class Template:
    """A diagram by name. `build` takes every parameter by keyword."""

    name: str
    title: str
    sentence: str
    parameters: tuple[Parameter, ...]
    build: Callable[..., Diagram]


_FORMS = (
    Parameter("unroll", False, "draw every layer for itself instead of one region that repeats"),
    Parameter("sideways", False, "on its side: the stream runs from left to right, not upwards"),
)
_SEQ = Parameter("seq", 6, "positions in the sequence")
_HIDDEN = Parameter("hidden", 8, "width of the residual stream")
_MLP = Parameter("mlp", 32, "width of the MLP's inner layer")
_BIAS = Parameter("bias", False, "draw the biases too")

_GATE = (_SEQ, _HIDDEN, Parameter("mlp", 12, "width of the gated layer"))
_STATE_SPACE = (
    Parameter("inputs", 2, "entries of the input at each position"),
    Parameter("state", 3, "entries of the state"),
    Parameter("outputs", 2, "entries of the output at each position"),
)

_TABLE = (
    Template(
        "matrix_product", "Matrix product", "Two matrices that share an index.",
        (
            Parameter("rows", 2, "rows of A"),
            Parameter("inner", 3, "columns of A and rows of B"),
            Parameter("columns", 4, "columns of B"),
        ),
        matrix_product,
    ),
    Template(
        "three_leg_tensor", "Three-leg tensor", "A three-leg tensor plus itself with its legs permuted cyclically.",
        (Parameter("size", 3, "size of each leg"),),
        three_leg_tensor,
    ),
    Template(
        "svd", "Singular value decomposition", "Two isometries with a diagonal matrix between them.",
        (
            Parameter("rows", 5, "rows of the matrix"),
            Parameter("columns", 4, "columns of the matrix"),
            Parameter("rank", 3, "number of singular values kept"),
        ),
        svd,
    ),
    Template(
        "mps", "Matrix product state", "A chain of tensors with one physical leg each, joined by bonds.",
        (
            Parameter("sites", 5, "number of tensors", maximum=2000),
            Parameter("bond", 4, "size of the bonds"),
            Parameter("physical", 2, "size of the physical legs"),
        ),
        mps,
    ),
    Template(
        "copy_delta", "Copy dots", "What deltas say: elementwise product, row sum and diagonal.",
        (Parameter("size", 4, "size of what dots join"), Parameter("rows", 3, "rows of the matrix that is summed")),
        copy_delta,
    ),
    Template(
        "dense_network", "Dense network", "Linear layers with an activation bubble around each but the last.",
        (
            Parameter("layers", 3, "number of weight matrices", maximum=100),
            Parameter("inputs", 4, "size of the input"),
            Parameter("hidden", 5, "size of the hidden layers"),
            Parameter("outputs", 2, "size of the output"),
        ),
        dense_network,
    ),
    Template(
        "residual_stream", "Residual stream", "A value is copied, a map acts on its paste, and the sum goes on.",
        (_SEQ, _HIDDEN),
        residual_stream,
    ),
    Template(
        "residual_paths", "Residual network as its paths", "Layers on a stream equal the sum of all ways through them.",
        (_SEQ, _HIDDEN, Parameter("layers", 2, "number of layers, of which each path takes some", maximum=6)),
        residual_paths,
    ),
    Template(
        "mlp_block", "MLP block", "Up to the inner layer, a GELU, and down again, at each position.",
        (_SEQ, _HIDDEN, _MLP, _BIAS),
        mlp_block,
    ),
    Template(
        "relu_unit", "Two-layer ReLU unit", "Two linear maps with a ReLU between them, at each position.",
        (_SEQ, _HIDDEN, _MLP, _BIAS),
        relu_unit,
    ),
    Template("glu", "Gated linear unit", "One linear map, through a sigmoid, gates another elementwise.", _GATE, glu),
    Template("swiglu", "SwiGLU", "One linear map, through a SiLU, gates another: the MLP of Llama.", _GATE, swiglu),
    Template(
        "bilinear_unit", "Bilinear unit", "Two linear maps multiplied elementwise: a gate without its function.", _GATE,
        bilinear_unit,
    ),
    Template(
        "layer_norm", "Layer norm", "Mean 0 and variance 1 along a leg, times weights, with shifts or without.",
        (_SEQ, _HIDDEN, _BIAS),
        layer_norm,
    ),
    Template(
        "mean_pooling", "Mean pooling", "The mean over the positions that a mask picks, as sentences' embeddings take it.",
        (_SEQ, _HIDDEN, Parameter("unit", False, "divide by the length along hidden")),
        mean_pooling,
    ),
    Template(
        "single_head", "Single-head attention", "Softmax of S = Q K^T along the keys, times the values.",
        (_SEQ, _HIDDEN, Parameter("head_size", 4, "width of queries, keys and values")),
        single_head,
    ),
    Template(
        "state_space", "State-space layer", "x' = A x + B u, y = C x + D u over a sequence, its steps as a repeat.",
        (_SEQ, *_STATE_SPACE),
        state_space,
    ),
    Template(
        "state_space_kernel", "State-space layer, unrolled", "The same layer as a sum over its kernel: D, C B, C A B, ...",
        (Parameter("seq", 4, "positions in the sequence, a term for each", maximum=40), *_STATE_SPACE),
        state_space_kernel,
    ),
    Template(
        "attention", "Attention block", "Causal self-attention with several heads: a contraction around its pattern.",
        (
            _SEQ,
            _HIDDEN,
            Parameter("heads", 2, "number of heads"),
            Parameter("head_size", None, "size of a head; hidden / heads where not given"),
            _BIAS,
        ),
        attention,
    ),
    Template(
        "gpt2", "GPT-2", "The whole transformer upright on its residual stream, from token ids to logits, without layer norms"
        " and biases: set layer_norm and bias for the whole.",
        (
            Parameter("layers", 12, "number of blocks"),
            Parameter("heads", 12, "attention heads in each block"),
            Parameter("hidden", 768, "width of the residual stream"),
            Parameter("head_size", None, "size of a head; hidden / heads where not given"),
            Parameter("mlp", None, "width of the MLP's inner layer; 4 * hidden where not given"),
            Parameter("vocab", 50257, "number of tokens in the vocabulary"),
            Parameter("seq", 1024, "positions in the sequence"),
            Parameter("layer_norm", False, "normalise before each block and at the end, as the real model does"),
            Parameter("bias", False, "add the biases that the real model has"),
            *_FORMS,
        ),
        gpt2,
    ),
    Template(
        "attention_only", "Attention-only transformer", "Layers of attention without MLPs, with TransformerLens' arrays.",
        (
            Parameter("layers", 2, "number of layers"),
            Parameter("heads", 12, "attention heads in each layer"),
            Parameter("hidden", 768, "width of the residual stream (d_model)"),
            Parameter("head_size", None, "size of a head (d_head); hidden / heads where not given"),
            Parameter("vocab", 50278, "number of tokens in the vocabulary (d_vocab)"),
            Parameter("seq", 1024, "positions in the sequence (n_ctx)"),
            Parameter("layer_norm", False, "normalise before each layer and at the end"),
            Parameter("bias", False, "add the biases too"),
            Parameter("folded", False, "layer norms without weights, which are in the matrices that follow (LNPre)"),
            *_FORMS,
        ),
        attention_only,
    ),
    Template(
        "llama", "Llama", "RMS norms, rotary positions, heads that share keys, and gated MLPs, from token ids to logits.",
        (
            Parameter("layers", 30, "number of blocks"),
            Parameter("heads", 9, "heads of queries in each block"),
            Parameter("kv_heads", 3, "heads of keys and values, which divides heads"),
            Parameter("hidden", 576, "width of the residual stream"),
            Parameter("head_size", None, "size of a head; hidden / heads where not given"),
            Parameter("mlp", 1536, "width of the MLP's inner layer"),
            Parameter("vocab", 49152, "number of tokens in the vocabulary"),
            Parameter("seq", 2048, "positions in the sequence"),
            Parameter("base", 10000, "base of the rotary angles", maximum=1_000_000_000),
            Parameter("interleaved", False, "turn neighbouring entries as a pair, as in GGUF files"),
            *_FORMS,
        ),
        llama,
    ),
    Template(
        "bert", "BERT", "An encoder: every position sees every other, and each sum is normalised; a sentence's embedding.",
        (
            Parameter("layers", 6, "number of blocks"),
            Parameter("heads", 12, "attention heads in each block"),
            Parameter("hidden", 384, "width of the residual stream"),
            Parameter("head_size", None, "size of a head; hidden / heads where not given"),
            Parameter("mlp", None, "width of the MLP's inner layer; 4 * hidden where not given"),
            Parameter("vocab", 30522, "number of tokens in the vocabulary"),
            Parameter("seq", 512, "positions in the sequence"),
            Parameter("segments", 2, "kinds of segments, of which the text is the first"),
            Parameter("pooling", False, "the mean over positions instead of the value at each"),
            Parameter("unit", False, "divide by the length along hidden"),
            *_FORMS,
        ),
        bert,
    ),
)  # fmt: skip


def templates() -> list[Template]:
    """All templates, simple ones first."""
    return list(_TABLE)


def template(name: str, **parameters: object) -> Diagram:
    """The template's diagram; a parameter may be text, as typed. Error: unknown template or parameter, bad value."""
    found = next((entry for entry in _TABLE if entry.name == name), None)
    if found is None:
        known = ", ".join(entry.name for entry in _TABLE)
        raise Error(f"There is no template {name!r}; the templates are {known}.")
    return found.build(**_settings(found, parameters))


def switches(name: str, given: Mapping[str, object]) -> dict[str, bool]:
    """The values that are given for switches of a template, as `template` takes them. Error: as there."""
    found = next(entry for entry in _TABLE if entry.name == name)
    values = _settings(found, given)
    return {
        each.name: bool(values[each.name]) for each in found.parameters if each.kind == "switch" and each.name in given
    }


def _settings(entry: Template, given: Mapping[str, object]) -> dict[str, Setting]:
    """Every parameter of the template, as given or by default."""
    known = {parameter.name: parameter for parameter in entry.parameters}
    for name in given:
        if name not in known:
            names = ", ".join(known)
            raise Error(f"The template {entry.name!r} has no parameter {name!r}; its parameters are {names}.")
    return {
        name: _setting(entry, parameter, given[name]) if name in given else parameter.default
        for name, parameter in known.items()
    }


def _setting(entry: Template, parameter: Parameter, value: object) -> Setting:
    """The value, read from text where it is text, checked against kind and range."""
    said = value
    if isinstance(value, str):
        value = _read(parameter, value.strip())
    if parameter.kind == "switch" and isinstance(value, bool):
        return value
    if parameter.kind == "number":
        if value is None and parameter.default is None:
            return None
        # bool is an int to Python, never to a person.
        if isinstance(value, int) and not isinstance(value, bool) and parameter.minimum <= value <= parameter.maximum:
            return value
        wanted = f"a whole number from {parameter.minimum} to {parameter.maximum}"
    else:
        wanted = "true or false"
    raise Error(f"{entry.name}: the parameter {parameter.name!r} must be {wanted}, not {said!r}.")


def _read(parameter: Parameter, text: str) -> object:
    """The value that typed text stands for, or the text itself where it stands for none."""
    lower = text.lower()
    if parameter.kind == "switch":
        return True if lower in _TRUE else False if lower in _FALSE else text
    if lower in _NONE:
        return None
    return int(text) if text.isascii() and text.lstrip("-").isdigit() and len(text) < 16 else text
