"""What a crash left behind, each drawing with its picture and its age; those that are ticked are opened."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QWidget

from tensordraw.figure.display import Figure
from tensordraw.ui.icons import icon
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import picture
from tensordraw.ui.recolour import recolouring
from tensordraw.ui.recovery import Copy
from tensordraw.ui.thumbnails import Thumbnails
from tensordraw.ui.widgets import column, label, named

PICTURE = QSize(132, 92)


def minutes(seconds: float) -> str:
    """An age in words."""
    if seconds < 90:
        return "a moment ago"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes ago"
    return f"{seconds / 3600:.0f} hours ago" if seconds < 172800 else f"{seconds / 86400:.0f} days ago"


class RecoveryDialog(QDialog):
    """Accepted, `chosen` are the copies to open. `later` is set where nothing shall be thrown away yet."""

    def __init__(self, parent: QWidget | None, colours: Colours, copies: list[Copy]) -> None:
        super().__init__(parent)
        self.copies, self.colours, self.later = copies, colours, True
        self.setWindowTitle("Recovery")
        self.resize(560, 420)
        self.list = QListWidget()
        self.list.setAccessibleName("Drawings that can be recovered")
        self.list.setIconSize(PICTURE)
        self.list.setSpacing(3)
        for copy in copies:
            where = f"\n{copy.path}" if copy.path else "\nnever saved"
            row = QListWidgetItem(icon("new"), f"{copy.name}\nchanged {minutes(copy.age)}{where}")
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            row.setCheckState(Qt.CheckState.Checked)
            row.setSizeHint(QSize(100, PICTURE.height() + 12))
            self.list.addItem(row)
        self.list.itemChanged.connect(lambda _: self._count())
        self.buttons = QDialogButtonBox(self)
        self.buttons.setAccessibleName("Buttons")
        role = QDialogButtonBox.ButtonRole
        self.open_button = self.buttons.addButton("Open", role.AcceptRole)
        self.open_button.setDefault(True)
        self.discard_button = self.buttons.addButton("Discard all", role.DestructiveRole)
        self.later_button = self.buttons.addButton("Ask again next time", role.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.discard_button.clicked.connect(self.discard)
        words = label(
            "The program ended before these drawings were saved. Those that are ticked are opened.", wrap=True
        )
        layout = column(words, self.list, self.buttons, margins=(18, 16, 18, 14), spacing=10)
        named(self, "Recovery", layout)
        self.thumbnails = Thumbnails(self)
        self.thumbnails.made.connect(self._show)
        self.thumbnails.ask([str(copy.copy) for copy in copies])

    @property
    def chosen(self) -> list[Copy]:
        """The copies that are ticked."""
        ticked = [self.list.item(at).checkState() == Qt.CheckState.Checked for at in range(self.list.count())]
        return [copy for copy, wanted in zip(self.copies, ticked, strict=True) if wanted]

    def accept(self) -> None:
        """Open what is ticked; what is not is kept for the next start."""
        self.later = False
        super().accept()

    def discard(self) -> None:
        """Throw all away."""
        self.later = False
        self.reject()

    def _count(self) -> None:
        self.open_button.setEnabled(bool(self.chosen))

    def _show(self, path: str, figure: Figure) -> None:
        colours = recolouring(self.colours.figure)
        for at, copy in enumerate(self.copies):
            if str(copy.copy) == path:
                ratio = self.devicePixelRatioF()
                made = picture(figure, PICTURE.width(), PICTURE.height(), ratio, colours, margin=3, most=1.2)
                self.list.item(at).setIcon(QIcon(made))
