"""ncon on NumPy arrays, written by tensordraw."""

from ncon import ncon


def forward(A, v, B):
    """Return [i, j] of these arrays, each with its axes and their sizes:

    A  [i 2, alpha 3]
    v  [beta 4]
    B  [beta 4, alpha 3, j 5]
    """
    M = ncon([A, v, B], [[-1, 2], [1], [1, 2, -2]])  # [i, j]
    return M
