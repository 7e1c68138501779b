"""Python as people write it, by what it is about: text, shapes of arrays, sizes of numbers that the text leaves open."""

from __future__ import annotations

from typing import Any, NamedTuple


class Snippet(NamedTuple):
    """A text with the shapes that its arrays need to have where the text does not tell, and sizes by name."""

    text: str
    shapes: dict[str, tuple[int, ...]] = {}
    sizes: dict[str, int] = {}
    made: dict[str, Any] = {}  # what a module is made with


SNIPPETS: dict[str, Snippet] = {
    # ------------------------------------------------------------------------------------------- numpy expressions
    "outer": Snippet("np.outer(a, b)"),
    "dot": Snippet("np.dot(a, b)"),
    "dot of matrices": Snippet("np.dot(A, B)"),
    "inner": Snippet("np.inner(A, B)"),
    "vdot": Snippet("np.vdot(a, b)"),
    "matrix times vector": Snippet("A @ x"),
    "vector times matrix": Snippet("x @ A"),
    "matrix product": Snippet("A @ B @ C"),
    "stacked matrix product": Snippet("A @ B", {"A": (3, 1, 2, 4), "B": (5, 4, 2)}),
    "vector times a stack": Snippet("x @ B", {"x": (4,), "B": (5, 4, 2)}),
    "trace": Snippet("np.trace(A @ B)"),
    "trace of one": Snippet("np.trace(A)"),
    "frobenius": Snippet("np.sum(A * B)"),
    "hadamard": Snippet("A * B"),
    "row sum": Snippet("A.sum(axis=1)"),
    "mean of columns, kept": Snippet("A - A.mean(axis=0, keepdims=True)"),
    "transpose": Snippet("A.T @ B"),
    "permutation": Snippet("T.transpose(2, 0, 1)", {"T": (2, 3, 4)}),
    "swapaxes and moveaxis": Snippet("np.moveaxis(np.swapaxes(T, 0, 1), -1, 0)", {"T": (2, 3, 4)}),
    "kron": Snippet("np.kron(A, B)"),
    "kron of vectors": Snippet("np.kron(a, b)"),
    "tensordot": Snippet("np.tensordot(A, B, axes=([1], [0]))", {"A": (2, 3, 4), "B": (3, 5)}),
    "tensordot by number": Snippet("np.tensordot(A, B, 2)", {"A": (2, 3, 4), "B": (3, 4, 5)}),
    "multi_dot": Snippet("np.linalg.multi_dot([A, B, C, x])"),
    "einsum in letters": Snippet("np.einsum('ij,jk,kl->il', A, B, C)"),
    "einsum without an arrow": Snippet("np.einsum('ij,jk', A, B)"),
    "einsum with a diagonal": Snippet("np.einsum('ii->i', A)"),
    "einsum with an ellipsis": Snippet("np.einsum('...ij,...jk->...ik', A, B)", {"A": (3, 2, 4), "B": (4, 5)}),
    "einsum by lists": Snippet("np.einsum(A, [0, 1], B, [1, 2], [0, 2])"),
    "contract": Snippet("oe.contract('ab,bc,cd->ad', A, B, C)"),
    "diagonal matrix": Snippet("U @ np.diag(S) @ Vh", {"S": (3,)}),
    "svd reconstruction": Snippet("(U * s) @ Vh"),
    "low rank": Snippet("k = 2\nA_k = U[:, :k] @ np.diag(s[:k]) @ Vh[:k, :]", {"U": (5, 4), "s": (4,), "Vh": (4, 6)}),
    "scaled": Snippet("3 * A - B / 2 + 0.5 * C", {"A": (2, 3), "B": (2, 3), "C": (2, 3)}),
    "numbers and sizes": Snippet("Q @ K.T / np.sqrt(Q.shape[1])"),
    "a number that nothing defines": Snippet("Q @ K.T / math.sqrt(d_k)", {}, {"d_k": 3}),
    "a size by its name": Snippet("Q @ K.T / np.sqrt(d_head)", {}, {"d_head": 3}),
    "a number by its size": Snippet("alpha * x + x / beta", {}, {"alpha": 2, "beta": 5}),
    "bias": Snippet("x @ W + b", {"x": (5, 3), "W": (3, 4), "b": (4,)}),
    "column bias": Snippet("A + u[:, None] + v[None, :]"),
    "affine relu": Snippet("np.maximum(W @ x + b, 0)"),
    "constants": Snippet("1 - 2 * np.exp(-A) + 3"),
    "powers": Snippet("x**2 + x**3 - x**0.5 + 1 / x"),
    "sigmoid by hand": Snippet("1 / (1 + np.exp(-x))"),
    "silu by hand": Snippet("x / (1 + np.exp(-x))"),
    "gelu by hand": Snippet("0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))"),
    "softmax by hand": Snippet(
        "def softmax(x):\n    e = np.exp(x - np.max(x, axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)",
        {"x": (3, 4)},
    ),
    "layer norm by hand": Snippet(
        "def layer_norm(x, g, b, eps=1e-5):\n"
        "    mu = x.mean(axis=-1, keepdims=True)\n"
        "    var = x.var(axis=-1, keepdims=True)\n"
        "    return g * (x - mu) / np.sqrt(var + eps) + b",
        {"x": (3, 4)},
    ),
    "rms norm by hand": Snippet(
        "def rms(x, g):\n    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * g", {"x": (3, 4)}
    ),
    "euclidean length": Snippet("x / np.linalg.norm(x)"),
    "length along an axis": Snippet("A / np.linalg.norm(A, axis=1, keepdims=True)"),
    "max and min": Snippet("A.max(axis=1) + np.minimum(u, v)", {"A": (3, 4), "u": (3,), "v": (3,)}),
    "clip": Snippet("np.clip(x, -0.5, 0.5)"),
    "triangles": Snippet("np.tril(A) + np.tril(A, -1) + np.triu(A) - np.triu(A, 1)"),
    "identity": Snippet("A + 2 * np.eye(3)", {"A": (3, 3)}),
    "ones": Snippet("np.ones((2, 3)) @ A"),
    "zeros and full": Snippet("A + np.zeros((2, 3)) + np.full((2, 3), 2.5)", {"A": (2, 3)}),
    "inverse and determinant": Snippet("np.linalg.inv(A) @ b * np.linalg.det(A)"),
    "solve": Snippet("np.linalg.solve(A, B)"),
    "quadratic form": Snippet("x @ A @ x"),
    "gather": Snippet("W_E[tokens] + W_pos[:tokens.shape[0]]", {"W_E": (7, 3), "tokens": (4,), "W_pos": (5, 3)}),
    "take": Snippet("np.take(W, ids, axis=1)", {"W": (2, 5), "ids": (3,)}),
    "one-hot by eye": Snippet("np.eye(5)[tokens] @ W"),
    "fixed indices": Snippet("A[0, 2, 0] * B[-1]", {"A": (2, 3, 4), "B": (4, 5)}),
    "flatten": Snippet("T.reshape(2, -1) @ W", {"T": (2, 3, 4)}),
    "split legs": Snippet("A.reshape(2, 3, 4).sum(axis=(0, 2))", {"A": (4, 6)}),
    "broadcast_to": Snippet("np.broadcast_to(x, (4, 3))"),
    "stack and concatenate": Snippet("np.concatenate([np.stack([a, b]), C])", {"a": (3,), "b": (3,), "C": (2, 3)}),
    "homogeneous coordinate": Snippet("W @ np.concatenate([x, np.ones(1)])", {"x": (3,), "W": (2, 4)}),
    "shifted slices": Snippet("x[1:] - x[:-1]", {"x": (6,)}),
    "cumulative sum": Snippet("np.cumsum(A, axis=0)"),
    "standard deviation": Snippet("(x - np.mean(x)) / np.std(x)"),
    "causal mask by where": Snippet("np.where(np.tril(np.ones((4, 4))) == 1, S, -np.inf).max(axis=1)", {"S": (4, 4)}),
    "step": Snippet("(x > 0) * x"),
    "where as relu": Snippet("np.where(x > 0, x, 0)"),
    "ternary": Snippet("scale = 2\ny = A @ x if scale > 1 else x\ny"),
    "matrix power": Snippet("np.linalg.matrix_power(A, 3)"),
    "sum of a list": Snippet("sum([A @ x, B @ x, x])", {"A": (3, 3), "B": (3, 3)}),
    "comprehension": Snippet("sum(c * M for c, M in [(1, A), (2, B), (3, C)])", dict.fromkeys("ABC", (2, 3))),
    "lambda": Snippet("f = lambda W, x: np.tanh(W @ x)\nf(W2, f(W1, x))"),
    "matrix product state": Snippet(
        "T = np.tensordot(A, B, axes=(1, 0))\nT = np.tensordot(T, C, axes=(2, 0))\nT",
        {"A": (2, 3), "B": (3, 2, 4), "C": (4, 2)},
    ),
    "norm of a matrix product state": Snippet(
        "def norm(A, B, C):\n"
        "    E = np.einsum('ia,ib->ab', A, A.conj())\n"
        "    E = np.einsum('ab,aic,bid->cd', E, B, B.conj())\n"
        "    return np.einsum('ab,ai,bi->', E, C, C.conj())",
    ),
    "inlined helper": Snippet(
        "def attend(q, k, v):\n"
        "    return softmax(q @ k.T / np.sqrt(k.shape[-1])) @ v\n\n"
        "def softmax(x):\n    z = np.exp(x)\n    return z / z.sum(-1, keepdims=True)\n\n"
        "def model(X, W_q, W_k, W_v):\n    return attend(X @ W_q, X @ W_k, X @ W_v)",
    ),
    "layers": Snippet(
        "def mlp(x, W, b):\n    for i in range(3):\n        x = np.tanh(W[i] @ x + b[i])\n    return x",
        {"x": (4,), "W": (3, 4, 4), "b": (3, 4)},
    ),
    "power iteration": Snippet(
        "def power(A, v):\n    for _ in range(5):\n        v = A @ v\n        v = v / np.linalg.norm(v)\n    return v @ A @ v",
        {"A": (3, 3)},
    ),
    "going through weights": Snippet(
        "def deep(x, W):\n    for w in W:\n        x = np.maximum(w @ x, 0)\n    return x", {"x": (4,), "W": (3, 4, 4)}
    ),
    "two states": Snippet(
        "def rnn(A, B, h, c):\n    for t in range(3):\n        h = np.tanh(A @ h + B @ c)\n        c = c + h\n    return h, c",
        {"A": (3, 3), "B": (3, 3)},
    ),
    "state space": Snippet(
        "def step(A, B, C, D, x, u):\n    x_next = A @ x + B @ u\n    y = C @ x + D @ u\n    return x_next, y"
    ),
    "several results by name": Snippet("def f(A, x):\n    y = A @ x\n    return {'y': y, 'n': y @ y}"),
    "random inputs": Snippet("A = np.random.randn(3, 4)\nB = np.random.rand(4, 2)\nC = A @ B"),
    "augmented": Snippet("y = A @ x\ny += b\ny *= 2\ny"),
    # -------------------------------------------------------------------------------------------------------- torch
    "torch linear": Snippet("torch.nn.functional.linear(x, W, b)", {"x": (5, 3)}),
    "torch batched": Snippet("torch.bmm(A, B)"),
    "torch mv": Snippet("torch.mv(A, x) + torch.addmv(b, A, x)"),
    "torch transposes": Snippet("x.transpose(1, 2) @ y.mT.permute(0, 2, 1)", {"x": (2, 3, 4), "y": (2, 3, 5)}),
    "torch softmax": Snippet("torch.softmax(q @ k.transpose(-2, -1) / k.size(-1) ** 0.5, dim=-1) @ v", {"q": (5, 4), "v": (3, 2)}),
    "torch norms": Snippet("F.layer_norm(x, (4,), g, b) + F.normalize(x, dim=-1)", {"x": (3, 4)}),
    "torch activations": Snippet("F.gelu(x) + F.silu(x) * torch.sigmoid(x) + F.softplus(x) - F.leaky_relu(x)"),
    "torch max": Snippet("x.max(dim=1).values + x.amax(1)", {"x": (3, 4)}),
    "torch einsum and chunk": Snippet(
        "q, k = torch.einsum('bi,ji->bj', x, W).chunk(2, dim=-1)\n(q * k).sum(-1)", {"W": (6, 4)}
    ),
    "torch split": Snippet("a, b, c = x.split(2, dim=1)\na * b - c", {"x": (3, 6)}),
    "torch embedding": Snippet(
        "F.embedding(tokens, W_E) @ W_U + F.one_hot(tokens, 7).double() @ W_B", {"W_E": (7, 4), "tokens": (3,)}
    ),
    "torch expand": Snippet("x.unsqueeze(0).expand(3, -1).flatten()", {"x": (4,)}),
    "torch masks": Snippet(
        "T = s.size(-1)\nmask = torch.triu(torch.ones(T, T, dtype=torch.bool), diagonal=1)\n"
        "s.masked_fill(mask, float('-inf')).softmax(-1)",
        {"s": (2, 4, 4)},
    ),
    "torch additive mask": Snippet(
        "s + torch.triu(torch.full((4, 4), float('-inf')), diagonal=1)", {"s": (2, 4, 4)}
    ),
    "torch positions as a mask": Snippet(
        "i = torch.arange(4)[:, None]\nj = torch.arange(4)[None, :]\n"
        "torch.softmax(torch.where(j <= i, s, torch.tensor(float('-inf'))), -1)",
        {"s": (4, 4)},
    ),
    "torch ranges as numbers": Snippet("x * torch.arange(4) - torch.arange(2, 6)", {"x": (3, 4)}),
    "numpy ranges as numbers": Snippet("np.outer(np.arange(3), np.arange(2, 6)) * x", {"x": (3, 4)}),
    "torch attention": Snippet("F.scaled_dot_product_attention(q, k, v, is_causal=True)", dict.fromkeys("qkv", (2, 5, 4))),
    "torch diagonals": Snippet("torch.diagonal(A, dim1=-2, dim2=-1).sum(-1) + torch.trace(B)", {"A": (2, 3, 3)}),
    "rearrange": Snippet("rearrange(x, 'b (h d) n -> b h n d', h=3)", {"x": (2, 6, 4)}),
    "reduce": Snippet("reduce(x, 'b (h 2) w -> b w', 'mean') - reduce(x, 'b h w -> b w', 'max')", {"x": (2, 6, 4)}),
    "repeat": Snippet("repeat(x, 'h w -> h (w c) r', c=2, r=3)", {"x": (2, 4)}),
    "einops einsum": Snippet(
        "scores = einsum(q, k, 'batch query head d, batch key head d -> batch head query key')\nscores.softmax(dim=-1)"
    ),
    "transformer lens": Snippet(
        "def attention(normalized_resid_pre, W_Q, W_K, W_V, W_O, b_Q, b_K, b_V, b_O):\n"
        "    x = normalized_resid_pre\n"
        "    q = einsum(x, W_Q, 'batch posn d_model, nheads d_model d_head -> batch posn nheads d_head') + b_Q\n"
        "    k = einsum(x, W_K, 'batch posn d_model, nheads d_model d_head -> batch posn nheads d_head') + b_K\n"
        "    v = einsum(x, W_V, 'batch posn d_model, nheads d_model d_head -> batch posn nheads d_head') + b_V\n"
        "    scores = einsum(q, k, 'batch pq nheads d_head, batch pk nheads d_head -> batch nheads pq pk')\n"
        "    scores = scores / W_Q.shape[-1] ** 0.5\n"
        "    mask = torch.triu(torch.ones(scores.size(-2), scores.size(-1)), diagonal=1).bool()\n"
        "    scores.masked_fill_(mask, -1e9)\n"
        "    pattern = scores.masked_fill(mask, float('-inf')).softmax(-1)\n"
        "    z = einsum(v, pattern, 'batch pk nheads d_head, batch nheads pq pk -> batch pq nheads d_head')\n"
        "    return einsum(z, W_O, 'batch pq nheads d_head, nheads d_head d_model -> batch pq d_model') + b_O",
        {"b_Q": (2, 3), "b_K": (2, 3), "b_V": (2, 3), "b_O": (5,), "normalized_resid_pre": (2, 4, 5), "W_Q": (2, 5, 3)},
    ),
    "attention of nanoGPT": Snippet(
        "import math\nimport torch\nimport torch.nn as nn\nfrom torch.nn import functional as F\n\n"
        "class CausalSelfAttention(nn.Module):\n"
        "    def __init__(self, n_embd, n_head, block_size):\n"
        "        super().__init__()\n"
        "        assert n_embd % n_head == 0\n"
        "        self.c_attn = nn.Linear(n_embd, 3 * n_embd)\n"
        "        self.c_proj = nn.Linear(n_embd, n_embd)\n"
        "        self.attn_dropout = nn.Dropout(0.0)\n"
        "        self.n_head = n_head\n"
        "        self.n_embd = n_embd\n"
        "        self.register_buffer('bias', torch.tril(torch.ones(block_size, block_size))\n"
        "                                    .view(1, 1, block_size, block_size))\n\n"
        "    def forward(self, x):\n"
        "        B, T, C = x.size()  # batch size, sequence length, embedding dimensionality (n_embd)\n"
        "        q, k, v = self.c_attn(x).split(self.n_embd, dim=2)\n"
        "        k = k.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)  # (B, nh, T, hs)\n"
        "        q = q.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)  # (B, nh, T, hs)\n"
        "        v = v.view(B, T, self.n_head, C // self.n_head).transpose(1, 2)  # (B, nh, T, hs)\n"
        "        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))\n"
        "        att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float('-inf'))\n"
        "        att = F.softmax(att, dim=-1)\n"
        "        att = self.attn_dropout(att)\n"
        "        y = att @ v\n"
        "        y = y.transpose(1, 2).contiguous().view(B, T, C)\n"
        "        return self.c_proj(y)\n",
        {}, {"n_embd": 6, "n_head": 2, "block_size": 5, "T": 4, "B": 2}, {"n_embd": 6, "n_head": 2, "block_size": 5},
    ),
    "MLP of nanoGPT": Snippet(
        "import torch.nn as nn\n\n"
        "class MLP(nn.Module):\n"
        "    def __init__(self, n_embd, bias=True):\n"
        "        super().__init__()\n"
        "        self.c_fc = nn.Linear(n_embd, 4 * n_embd, bias=bias)\n"
        "        self.gelu = nn.GELU()\n"
        "        self.c_proj = nn.Linear(4 * n_embd, n_embd, bias=bias)\n"
        "        self.ln = nn.LayerNorm(n_embd)\n\n"
        "    def forward(self, x):\n"
        "        return x + self.c_proj(self.gelu(self.c_fc(self.ln(x))))\n",
        {"x": (3, 2)}, {"n_embd": 2}, {"n_embd": 2},
    ),
    "module with parameters": Snippet(
        "import torch\nfrom torch import nn\n\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.W = nn.Parameter(torch.randn(4, 3) / 3**0.5)\n"
        "        self.b = nn.Parameter(torch.zeros(4))\n"
        "        self.net = nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2, bias=False))\n\n"
        "    def forward(self, x):\n"
        "        return self.net(x @ self.W.T + self.b)\n",
        {"x": (2, 3)},
    ),
    "blocks in a list": Snippet(
        "import torch\nfrom torch import nn\n\n"
        "class Block(nn.Module):\n"
        "    def __init__(self, d):\n"
        "        super().__init__()\n"
        "        self.lin = nn.Linear(d, d)\n\n"
        "    def forward(self, x):\n"
        "        return x + torch.relu(self.lin(x))\n\n"
        "class Net(nn.Module):\n"
        "    def __init__(self, d=3, layers=2):\n"
        "        super().__init__()\n"
        "        self.blocks = nn.ModuleList([Block(d) for _ in range(layers)])\n"
        "        self.out = nn.Linear(d, 1)\n\n"
        "    def forward(self, x):\n"
        "        for block in self.blocks:\n"
        "            x = block(x)\n"
        "        return self.out(x).squeeze(-1)\n",
        {"x": (2, 3)},
    ),
    # ---------------------------------------------------------------------------------------------------------- jax
    "jax": Snippet(
        "import jax\nimport jax.numpy as jnp\n\n"
        "def forward(x, W1, W2):\n    h = jax.nn.gelu(jnp.dot(x, W1))\n    return jax.nn.softmax(h @ W2, axis=-1)",
        {"x": (3, 4)},
    ),
    "ncon": Snippet("ncon([A, B, C], [[-1, 1], [1, 2, -2], [2, -3]])", {}),
}  # fmt: skip
