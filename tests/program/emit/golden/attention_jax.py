"""JAX, written by tensordraw."""

import math

import jax
import jax.numpy as jnp


def _causal_mask(x, query=-2, key=-1):
    """Minus infinity where the key comes after the query."""
    x = jnp.moveaxis(x, (query, key), (-2, -1))
    seen = jnp.tril(jnp.ones(x.shape[-2:], dtype=bool))
    return jnp.moveaxis(jnp.where(seen, x, -jnp.inf), (-2, -1), (query, key))


def forward(x, W_Q, W_K, W_V, W_O):
    """Return [query, hidden] of these arrays, each with its axes and their sizes:

    x    [query 6, hidden 8]
    W_Q  [head 2, head_size 4, hidden 8]
    W_K  [head 2, head_size 4, hidden 8]
    W_V  [head 2, head_size 4, hidden 8]
    W_O  [head 2, hidden 8, head_size 4]
    """
    head_size = W_Q.shape[1]
    pre_scores = jnp.einsum('qi,kj,hHi,hHj->hqk', x, x, W_Q, W_K) / math.sqrt(head_size)  # [head, query, key]
    scores = _causal_mask(pre_scores)  # [head, query, key]
    pattern = jax.nn.softmax(scores, axis=-1)  # [head, query, key]
    attention = jnp.einsum('hqk,ki,hHi,hjH->qj', pattern, x, W_V, W_O)  # [query, hidden]
    return attention
