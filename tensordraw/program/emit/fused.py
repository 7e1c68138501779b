"""Recognised forms as PyTorch's own functions: `scaled_dot_product_attention`, `linear`, `layer_norm`, `rms_norm`.

Axes are moved by methods of tensors, so that a line says what the library needs. Attention gets four axes: for fewer,
PyTorch has no form that leaves the pattern out of memory, and takes four times as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from tensordraw.program.emit.pieces import ATOM, Piece, at_least, call, compose
from tensordraw.program.statements import Attention, Axis, Fused, Index, Linear, Name, Norm, Operand, Turn, Type

F = "torch.nn.functional"
NEEDS = ("import torch",)
AXES = 4  # that attention needs: batch, heads, positions, entries


@dataclass(frozen=True, slots=True)
class Wording:
    """What forms are written with: the pieces and types of values, an axis's size as code, a number as code."""

    pieces: Mapping[Name, Piece]
    types: Mapping[Name, Type]
    extent: Callable[[Axis], Piece]
    scalar: Callable[[str, float], Piece]


def fused_piece(statement: Fused, wording: Wording) -> Piece:
    """The expression of a recognised form."""
    match statement.form:
        case Attention():
            pattern = statement.plain[-2].out  # the last multiplies it with the values
            return replace(_attention(statement.form, wording), remark=f"{pattern} inside")
        case Linear():
            return _linear(statement.form, wording)
        case Norm():
            return _norm(statement.form, wording)
        case Turn():
            return _turn(statement.form, wording)
        case _:
            assert_never(statement.form)


def moved(value: Piece, before: Sequence[Index], after: Sequence[Index]) -> Piece:
    """The value with its axes in another order."""
    order = [before.index(index) for index in after]
    changed = [place for place, axis in enumerate(order) if place != axis]
    if not changed:
        return value
    value = at_least(value, ATOM)
    if len(order) == 2:
        return compose("{}.T", value)
    if len(changed) == 2:
        return compose(f"{{}}.transpose({changed[0]}, {changed[1]})", value)
    return compose(f"{{}}.permute({', '.join(map(str, order))})", value)


def _flat(value: Piece, groups: Sequence[int]) -> Piece:
    """The value with each of these groups of neighbouring axes, from the first, as one axis."""
    for place, count in enumerate(groups):
        if count > 1:
            last = place == len(groups) - 1
            ends = f"{place}" if last else f"{place}, {place + count - 1}"
            value = compose(f"{{}}.flatten({ends})" if ends != "0" else "{}.flatten()", at_least(value, ATOM))
    return value


def _unflat(
    value: Piece, indices: Sequence[Index], axes: Mapping[Index, Axis], wording: Wording, place: int = -1
) -> Piece:
    """The value with one axis, the last one unless `place` says another, as these axes again."""
    if len(indices) == 1:
        return value
    sizes = [wording.extent(axes[index]) for index in indices]
    holes = ", ".join("{}" for _ in sizes)
    return compose(f"{{}}.unflatten({place}, ({holes}))", at_least(value, ATOM), *sizes)


def _axes(wording: Wording, *operands: Operand) -> dict[Index, Axis]:
    return {
        index: axis
        for operand in operands
        for index, axis in zip(operand.indices, wording.types[operand.value].axes, strict=True)
    }


