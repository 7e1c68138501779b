"""einops on NumPy arrays, written by tensordraw."""

from einops import einsum


def forward(A, v, B):
    """Return [i, j] of these arrays, each with its axes and their sizes:

    A  [i 2, alpha 3]
    v  [beta 4]
    B  [beta 4, alpha 3, j 5]
    """
    M = einsum(A, v, B, 'i alpha, beta, beta alpha j -> i j')  # [i, j]
    return M
