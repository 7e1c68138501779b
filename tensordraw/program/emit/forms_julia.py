"""How Julia writes the functions of the table, and the functions that printed code brings along.

A form is an expression in `{x}` (a name, or an expression in brackets) and `{axis}`, or `{row}` and `{column}`, counted
from 1; `whole` is the form for arrays that have no other axes. Values without axes are numbers, on which elementwise
operations with dots work too. A function of `PRELUDE` is copied into the file that calls it, with those that it calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JuliaForm:
    """`text` along some axes of an array, `whole` where it has no others."""

    text: str
    whole: str = ""


FORMS: dict[str, JuliaForm] = {
    "relu": JuliaForm("max.({x}, 0)"),
    "gelu": JuliaForm("gelu({x})"),
    "gelu_tanh": JuliaForm("gelu_tanh({x})"),
    "silu": JuliaForm("{x} ./ (1 .+ exp.(-{x}))"),
    "tanh": JuliaForm("tanh.({x})"),
    "sigmoid": JuliaForm("1 ./ (1 .+ exp.(-{x}))"),
    "exp": JuliaForm("exp.({x})"),
    "log": JuliaForm("log.({x})"),
    "abs": JuliaForm("abs.({x})"),
    "square": JuliaForm("{x} .^ 2"),
    "sqrt": JuliaForm("sqrt.({x})"),
    "reciprocal": JuliaForm("1 ./ {x}"),
    "sin": JuliaForm("sin.({x})"),
    "cos": JuliaForm("cos.({x})"),
    "softplus": JuliaForm("max.({x}, 0) .+ log1p.(exp.(-abs.({x})))"),
    "step": JuliaForm("float.({x} .> 0)"),
    "power": JuliaForm("{x} .^ {p}"),
    "softmax": JuliaForm("softmax({x}; dims={axis})"),
    "log_softmax": JuliaForm("log_softmax({x}; dims={axis})"),
    "normalise": JuliaForm("normalise({x}; dims={axis}, epsilon={eps})"),
    "rms_norm": JuliaForm("rms_norm({x}; dims={axis}, epsilon={eps})"),
    "l2_normalise": JuliaForm("{x} ./ sqrt.(sum(abs2, {x}; dims={axis}))"),
    "sum_normalise": JuliaForm("{x} ./ sum({x}; dims={axis})"),
    "max": JuliaForm("dropdims(maximum({x}; dims={axis}); dims={axis})", "maximum({x})"),
    "mean": JuliaForm("dropdims(mean({x}; dims={axis}); dims={axis})", "mean({x})"),
    "cumulative_sum": JuliaForm("cumsum({x}; dims={axis})"),
    "argmax_one_hot": JuliaForm("argmax_one_hot({x}; dims={axis})"),
    "top_k": JuliaForm("top_k({x}, {k}; dims={axis})"),
    "causal_mask": JuliaForm("causal_mask({x}, {row}, {column})"),
    "lower": JuliaForm("lower({x}, {row}, {column})"),
    "strictly_lower": JuliaForm("strictly_lower({x}, {row}, {column})"),
    # A matrix and its transpose have the same determinant, and inverses that are each other's transpose: any order does.
    "inverse": JuliaForm("mapslices(inv, {x}; dims=[{row}, {column}])", "inv({x})"),
    "determinant": JuliaForm(
        "dropdims(mapslices(det, {x}; dims=[{row}, {column}]); dims=({row}, {column}))", "det({x})"
    ),
}

PRELUDE: dict[str, str] = {
    "gelu": """"x times the normal distribution function of x."
gelu(x) = @. x * (1 + erf(x / sqrt(2))) / 2""",
    "gelu_tanh": """"GELU by its tanh approximation, as in GPT-2."
gelu_tanh(x) = @. x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2""",
    "softmax": """"Exponentials that add up to 1 along an axis."
function softmax(x; dims)
    weights = exp.(x .- maximum(x; dims=dims))
    return weights ./ sum(weights; dims=dims)
end""",
    "log_softmax": """"Logarithm of the softmax along an axis."
function log_softmax(x; dims)
    shifted = x .- maximum(x; dims=dims)
    return shifted .- log.(sum(exp.(shifted); dims=dims))
end""",
    "normalise": """"Mean 0 and variance 1 along an axis: layer norm without its weights."
function normalise(x; dims, epsilon)
    centred = x .- mean(x; dims=dims)
    return centred ./ sqrt.(mean(centred .^ 2; dims=dims) .+ epsilon)
end""",
    "rms_norm": """"Mean square 1 along an axis."
rms_norm(x; dims, epsilon) = x ./ sqrt.(mean(x .^ 2; dims=dims) .+ epsilon)""",
    "argmax_one_hot": """"1 at the largest entry along an axis, 0 elsewhere."
function argmax_one_hot(x; dims)
    hot = zero(x)
    hot[argmax(x; dims=dims)] .= 1
    return hot
end""",
    "top_k": """"The k largest entries along an axis, 0 elsewhere."
function top_k(x, k; dims)
    return mapslices(x; dims=dims) do slice
        kept = zero(slice)
        largest = first(sortperm(slice; rev=true), k)
        kept[largest] = slice[largest]
        return kept
    end
end""",
    "causal_mask": """"Minus infinity where the key comes after the query."
causal_mask(x, query, key) = [at[key] <= at[query] ? x[at] : oftype(x[at], -Inf) for at in CartesianIndices(x)]""",
    "lower": """"The entries with column <= row, 0 elsewhere."
lower(x, row, column) = [at[column] <= at[row] ? x[at] : zero(x[at]) for at in CartesianIndices(x)]""",
    "strictly_lower": """"The entries with column < row, 0 elsewhere."
strictly_lower(x, row, column) = [at[column] < at[row] ? x[at] : zero(x[at]) for at in CartesianIndices(x)]""",
    "levi_civita": """"The sign of a permutation, 0 where an index repeats."
levi_civita(indices...) = prod(sign(b - a) for (place, a) in enumerate(indices) for b in indices[place+1:end]; init=1)""",
}

# By the word that stands before a bracket, the module that exports it.
USING = {
    "LinearAlgebra": ("det", "inv"),
    "SpecialFunctions": ("erf",),
    "Statistics": ("mean",),
}


def needed(text: str) -> list[str]:
    """The prelude functions that the text calls, and those that they call, in the order of the table."""
    found: set[str] = set()
    texts = [text]
    while texts:
        new = (words(texts.pop()) & PRELUDE.keys()) - found
        found |= new
        texts += [PRELUDE[name] for name in new]
    return [name for name in PRELUDE if name in found]


def using(text: str) -> list[str]:
    """The lines that bring in what the text calls; TensorOperations where it has an `@tensor`."""
    called = words(text)
    lines = []
    for module, exported in USING.items():
        names = [name for name in exported if name in called]
        if names:
            lines.append(f"using {module}: {', '.join(names)}")
    return [*lines, *(["using TensorOperations"] if "@tensor" in text else [])]


def words(text: str) -> set[str]:
    """The functions that the text calls, with a dot or without, or hands to mapslices."""
    return set(re.findall(r"(?:(?<![\w.@])|(?<=mapslices\())([a-z_]\w*)(?=\.?\(|,)", text))
