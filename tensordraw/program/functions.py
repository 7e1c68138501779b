"""The table of functions that bubbles apply: one frozen record a function, adding one is adding a row.

A library form is one Python expression in `{x}`, `{axis}` or `{row}` and `{column}`, and the parameters. The same text
is printed by emitters and computed by the evaluator (`forms.py` interprets it), so code and numbers cannot disagree. A
bare function name in it, such as `softmax(...)`, is a function of `forms_<library>.py`, whose source emitters copy.

Derivatives are expressions too: of an elementwise function d f / d x in `x` and the parameters; of the others the
pullback of a cotangent `g`, in `x`, `y` = f(x), `g`, `n` (size along the axis), and the functions of `PULLBACK_CALLS`,
which act along the function's axes, keep reduced axes as size 1, and broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tensordraw.errors import Error

Rule: TypeAlias = Literal["elementwise", "along", "pair", "matrix"]
AXES: dict[Rule, tuple[str, ...]] = {
    "elementwise": (),
    "along": ("axis",),
    "pair": ("row", "column"),
    "matrix": ("row", "column"),
}
PULLBACK_CALLS = {
    "sum": 1, "mean": 1, "cumsum": 1, "lower": 1, "strictly_lower": 1, "transpose": 1, "inverse": 1, "matmul": 2,
    "argmax_one_hot": 1, "exp": 1, "sqrt": 1, "abs": 1, "sign": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """How a library writes it; `last` where the axes are the last ones in order and that has a better form."""

    text: str
    last: str = ""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `rule` says which axes it runs along, `reduces` that they vanish, `swaps` that the two axes carry
    each other's space afterwards. `params` are the parameters with their defaults, `axes` what people call the axes."""

    name: str
    title: str
    sentence: str
    rule: Rule
    numpy: Form
    torch: Form
    jax: Form
    tex: str
    derivative: str
    colour: str
    params: dict[str, float] = field(default_factory=dict)
    axes: tuple[str, ...] = ()
    reduces: bool = False
    swaps: bool = False
    group: str = ""

    def form(self, library: str) -> Form:
        """The form for "numpy", "torch" or "jax"."""
        return {"numpy": self.numpy, "torch": self.torch, "jax": self.jax}[library]


def _elementwise(
    name: str, title: str, sentence: str, numpy: str, torch: str, jax: str, derivative: str, *, tex: str = "",
    params: dict[str, float] | None = None, colour: str = "orange",
) -> Function:  # fmt: skip
    return Function(
        name, title, sentence, "elementwise", Form(numpy), Form(torch), Form(jax or numpy.replace("np.", "jnp.")),
        tex or rf"\mathrm{{{name}}}", derivative, colour, params or {}, group="elementwise",
    )  # fmt: skip


def _along(
    name: str, title: str, sentence: str, numpy: str, torch: str | Form, jax: str, derivative: str, *, tex: str = "",
    params: dict[str, float] | None = None, reduces: bool = False, colour: str = "green",
) -> Function:  # fmt: skip
    return Function(
        name, title, sentence, "along", Form(numpy), Form(torch) if isinstance(torch, str) else torch,
        Form(jax or numpy.replace("np.", "jnp.")), tex or rf"\mathrm{{{name.replace('_', '-')}}}", derivative, colour,
        params or {}, ("along",), reduces=reduces, group="along a leg",
    )  # fmt: skip


def _two(
    name: str, title: str, sentence: str, rule: Rule, numpy: Form, torch: Form, derivative: str, *, tex: str,
    axes: tuple[str, ...] = ("row", "column"), reduces: bool = False, swaps: bool = False, colour: str = "grey",
) -> Function:  # fmt: skip
    jax = Form(numpy.text.replace("np.", "jnp."), numpy.last.replace("np.", "jnp."))
    return Function(
        name, title, sentence, rule, numpy, torch, jax, tex, derivative, colour, {}, axes, reduces, swaps,
        "along two legs" if rule == "pair" else "on a matrix",
    )  # fmt: skip


