"""Rows F13 to F15 of the requirements of figures, and that all formats show one picture: rendered by poppler, librsvg,
pdflatex and Ghostscript, which did not make them."""

from __future__ import annotations

import random
import re
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.bundled import bundled
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.figure.display import Box, Figure, Shape
from tensordraw.figure.eps import eps
from tensordraw.figure.export import picture
from tensordraw.figure.paths import bounds, grown
from tensordraw.figure.pdf import pdf
from tensordraw.figure.texts import plain
from tensordraw.figure.tikz import limits, tikz
from tests.figure import rendering, samples
from tests.figure.rendering import DPI, INKED, Picture, compiled, difference, has_tex, needs

GALLERY = sorted(path.stem for path in bundled("gallery").glob("*.tdraw"))
FEW = ("01-tensors", "06-row-sum", "07-transpose", "60-determinant")
SLOW = [name for name in GALLERY if name not in FEW]
FEW_OF_TEX = ("06-row-sum", "07-transpose", "28-matrix-product-state", "32-unit-network", "60-determinant")
SLOW_OF_TEX = [name for name in GALLERY if name not in FEW_OF_TEX]
TEX = pytest.mark.skipif(not has_tex("tikz.sty", "standalone.cls"), reason="pdflatex, tikz or standalone not installed")
MOST = 0.02  # share of inked pixels
NEAR = 1.0  # points


def document(name: str) -> Diagram:
    return td.load(bundled(f"gallery/{name}.tdraw"))


def exported(diagram: Diagram, folder: Path, ending: str) -> Path:
    path = folder / f"figure.{ending}"
    path.write_bytes(picture(diagram, str(path), dpi=float(DPI)))
    return path


def one_picture(diagram: Diagram, folder: Path) -> None:
    """PDF, PNG and EPS show what the SVG shows."""
    wanted = rendering.of_svg(exported(diagram, folder, "svg"))
    assert (wanted > INKED).sum() > 100
    for ending, render in (("pdf", rendering.of_pdf), ("png", rendering.of_png), ("eps", rendering.of_eps)):
        assert difference(wanted, render(exported(diagram, folder, ending))) < MOST, ending


def one_picture_of_tex(diagram: Diagram, folder: Path) -> None:
    """TikZ, as a document of its own and pasted into one with nothing but tikz, shows what SVG, PDF and PNG show, labels and
    all; and the middles of its labels are where ours are."""
    standalone = rendering.of_pdf(compiled(_tex(diagram, standalone=True), folder, "standalone"))
    pasted = rendering.of_pdf(compiled(_article(_tex(diagram, standalone=False)), folder, "pasted"))
    worst = 0.0
    for ending, render in (("svg", rendering.of_svg), ("pdf", rendering.of_pdf), ("png", rendering.of_png)):
        wanted = render(exported(diagram, folder, ending))
        worst = max(worst, difference(wanted, standalone), difference(wanted, pasted))
    furthest = _furthest(build(diagram), folder)
    sys.stdout.write(f"{worst:.2%} of the inked pixels, labels {furthest:.2f} pt\n")
    assert worst < MOST
    assert furthest < NEAR


def _tex(diagram: Diagram, *, standalone: bool) -> str:
    return picture(diagram, "figure.tex", standalone=standalone).decode()


def _article(tikz_code: str) -> str:
    """A document on one page as large as the picture that is pasted into it."""
    page = r"\pdfpagewidth\wd0 \pdfpageheight\ht0 \pdfhorigin0pt \pdfvorigin0pt \hoffset0pt \voffset0pt \shipout\box0"
    head = "\\documentclass[12pt]{article}\n\\usepackage{tikz}\n\\begin{document}\n"
    return f"{head}\\setbox0\\hbox{{%\n{tikz_code}\\unskip}}\n{page}\n\\end{{document}}\n"


def _furthest(figure: Figure, folder: Path) -> float:
    """How far the middle of a label is from ours at most, in points across or down."""
    found = 0.0
    for group in apart([shape for item in figure.items for shape in item.shapes if shape.words is not None]):
        ours, theirs = both(_only(figure, group), folder)
        for shape in group:
            around = grown(bounds(shape.path), 2.0)
            first, second = (_middle(page, around, figure) for page in (ours, theirs))
            found = max(found, abs(first[0] - second[0]), abs(first[1] - second[1]))
    return found


