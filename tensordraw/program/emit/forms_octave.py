"""How MATLAB and Octave write the functions of the table, and the functions that printed code brings along.

A form is an expression in `{x}` (a name, or an expression in brackets) and `{axis}`, or `{row}` and `{column}`, counted
from 1; `matrix` is the form for arrays that are one matrix, row axis first. A function of `PRELUDE` is copied into the
file that calls it, with those that it calls itself. Only syntax and functions that both programs have are used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OctaveForm:
    """`text` in any position, `matrix` where the array is one matrix."""

    text: str
    matrix: str = ""


FORMS: dict[str, OctaveForm] = {
    "relu": OctaveForm("max({x}, 0)"),
    "gelu": OctaveForm("gelu({x})"),
    "gelu_tanh": OctaveForm("gelu_tanh({x})"),
    "silu": OctaveForm("{x} ./ (1 + exp(-{x}))"),
    "tanh": OctaveForm("tanh({x})"),
    "sigmoid": OctaveForm("1 ./ (1 + exp(-{x}))"),
    "exp": OctaveForm("exp({x})"),
    "log": OctaveForm("log({x})"),
    "abs": OctaveForm("abs({x})"),
    "square": OctaveForm("{x} .^ 2"),
    "sqrt": OctaveForm("sqrt({x})"),
    "reciprocal": OctaveForm("1 ./ {x}"),
    "sin": OctaveForm("sin({x})"),
    "cos": OctaveForm("cos({x})"),
    "softplus": OctaveForm("max({x}, 0) + log1p(exp(-abs({x})))"),
    "step": OctaveForm("double({x} > 0)"),
    "power": OctaveForm("{x} .^ {p}"),
    "softmax": OctaveForm("softmax({x}, {axis})"),
    "log_softmax": OctaveForm("log_softmax({x}, {axis})"),
    "normalise": OctaveForm("normalise({x}, {axis}, {eps})"),
    "rms_norm": OctaveForm("rms_norm({x}, {axis}, {eps})"),
    "l2_normalise": OctaveForm("{x} ./ sqrt(sum(abs({x}) .^ 2, {axis}))"),
    "sum_normalise": OctaveForm("{x} ./ sum({x}, {axis})"),
    "max": OctaveForm("max({x}, [], {axis})"),
    "mean": OctaveForm("mean({x}, {axis})"),
    "cumulative_sum": OctaveForm("cumsum({x}, {axis})"),
    "argmax_one_hot": OctaveForm("argmax_one_hot({x}, {axis})"),
    "top_k": OctaveForm("top_k({x}, {axis}, {k})"),
    "causal_mask": OctaveForm("causal_mask({x}, {row}, {column})"),
    "lower": OctaveForm("lower({x}, {row}, {column})", "tril({x})"),
    "strictly_lower": OctaveForm("strictly_lower({x}, {row}, {column})", "tril({x}, -1)"),
    "inverse": OctaveForm("inverse({x}, {row}, {column})", "inv({x})"),
    "determinant": OctaveForm("determinant({x}, {row}, {column})", "det({x})"),
}

PRELUDE: dict[str, str] = {
    "gelu": """function y = gelu(x)
% x times the normal distribution function of x.
    y = 0.5 * x .* (1 + erf(x / sqrt(2)));
end""",
    "gelu_tanh": """function y = gelu_tanh(x)
% GELU by its tanh approximation, as in GPT-2.
    y = 0.5 * x .* (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x .^ 3)));
end""",
    "softmax": """function y = softmax(x, axis)
% Exponentials that add up to 1 along the axis.
    weights = exp(x - max(x, [], axis));
    y = weights ./ sum(weights, axis);
end""",
    "log_softmax": """function y = log_softmax(x, axis)
% Logarithm of the softmax along the axis.
    shifted = x - max(x, [], axis);
    y = shifted - log(sum(exp(shifted), axis));
end""",
    "normalise": """function y = normalise(x, axis, epsilon)
% Mean 0 and variance 1 along the axis: layer norm without its weights.
    centred = x - mean(x, axis);
    y = centred ./ sqrt(mean(centred .^ 2, axis) + epsilon);
end""",
    "rms_norm": """function y = rms_norm(x, axis, epsilon)