_TABLE = (
    # ---------------------------------------------------------------------------------------------- elementwise
    _elementwise("relu", "ReLU", "Negative entries become 0.",
        "np.maximum({x}, 0)", "torch.relu({x})", "jax.nn.relu({x})", "step(x)"),
    _elementwise("gelu", "GELU", "x times the normal distribution function of x.",
        "gelu({x})", "torch.nn.functional.gelu({x})", "jax.nn.gelu({x}, approximate=False)",
        "(1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)"),
    _elementwise("gelu_tanh", "GELU (tanh)", "GELU by its tanh approximation, as in GPT-2.",
        "gelu_tanh({x})", 'torch.nn.functional.gelu({x}, approximate="tanh")', "jax.nn.gelu({x}, approximate=True)",
        "(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))/2"
        " + x*(1 - tanh(sqrt(2/pi)*(x + 0.044715*x**3))**2)*sqrt(2/pi)*(1 + 0.134145*x**2)/2", tex=r"\mathrm{gelu}"),
    _elementwise("silu", "SiLU", "x times its sigmoid.",
        "{x} / (1 + np.exp(-{x}))", "torch.nn.functional.silu({x})", "jax.nn.silu({x})",
        "sigmoid(x)*(1 + x*(1 - sigmoid(x)))"),
    _elementwise("tanh", "tanh", "Hyperbolic tangent.",
        "np.tanh({x})", "torch.tanh({x})", "", "1 - tanh(x)**2", tex=r"\tanh"),
    _elementwise("sigmoid", "sigmoid", "1 / (1 + exp(-x)).",
        "1 / (1 + np.exp(-{x}))", "torch.sigmoid({x})", "jax.nn.sigmoid({x})", "sigmoid(x)*(1 - sigmoid(x))",
        tex=r"\sigma"),
    _elementwise("exp", "exp", "Exponential of each entry.",
        "np.exp({x})", "torch.exp({x})", "", "exp(x)", tex=r"\exp"),
    _elementwise("log", "log", "Natural logarithm of each entry.",
        "np.log({x})", "torch.log({x})", "", "1/x", tex=r"\log"),
    _elementwise("abs", "absolute value", "Absolute value of each entry.",
        "np.abs({x})", "torch.abs({x})", "", "sign(x)", tex=r"|\cdot|"),
    _elementwise("square", "square", "Each entry squared.",
        "{x}**2", "{x}**2", "", "2*x", tex=r"(\cdot)^2"),
    _elementwise("sqrt", "square root", "Square root of each entry.",
        "np.sqrt({x})", "torch.sqrt({x})", "", "1/(2*sqrt(x))", tex=r"\sqrt{\cdot}"),
    _elementwise("reciprocal", "reciprocal", "1 / x for each entry.",
        "1 / {x}", "1 / {x}", "", "-1/x**2", tex=r"(\cdot)^{-1}"),
    _elementwise("sin", "sin", "Sine of each entry.",
        "np.sin({x})", "torch.sin({x})", "", "cos(x)", tex=r"\sin"),
    _elementwise("cos", "cos", "Cosine of each entry.",
        "np.cos({x})", "torch.cos({x})", "", "-sin(x)", tex=r"\cos"),
    _elementwise("softplus", "softplus", "log(1 + exp(x)).",
        "np.logaddexp({x}, 0)", "torch.nn.functional.softplus({x})", "jax.nn.softplus({x})", "sigmoid(x)"),
    _elementwise("step", "step", "1 where x > 0, else 0.",
        "({x} > 0).astype({x}.dtype)", "({x} > 0).to({x}.dtype)", "", "0", tex=r"\theta"),
    _elementwise("power", "power", "Each entry to the power p.",
        "{x}**{p}", "{x}**{p}", "", "p*x**(p - 1)", tex=r"(\cdot)^{p}", params={"p": 2}),
    _elementwise("expression", "expression in x", "Any formula in x that you type.",
        "", "", "", "", tex="f"),
    # ---------------------------------------------------------------------------------------------- along a leg
    _along("softmax", "softmax", "Exponentials that add up to 1 along the leg.",
        "softmax({x}, axis={axis})", "torch.softmax({x}, dim={axis})", "jax.nn.softmax({x}, axis={axis})",
        "y*(g - sum(g*y))"),
    _along("log_softmax", "log-softmax", "Logarithm of the softmax along the leg.",
        "log_softmax({x}, axis={axis})", "torch.log_softmax({x}, dim={axis})",
        "jax.nn.log_softmax({x}, axis={axis})", "g - exp(y)*sum(g)"),
    _along("normalise", "normalise (layer norm)", "Mean 0 and variance 1 along the leg: layer norm without weights.",
        "normalise({x}, axis={axis}, eps={eps})",
        Form("normalise({x}, dim={axis}, eps={eps})",
             "torch.nn.functional.layer_norm({x}, {x}.shape[-1:], eps={eps})"),
        "normalise({x}, axis={axis}, eps={eps})",
        "(g - mean(g) - y*mean(g*y))/sqrt(mean((x - mean(x))**2) + eps)", params={"eps": 1e-5}, tex=r"\mathrm{norm}",
        colour="purple"),
    _along("rms_norm", "RMS norm", "Mean square 1 along the leg.",
        "rms_norm({x}, axis={axis}, eps={eps})",
        Form("rms_norm({x}, dim={axis}, eps={eps})", "torch.nn.functional.rms_norm({x}, {x}.shape[-1:], eps={eps})"),
        "rms_norm({x}, axis={axis}, eps={eps})", "(g - y*mean(g*y))/sqrt(mean(x**2) + eps)",
        params={"eps": 1e-5}, tex=r"\mathrm{rms}", colour="purple"),
    _along("l2_normalise", "normalise to length 1", "Divides by the Euclidean length along the leg.",
        "{x} / np.linalg.norm({x}, axis={axis}, keepdims=True)",
        "{x} / torch.linalg.vector_norm({x}, dim={axis}, keepdim=True)", "",
        "(g - y*sum(g*y))/sqrt(sum(x**2))", tex=r"\ell_2", colour="purple"),
    _along("sum_normalise", "normalise to sum 1", "Divides by the sum along the leg.",
        "{x} / {x}.sum(axis={axis}, keepdims=True)", "{x} / {x}.sum(dim={axis}, keepdim=True)", "",
        "(g - sum(g*y))/sum(x)", tex=r"\ell_1", colour="purple"),
    _along("max", "maximum", "The largest entry along the leg, which it consumes.",
        "{x}.max(axis={axis})", "{x}.amax(dim={axis})", "", "g*argmax_one_hot(x)", tex=r"\max", reduces=True,
        colour="blue"),
    _along("mean", "mean", "The mean along the leg, which it consumes.",
        "{x}.mean(axis={axis})", "{x}.mean(dim={axis})", "", "g/n", reduces=True, colour="blue"),
    _along("cumulative_sum", "cumulative sum", "Each entry plus all before it along the leg.",
        "np.cumsum({x}, axis={axis})", "torch.cumsum({x}, dim={axis})", "", "sum(g) - cumsum(g) + g",
        tex=r"\mathrm{cumsum}"),
    _along("argmax_one_hot", "argmax, one-hot", "1 at the largest entry along the leg, 0 elsewhere.",
        "argmax_one_hot({x}, axis={axis})", "argmax_one_hot({x}, dim={axis})", "", "0*g", tex=r"\mathrm{argmax}"),
    _along("top_k", "top k", "Keeps the k largest entries along the leg; the others become 0.",
        "top_k({x}, axis={axis}, k={k})", "top_k({x}, dim={axis}, k={k})", "", "g*abs(sign(y))",
        params={"k": 1}, tex=r"\mathrm{top}_k"),
    # ------------------------------------------------------------------------------- along two legs, on a matrix
    _two("causal_mask", "causal mask", "Minus infinity where the key comes after the query.", "pair",
        Form("causal_mask({x}, {row}, {column})", "causal_mask({x})"),
        Form("causal_mask({x}, {row}, {column})", "causal_mask({x})"),
        "lower(g)", tex=r"\mathrm{mask}", axes=("query", "key")),
    _two("lower", "lower triangle", "Entries above the diagonal become 0.", "pair",
        Form("lower({x}, {row}, {column})", "np.tril({x})"),
        Form("lower({x}, {row}, {column})", "torch.tril({x})"), "lower(g)", tex=r"\mathrm{tril}"),
    _two("strictly_lower", "strictly lower triangle", "Entries on and above the diagonal become 0.", "pair",
        Form("strictly_lower({x}, {row}, {column})", "np.tril({x}, -1)"),
        Form("strictly_lower({x}, {row}, {column})", "torch.tril({x}, -1)"), "strictly_lower(g)",
        tex=r"\mathrm{tril}_{-1}"),
    _two("inverse", "matrix inverse", "The inverse matrix; each leg leaves in the other's space.", "matrix",
        Form("inverse({x}, {row}, {column})", "np.linalg.inv({x})"),
        Form("inverse({x}, {row}, {column})", "torch.linalg.inv({x})"),
        "-matmul(transpose(y), matmul(g, transpose(y)))", tex=r"(\cdot)^{-1}", swaps=True, colour="red"),
    _two("determinant", "determinant", "The determinant, which consumes both legs.", "matrix",
        Form("determinant({x}, {row}, {column})", "np.linalg.det({x})"),
        Form("determinant({x}, {row}, {column})", "torch.linalg.det({x})"),
        "g*y*transpose(inverse(x))", tex=r"\det", reduces=True, colour="red"),
    _two("transpose", "transpose", "The transposed matrix; each leg leaves in the other's space.", "matrix",
        Form("np.swapaxes({x}, {row}, {column})"), Form("{x}.transpose({row}, {column})",),
        "transpose(g)", tex=r"(\cdot)^{\top}", swaps=True, colour="red"),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {function.name: function for function in _TABLE}


def function(name: str) -> Function:
    """The record with this name; errors.Error where there is none."""
    if name not in FUNCTIONS:
        raise Error(f"There is no function {name!r}: the functions are {', '.join(FUNCTIONS)}.")
    return FUNCTIONS[name]
