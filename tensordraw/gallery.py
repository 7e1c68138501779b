"""The gallery: the figures that the program carries, by section, and the folder with all of them and a page that shows them.

A figure's document is named by its number in the list of figures, which says the section, and a word. Its title, and its
description, which is one sentence and its source in parentheses, are what the page says. The page stands alone: figures are
in it, in the colours of the reader's scheme, small at its top and larger with their code and cost; beside it lie each figure
as SVG and as a small PNG, which open as documents.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tensordraw import api
from tensordraw.bundled import bundled
from tensordraw.diagram import file
from tensordraw.diagram.recipes import recipe_words
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure.display import Box

SECTIONS = (
    (1, "Tensors"), (3, "Operations"), (15, "Special tensors"), (22, "Decompositions and networks"), (34, "Neural networks"),
    (49, "Circuits"), (55, "Multilinear algebra"), (66, "Units, norms and state spaces"),
)  # fmt: skip
THUMB = 320.0  # pixels of a thumbnail's longer side
_FINE = 144.0  # pixels an inch of a thumbnail that is small enough
_CARD = 240.0  # pixels of the longer side of a picture at the top of the page
_LARGER = 1.25 * 96 / 72  # pixels of the page for a point of a figure
_SHORT = 16  # lines of code that are shown at once
_PAGE = "index.html"


def section_of(path: Path) -> str:
    """The section of a figure: the last one whose first number is not beyond its own."""
    digits = path.stem.partition("-")[0]
    number = int(digits) if digits.isdigit() else 0
    return next((title for first, title in reversed(SECTIONS) if first <= number), "More")


def figures(folder: Path | None = None) -> list[Path]:
    """The documents of the gallery in order; those of a folder where one is given."""
    return sorted((folder or bundled("gallery")).glob("*.tdraw"))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the page shows of a figure: as SVG and as small PNGs (`cards`), in light and in dark colours; `width` is in
    points. `einsum` is its one einsum, empty where it is more than one."""

    stem: str
    section: str
    title: str
    sentence: str
    source: str
    light: bytes
    dark: bytes
    cards: tuple[bytes, bytes]
    width: float
    code: str
    einsum: str
    made: tuple[str, ...]
    cost: str


def said_and_source(description: str) -> tuple[str, str]:
    """A description's sentence, and the source that stands in parentheses at its end ("" where none does)."""
    found = re.fullmatch(r"(.*) \(([^()]*|[^()]*\([^()]*\)[^()]*)\)\.", description, re.DOTALL)
    return (found[1] + ".", found[2]) if found else (description, "")


def write(folder: Path, say: Callable[[str], None] = lambda _: None) -> int:
    """Write each figure of the gallery as SVG and PNG, and the page; the number of figures. `say` hears each title.

    errors.Error where the folder cannot be made or written.
    """
    from tensordraw.figure.build import build
    from tensordraw.figure.export import picture

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Error(f"The folder {folder} cannot be made: {error.strerror or error}.") from None
    entries = []
    for path in figures():
        diagram = file.load(path)
        say(diagram.title)
        box = build(diagram).box
        small: dict[str, Any] = {"dpi": _dpi(box, THUMB), "background": "white"}
        for ending, options in ((".svg", {}), (".png", small)):
            target = folder / (path.stem + ending)
            file.write_atomically(target, picture(diagram, str(target), width="", scale="absolute", **options))
        entries.append(_entry(path, diagram, box))
    file.write_atomically(folder / _PAGE, page(entries).encode())
    return len(entries)


def _dpi(box: Box, pixels: float) -> float:
    """Pixels an inch that make the longer side of a box this long, if it is not small."""
    return min(_FINE, 72 * pixels / max(box[2] - box[0], box[3] - box[1]))


def _entry(path: Path, diagram: Diagram, box: Box) -> Entry:
    from tensordraw.figure.export import picture

    def drawn(name: str, theme: str, dpi: float | None = None) -> bytes:
        plain: dict[str, Any] = {"scale": "absolute", "background": "", "source": False}
        return picture(diagram, name, width="", theme=theme, dpi=dpi, **plain)

    light, dark = (drawn("figure.svg", theme) for theme in ("paper", "dark"))
    small = _dpi(box, _CARD)
    cards = drawn("card.png", "paper", small), drawn("card.png", "dark", small)
    sentence, source = said_and_source(diagram.description)
    made = tuple(f"{name}: {recipe_words(recipe)}" for name, recipe in sorted(diagram.content.recipes.items()))
    return Entry(
        path.stem, section_of(path), diagram.title, sentence, source, light, dark, cards, box[2] - box[0],
        api.code(diagram, "torch"), _one_einsum(diagram), made, str(api.cost(diagram)),
    )  # fmt: skip


def _one_einsum(diagram: Diagram) -> str:
    """The einsum that the whole diagram is, as PyTorch writes it; empty where it is another program."""
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify
    from tensordraw.program.statements import Einsum

    program = simplify(lower(diagram.content))
    if len(program.body) != 1 or not isinstance(program.body[0], Einsum) or len(program.outputs) != 1:
        return ""
    found = re.search(r"torch\.einsum\(.*\)", api.code(diagram, "torch_einsum"), re.DOTALL)
    return " ".join(found[0].split()) if found else ""


