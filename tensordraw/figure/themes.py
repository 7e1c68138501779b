"""Themes: every colour, width and size of a figure, by name.

A document names colours symbolically ("blue", "pink") or as `#rrggbb`; a theme says what they look like, so the same
document prints black on white and shows light on dark. Widths and sizes are in points at the final size.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec.structs import replace

from tensordraw.diagram.records import Content, Id, Record, id_order
from tensordraw.errors import Error
from tensordraw.figure.display import Font, Stroke
from tensordraw.figure.heat_colours import PaletteName
from tensordraw.figure.labels import FONTS

WIDTHS = (0.6, 0.9, 1.25, 1.7)  # of wires, from the smallest dimension to the largest
PITCH = 8.0  # distance of parallel legs of one stream

# Order in which spaces without a colour of their own take one (Okabe and Ito's set, darkened to 3:1 on paper).
SPACE_COLOURS = ("ink", "blue", "vermilion", "green", "purple", "orange", "sky", "grey")


class Theme(Record, frozen=True):
    """What symbolic colours look like. `tints` are the pale fills of regions in the colour of that name."""

    name: str
    background: str | None
    colours: dict[str, str]
    tints: dict[str, str]
    font: Font = "latin-modern"
    body: float = 9.0  # font sizes
    leg: float = 7.5
    index: float = 6.5
    region: float = 8.0
    outline: float = 0.6
    line: float = 1.0  # factor of the widths of wires
    palette: PaletteName = "colour"  # which colours the numbers of charts have

    def colour(self, name: str | None, otherwise: str = "ink") -> str:
        """`#rrggbb` of a colour name; a `#rrggbb` stands for itself, an unknown name for `otherwise`."""
        if name is not None and name.startswith("#") and len(name) == 7:
            return name
        return self.colours.get(name or otherwise, self.colours[otherwise])

    def tint(self, name: str | None) -> str:
        """Pale fill that goes with the colour."""
        if name is not None and name.startswith("#") and len(name) == 7:
            return mixed(name, self.colours["paper"], 0.12)
        return self.tints.get(name or "grey", self.tints["grey"])


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of one `#rrggbb` colour mixed with another."""
    pairs = ((int(colour[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _theme(name: str, background: str | None, colours: dict[str, str], share: float) -> Theme:
    return Theme(
        name, background, colours, {key: mixed(value, colours["paper"], share) for key, value in colours.items()}
    )


_PAPER: Mapping[str, str] = {
    "ink": "#000000", "paper": "#ffffff", "body": "#ffffff", "grey": "#828282", "diagonal": "#d4d4d4",
    "blue": "#0072b2", "vermilion": "#bf4800", "green": "#00634a", "purple": "#8a3370",
    "orange": "#c87d00", "sky": "#2593e0", "pink": "#c8378a", "red": "#c0392b", "yellow": "#8c7a00",
}  # fmt: skip
_DARK: Mapping[str, str] = {
    "ink": "#e8e8e8", "paper": "#1e1f22", "body": "#2b2d31", "grey": "#9a9da3", "diagonal": "#55585f",
    "blue": "#56b0f2", "vermilion": "#ff8a50", "green": "#3ecf9f", "purple": "#d894c9",
    "orange": "#f0b440", "sky": "#8fd0ff", "pink": "#ff7fc0", "red": "#ff7566", "yellow": "#e6d84a",
}  # fmt: skip
# Wires are told apart by labels and widths, functions by captions; what paper tints is a light grey.
_BLACK: Mapping[str, str] = {
    **dict.fromkeys(_PAPER, "#000000"), "paper": "#ffffff", "body": "#ffffff", "diagonal": "#d4d4d4",
}  # fmt: skip

# Fills are told apart by hatching, which goes by their grey: no two are the same, and no eye tells them apart.
_GREYS = {name: f"#{0xE8 + k:02x}{0xE8 + k:02x}{0xE8 + k:02x}" for k, name in enumerate(sorted(_PAPER))}

THEMES: Mapping[str, Theme] = {
    look.name: look
    for look in (
        _theme("paper", None, dict(_PAPER), 0.10),
        replace(_theme("dark", "#1e1f22", dict(_DARK), 0.16), palette="dark"),
        replace(_theme("slide", None, dict(_PAPER), 0.16), font="sans", outline=0.9, line=1.4),
        replace(_theme("blog", "#ffffff", {**_PAPER, "ink": "#1f2328"}, 0.12), font="sans", outline=0.8, line=1.2),
        replace(_theme("black-and-white", None, dict(_BLACK), 0.06), tints=_GREYS, palette="grey"),
    )
}

# Colour of each bubble function by its kind; elementwise ones (and a user's own) take the last. This layer knows nothing of
# the table of functions in `program`, so a test holds the two together.
_KINDS: Mapping[str, str] = {
    "green": "softmax log_softmax cumulative_sum argmax_one_hot top_k",
    "purple": "normalise rms_norm l2_normalise sum_normalise",
    "blue": "max mean",
    "grey": "causal_mask lower strictly_lower",
    "red": "inverse determinant transpose",
}
_COLOURS: Mapping[str, str] = {name: colour for colour, names in _KINDS.items() for name in names.split()}
_ELEMENTWISE = "orange"
_CAPTIONS: Mapping[str, str] = {
    "relu": "ReLU", "gelu": "GELU", "gelu_tanh": r"$\text{GELU}_{\tanh}$", "silu": "SiLU", "normalise": "layer norm",
    "rms_norm": "RMS norm", "l2_normalise": r"$\ell_2\text{ norm}$", "sum_normalise": r"$\ell_1\text{ norm}$",
    "log_softmax": "log-softmax", "lower": "lower triangle", "strictly_lower": "strictly lower triangle",
    "argmax_one_hot": "argmax, one-hot", "inverse": r"$(\cdot)^{-1}$", "determinant": r"$\det$",
    "transpose": r"$(\cdot)^{\top}$", "sqrt": r"$\sqrt{\cdot}$", "square": r"$(\cdot)^2$", "abs": r"$|\cdot|$",
    "reciprocal": r"$1/(\cdot)$", "exp": r"$\exp$", "log": r"$\log$", "sin": r"$\sin$", "cos": r"$\cos$",
    "tanh": r"$\tanh$", "max": r"$\max$", "sigmoid": r"$\sigma$",
}  # fmt: skip


def function_colour(function: str) -> str:
    """Colour name of a bubble's function."""
    return _COLOURS.get(function.replace("-", "_"), _ELEMENTWISE)


def function_caption(function: str) -> str:
    """What stands at a bubble: text with mathematics between dollar signs."""
    return _CAPTIONS.get(function.replace("-", "_"), function.replace("_", " "))


@lru_cache(maxsize=64)
def theme(name: str) -> Theme:
    """The theme of that name, which may be followed by a typeface and a size of labels: "paper", "paper/sans/9".

    Raises `Error` where there is none.
    """
    kind, *rest = name.split("/")
    found = THEMES.get(kind)
    if found is None:
        raise Error(f"There is no theme {kind!r}: choose one of {', '.join(sorted(THEMES))}.")
    if not rest:
        return found
    font, size = (*rest, "0")[:2]
    if font and font not in FONTS:
        raise Error(f"There is no typeface {font!r}: choose one of {', '.join(sorted(FONTS))}.")
    factor = float(size) / found.region if float(size) else 1.0
    return replace(
        found, name=name, font=font or found.font, body=found.body * factor, leg=found.leg * factor,
        index=found.index * factor, region=found.region * factor,
    )  # fmt: skip


def styled(name: str, font: str = "", size: float = 0.0) -> str:
    """The name of a theme with another typeface ("": its own) and another size of labels in points (0: its own)."""
    return f"{name}/{font}/{size:g}" if font or size else name


def space_strokes(content: Content, look: Theme) -> dict[Id, Stroke]:
    """Stroke of each space's wires: colour by the space's own or by order, width by the rank of its size."""
    sizes = sorted({space.size for space in content.spaces.values()})
    steps = len(WIDTHS) - 1
    width = {
        size: WIDTHS[rank if len(sizes) <= len(WIDTHS) else round(rank * steps / (len(sizes) - 1))]
        for rank, size in enumerate(sizes)
    }
    out: dict[Id, Stroke] = {}
    turn = 0
    for space in sorted(content.spaces.values(), key=lambda space: id_order(space.id)):
        name = space.colour
        if name is None:
            name, turn = SPACE_COLOURS[turn % len(SPACE_COLOURS)], turn + 1
        out[space.id] = Stroke(look.colour(name), width[space.size] * look.line)
    return out
