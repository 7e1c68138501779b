"""PyTorch with the named axes of einops, written by tensordraw."""

import math

import torch
from einops import einsum


def _causal_mask(x, query=-2, key=-1):
    """Minus infinity where the key comes after the query."""
    x = x.movedim((query, key), (-2, -1))
    future = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
    return x.masked_fill(future, -torch.inf).movedim((-2, -1), (query, key))


def forward(x, W_Q, W_K, W_V, W_O):
    """Return [query, hidden] of these arrays, each with its axes and their sizes:

    x    [query 6, hidden 8]
    W_Q  [head 2, head_size 4, hidden 8]
    W_K  [head 2, head_size 4, hidden 8]
    W_V  [head 2, head_size 4, hidden 8]
    W_O  [head 2, hidden 8, head_size 4]
    """
    head_size = W_Q.shape[1]
    pre_scores = einsum(
        x, x, W_Q, W_K,
        'query hidden0, key hidden1, head head_size hidden0, head head_size hidden1 -> head query key',
    ) / math.sqrt(head_size)  # [head, query, key]
    scores = _causal_mask(pre_scores)  # [head, query, key]
    pattern = torch.softmax(scores, dim=-1)  # [head, query, key]
    attention = einsum(
        pattern, x, W_V, W_O,
        'head query key, key hidden0, head head_size hidden0, head hidden1 head_size -> query hidden1',
    )  # [query, hidden]
    return attention
