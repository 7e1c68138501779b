"""opt_einsum on NumPy arrays, written by tensordraw."""

from opt_einsum import contract


def forward(A, v, B):
    """Return [i, j] of these arrays, each with its axes and their sizes:

    A  [i 2, alpha 3]
    v  [beta 4]
    B  [beta 4, alpha 3, j 5]
    """
    M = contract('ia,b,baj->ij', A, v, B)  # [i, j]
    return M
