"""tensordraw: graphical tensor notation whose diagrams are runnable tensor programs.

`import tensordraw as td` gives the public functions below; it loads neither Qt nor NumPy nor PyTorch.
"""

from tensordraw.api import (
    arrays,
    check_equation,
    code,
    cost,
    einsum,
    evaluate,
    export,
    generate,
    languages,
    load,
    ncon,
    next_tokens,
    problems,
    read,
    save,
    show_in_notebooks,
    svg,
    template,
    templates,
    tikz,
)
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

__version__ = "0.1.0"

__all__ = [
    "Diagram",
    "Error",
    "arrays",
    "check_equation",
    "code",
    "cost",
    "einsum",
    "evaluate",
    "export",
    "generate",
    "languages",
    "load",
    "ncon",
    "next_tokens",
    "problems",
    "read",
    "save",
    "svg",
    "template",
    "templates",
    "tikz",
]

show_in_notebooks()
