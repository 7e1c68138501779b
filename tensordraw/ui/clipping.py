"""The clipboard of the window: fragments go out in several formats at once, and come in as our own text or as code."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.editor.effects import Announce
from tensordraw.errors import Error
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.session import Session

PICTURED = 300  # nodes; a larger fragment is copied without pictures, which would take seconds
FRAGMENT = "application/x-tensordraw"
PICTURES = (("image/svg+xml", "copy.svg"), ("image/png", "copy.png"))


def copy(text: str, shown: Diagram | None = None) -> str:
    """Put a fragment, which looks like `shown`, on the clipboard as our own format, text, SVG and PNG at once; tell which
    pictures cannot be had, and why, in a sentence or "" where all can."""
    data, left_out = QMimeData(), list[str]()
    data.setData(FRAGMENT, text.encode())
    data.setText(text)
    part = file.decode(text)
    if len(part.content.nodes) <= PICTURED:
        from tensordraw.figure.export import picture

        for kind, name in PICTURES:  # as Qt would write them, their document would be lost
            try:
                data.setData(kind, picture(shown or part, name, carries=part))
            except Error as error:
                left_out.append(f"Copied without a {name[-3:].upper()}: {error}")
    QGuiApplication.clipboard().setMimeData(data)
    return " ".join(left_out)


def paste(canvas: Canvas, session: Session, in_place: bool) -> None:
    """Send what is on the clipboard to the document, at the pointer. What cannot be pasted is said at the pointer too."""
    before = session.state
    try:
        text = _text(QGuiApplication.clipboard().mimeData())
    except Error as error:
        session.asked.emit(Announce(str(error), warns=True))
        complain(canvas, session, str(error))
        return
    said: list[Announce] = []

    def hear(effect: object) -> None:
        if isinstance(effect, Announce) and effect.warns:
            said.append(effect)

    session.asked.connect(hear)
    session.send(events.Pasted(text, *before.pointer, in_place))
    session.asked.disconnect(hear)
    if said and session.state.document is before.document:
        complain(canvas, session, said[-1].text)


def _text(data: QMimeData | None) -> str:
    """What is on the clipboard as a text that the editor reads: a fragment, our own picture's document, or the text."""
    from tensordraw.figure import source

    if data is None:  # some platforms have nothing before the first copy
        return ""
    if data.hasFormat(FRAGMENT):
        return bytes(data.data(FRAGMENT).data()).decode()
    text = data.text()
    if "<svg" in text[:2000]:
        return file.encode(source.carried(text.encode()))
    for kind, name in (("image/svg+xml", "SVG"), ("image/png", "PNG")):
        if data.hasFormat(kind):
            try:
                return file.encode(source.carried(bytes(data.data(kind).data())))
            except Error:
                if not text.strip():
                    raise Error(f"The {name} on the clipboard carries no drawing of tensordraw.") from None
    if not text.strip() and data.hasImage():
        raise Error("The picture on the clipboard carries no drawing of tensordraw.")
    return text


def complain(canvas: Canvas, session: Session, words: str) -> None:
    """Say at the pointer why nothing was pasted."""
    x, y = canvas.view.to_screen(*session.state.pointer)
    QToolTip.showText(canvas.mapToGlobal(QPoint(round(x) + 10, round(y) + 10)), words, canvas)


def paste_code(window: Any, session: Session, text: str) -> None:
    """Show code that could not be read to its end: it can be changed, or what was read of it pasted."""
    from tensordraw.ui.code_dialog import CodeDialog

    at = session.state.pointer
    dialog = CodeDialog(window, window.colours, text, "Paste code", "Paste")
    dialog.exec()
    if dialog.diagram is not None:
        session.send(events.Pasted(file.encode(dialog.diagram), *at, code=True))