def both(part: Figure, folder: Path) -> tuple[Picture, Picture]:
    """The figure as PDF and as TeX makes it of TikZ."""
    (folder / "part.pdf").write_bytes(pdf(part))
    compiled(tikz(part, standalone=True), folder, "part-tex")
    return rendering.of_pdf(folder / "part.pdf"), rendering.of_pdf(folder / "part-tex.pdf")


def apart(shapes: list[Shape]) -> list[list[Shape]]:
    """The labels in groups in which none is near another, so that each can be measured: TeX's may be wider than ours."""
    groups: list[list[Shape]] = []
    for shape in shapes:
        around = grown(bounds(shape.path), 4.0)
        free = (group for group in groups if not any(_meet(around, bounds(other.path)) for other in group))
        found = next(free, None)
        if found is None:
            groups.append([shape])
        else:
            found.append(shape)
    return groups


def _only(figure: Figure, shapes: list[Shape]) -> Figure:
    """The figure with these of its shapes."""
    kept = {id(shape) for shape in shapes}
    return replace(
        figure,
        items=tuple(replace(item, shapes=tuple(s for s in item.shapes if id(s) in kept)) for item in figure.items),
    )


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _middle(page: Picture, box: Box, figure: Figure) -> tuple[float, float]:
    """The middle of what is inked in a box, in points."""
    scale = DPI / 72
    left, top = figure.box[0] - 1, figure.box[1] - 1
    x0, y0, x1, y1 = (max(0, round(v * scale)) for v in (box[0] - left, box[1] - top, box[2] - left, box[3] - top))
    rows, columns = np.nonzero(page[y0:y1, x0:x1] > INKED)
    assert rows.size, box
    return float(columns.min() + columns.max()) / 2 / scale, float(rows.min() + rows.max()) / 2 / scale


@needs("rsvg-convert", "pdftocairo", "gs")
@pytest.mark.parametrize("name", FEW)
def test_f14_f15_pdf_png_svg_eps_are_one_picture(name: str, tmp_path: Path) -> None:
    one_picture(document(name), tmp_path)


@needs("rsvg-convert", "pdftocairo", "gs")
@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_f14_f15_pdf_png_svg_eps_are_one_picture_in_all_the_gallery(name: str, tmp_path: Path) -> None:
    one_picture(document(name), tmp_path)


@TEX
@needs("pdftocairo", "rsvg-convert")
@pytest.mark.parametrize("name", FEW_OF_TEX)
def test_f13_tikz_is_the_same_picture(name: str, tmp_path: Path) -> None:
    one_picture_of_tex(document(name), tmp_path)


@TEX
@needs("pdftocairo", "rsvg-convert")
@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW_OF_TEX)
def test_f13_tikz_is_the_same_picture_in_all_the_gallery(name: str, tmp_path: Path) -> None:
    one_picture_of_tex(document(name), tmp_path)


@TEX
@pytest.mark.slow
def test_f13_all_the_gallery_compiles_as_pasted_into_one_article(tmp_path: Path) -> None:
    """With nothing but tikz, on pages that are large enough; the names of styles and colours do not meet."""
    pages = [rf"\hbox{{{picture(document(name), 'figure.tex').decode()}}}\newpage" for name in GALLERY]
    head = "\\documentclass{article}\n\\usepackage{tikz}\n\\paperwidth 2000bp \\paperheight 4000bp\n\\begin{document}\n"
    compiled(head + "\n".join(pages) + "\n\\end{document}\n", tmp_path)


@TEX
@pytest.mark.slow
@pytest.mark.parametrize("name", GALLERY)
def test_f13_the_standalone_document_of_all_the_gallery_compiles(name: str, tmp_path: Path) -> None:
    compiled(td.tikz(document(name), standalone=True), tmp_path)


@TEX
@pytest.mark.slow
@pytest.mark.parametrize("name", [entry.name for entry in td.templates()])
def test_f13_every_template_compiles(name: str, tmp_path: Path) -> None:
    compiled(td.tikz(td.template(name), standalone=True), tmp_path)


