"""Text of tokens as it is seen: spaces, line breaks and control characters have a sign, the same one everywhere.

Windows, figures and the command line show tokens; a token may be a space, a line break, or a byte that is no character.
"""

from __future__ import annotations

SPACE = "␣"
SIGNS = {" ": SPACE, "\n": "↵", "\t": "⇥", "\r": "␍", "\N{NO-BREAK SPACE}": "⍽"}


def visible(text: str) -> str:
    """The text with a sign for each character that cannot be seen, such as ␣ for a space and \\u200b for what has no sign."""
    return "".join(SIGNS.get(each) or (each if each.isprintable() else _escaped(ord(each))) for each in text)


def _escaped(code: int) -> str:
    """Bytes that are characters by themselves look as bytes that are not; beyond them a character is no byte."""
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


__all__ = ["SPACE", "visible"]
