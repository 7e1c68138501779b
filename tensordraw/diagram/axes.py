"""What each function of a bubble does to legs: how many it runs along, and what becomes of them.

The rest of a function (arrays, code, derivative) is in the program layer's table; a test keeps the two tables on the same
names. The structure of a diagram needs only this.
"""

from __future__ import annotations

from typing import Literal

from tensordraw.diagram.records import Record, Variance


class AxisRule(Record, frozen=True):
    """`count` legs are named; afterwards they are kept, consumed (reduce), or have traded places (swap).

    A leg of an inverse also turns from upper to lower or back (invert): joined to the matrix it has to be contracted.
    """

    count: int = 0
    effect: Literal["keep", "reduce", "swap", "invert"] = "keep"
    names: tuple[str, ...] = ()


_ELEMENTWISE = (
    "relu gelu gelu_tanh silu tanh sigmoid exp log abs square sqrt reciprocal sin cos softplus step power expression"
)
_ALONG = "softmax log_softmax normalise rms_norm l2_normalise sum_normalise cumulative_sum argmax_one_hot top_k"

AXIS_RULES: dict[str, AxisRule] = {
    **{name: AxisRule() for name in _ELEMENTWISE.split()},
    **{name: AxisRule(1, "keep", ("along",)) for name in _ALONG.split()},
    **{name: AxisRule(1, "reduce", ("over",)) for name in ("max", "mean")},
    **{name: AxisRule(2, "keep", ("query", "key")) for name in ("causal_mask", "lower", "strictly_lower")},
    "transpose": AxisRule(2, "swap", ("row", "column")),
    "inverse": AxisRule(2, "invert", ("row", "column")),
    "determinant": AxisRule(2, "reduce", ("row", "column")),
}


def opposite(variance: Variance) -> Variance:
    """Upper for lower and the other way round; what is neither stays so."""
    if variance == "none":
        return "none"
    return "lower" if variance == "upper" else "upper"
