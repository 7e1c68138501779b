"""PyTorch with the named axes of einops, written by tensordraw."""

import torch
from einops import einsum


def forward(U, x_0):
    """Return state [n] and p [key] of these arrays, each with its axes and their sizes:

    U    [layer 3, n 4, m 4]
    x_0  [n 4] (called x^{0} in the diagram)
    """
    state = x_0  # [n]
    for layer in range(3):
        w = einsum(U[layer].conj(), state, 'n m, n -> m')  # [m]
        for turn in range(2):
            w = torch.nn.functional.gelu(w)  # [m]
        state = w  # [n]
    mask = torch.ones(4, 4, dtype=U.dtype, device=U.device).tril()  # [query, key]
    masked = einsum(mask, state, 'n key, n -> key')  # [key]
    p = torch.softmax(masked, dim=-1)  # [key]
    return {'state': state, 'p': p}