def _attention(form: Attention, wording: Wording) -> Piece:
    shared, grouped = form.shared, form.grouped
    inner = [index for index in form.query.indices if index not in form.scores]
    own = [index for index in form.value.indices if index not in form.scores]
    axes = _axes(wording, form.value, form.query)
    front, heads = (shared[:-1], [*shared[-1:], *grouped]) if grouped else (shared, [])

    def argument(operand: Operand, along: Sequence[Sequence[Index]], at: Index, last: Sequence[Index]) -> Piece:
        """The operand as (*along, position, entries)."""
        groups = [*along, [at], last]
        value = moved(wording.pieces[operand.value], operand.indices, [index for group in groups for index in group])
        value = _flat(value, list(map(len, groups)))
        more = AXES - len(groups)
        return compose(f"{{}}[{', '.join(['None'] * more)}]", at_least(value, ATOM)) if more > 0 else value

    of_query = [*([index] for index in front), *([heads] if heads else [])]
    of_key = [[index] for index in shared]
    arguments = [
        argument(form.query, of_query, form.query_at, inner), argument(form.key, of_key, form.key_at, inner),
        argument(form.value, of_key, form.key_at, own),
    ]  # fmt: skip
    settings = ["is_causal=True"] if form.causal else []
    size = math.prod(axis.size for index, axis in _axes(wording, form.query).items() if index in inner)
    needs: frozenset[str] = frozenset(NEEDS)
    if not math.isclose(form.scale, size**-0.5, rel_tol=1e-12):
        scale = wording.scalar(form.expression or repr(form.scale), form.scale)
        needs |= scale.needs
        settings.append(f"scale={scale.text}")
    if math.prod(axes[index].size for index in grouped) > 1:
        settings.append("enable_gqa=True")
    made = call(f"{F}.scaled_dot_product_attention", *arguments, last=", ".join(settings), needs=needs)
    more = AXES - 2 - len(of_query)
    ends = compose(f"{{}}[{', '.join(['0'] * more)}]", Piece("")) if more > 0 else Piece("")
    ends = _unflat(ends, own, axes, wording)
    ends = _unflat(ends, heads, axes, wording, len(front)) if heads else ends
    ends = moved(ends, [*shared, *grouped, form.query_at, *own], form.output)
    return _followed(made, ends)


def _followed(made: Piece, ends: Piece) -> Piece:
    """A call with what is done to its result, also where it is broken over lines."""
    broken = (*made.broken[:-1], made.broken[-1] + ends.text) if made.broken else ()
    return Piece(made.text + ends.text, ATOM, made.needs | ends.needs, made.values, made.remark, broken)


def linear_axes(form: Linear) -> tuple[list[Index], list[Index]]:
    """Indices of a weight in the order in which a matrix product takes them: those of the result, those that are summed."""
    summed = [index for index in form.value.indices if index in form.weight.indices]
    given = form.weight.indices if form.bias is None else form.bias.indices
    return [index for index in given if index not in summed], summed


def _linear(form: Linear, wording: Wording) -> Piece:
    columns, summed = linear_axes(form)
    rows = [index for index in form.value.indices if index not in summed]
    x = moved(wording.pieces[form.value.value], form.value.indices, [*rows, *summed])
    x = _flat(x, [*([1] * len(rows)), len(summed)])
    weight = moved(wording.pieces[form.weight.value], form.weight.indices, [*columns, *summed])
    weight = _flat(weight, [len(columns), len(summed)])
    arguments = [x, weight]
    if form.bias is not None:
        arguments.append(_flat(wording.pieces[form.bias.value], [len(form.bias.indices)]))
    made = call(f"{F}.linear", *arguments, needs=NEEDS)
    ends = _unflat(Piece(""), columns, _axes(wording, form.weight), wording)
    return _followed(made, moved(ends, [*rows, *columns], form.output))


def _norm(form: Norm, wording: Wording) -> Piece:
    value, weight = wording.pieces[form.value], wording.pieces[form.weight]
    size = wording.extent(wording.types[form.value].axes[-1])
    shape = compose("({},)", size)
    name = "layer_norm" if form.function == "normalise" else "rms_norm"
    vectors = [weight] if form.bias is None else [weight, wording.pieces[form.bias]]
    eps = repr(form.eps).replace("e-0", "e-")
    return call(f"{F}.{name}", value, shape, *vectors, last=f"eps={eps}", needs=NEEDS)


def _turn(form: Turn, wording: Wording) -> Piece:
    indices = form.value.indices
    others = [index for index in indices if index not in (form.at, form.axis)]
    order = (form.at, *others, form.axis)
    x = moved(wording.pieces[form.value.value], indices, order)
    places = ", ".join([":", *("None" for _ in others)])
    cos, sin = (wording.pieces[name] for name in (form.cosine, form.sine))
    if others:
        cos, sin = (compose(f"{{}}[{places}]", at_least(each, ATOM)) for each in (cos, sin))
    if not form.forwards:
        sin = compose("-{}", at_least(sin, ATOM))
    name = "_turned_neighbours" if form.interleaved else "_turned"
    return _followed(call(name, x, cos, sin, needs=(*NEEDS, name)), moved(Piece(""), order, form.output))
