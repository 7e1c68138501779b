"""ncon on NumPy arrays, written by tensordraw."""

import math

import numpy as np
from ncon import ncon


def _erf(x):
    """The error function, entry by entry."""
    return np.asarray(np.vectorize(math.erf, otypes=[float])(x), dtype=x.dtype)


def _gelu(x):
    """x times the normal distribution function of x."""
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def _softmax(x, axis):
    """Exponentials that add up to 1 along the axis."""
    weights = np.exp(x - x.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def forward(U, x_0):
    """Return state [n] and p [key] of these arrays, each with its axes and their sizes:

    U    [layer 3, n 4, m 4]
    x_0  [n 4] (called x^{0} in the diagram)
    """
    state = x_0  # [n]
    for layer in range(3):
        w = ncon([U[layer].conj(), state], [[1, -1], [1]])  # [m]
        for turn in range(2):
            w = _gelu(w)  # [m]
        state = w  # [n]
    mask = np.tri(4, 4, dtype=U.dtype)  # [query, key]
    masked = ncon([mask, state], [[1, -1], [1]])  # [key]
    p = _softmax(masked, axis=-1)  # [key]
    return {'state': state, 'p': p}
