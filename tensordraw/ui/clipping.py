"""The clipboard of the window: fragments go out in several formats at once, and come in as our own text or as code."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from tensordraw.diagram import file
from tensordraw.editor import events
from tensordraw.ui.session import Session

PICTURED = 300  # nodes; a larger fragment is copied without pictures, which would take seconds
FRAGMENT = "application/x-tensordraw"


def copy(text: str) -> None:
    """Put a fragment on the clipboard as our own format, text, SVG and PNG at once."""
    data = QMimeData()
    data.setData(FRAGMENT, text.encode())
    data.setText(text)
    part = file.decode(text)
    if len(part.content.nodes) <= PICTURED:
        from tensordraw.figure.export import picture

        data.setData("image/svg+xml", picture(part, "copy.svg"))
        data.setImageData(QImage.fromData(picture(part, "copy.png")))
    QGuiApplication.clipboard().setMimeData(data)


def paste(session: Session, in_place: bool) -> None:
    """Send what is on the clipboard to the document, at the pointer."""
    data = QGuiApplication.clipboard().mimeData()
    own = bytes(data.data(FRAGMENT).data()).decode() if data.hasFormat(FRAGMENT) else data.text()
    session.send(events.Pasted(own, *session.state.pointer, in_place))


def paste_code(window: Any, session: Session, text: str) -> None:
    """Show code that could not be read to its end: it can be changed, or what was read of it pasted."""
    from tensordraw.ui.code_dialog import CodeDialog

    at = session.state.pointer
    dialog = CodeDialog(window, window.colours, text, "Paste code", "Paste")
    dialog.exec()
    if dialog.diagram is not None:
        session.send(events.Pasted(file.encode(dialog.diagram), *at, code=True))
