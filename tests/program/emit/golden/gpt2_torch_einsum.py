"""PyTorch with torch.einsum, written by tensordraw."""

import math

import torch


def _causal_mask(x, query=-2, key=-1):
    """Minus infinity where the key comes after the query."""
    x = x.movedim((query, key), (-2, -1))
    future = torch.ones(x.shape[-2:], dtype=torch.bool, device=x.device).triu(1)
    return x.masked_fill(future, -torch.inf).movedim((-2, -1), (query, key))


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
        pre_scores = torch.einsum(
            'qi,kj,Hei,Hej->Hqk', resid, resid, W_Q[layer], W_K[layer],
        ) / math.sqrt(head_size)  # [head, query, key]
        scores = _causal_mask(pre_scores)  # [head, query, key]
        pattern = torch.softmax(scores, dim=-1)  # [head, query, key]
        attention = torch.einsum('Hqk,ki,Hei,Hje->qj', pattern, resid, W_V[layer], W_O[layer])  # [query, hidden]
        resid_mid = resid + attention  # [seq, hidden]
        pre_mlp_hidden = torch.einsum('sh,mh->sm', resid_mid, W_in[layer])  # [seq, mlp]
        mlp_hidden = torch.nn.functional.gelu(pre_mlp_hidden, approximate="tanh")  # [seq, mlp]
        mlp = torch.einsum('sm,hm->sh', mlp_hidden, W_out[layer])  # [seq, hidden]
        resid = resid_mid + mlp  # [seq, hidden]
    return torch.einsum('sh,vh->sv', resid, W_U)  # [seq, vocab]
