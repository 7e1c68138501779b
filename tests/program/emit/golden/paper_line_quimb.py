"""quimb tensor networks of NumPy arrays, written by tensordraw."""

import quimb.tensor as qtn


def forward(A, v, B):
    """Return [i, j] of these arrays, each with its axes and their sizes:

    A  [i 2, alpha 3]
    v  [beta 4]
    B  [beta 4, alpha 3, j 5]
    """
    M = qtn.TensorNetwork([
        qtn.Tensor(A, ('i', 'alpha'), 'A'),
        qtn.Tensor(v, ('beta',), 'v'),
        qtn.Tensor(B, ('beta', 'alpha', 'j'), 'B'),
    ]).contract(output_inds=('i', 'j')).data  # [i, j]
    return M
