"""quimb tensor networks of NumPy arrays, written by tensordraw."""

import math

import numpy as np
import quimb.tensor as qtn


def _causal_mask(x, query=-2, key=-1):
    """Minus infinity where the key comes after the query."""
    x = np.moveaxis(x, (query, key), (-2, -1))
    seen = np.tril(np.ones(x.shape[-2:], dtype=bool))
    return np.moveaxis(np.where(seen, x, -np.inf), (-2, -1), (query, key))


def _softmax(x, axis):
    """Exponentials that add up to 1 along the axis."""
    weights = np.exp(x - x.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def forward(x, W_Q, W_K, W_V, W_O):
    """Return [query, hidden] of these arrays, each with its axes and their sizes:

    x    [query 6, hidden 8]
    W_Q  [head 2, head_size 4, hidden 8]
    W_K  [head 2, head_size 4, hidden 8]
    W_V  [head 2, head_size 4, hidden 8]
    W_O  [head 2, hidden 8, head_size 4]
    """
    head_size = W_Q.shape[1]
    pre_scores = qtn.TensorNetwork([
        qtn.Tensor(x, ('query', 'hidden0'), 'x'),
        qtn.Tensor(x, ('key', 'hidden1'), 'x'),
        qtn.Tensor(W_Q, ('head', 'head_size', 'hidden0'), 'W_Q'),
        qtn.Tensor(W_K, ('head', 'head_size', 'hidden1'), 'W_K'),
    ]).contract(output_inds=('head', 'query', 'key')).data / math.sqrt(head_size)  # [head, query, key]
    scores = _causal_mask(pre_scores)  # [head, query, key]
    pattern = _softmax(scores, axis=-1)  # [head, query, key]
    attention = qtn.TensorNetwork([
        qtn.Tensor(pattern, ('head', 'query', 'key'), 'pattern'),
        qtn.Tensor(x, ('key', 'hidden0'), 'x'),
        qtn.Tensor(W_V, ('head', 'head_size', 'hidden0'), 'W_V'),
        qtn.Tensor(W_O, ('head', 'hidden1', 'head_size'), 'W_O'),
    ]).contract(output_inds=('query', 'hidden1')).data  # [query, hidden]
    return attention