% Mean square 1 along the axis.
    y = x ./ sqrt(mean(x .^ 2, axis) + epsilon);
end""",
    "along": """function p = along(x, axis)
% The positions 1, 2, ... along an axis of x, in a shape that broadcasts against x.
    p = reshape(1:size(x, axis), [ones(1, axis - 1), size(x, axis), 1]);
end""",
    "argmax_one_hot": """function y = argmax_one_hot(x, axis)
% 1 at the largest entry along the axis, 0 elsewhere.
    [~, largest] = max(x, [], axis);
    y = double(along(x, axis) == largest);
end""",
    "top_k": """function y = top_k(x, axis, k)
% The k largest entries along the axis, 0 elsewhere.
    [~, order] = sort(x, axis, 'descend');
    [~, rank] = sort(order, axis);
    y = x;
    y(rank > k) = 0;
end""",
    "causal_mask": """function y = causal_mask(x, query, key)
% Minus infinity where the key comes after the query.
    y = x;
    y(along(x, key) > along(x, query) & true(size(x))) = -Inf;
end""",
    "lower": """function y = lower(x, row, column)
% The entries with column <= row, 0 elsewhere.
    y = x;
    y(along(x, column) > along(x, row) & true(size(x))) = 0;
end""",
    "strictly_lower": """function y = strictly_lower(x, row, column)
% The entries with column < row, 0 elsewhere.
    y = x;
    y(along(x, column) >= along(x, row) & true(size(x))) = 0;
end""",
    "pages": """function [y, order, sizes] = pages(x, row, column)
% The matrices along two axes of x as y(:, :, page); order and sizes lead back.
    rest = setdiff(1:max([ndims(x), row, column]), [row, column]);
    order = [row, column, rest];
    sizes = [size(x, row), size(x, column), arrayfun(@(axis) size(x, axis), rest)];
    y = reshape(permute(x, order), sizes(1), sizes(2), []);
end""",
    "inverse": """function y = inverse(x, row, column)
% The inverse of each matrix.
    [y, order, sizes] = pages(x, row, column);
    for page = 1:size(y, 3)
        y(:, :, page) = inv(y(:, :, page));
    end
    y = ipermute(reshape(y, sizes), order);
end""",
    "determinant": """function y = determinant(x, row, column)
% The determinant of each matrix, without its two axes.
    [x, ~, sizes] = pages(x, row, column);
    y = zeros([sizes(3:end), 1, 1]);
    for page = 1:size(x, 3)
        y(page) = det(x(:, :, page));
    end
end""",
    "delta": """function y = delta(n, axes)
% The copy tensor: 1 where all indices agree, else 0.
    y = zeros([n * ones(1, axes), 1]);
    y(linspace(1, n ^ axes, n)) = 1;
end""",
    "levi_civita": """function y = levi_civita(n)
% The sign of each permutation, 0 where an index repeats.
    y = zeros([n * ones(1, n), 1]);
    for order = perms(1:n).'
        place = num2cell(order);
        signs = sign(order - order.');
        y(place{:}) = prod(signs(tril(true(n), -1)));
    end
end""",
    "diagonal": """function y = diagonal(x, first, second)
% The entries of x whose positions on two axes agree; the second axis goes.
    [x, order, sizes] = pages(x, first, second);
    x = reshape(x, sizes(1) ^ 2, []);
    x = reshape(x(1:sizes(1) + 1:end, :), [sizes(1), sizes(3:end), 1]);
    [~, back] = sort(order([1, 3:end]));
    y = permute(x, [back, numel(order)]);
end""",
    "where": """function y = where(mask, x)
% x where the mask is true, else 0.
    y = x + zeros(size(mask));
    y(~mask & true(size(y))) = 0;
end""",
}


def needed(text: str) -> list[str]:
    """The prelude functions that the text calls, and those that they call, in the order of the table."""
    found: set[str] = set()
    texts = [text]
    while texts:
        words = set(re.findall(r"(?<![\w.])([a-z_]\w*)\(", texts.pop()))
        new = (words & PRELUDE.keys()) - found
        found |= new
        texts += [PRELUDE[name] for name in new]
    return [name for name in PRELUDE if name in found]