def test_f13_styles_stand_at_the_top_and_elements_on_a_line_each() -> None:
    made = td.tikz(td.template("attention"))
    head, _, body = made.partition("]\n\\definecolor")
    assert {"td wire", "td tensor", "td region", "td leg", "td label"} <= set(
        re.findall(r"^  (td \w+)/\.style=", head, re.M)
    )
    elements = [line for line in body.splitlines() if line.startswith(("\\path", "\\node"))]
    assert len(elements) > 20
    assert all(line.endswith(";") and line.count(";") == 1 for line in elements)
    assert re.findall(r"\\usepackage\{\w+\}", made) == [r"\usepackage{tikz}"]
    used = set(re.findall(r"(?:fill|draw|text)=(td\w+)", made))
    assert used == set(re.findall(r"\\definecolor\{(td\w+)\}", made))


def hostile() -> Diagram:
    """Names that plain LaTeX cannot set, or that would break it."""
    draft = Draft()
    for k, name in enumerate(
        (r"\mathbb{R}", "a_b%c", r"\foo", "{", "x^a^b", "日本", "50% & #1", r"\left(x", "é", r"\sum_{", "$$")
    ):
        draft.tensor(name, [draft.leg("s", name)], (40.0 * k, 0.0))
    draft.note("100 % of $\\alpha$ & #\nsecond {line} ~", 0, 60)
    return draft.build()


@TEX
def test_f13_nothing_typed_can_break_the_compilation(tmp_path: Path) -> None:
    compiled(td.tikz(hostile(), standalone=True), tmp_path)


TYPED = (
    r"a x W 1 { } ^ _ \alpha \frac \sqrt \sum \text{ab_c} \text{x-y%} \mathrm{q} \operatorname{tr} \mathbf \mathbf{A} \left( "
    r"\right) ( ) [ ] | , + - = ' \, \quad \overline \hat \dagger \displaystyle \{ \} \bar{x} _{i,j} ^{2} {x} \limits \not \big( "
    r"\bigl \stackrel{a}{b} \det \to ~ & # % $ é 日 α × \prime \mathrm{\alpha} \over \vec \middle \| \* * \\ \ "
    "\\"
)


@TEX
def test_f13_random_labels_are_refused_or_compile(tmp_path: Path) -> None:
    rng = random.Random(6)
    typed = [
        "".join(rng.choice(TYPED.split(" ")) + rng.choice(("", "", " ")) for _ in range(rng.randint(1, 6)))
        for _ in range(2000)
    ]
    set_ = [made for latex in typed if (made := plain(latex)) is not None]
    assert 300 < len(set_) < 1500
    boxes = "".join(f"\\setbox0\\hbox{{${latex}$}}\n" for latex in set_)
    compiled(f"\\documentclass{{article}}\n\\begin{{document}}\n{boxes}x\\end{{document}}\n", tmp_path)


@pytest.mark.parametrize(
    "latex", ["W_Q", "U^*", "x_{i,j}^{2}", r"\frac{1}{\sqrt{n}}", r"\overline{A}", r"\text{head_size}", r"\ell_2"]
)
def test_f13_usual_labels_are_set_by_tex(latex: str) -> None:
    assert plain(latex) is not None


def test_f13_what_tikz_cannot_match_is_said() -> None:
    said = " ".join(limits(build(hostile())))
    assert r"\mathbb{R}" in said
    assert "drawn as outlines" in said
    assert "screen readers" in said
    assert "typeface" in " ".join(limits(build(td.template("svd"), "paper/stix/0")))
    assert "drawn as outlines" not in " ".join(limits(build(td.template("svd"))))


def test_f13_a_picture_that_tex_cannot_hold_is_refused() -> None:
    with pytest.raises(Error, match="too long for TeX"):
        tikz(build(td.template("svd")), factor=1000.0)


def test_f14_eps_has_a_box_and_refuses_transparency() -> None:
    figure = build(samples.svd())
    made = eps(figure)
    assert made.startswith("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 ")
    item = next(item for item in figure.items if item.shapes)
    glass = replace(item, shapes=(Shape(item.shapes[0].path, "body", fill="#ff000080"),))
    with pytest.raises(Error, match="EPS has no transparency"):
        eps(replace(figure, items=(glass,)))


def test_f15_png_has_the_chosen_resolution() -> None:
    diagram = samples.svd()
    for dpi, per_metre in ((96.0, 3780), (192.0, 7559), (300.0, 11811)):
        data = picture(diagram, "x.png", dpi=dpi)
        at = data.index(b"pHYs")
        assert struct.unpack(">IIB", data[at + 4 : at + 13]) == (per_metre, per_metre, 1)
    assert picture(diagram, "x.png", preset="blog") == picture(
        diagram, "x.png", preset="blog", dpi=192.0
    )  # twice as fine as a page
