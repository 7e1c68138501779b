"""What is not understood is named with its line, and what stands before it is read."""

from __future__ import annotations

import pytest

from tensordraw.errors import Error
from tensordraw.program.check import check
from tensordraw.read.source import read_source, trace

REFUSALS = {
    "import torch\n\n\ndef f(x, W):\n    y = x @ W\n"
    "    z = torch.relu(y)\n    return torch.sort(z)": "line 7: torch.sort is not understood",
    "A = B @ C\nD = np.linalg.svd(A)": "line 2: numpy.linalg.svd is not understood",
    "y = x @ W\ny[0] = 1": "line 2: writing into part of an array is not understood",
    "y = A @ x\nwhile True:\n    y = A @ y": "line 2: while is not understood",
    "y = A @ x\nif y.sum() > 0:\n    y = -y": "line 2: which way 'if y.sum() > 0' goes is not known",
    "y = A @ x\nz = y[::2]": "line 2: slices with a step are not understood",
    "y = A @ x\nz = y[[0, 1]]": "line 2: a list of positions is not understood",
    "y = np.einsum('ij,jk->ik', A)": "line 1: 'ij,jk->ik' has 2 operands, but 1 are given",
    "y = np.einsum('ij,jk->iq', A, B)": "line 1: The output index 'q' of 'ij,jk->iq' stands in no operand",
    "y = rearrange(x, 'a b -> a c')": "line 1: the index 'c' of 'a b -> a c' stands on one side only",
    "y = rearrange(x, 'a b -> a -> b')": "line 1: the pattern 'a b -> a -> b' needs one arrow",
    "y = reduce(x, 'a b -> a', 'prod')": "line 1: reducing by 'prod' is not understood",
    "y = np.eye(3) @ np.ones((4, 2))": "line 1: an axis of size 3 meets one of size 4",
    "x = np.ones((2, 3))\ny = x.reshape(4, 2)": "line 2: an array of shape 2 x 3 cannot be seen in this shape",
    "x = np.ones((2, 3))\ny = x.sum(axis=2)": "line 2: an array with 2 axes stands where at least 3 axes are needed",
    "y = np.sum(A, where=B)": "line 1: the argument 'where' of numpy.sum is not understood",
    "y = foo(A)": "line 1: foo is not understood",
    "y = A.frobnicate()": "line 1: frobnicate is not understood",
    "y = scipy.linalg.expm(A)": "line 1: expm is not understood",
    "y = A + 1j": "line 1: complex numbers are not understood",
    "y = np.array([[1, 2], [3, 4]]) + 'a'": "line 1: a text and an array cannot be computed with",
    "def f(x):\n    return f(x)\nf(y)": "line 2: functions that call themselves are not understood",
    "f = lambda a, b: a @ b\ny = f(A)": "line 2: the argument 'b' is missing",
    "a, b = A @ x, x, x": "line 1: 3 values cannot be bound to 2 names",
    "W = np.random.randn(3, 4)\ny = W[3]": "line 2: there is no position 3 on an axis of size 3",
    "y = np.where(A, B, C)": "line 1: where is understood with a mask",
    "y = np.where(np.tril(np.ones((3, 3))) == 1, A, np.inf)": "line 1: infinity is understood only where a mask puts it",
    "y = torch.tril(A, diagonal=3)": "line 1: a triangle 3 off the main diagonal is not understood",
    "y = np.linalg.norm(A, ord=1)": "line 1: only the Euclidean norm is understood",
    "y = W[tokens @ A]": "line 1: an index that is computed is not understood",
    "try:\n    y = A @ x\nexcept ValueError:\n    pass": "line 1: try is not understood",
    "for i in range(1000):\n    a = b + i\n    c = a": "line 1: a loop of",
    "import torch.nn as nn\nclass N(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.c = nn.Conv2d(3, 3, 3)\n"
    "    def forward(self, x):\n        return self.c(x)": "line 5: torch.nn.Conv2d is not understood",
    "y = x**n": "line 1: the number n is not known; give it as a size, such as n=64",
    "y = np.maximum(x, math.sqrt(n))": "line 1: the number n is not known; give it as a size, such as n=64",
    "y = np.kron(A, B).transpose(0, 2, 1)": "line 1: an array with 2 axes stands where one with 3 axes should be; "
    "give the shape of A, such as A=(2, 3, 4)",
    "y = np.kron(A)": "line 1: numpy.kron lacks its argument 'y'",
    "y = np.tensordot(A, B, axes=([0, 1], [0]))": "line 1: tensordot pairs as many axes",
    "y = ncon([A, B], [[-1, 1], [2, -2]])": "line 1: The label 1 of ncon stands only in list 1",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSALS)
def test_what_is_not_understood_is_named_with_its_line(text: str) -> None:
    with pytest.raises(Error) as caught:
        read_source(text)
    sentence = str(caught.value)
    assert sentence.startswith(REFUSALS[text])
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_what_stands_before_it_is_read() -> None:
    traced = trace(
        "def f(x, W, b):\n    h = x @ W\n    g = h + b\n    k = torch.relu(h)\n    y = torch.sort(g)\n    return y"
    )
    assert traced.stopped == "line 5: torch.sort is not understood."
    program = check(traced.program)
    assert [output.name for output in program.outputs] == ["g", "k"]
    assert [given.array for given in program.inputs] == ["x", "W", "b"]


def test_a_line_inside_a_loop_takes_the_loop_with_it() -> None:
    traced = trace("h = A @ x\nfor i in range(3):\n    h = A @ h\n    h = torch.fft.fft(h)\nh")
    assert traced.stopped == "line 4: torch.fft.fft is not understood."
    assert len(check(traced.program).body) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def f(:\n    pass", "line 1: this is no Python: invalid syntax."),
        ("torch.einsum('ij->i' A)", "line 1: this is no Python: invalid syntax. Perhaps you forgot a comma."),
        ("x = 3", "Nothing in this text is a value"),
        ("import numpy as np", "Nothing in this text is a value"),
        ("torch.sort(A)", "line 1: torch.sort is not understood."),
        ("def f(x):\n    pass", "Nothing in this text is a value"),
        ("class A:\n    pass", "line 1: the class A has no forward."),
    ],
)
def test_texts_of_which_nothing_is_left(text: str, sentence: str) -> None:
    with pytest.raises(Error, match=f"^{sentence.replace('.', '[.]')}"):
        trace(text)


def test_shapes_that_contradict_the_text() -> None:
    with pytest.raises(Error, match="line 1: an axis of size 3 meets one of size 4"):
        read_source("A @ B", {"A": (2, 3), "B": (4, 5)})
    with pytest.raises(Error, match="line 1: an array with 1 axis stands where one with 2 axes should be"):
        read_source("np.einsum('ij->ji', A)", {"A": (2,)})
    with pytest.raises(Error, match="3 shapes are given for 2 arrays: x, y"):
        read_source("def f(x, y):\n    return x @ y", [(2,), (2,), (3,)])
