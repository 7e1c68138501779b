"""Steps of programs written by hand: what the proof of causality sees through, what it refuses, what has no step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.passes import without_unused
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Einsum,
    Fixed,
    Gather,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)
from tensordraw.program.stepping import Step, Uncached, sized, stepped
from tensordraw.program.stepping_run import Stepper

SEQ, CLASSES = 6, 5
SIZES = {"d": 4, "e": 3, "layer": 3, "turn": 2, "c": CLASSES, "head": 2, "pair": 2, "half": 2}


def type_(axes: str, integer: bool = False) -> Type:
    """Axes by name; q, k, j, s run over the positions."""
    found = (Axis(a, SEQ, flexible="seq") if a in "qkjs" else Axis(a, SIZES[a]) for a in axes.split())
    return Type(tuple(found), integer)


def einsum(out: str, spec: str, *values: str) -> Einsum:
    left, _, right = spec.partition("->")
    operands = tuple(Operand(v, tuple(part.split())) for v, part in zip(values, left.split(","), strict=True))
    return Einsum(out, operands, tuple(right.split()), type_(right))


def add(out: str, axes: str, *values: str) -> Add:
    count = len(axes.split())
    return Add(out, tuple(Addend(value, tuple(range(count))) for value in values), type_(axes))


MASK = Apply("masked", "causal_mask", "scores", (0, 1), type_("q k"))
SOFTMAX = Apply("pattern", "softmax", "masked", (1,), type_("q k"))
MIX = einsum("mixed", "q k, k d -> q d", "pattern", "x")
SCORES = einsum("scores", "q d, k d -> q k", "x", "x")
PATTERN = (SCORES, MASK, SOFTMAX)
GIVEN = {"W": "c d", "P": "s d", "B": "q k", "L": "layer s d", "M": "d e", "N": "e d", "V": "d", "H": "half pair"}


def program(*body: Statement, last: str = "mixed") -> Program:
    """ids to x, the embedding with positions; the body; the last value [position, d] to logits."""
    inputs = (Input("ids", "ids", type_("s", integer=True)), *(Input(n, n, type_(a)) for n, a in GIVEN.items()))
    first = (Gather("rows", "W", 0, "ids", type_("s d")), add("x", "s d", "rows", "P"))
    end = einsum("y", "q d, c d -> q c", last, "W")
    return Program(inputs, (*first, *body, end), (Output("", "y"),))


def loop(state: str, initial: str, result: str, *body: Statement, count: int = 3, index: str = "layer") -> Repeat:
    return Repeat(f"{state}_out", index, count, state, initial, body, result, type_("s d"))


def layer(state: str, result: str, suffix: str = "") -> tuple[Statement, ...]:
    """Attention of a state to itself, added to it."""
    made = (
        einsum(f"scores{suffix}", "q d, k d -> q k", state, state),
        Apply(f"masked{suffix}", "causal_mask", f"scores{suffix}", (0, 1), type_("q k")),
        Apply(f"pattern{suffix}", "softmax", f"masked{suffix}", (1,), type_("q k")),
        einsum(f"mixed{suffix}", "q k, k d -> q d", f"pattern{suffix}", state),
    )
    return (*made, add(result, "s d", state, f"mixed{suffix}"))


SQUARED = Apply("squared", "square", "scores", (), type_("q k"))
LOWER = Apply("masked", "lower", "squared", (0, 1), type_("q k"))
BOTH_WAYS = (
    Apply("low", "lower", "scores", (0, 1), type_("q k")), Apply("both", "lower", "low", (1, 0), type_("q k"))
)  # fmt: skip
CAUSAL: dict[str, Program] = {
    "rows alone": program(Apply("mixed", "tanh", "x", (), type_("s d"))),
    "keys without weights": program(*PATTERN, MIX),
    "weights without positions": program(
        einsum("raw", "q d, d e, e d -> q d", "x", "M", "N"), einsum("mixed", "q d -> q d", "raw")
    ),
    "one product of everything": program(
        einsum("q_", "s d, d e -> s e", "x", "M"),
        einsum("scores", "q e, k d, d e -> q k", "q_", "x", "M"), MASK, SOFTMAX,
        einsum("mixed", "q k, k d, d -> q d", "pattern", "x", "V"),
    ),
    "the state is what is kept": program(loop("state", "x", "after", *layer("state", "after")), last="state_out"),
    "repeats in repeats": program(
        loop(
            "state", "x", "inner_out", *layer("state", "first"),
            loop("inner", "first", "second", *layer("inner", "second", "2"), count=2, index="turn"),
        ),
        last="state_out",
    ),
    "a repeat of no turns": program(loop("state", "x", "after", *layer("state", "after"), count=0), last="state_out"),
    "keys from before the repeat": program(
        loop(
            "state", "x", "after", einsum("scores", "q d, k d -> q k", "state", "rows"), MASK, SOFTMAX,
            einsum("mixed", "q k, k d -> q d", "pattern", "rows"), add("after", "s d", "state", "mixed"),
        ),
        last="state_out",
    ),
    "positions of each layer as keys": program(
        loop(
            "state", "x", "after", Select("place", "L", 0, "layer", type_("s d")),
            einsum("scores", "q d, k d -> q k", "state", "place"), MASK, SOFTMAX,
            einsum("mixed", "q k, k d -> q d", "pattern", "state"), add("after", "s d", "state", "place"),
        ),
        last="state_out",
    ),
    "positions alone as keys": program(
        einsum("scores", "q d, k d -> q k", "x", "P"), MASK, SOFTMAX, einsum("mixed", "q k, k d -> q d", "pattern", "P")
    ),
    "a bias by both positions": program(
        SCORES, Apply("early", "causal_mask", "scores", (0, 1), type_("q k")), add("masked", "q k", "early", "B"), SOFTMAX, MIX
    ),
    "a bias before the mask": program(
        einsum("raw", "q d, k d -> q k", "x", "x"), add("scores", "q k", "raw", "B"), MASK, SOFTMAX, MIX
    ),
    "keys first": program(
        einsum("scores", "q d, k d -> k q", "x", "x"),
        Apply("masked", "causal_mask", "scores", (1, 0), type_("k q")), Apply("pattern", "softmax", "masked", (0,), type_("k q")),
        einsum("mixed", "k q, k d -> q d", "pattern", "x"),
    ),
    "normalised squares": program(
        SCORES, SQUARED, LOWER, Apply("pattern", "sum_normalise", "masked", (1,), type_("q k")), MIX
    ),
    "softmax in two steps": program(
        SCORES, MASK, Apply("powers", "exp", "masked", (), type_("q k")),
        Apply("pattern", "sum_normalise", "powers", (1,), type_("q k")), MIX,
    ),
    "log-softmax and exp": program(
        SCORES, MASK, Apply("logs", "log_softmax", "masked", (1,), type_("q k")),
        Apply("pattern", "exp", "logs", (), type_("q k")), MIX
    ),
    "a pattern turned and scaled down": program(
        *PATTERN, einsum("turned", "q k -> k q", "pattern"), Scale("down", "turned", -2.0, "-2", type_("k q")),
        einsum("mixed", "k q, k d -> q d", "down", "x"),
    ),
    "the largest score": program(
        SCORES, MASK, Apply("most", "max", "masked", (1,), type_("q")), einsum("mixed", "q, q d -> q d", "most", "x")
    ),
    "one-hot ids": program(
        Fixed("hot", "one_hot", type_("s c"), "ids"), einsum("mixed", "s c, c d -> s d", "hot", "W"),
    ),
    "split and joined axes": program(
        Reshape("parts", "x", (((0,), (0,)), ((1,), (1, 2))), type_("s half pair")),
        einsum("scores", "q half pair, k half pair -> q k", "parts", "parts"), MASK, SOFTMAX,
        einsum("each", "q k, k half pair -> q half pair", "pattern", "parts"),
        Reshape("mixed", "each", (((0,), (0,)), ((1, 2), (1,))), type_("s d")),
    ),
    "a vector for every position": program(
        Spread("spread", "V", ("d",), ("s", "d"), type_("s d")), add("z", "s d", "x", "spread"),
        einsum("scores", "q d, k d -> q k", "z", "z"), MASK, SOFTMAX, einsum("mixed", "q k, k d -> q d", "pattern", "z"),
    ),
    "counted positions": program(
        Fixed("ones", "delta", type_("s")), Apply("counted", "cumulative_sum", "ones", (0,), type_("s")),
        einsum("z", "s d, s -> s d", "x", "counted"),
        einsum("scores", "q d, k d -> q k", "z", "z"), MASK, SOFTMAX, einsum("mixed", "q k, k d -> q d", "pattern", "z"),
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[Program, str]] = {
    "no mask": (program(SCORES, Apply("pattern", "softmax", "scores", (1,), type_("q k")), MIX), "softmax along all"),
    "a mask that is not finished by a softmax": (
        program(SCORES, MASK, einsum("mixed", "q k, k d -> q d", "masked", "x")), "multiplies a masked value"
    ),
    "a mask turned around": (
        program(SCORES, MASK, Scale("again", "masked", -1.0, "-1", type_("q k")),
                Apply("pattern", "softmax", "again", (1,), type_("q k")), MIX), "softmax along all"
    ),
    "a mask taken away": (
        program(SCORES, MASK, Add("again", (Addend("scores", (0, 1)), Addend("masked", (0, 1), "-1", -1.0)), type_("q k")),
                Apply("pattern", "softmax", "again", (1,), type_("q k")), MIX), "softmax along all"
    ),
    "softmax along queries": (
        program(SCORES, MASK, Apply("pattern", "softmax", "masked", (0,), type_("q k")), MIX), "softmax along all"
    ),
    "keys that see later queries": (
        program(*PATTERN, einsum("mixed", "q k, q d -> k d", "pattern", "x")), "adds over all positions"
    ),
    "the mean over positions": (
        program(Apply("pooled", "mean", "x", (0,), type_("d")), einsum("mixed", "q d, d -> q d", "x", "pooled")),
        "mean along all positions",
    ),
    "the sum over positions": (program(einsum("mixed", "q d, k d -> q d", "x", "x")), "adds over all positions"),
    "normalised over positions": (
        program(Apply("mixed", "normalise", "x", (0,), type_("s d"))), "along all positions"
    ),
    "one position for all": (
        program(Select("at", "x", 0, 0, type_("d")), einsum("mixed", "q d, d -> q d", "x", "at")), "at one position"
    ),
    "positions on a diagonal": (
        program(Spread("wide", "x", ("q", "d"), ("q", "q", "d"), type_("q k d")),
                einsum("mixed", "q k d, k d -> q d", "wide", "x")), "on a diagonal"
    ),
    "sums so far": (
        program(Apply("mixed", "cumulative_sum", "x", (0,), type_("s d"))), "which one new row does not give"
    ),
    "a pattern of patterns": (
        program(*PATTERN, einsum("twice", "q k, k j -> q j", "pattern", "pattern"),
                einsum("mixed", "q j, j d -> q d", "twice", "x")), "more than once"
    ),
    "zeros that a function fills": (
        program(SCORES, BOTH_WAYS[0], Apply("pattern", "exp", "low", (), type_("q k")), MIX),
        "adds over all positions",
    ),
    "a trace": (
        program(SCORES, *BOTH_WAYS, einsum("trace", "q k -> ", "both"), einsum("mixed", "q d, -> q d", "x", "trace")),
        "adds over all positions",
    ),
    "a diagonal as rows and as columns": (
        program(SCORES, *BOTH_WAYS, einsum("one", "q k, k d -> q d", "both", "x"),
                einsum("two", "q k, q d -> k d", "both", "x"), add("mixed", "s d", "one", "two")), "along both"
    ),
    "a diagonal as columns": (
        program(SCORES, *BOTH_WAYS, einsum("mixed", "q k, q d -> k d", "both", "x")), "the row of a key is wanted"
    ),
    "a diagonal of a pattern as columns": (
        program(*PATTERN, Apply("both", "lower", "pattern", (1, 0), type_("q k")),
                einsum("mixed", "q k, q d -> k d", "both", "x")), "which one new row does not give"
    ),
    "keys of keys": (
        program(*PATTERN, Apply("again", "lower", "pattern", (0, 1), type_("q k")),
                einsum("mixed", "q k, s k, s d -> q d", "again", "pattern", "x")), "adds over all positions"
    ),
    "a mask in one layer of two": (
        program(loop("state", "x", "after", *layer("state", "once", "1"), SCORES,
                     Apply("open", "softmax", "scores", (1,), type_("q k")),
                     einsum("after", "q k, k d -> q d", "open", "once")), last="state_out"), "softmax along all"
    ),
}  # fmt: skip


def arrays() -> dict[str, Any]:
    random = np.random.default_rng(2)
    shapes = {name: type_(axes).shape for name, axes in GIVEN.items()}
    return {name: random.standard_normal(shape) for name, shape in shapes.items()}


def whole(made: Program, ids: Sequence[int]) -> np.ndarray:
    """The result for these ids, from the program of their length: [position, class]."""
    short = sized(made, "seq", len(ids))
    given = {**arrays(), "ids": np.asarray(ids)}
    cut = {i.array: given[i.array][tuple(map(slice, i.type.shape))] for i in short.inputs}
    return np.asarray(evaluate(short, cut)[""])


@pytest.mark.parametrize("name", CAUSAL)
def test_steps_give_the_rows(name: str) -> None:
    made = check(CAUSAL[name])
    step = stepped(made, "seq", "ids")
    assert isinstance(step, Step), step
    for part in (step.program, step.filling, step.tables):
        check(part)
    ids = [3, 1, 4, 1, 0, 2]
    for filled in (0, 2):
        steps = Stepper(step, arrays(), "numpy", SEQ)
        steps.fill(ids[:filled])
        for at in range(filled, SEQ):
            np.testing.assert_allclose(steps.next(ids[at]), whole(made, ids[: at + 1])[-1], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_proven_or_has_no_step_is_refused(name: str) -> None:
    made, words = REFUSED[name]
    step = stepped(check(made), "seq", "ids")
    assert isinstance(step, Uncached)
    assert words in step.reason


def test_two_runs_share_nothing() -> None:
    step = stepped(CAUSAL["the state is what is kept"], "seq", "ids")
    assert isinstance(step, Step)
    first, second = (Stepper(step, arrays(), "numpy", SEQ) for _ in range(2))
    rows = [first.next(3), first.next(1)]
    np.testing.assert_array_equal(second.next(3), rows[0])
    first.next(2)
    np.testing.assert_array_equal(second.next(1), rows[1])


def random_program(random: np.random.Generator) -> Program:
    """Rows and patterns made of each other in any way, many of them not causal."""
    body: list[Statement] = []
    rows, grids = ["x"], ["B"]

    def pick(names: list[str]) -> str:
        return names[-1] if random.random() < 0.6 else names[int(random.integers(len(names)))]

    def apply(kind: list[str], axes: str, name: str, function: str, *along: int) -> None:
        body.append(Apply(name, function, pick(kind), along, type_(axes)))
        kind.append(name)

    for number in range(int(random.integers(4, 12))):
        name, first = f"v{number}", int(random.integers(2))
        match int(random.integers(10)):
            case 0 | 1:
                body.append(einsum(name, "q d, k d -> q k", pick(rows), pick(rows)))
                grids.append(name)
            case 2:
                axes = (0, 1) if random.random() < 0.8 else (1, 0)
                apply(
                    grids,
                    "q k",
                    name,
                    ["causal_mask", "causal_mask", "lower", "strictly_lower"][random.integers(4)],
                    *axes,
                )
            case 3 | 4:
                function = ["softmax", "softmax", "log_softmax", "sum_normalise", "argmax_one_hot"][random.integers(5)]
                apply(grids, "q k", name, function, 1 if random.random() < 0.8 else 0)
            case 5:
                apply(grids, "q k", name, ["exp", "tanh", "square", "relu"][random.integers(4)])
            case 6:
                factor = [2.0, -1.0][first]
                body.append(Scale(name, pick(grids), factor, str(factor), type_("q k")))
                grids.append(name)
            case 7:
                body.append(add(name, "q k", pick(grids), pick(grids)))
                grids.append(name)
            case 8:
                spec = ["q k, k d -> q d", "q k, k d -> q d", "q k, q d -> k d"][random.integers(3)]
                body.append(einsum(name, spec, pick(grids), pick(rows)))
                rows.append(name)
            case _:
                kind = int(random.integers(6))
                if kind < 2:
                    apply(rows, "s d", name, "normalise", kind)
                elif kind < 4:
                    apply(rows, "s d", name, ["cumulative_sum", "tanh"][kind - 2], *([0] if kind == 2 else []))
                else:
                    body.append(add(name, "s d", pick(rows), pick(rows)))
                    rows.append(name)
    body.append(einsum("mixed", "q k, k d -> q d", pick(grids), pick(rows)))
    return without_unused(program(*body))


def test_no_program_is_stepped_that_gives_other_rows() -> None:
    """What is proven holds: the rows of random programs, those with undefined entries left out."""
    ids, proven, compared = [3, 1, 4, 1, 0, 2], 0, 0
    for seed in range(5000):
        made = check(random_program(np.random.default_rng(seed)))
        step = stepped(made, "seq", "ids")
        if isinstance(step, Uncached):
            continue
        proven += 1
        expected = {length: whole(made, ids[:length]) for length in (3, SEQ)}
        steps = Stepper(step, arrays(), "numpy", SEQ)
        steps.fill(ids[:1])
        for at in range(1, SEQ):
            found = steps.next(ids[at])
            if at + 1 in expected and np.isfinite(expected[at + 1]).all():
                compared += 1
                np.testing.assert_allclose(found, expected[at + 1][-1], rtol=1e-7, atol=1e-9, err_msg=f"seed {seed}")
    assert proven > 80
    assert compared > 160
