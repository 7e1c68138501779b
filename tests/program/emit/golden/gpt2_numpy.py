"""NumPy, written by tensordraw."""

import math

import numpy as np


def _causal_mask(x, query=-2, key=-1):
    """Minus infinity where the key comes after the query."""
    x = np.moveaxis(x, (query, key), (-2, -1))
    seen = np.tril(np.ones(x.shape[-2:], dtype=bool))
    return np.moveaxis(np.where(seen, x, -np.inf), (-2, -1), (query, key))


def _gelu_tanh(x):
    """GELU by its tanh approximation, as in GPT-2."""
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))


def _softmax(x, axis):
    """Exponentials that add up to 1 along the axis."""
    weights = np.exp(x - x.max(axis, keepdims=True))
    return weights / weights.sum(axis, keepdims=True)


def forward(tokens, W_E, W_P, W_Q, W_K, W_V, W_O, W_in, W_out, W_U):
    """Return [seq, vocab] of these arrays, each with its axes and their sizes:

    tokens  [seq 5], integers
    W_E     [vocab 11, hidden 8]
    W_P     [seq 5, hidden 8]
    W_Q     [layer 2, head 2, head_size 4, hidden 8]
    W_K     [layer 2, head 2, head_size 4, hidden 8]
    W_V     [layer 2, head 2, head_size 4, hidden 8]
    W_O     [layer 2, head 2, hidden 8, head_size 4]
    W_in    [layer 2, mlp 32, hidden 8]
    W_out   [layer 2, hidden 8, mlp 32]
    W_U     [vocab 11, hidden 8]
    """
    head_size = W_Q.shape[2]
    resid = W_E[tokens] + W_P  # [seq, hidden]
    for layer in range(2):
        pre_scores = np.einsum(
            'qi,kj,Hei,Hej->Hqk', resid, resid, W_Q[layer], W_K[layer], optimize=True,
        ) / math.sqrt(head_size)  # [head, query, key]
        scores = _causal_mask(pre_scores)  # [head, query, key]
        pattern = _softmax(scores, axis=-1)  # [head, query, key]
        attention = np.einsum(
            'Hqk,ki,Hei,Hje->qj', pattern, resid, W_V[layer], W_O[layer], optimize=True,
        )  # [query, hidden]
        resid_mid = resid + attention  # [seq, hidden]
        pre_mlp_hidden = np.einsum('sh,mh->sm', resid_mid, W_in[layer])  # [seq, mlp]
        mlp_hidden = _gelu_tanh(pre_mlp_hidden)  # [seq, mlp]
        mlp = np.einsum('sm,hm->sh', mlp_hidden, W_out[layer])  # [seq, hidden]
        resid = resid_mid + mlp  # [seq, hidden]
    return np.einsum('sh,vh->sv', resid, W_U)  # [seq, vocab]
