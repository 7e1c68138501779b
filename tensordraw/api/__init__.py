"""The public functions: each is one path through the layers, from a document to what is asked of it.

`tensordraw/__init__.py` re-exports them. The layers are imported when a function first needs them, since NumPy and the
planner cost more time than a list of templates or a help text is worth. Every mistake of the caller raises `Error`.
"""

# First: when a folder of the package is first imported, Python puts it into the package under its name, and these two have
# the names of public functions. `tensordraw/__init__.py` puts the functions in their place, and there they stay.
from tensordraw import read as _read_folder  # noqa: F401
from tensordraw import templates as _templates_folder  # noqa: F401
from tensordraw.api.documents import einsum, load, ncon, opened, problems, read, save, template, templates
from tensordraw.api.figures import export, show_in_notebooks, svg, tikz
from tensordraw.api.programs import arrays, check_equation, code, cost, evaluate, languages, named_results, summary
from tensordraw.api.texts import generate, given_tokens, likeliest, next_tokens

__all__ = [
    "arrays",
    "check_equation",
    "code",
    "cost",
    "einsum",
    "evaluate",
    "export",
    "generate",
    "given_tokens",
    "languages",
    "likeliest",
    "load",
    "named_results",
    "ncon",
    "next_tokens",
    "opened",
    "problems",
    "read",
    "save",
    "show_in_notebooks",
    "summary",
    "svg",
    "template",
    "templates",
    "tikz",
]