# --------------------------------------------------------------------------------------------------------- the page

_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1d1d1f; --faint: #62626a; --line: #dcdce0; --code: #f5f5f7;
  --link: #0058a8; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1e1f22; --ink: #e8e8ea; --faint: #a2a2aa; --line: #3a3b40; --code: #292a2e; --link: #7ab8ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav h3 { margin: 1.6rem 0 .5rem; font-size: 1rem; }
nav ul { list-style: none; padding: 0; margin: 0; display: grid; gap: .6rem;
  grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
nav a { display: flex; flex-direction: column; gap: .4rem; height: 100%; padding: .6rem; border: 1px solid var(--line);
  border-radius: 8px; color: var(--ink); font-size: .84rem; line-height: 1.3; text-align: center; }
nav a:hover { border-color: var(--link); text-decoration: none; }
nav img { display: block; width: 100%; height: 5.5rem; object-fit: scale-down; }
h2 { margin: 3.2rem 0 0; font-size: 1.35rem; }
article { border-top: 1px solid var(--line); margin-top: 1.1rem; padding-top: 1rem; }
article h3 { margin: 0; font-size: 1.06rem; }
article h3 small { color: var(--faint); font-weight: 400; margin-left: .5em; }
p { margin: .25rem 0; }
.source, .made { color: var(--faint); font-size: .87rem; }
figure { margin: 1.1rem 0; text-align: center; }
figure img { max-width: 100%; height: auto; }
.code { position: relative; margin: .5rem 0; }
.code button { position: absolute; top: .35rem; right: .35rem; padding: .15rem .55rem; border: 1px solid var(--line);
  border-radius: 6px; background: var(--paper); color: var(--faint); font: .8rem system-ui, sans-serif; cursor: pointer; }
.code button:hover { color: var(--ink); }
pre { background: var(--code); border-radius: 6px; padding: .7rem 4.5rem .7rem .9rem; overflow-x: auto; margin: 0;
  font: 13px/1.5 ui-monospace, monospace; }
summary { cursor: pointer; color: var(--faint); font-size: .9rem; }
""".strip()

_SCRIPT = """
for (const code of document.querySelectorAll(".code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.onclick = async () => {
    const text = code.querySelector("pre");
    try { await navigator.clipboard.writeText(text.textContent); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren(text); button.textContent = "Selected"; }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  code.append(button);
}
""".strip()


def page(entries: Sequence[Entry]) -> str:
    """The page of these figures, as HTML that needs nothing else."""
    return "\n".join(_lines(entries)) + "\n"


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    sections = list(dict.fromkeys(entry.section for entry in entries))
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Gallery of tensor diagrams</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>"
    yield "<h1>Gallery</h1>"
    yield f"<p>{len(entries)} diagrams that are programs: each with its code, and what computing it costs.</p>\n<nav>"
    for section in sections:
        yield f"<h3>{html.escape(section)}</h3>\n<ul>"
        for entry in entries:
            if entry.section == section:
                yield f'<li><a href="#{entry.stem}">{_both(*entry.cards, "png")}{html.escape(entry.title)}</a></li>'
        yield "</ul>"
    yield "</nav>"
    for section in sections:
        yield f"<section>\n<h2>{html.escape(section)}</h2>"
        for entry in entries:
            if entry.section == section:
                yield from _article(entry)
        yield "</section>"
    yield f"<script>\n{_SCRIPT}\n</script>"
    yield "</body>\n</html>"


def _article(entry: Entry) -> Iterator[str]:
    title, number = html.escape(entry.title), entry.stem.partition("-")[0].lstrip("0")
    yield f'<article id="{entry.stem}">\n<h3>{title}<small>{number}</small></h3>'
    yield f"<p>{html.escape(entry.sentence)}</p>"
    if entry.source:
        yield f'<p class="source">{html.escape(entry.source)}</p>'
    yield f"<figure>{_both(entry.light, entry.dark, 'svg+xml', title, entry.width)}</figure>"
    if entry.einsum:
        yield _code(entry.einsum)
    code = entry.code.strip()
    shown = " open" if not entry.einsum and code.count("\n") < _SHORT else ""
    yield f"<details{shown}><summary>PyTorch</summary>{_code(code)}</details>"
    cost, _, path = entry.cost.partition("\n")
    yield (
        f"<details><summary>{html.escape(cost)}</summary>{_code(path)}</details>"
        if path
        else (f'<p class="source">{html.escape(cost)}</p>')
    )
    if entry.made:
        yield f'<p class="made">{html.escape("; ".join(entry.made))}.</p>'
    yield f'<p class="source"><a href="{entry.stem}.svg">SVG</a> · <a href="{entry.stem}.png">PNG</a></p>'
    yield "</article>"


def _code(text: str) -> str:
    return f'<div class="code"><pre>{html.escape(text)}</pre></div>'


def _both(light: bytes, dark: bytes, kind: str, title: str = "", width: float = 0.0) -> str:
    """A picture in the colours of the reader's scheme; `width` in points, 0 for as wide as its place."""
    wide = f' width="{width * _LARGER:.0f}"' if width else ' loading="lazy"'
    return (
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{_embedded(dark, kind)}">'
        f'<img alt="{title}"{wide} src="{_embedded(light, kind)}"></picture>'
    )


def _embedded(picture: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
