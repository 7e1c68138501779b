"""Colours of Python code in the code panel, by one regular expression a line (the code is ours, so this is enough)."""

from __future__ import annotations

import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from tensordraw.ui.look import Colours

TOKENS = re.compile(
    r"""(?P<comment>\#.*$)
      | (?P<string>\"\"\"|'''|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | \b(?P<keyword>def|return|for|in|import|from|as|if|else|class|with|lambda|None|True|False|and|or|not|yield|raise)\b
      | \b(?P<number>\d+(?:\.\d*)?(?:e[-+]?\d+)?)\b
      | (?P<call>\b[A-Za-z_][A-Za-z_0-9.]*)(?=\()""",
    re.VERBOSE,
)


class Highlighter(QSyntaxHighlighter):
    """Keeps a document coloured; docstrings are followed over lines by the block state."""

    def __init__(self, document: QTextDocument, colours: Colours) -> None:
        super().__init__(document)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        self.formats = {
            name: self._format(getattr(colours, colour), bold)
            for name, colour, bold in (
                ("keyword", "keyword", False),
                ("string", "string", False),
                ("comment", "comment", False),
                ("number", "number", False),
                ("call", "accent", False),
            )
        }
        self.rehighlight()

    def _format(self, colour: str, bold: bool) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(colour))
        if bold:
            made.setFontWeight(QFont.Weight.DemiBold)
        return made

    def highlightBlock(self, text: str) -> None:
        start = 0
        if self.previousBlockState() == 1:
            end = text.find('"""')
            if end < 0:
                self.setFormat(0, len(text), self.formats["string"])
                self.setCurrentBlockState(1)
                return
            start = end + 3
            self.setFormat(0, start, self.formats["string"])
        self.setCurrentBlockState(0)
        for token in TOKENS.finditer(text, start):
            kind = token.lastgroup or "call"
            if token.group() == '"""':
                end = text.find('"""', token.end())
                stop = len(text) if end < 0 else end + 3
                self.setFormat(token.start(), stop - token.start(), self.formats["string"])
                if end < 0:
                    self.setCurrentBlockState(1)
                return
            self.setFormat(token.start(kind), len(token.group(kind)), self.formats[kind])
