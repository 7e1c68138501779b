"""The verb `export`. Nothing but click is imported before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import tensordraw as td
from tensordraw.cli_reading import opened


@click.command("export")
@click.argument("path", metavar="FILE")
@click.option("-o", "output", required=True, metavar="FILE", help="A name that ends in .svg, .pdf, .png, .eps or .tex.")
@click.option("--preset", metavar="NAME", help="A journal's width: neurips, icml, revtex, nature (-wide), slide, blog.")
@click.option("--width", metavar="LENGTH", help="Width on paper: 86mm, 3.4in, 240pt, '0.5\\linewidth', 'natural'.")
@click.option("--scale", type=click.Choice(["absolute", "all"]), help="Whether a width changes lines and letters too.")
@click.option("--theme", help="Colours: paper, dark, slide, blog or black-and-white.")
@click.option("--font", help="Typeface of labels: latin-modern, stix or sans.")
@click.option("--label", type=float, metavar="POINTS", help="Size of labels.")
@click.option("--dpi", type=click.FloatRange(min=1), help="Pixels an inch (PNG); 300 else.")
@click.option("--background", metavar="COLOUR", help="white or a colour like #f0e68c; paper is transparent without.")
@click.option("--padding", type=float, metavar="POINTS", help="Space around the figure; 1 else.")
@click.option("--text/--outlines", default=None, help="Labels of an SVG as text or as outlines.")
@click.option("--hatch/--no-hatch", default=None, help="Hatching that tells fills apart without colour.")
@click.option("--standalone/--picture", default=None, help="TikZ as a LaTeX document, or to be pasted into one.")
@click.option("--source/--no-source", default=None, help="Whether the document travels in the figure.")
@click.option("--values/--no-values", default=None, help="Whether the numbers of charts travel in it too.")
@click.option("--blind/--signed", default=None, help="Leave out what says whose the figure is.")
@click.option("--frames/--whole", default=None, help="A file for each panel (name-a.pdf, name-b.pdf), at one scale.")
@click.option("--steps", is_flag=True, help="A file for each step of a network's contraction (name-1.pdf, ...).")
def export(path: str, output: str, steps: bool, **chosen: Any) -> int:
    """Write the document's figure. Options that are not given are those that the document holds."""
    if chosen["width"] == "natural":
        chosen["width"] = ""
    found = [caution for name, figure in _named(path, output, steps) for caution in td.export(figure, name, **chosen)]
    for caution in dict.fromkeys(found):
        click.echo(f"{caution.severity}: {caution.sentence}", err=True)
    return 1 if any(caution.severity == "error" for caution in found) else 0


def _named(path: str, output: str, steps: bool) -> list[tuple[str, td.Diagram]]:
    """The figures to write, by the names of their files."""
    diagram = opened(path)
    if not steps:
        return [(output, diagram)]
    from tensordraw.steps import steps as steps_of

    name = Path(output)
    shown = steps_of(diagram)
    return [(str(name.with_name(f"{name.stem}-{k}{name.suffix}")), each) for k, each in enumerate(shown, 1)]
