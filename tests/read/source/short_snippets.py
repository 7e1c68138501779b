"""Shorter snippets: text and shapes, without names; `snippets` has those that are about something."""

from __future__ import annotations

SHORT: list[tuple[str, dict[str, tuple[int, ...]]]] = [
    ("np.trace(T, axis1=1, axis2=2)", {"T": (2, 3, 3)}),
    ("A[:, -1] + A[..., 0]", {}),
    ("A[1:3, ::1] @ B", {"A": (4, 3), "B": (3, 2)}),
    ("A.conj().T @ A", {}),
    ("np.linalg.norm(A)**2", {}),
    ("np.einsum('bi,bj->bij', A, B)", {}),
    ("x.T @ x / x.shape[0]", {}),
    ("np.diag(A)", {}),
    ("np.diag(np.diag(A))", {}),
    ("A * np.eye(3)", {"A": (3, 3)}),
    ("np.tril(np.ones((3,3))) @ x", {"x": (3,)}),
    ("np.exp(-np.linalg.norm(x - y)**2 / 2)", {}),
    ("(A[:, None, :] - B[None, :, :])**2", {"A": (2, 3), "B": (4, 3)}),
    ("((A[:, None, :] - B[None, :, :])**2).sum(-1)", {"A": (2, 3), "B": (4, 3)}),
    ("np.outer(a, b).reshape(-1)", {}),
    ("np.outer(a, b).ravel() @ c", {"a": (2,), "b": (3,), "c": (6,)}),
    ("np.tensordot(a, b, 0)", {}),
    ("np.tensordot(A, B, axes=([0, 1], [1, 0]))", {}),
    ("np.sum(a * b)", {}),
    ("a.dot(b)", {}),
    ("A.dot(B).dot(c)", {}),
    ("np.sqrt(np.mean(x**2))", {}),
    ("x / (np.linalg.norm(x) + 1e-8)", {}),
    ("-A + (-B)", {"A": (2, 2), "B": (2, 2)}),
    ("abs(x)", {}),
    ("x ** -0.5", {}),
    ("np.minimum(x, y)", {}),
    ("np.maximum(0, x)", {}),
    ("np.maximum(x, 0.1*x)", {}),
    ("np.log(np.sum(np.exp(x)))", {}),
    ("np.mean(A)", {}),
    ("A.mean(0)", {}),
    ("A.max()", {}),
    ("A.var(axis=1)", {}),
    ("np.var(x, ddof=1)", {}),
    ("np.squeeze(A[None, :, :], axis=0)", {}),
    ("np.expand_dims(x, (0, 2)) * A", {"x": (3,), "A": (2, 3, 4)}),
    ("np.swapaxes(A, 0, 1)", {}),
    ("np.einsum(A, [0, 1], [1, 0])", {}),
    ("np.einsum('i...->...', A)", {}),
    ("np.einsum('ij->', A)", {}),
    ("oe.contract('ij,jk,kl->il', A, B, C, optimize='auto')", {}),
    ("oe.contract(A, (0, 1), B, (1, 2), (0, 2))", {}),
    (
        "def f(x, W1, b1, W2, b2):\n    h = np.maximum(0, x @ W1 + b1)\n    return h @ W2 + b2",
        {},
    ),
    (
        "def f(x, W1, b1, W2, b2):\n    h = np.maximum(0, x.dot(W1) + b1)\n    out = h.dot(W2) + b2\n    return out",
        {"x": (3, 4)},
    ),
    (
        "def f(X):\n    n, d = X.shape\n    mu = X.sum(axis=0) / n\n    Xc = X - mu\n    return Xc.T @ Xc / (n - 1)",
        {},
    ),
    (
        "def f(Q, K, V):\n"
        "    d = Q.shape[-1]\n"
        "    S = Q @ K.T / np.sqrt(d)\n"
        "    S = S - S.max(axis=-1, keepdims=True)\n"
        "    P = np.exp(S)\n"
        "    P /= P.sum(axis=-1, keepdims=True)\n"
        "    return P @ V",
        {},
    ),
    (
        "def f(A, B, C):\n"
        "    '''doc'''\n"
        "    AB = A @ B\n"
        "    tr1 = np.trace(AB @ C)\n"
        "    tr2 = np.trace(C @ AB)\n"
        "    return tr1, tr2",
        {},
    ),
    (
        "import numpy as np\nA = np.random.randn(4, 5)\nB = np.random.randn(5, 6)\nC = A @ B\nD = C.T",
        {},
    ),
    (
        "def f(x, W):\n    for l in range(W.shape[0]):\n        x = np.tanh(W[l] @ x)\n    return x",
        {"x": (3,), "W": (4, 3, 3)},
    ),
    (
        "def f(x, W):\n    outs = []\n    for l in range(2):\n        outs.append(W[l] @ x)\n    return sum(outs)",
        {"x": (3,), "W": (2, 3, 3)},
    ),
    (
        "def f(x, W, n=3):\n    y = 0\n    for l in range(n):\n        y = y + W[l] @ x\n    return y",
        {"x": (3,), "W": (3, 3, 3)},
    ),
    (
        "def f(x, W):\n    y = np.zeros(3)\n    for l in range(2):\n        y += W[l] @ x\n    return y",
        {"x": (3,), "W": (2, 3, 3)},
    ),
    ("torch.einsum('bhqd,bhkd->bhqk', q, k)", {}),
    ("torch.tensordot(A, B, dims=([1], [0]))", {}),
    ("torch.cat([a, b], dim=0)", {"a": (2,), "b": (3,)}),
    ("torch.stack([a, b], dim=-1)", {}),
    ("x.pow(2).sum(dim=-1, keepdim=True).sqrt()", {}),
    ("torch.outer(a, b).T", {}),
    ("torch.softmax(x, 0)", {}),
    ("F.softmax(x, dim=-1)", {}),
    ("x.softmax(dim=0)", {}),
    ("torch.log_softmax(x, dim=-1)", {}),
    ("torch.relu(x) ** 2", {}),
    ("x.unsqueeze(-1) * y.unsqueeze(0)", {}),
    ("x[..., None] * y[None]", {}),
    ("F.relu(F.linear(x, W, b))", {"x": (2, 3), "b": (4,)}),
    ("torch.where(x > 0, x, torch.zeros_like(x))", {}),
    ("torch.where(x > 0, x, 0.1 * x)", {}),
    ("torch.clamp(x, min=0.5)", {}),
    ("torch.cosine_similarity(a, b, dim=0)", {}),
    ("torch.linalg.inv(A) @ torch.linalg.det(B).reshape(1,1).expand(2,2)", {"A": (2, 2), "B": (3, 3)}),
    ("torch.trace(A.t() @ A)", {}),
    ("torch.kron(A, B)", {}),
    ("x.view(2, 3)", {"x": (6,)}),
    ("x.reshape(-1, 2)", {"x": (6,)}),
    ("rearrange(x, 'b c h w -> b (h w) c')", {}),
    ("rearrange(x, '... (a b) -> ... b a', a=2)", {"x": (3, 4)}),
    ("rearrange([a, b], 'n i -> i n')", {}),
    ("reduce(x, 'b c h w -> b c', 'sum')", {}),
    ("repeat(x, 'i -> n i', n=3)", {}),
    ("rearrange(x, 'h w -> () h w ()')", {}),
    ("rearrange(x, 'h w -> 1 h w')", {}),
    ("einsum(A, B, '... i, ... j -> ... i j')", {"A": (2, 3), "B": (2, 4)}),
    (
        "import jax.numpy as jnp\ndef f(A, x):\n    return jnp.linalg.norm(jnp.einsum('ij,j->i', A, x))",
        {},
    ),
    (
        "A = np.eye(3)\nB = A @ C",
        {},
    ),
    (
        "x = a + b\ny = x * 2\nz = x @ y\nz, y",
        {},
    ),
    (
        "def f(tokens, W_E, W_pos, W_U):\n"
        "    seq = tokens.shape[0]\n"
        "    x = W_E[tokens] + W_pos[:seq]\n"
        "    return x @ W_U",
        {"W_E": (7, 3), "tokens": (4,), "W_pos": (5, 3), "W_U": (3, 7)},
    ),
    (
        "def f(x, g):\n    rms = np.sqrt(np.mean(np.square(x), axis=-1, keepdims=True) + 1e-5)\n    return x / rms * g",
        {"x": (3, 4)},
    ),
    (
        "mps = [A1, A2, A3]\n"
        "state = mps[0]\n"
        "for A in mps[1:]:\n"
        "    state = np.tensordot(state, A, axes=([-1], [0]))\n"
        "state",
        {"A1": (2, 3), "A2": (3, 2, 3), "A3": (3, 2)},
    ),
    (
        "def f(H, psi):\n    return np.vdot(psi, H @ psi) / np.vdot(psi, psi)",
        {},
    ),
    (
        "f = lambda x: np.maximum(x, 0)\nf(W2 @ f(W1 @ x))",
        {},
    ),
    (
        "@torch.no_grad()\ndef f(x, W):\n    return x @ W",
        {},
    ),
    (
        "def f(x: np.ndarray, W: np.ndarray) -> np.ndarray:\n    y: np.ndarray = x @ W\n    return y",
        {},
    ),
    (
        "def f(x, W, b=None):\n    y = x @ W\n    if b is not None:\n        y = y + b\n    return y",
        {},
    ),
    (
        "def f(x, W, causal=True):\n"
        "    s = x @ W @ x.T\n"
        "    if causal:\n"
        "        T = s.shape[-1]\n"
        "        s = np.where(np.tril(np.ones((T, T), dtype=bool)), s, -1e9)\n"
        "    return np.tril(np.exp(s))",
        {"x": (4, 3)},
    ),
    (
        # x could be a vector until the softmax says that it is none
        "def f(x, W_Q, W_K, W_V):\n"
        "    q, k, v = x @ W_Q, x @ W_K, x @ W_V\n"
        "    scores = q @ k.T / 8\n"
        "    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))\n"
        "    return scores / scores.sum(axis=-1, keepdims=True) @ v",
        {},
    ),
    # what diag is of is a vector, until something says otherwise
    ("U @ np.diag(S) @ Vt", {}),
    ("U @ torch.diag(S) @ Vt", {}),
    ("torch.diag_embed(S) @ U", {}),
    ("U @ np.diagflat(S) @ Vt", {}),
    ("np.diag(A).sum() + np.trace(A)", {}),
    ("np.einsum('i,i->', np.diag(A), b)", {}),
    # how many axes there are follows from a later line, or from the name of what a loop goes through
    ("np.tensordot(A, B, axes=([1], [0])).transpose(0, 2, 1)", {}),
    ("def f(X, W1):\n    for i in range(3):\n        X = np.tanh(X @ W1[i])\n    return X", {}),
    ("def f(x, W1, b):\n    for i in range(3):\n        x = np.tanh(W1[i] @ x + b[i])\n    return x", {}),
    ("def f(x, weights):\n    for W in weights:\n        x = np.tanh(W @ x)\n    return x", {}),
    # entries of what is computed
    ("def f(x, W):\n    h = np.exp(x @ W)\n    return h[:, 0] @ h + h[0, 1]", {"x": (2, 3), "W": (3, 2)}),
    ("def f(S, a):\n    return np.outer(np.diag(S)[:, 1], a)", {"S": (3,)}),
    (
        "def f(x, W):\n    q, k, v = (x @ W).chunk(3, dim=-1)\n    return torch.softmax(q @ k.T, -1) @ v",
        {"x": (4, 6), "W": (6, 9)},
    ),
    (
        # F is functional only where functions are taken from it
        "np.einsum('ij,jk->ik', E, F) + F @ E",
        {"E": (3, 3), "F": (3, 3)},
    ),
]
