"""Copy as: the selection, or everything where nothing is selected, as a picture, as mathematics or as code.

Pictures and texts carry what another program can use; the clipboard holds the one format that was chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu

from tensordraw.diagram.fragments import extract, pictured
from tensordraw.diagram.records import Diagram
from tensordraw.editor.enabled import bodies
from tensordraw.errors import Error
from tensordraw.ui.session import Session

DPI = (72, 150, 300, 600)
FIRST = ("numpy", "torch")  # languages that stand in the menu itself


def part_of(session: Session) -> tuple[Diagram, str]:
    """What is copied, and what it is called: the selection, or the whole document."""
    chosen = bodies(session.state)
    if not chosen:
        return session.document, "the drawing"
    return extract(session.document, session.state.selection), "the selection"


def copy_menu(window: Any, session: Session) -> QMenu:
    """The menu of all formats."""
    import tensordraw as td
    from tensordraw.figure.build import build
    from tensordraw.figure.describe import said
    from tensordraw.figure.texts import sentence
    from tensordraw.figure.tikz import limits
    from tensordraw.program.spelled import spelled
    from tensordraw.ui.writing import MODULE, languages

    part, what = part_of(session)
    shown = part if part is session.document else pictured(part, session.document, session.state.selection)
    menu = QMenu(window)
    menu.setAccessibleName("Copy as")
    menu.setToolTipsVisible(True)

    def put(name: str, make: Callable[[], str | QMimeData]) -> None:
        try:
            made = make()
        except Error as error:
            window.say(str(error), warns=True)
            return
        if isinstance(made, str):
            QGuiApplication.clipboard().setText(made)
        else:
            QGuiApplication.clipboard().setMimeData(made)
        window.say(f"Copied {what} as {name}")

    def add(title: str, make: Callable[[], str | QMimeData], to: QMenu | None = None) -> None:
        (to or menu).addAction(title, partial(put, title, make))

    add("SVG", partial(_picture, part, shown, "image/svg+xml", "copy.svg"))
    resolutions = menu.addMenu("PNG")
    resolutions.setAccessibleName("PNG")
    for dpi in DPI:
        add(f"PNG, {dpi} dpi", partial(_picture, part, shown, "image/png", "copy.png", dpi=float(dpi)), resolutions)

    def other() -> None:
        dpi, chosen = QInputDialog.getInt(window, "Copy as PNG", "Pixels an inch:", 300, 10, 2400)
        if chosen:
            put(f"PNG, {dpi} dpi", partial(_picture, part, shown, "image/png", "copy.png", dpi=float(dpi)))

    resolutions.addAction("Other…", other)
    add("TikZ", partial(_tikz, part, shown))
    limited = " ".join(limits(build(shown)))
    menu.actions()[-1].setToolTip(limited)
    menu.actions()[-1].setStatusTip(limited)
    add("Description in words", partial(said, part))
    add("Description for LaTeX", lambda: rf"\Description{{{sentence(said(part))}}}")
    spoken = {language.name: language.title for language in languages()}
    if "latex" in spoken:
        add("LaTeX equation", partial(td.code, part, "latex"))
    add(MODULE.title, partial(td.code, part, "torch", module=True))
    try:
        string = spelled(part.content).classic
    except Error as error:
        refused = menu.addAction(f"Einsum string: {str(error).partition(',')[0].rstrip('.').lower()}")
        refused.setToolTip(str(error))
        refused.setStatusTip(str(error))
        refused.setEnabled(False)
    else:
        add("Einsum string", lambda: string)
    for name in FIRST:
        add(spoken[name], partial(td.code, part, name))
    more = menu.addMenu("Other code")
    more.setAccessibleName("Other code")
    for name, title in spoken.items():
        if name not in (*FIRST, "latex", MODULE.name):
            add(title, partial(td.code, part, name), more)
    return menu


def _picture(part: Diagram, shown: Diagram, format: str, name: str, **options: float) -> QMimeData:
    """The picture as it looks in the whole document, with what is copied in it."""
    from tensordraw.figure.export import picture

    made, data = picture(shown, name, carries=part, frames=False, **options), QMimeData()
    data.setData(format, made)
    if name.endswith(".svg"):
        data.setText(made.decode())
    return data


def _tikz(part: Diagram, shown: Diagram) -> str:
    """The picture as TikZ, with what is copied in its last line, so that it can be pasted back."""
    from tensordraw.figure.export import picture

    return picture(shown, "copy.tex", carries=part, frames=False, standalone=False).decode()


def copy_as(window: Any, session: Session) -> None:
    """Open the menu in the middle of the canvas."""
    menu = copy_menu(window, session)
    canvas = window.canvas or window
    menu.exec(canvas.mapToGlobal(canvas.rect().center()))
