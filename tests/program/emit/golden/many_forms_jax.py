"""JAX, written by tensordraw."""

import jax
import jax.numpy as jnp


def forward(U, x_0):
    """Return state [n] and p [key] of these arrays, each with its axes and their sizes:

    U    [layer 3, n 4, m 4]
    x_0  [n 4] (called x^{0} in the diagram)
    """
    state = x_0  # [n]
    for layer in range(3):
        w = jnp.einsum('nm,n->m', U[layer].conj(), state)  # [m]
        for turn in range(2):
            w = jax.nn.gelu(w, approximate=False)  # [m]
        state = w  # [n]
    mask = jnp.tri(4, 4, dtype=U.dtype)  # [query, key]
    masked = jnp.einsum('nk,n->k', mask, state)  # [key]
    p = jax.nn.softmax(masked, axis=-1)  # [key]
    return {'state': state, 'p': p}
