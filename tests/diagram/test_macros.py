"""Macros of a document: what lines are read, how names expand, that documents without them are as before."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits_names, file, fragments
from tensordraw.diagram.custom import Custom
from tensordraw.diagram.macros import applied, expanded, macros, with_more
from tensordraw.diagram.records import Tensor
from tensordraw.errors import Error
from tensordraw.templates import template

LINES = r"""
\newcommand{\act}[1]{\mathbf{a}_{#1}}   % activations
\renewcommand\W{W}
\providecommand{\pair}[2]{#1\otimes#2}
\DeclareMathOperator{\tr}{tr}
\newcommand{\al}{\alpha}
"""


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (r"\act{q}", r"\mathbf{a}_{q}"),
        (r"\act k", r"\mathbf{a}_{k}"),
        (r"\act{\W_{1}}", r"\mathbf{a}_{W_{1}}"),
        (r"\W_Q", "W_Q"),
        (r"\alpha\W b", r"\alpha W b"),
        (r"\al b", r"\alpha b"),
        (r"\al\W", r"\alpha W"),
        (r"\pair{a}{\al}", r"a\otimes\alpha"),
        (r"\tr", r"\operatorname{tr}"),
        (r"\hat{x}", r"\hat{x}"),
        ("act", "act"),
        (r"\act", r"\mathbf{a}_{}"),
    ],
)
def test_names_expand(name: str, wanted: str) -> None:
    assert expanded(name, LINES) == wanted


def test_a_macro_that_means_itself_ends() -> None:
    assert r"\loop" in expanded(r"\loop", r"\newcommand{\loop}{\loop x}")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r"\act = a", "none"),
        (r"\newcommand{\act}{a", "none"),
        (r"\newcommand{\act}{a} and more", "none"),
        (r"\newcommand{\act}[1]{#2}", "#2"),
    ],
)
def test_a_line_that_is_none_is_said_by_its_number(line: str, words: str) -> None:
    with pytest.raises(Error, match="Line 2") as found:
        macros(f"\\newcommand{{\\a}}{{b}}\n{line}")
    assert words in str(found.value)


def test_documents_without_macros_are_what_they_were() -> None:
    drawn = template("attention")
    assert applied(drawn) is drawn
    assert '"custom"' not in file.encode(drawn)
    with_macros = replace(drawn, custom=Custom(macros=LINES))
    assert file.decode(file.encode(with_macros)) == with_macros != drawn
    assert applied(with_macros).content is applied(with_macros).content, "a drag draws the same content again"


def test_lines_of_another_document_come_after_those_that_are_there() -> None:
    more = "\\newcommand{\\W}{other}\n\\newcommand{\\new}{n}\n% nothing"
    assert with_more(LINES, more).splitlines() == [*LINES.splitlines(), r"\newcommand{\new}{n}"]
    assert with_more("", more).splitlines() == more.splitlines()[:2]
    assert with_more(LINES, LINES) == LINES
    assert with_more(LINES, "") == LINES


def test_what_is_copied_takes_its_macros_along() -> None:
    drawn = replace(template("attention"), custom=Custom(macros=LINES))
    part = fragments.extract(drawn, list(drawn.content.nodes)[:2])
    assert part.custom == Custom(macros=LINES)
    pasted, _ = fragments.insert(template("svd"), part)
    assert pasted.custom.macros == LINES.strip()
    assert fragments.insert(drawn, part)[0].custom is drawn.custom


def test_records_that_an_edit_keeps_are_drawn_as_the_same_objects() -> None:
    diagram = template("gpt2")
    first, second, *_ = (node.id for node in diagram.content.nodes.values() if isinstance(node, Tensor))
    diagram = edits_names.rename(diagram, first, r"\W_Q")
    diagram = replace(diagram, custom=Custom(r"\newcommand{\W}{\mathbf{W}}"))
    before, after = applied(diagram).content, applied(edits_names.rename(diagram, second, "Z")).content
    assert getattr(before.nodes[first], "name", "") == r"\mathbf{W}_Q"
    others = [key for key, node in after.nodes.items() if before.nodes[key] is not node]
    assert set(others) <= {key for key, node in after.nodes.items() if getattr(node, "name", "") == "Z"}
    assert all(after.wires[key] is wire for key, wire in before.wires.items())
    assert all(after.spaces[key] is space for key, space in before.spaces.items())
