"""Colours of code in the code panel, in whatever language it is.

`coloured` finds with Pygments which parts of each line have a colour; it takes milliseconds, so the code panel calls it
where it waits for the code. `Highlighter` only paints what was found. Calls, which Pygments does not tell from other names,
are names before a bracket.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from tensordraw.ui.look import Colours

Span: TypeAlias = tuple[int, int, str]  # start, length, kind
CALL = re.compile(r"\\?\b[A-Za-z_][A-Za-z_0-9.]*(?=\()")
KINDS = {"keyword": "keyword", "string": "string", "comment": "comment", "number": "number", "call": "accent"}


def coloured(code: str, lexer: str) -> list[list[Span]]:
    """For each line of code the parts that have a colour; `lexer` is Pygments' name of the language."""
    from pygments.lexers import get_lexer_by_name
    from pygments.token import Comment, Keyword, Number, String

    kinds = ((Comment, "comment"), (String, "string"), (Keyword, "keyword"), (Number, "number"))
    lines: list[list[Span]] = [[]]
    column = 0
    for type_, text in get_lexer_by_name(lexer, stripnl=False, ensurenl=False).get_tokens(code):
        kind = next((name for parent, name in kinds if type_ in parent), "")
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
                column = 0
            if kind and part:
                lines[-1].append((column, len(part), kind))
            column += len(part)
    for spans, line in zip(lines, code.split("\n"), strict=True):
        taken = list(spans)
        for call in CALL.finditer(line):
            if all(call.end() <= start or call.start() >= start + length for start, length, _ in taken):
                spans.append((call.start(), call.end() - call.start(), "call"))
    return lines


class Highlighter(QSyntaxHighlighter):
    """Keeps a document coloured; `spans` are those of its lines."""

    def __init__(self, document: QTextDocument, colours: Colours) -> None:
        super().__init__(document)
        self.spans: list[list[Span]] = []
        self.dim = False
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        self.formats = {kind: _format(getattr(colours, colour)) for kind, colour in KINDS.items()}
        self.faint = _format(colours.faint)
        self.rehighlight()

    def set_dim(self, dim: bool) -> None:
        """Paint the text faint and without colours, or as it is."""
        self.dim = dim
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if self.dim:
            self.setFormat(0, len(text), self.faint)
            return
        line = self.currentBlock().blockNumber()
        for start, length, kind in self.spans[line] if line < len(self.spans) else ():
            self.setFormat(start, length, self.formats[kind])


def _format(colour: str) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(colour))
    return made
