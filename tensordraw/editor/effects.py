"""What the editor asks the window to do. The editor itself reads no file, opens no dialog and starts no thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensordraw.diagram.records import Diagram, Id

DialogKind: TypeAlias = Literal[
    "open",
    "save_as",
    "export",
    "templates",
    "gallery",
    "command_palette",
    "shortcuts",
    "change_shortcuts",
    "notation",
    "undo_history",
    "bind",
    "space",
    "about",
    "recent",
    "copy_as",
    "code",
    "paste_code",
    "weights",
    "find",
    "array",
    "tour",
    "recover",
    "print_preview",
    "to_code",
    "tags",
    "wire_to_tag",
    "reload",
    "save_code",
    "save_module",
]
ViewChange: TypeAlias = Literal["in", "out", "actual", "fit", "fit_selection", "reveal", "read", "sight", "refit"]
Panel: TypeAlias = Literal[
    "palette",
    "palette_icons",
    "inspector",
    "code",
    "code_beneath",
    "problems",
    "values",
    "outline",
    "grid",
    "below",
    "all",
]


@dataclass(frozen=True, slots=True)
class OpenDialog:
    """Open a dialog; for "bind", `item` is the tensor and `path` a file already chosen (else ""); `text` is what stands
    in the field of "code" and "paste_code" at first."""

    kind: DialogKind
    item: Id | None = None
    path: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """Open an empty document in a new tab."""


@dataclass(frozen=True, slots=True)
class CloseDocument:
    """Close this document, asking first where it has unsaved changes."""


@dataclass(frozen=True, slots=True)
class SaveFile:
    """Write the document to `path`, then send `Saved`."""

    path: str


@dataclass(frozen=True, slots=True)
class Export:
    """Write the figure to `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class Announce:
    """Say this in the status line and to screen readers. `warns` is set where something was refused."""

    text: str
    warns: bool = False


@dataclass(frozen=True, slots=True)
class EditLabel:
    """Open a text field for the label of the item, with `text` in it, then send `Committed`."""

    item: Id
    text: str


@dataclass(frozen=True, slots=True)
class ChooseFunction:
    """Ask for the function of a bubble around the selection, then run `wrap_bubble` with it."""


@dataclass(frozen=True, slots=True)
class QuickInsert:
    """Open the quick-insert menu at (x, y), offering the palette kinds with these ids, then send `Insert`."""

    x: float
    y: float
    leg: Id | None
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CopyToClipboard:
    """Put the fragment (native file text) on the clipboard, with pictures that look as it does in its drawing (`shown`)."""

    text: str
    shown: Diagram | None = None


@dataclass(frozen=True, slots=True)
class RequestPaste:
    """Read the clipboard, then send `Pasted`."""

    in_place: bool = False


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Evaluate the document off the window's thread; `item` asks for the value at that item, and `pins` for a viewer on it
    that stays."""

    item: Id | None = None
    pins: bool = False


@dataclass(frozen=True, slots=True)
class ExportViewer:
    """Ask where the figure of the chosen viewer of values goes."""


@dataclass(frozen=True, slots=True)
class EnlargeViewer:
    """Show the chosen viewer of values in a window of its own."""


@dataclass(frozen=True, slots=True)
class AddViewer:
    """Put what the chosen viewer of values shows into the drawing, as a chart."""


@dataclass(frozen=True, slots=True)
class UpdateCharts:
    """Evaluate what the charts of the drawing show, off the window's thread, and fill them anew."""


@dataclass(frozen=True, slots=True)
class CheckEquation:
    """Find out off the window's thread whether the sides of the document's equations are equal."""


@dataclass(frozen=True, slots=True)
class StopEvaluation:
    """Cancel a running evaluation."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Zoom or scroll; "reveal" scrolls until the selection is seen, "read" also enlarges what is too small to be
    read; "sight" goes to what changed where nothing of it is seen; "refit" fits again where all was fitted."""

    change: ViewChange


@dataclass(frozen=True, slots=True)
class Glide:
    """Show the way from the layout of this older value of the document to the new one."""

    before: Diagram


@dataclass(frozen=True, slots=True)
class TogglePanel:
    """Show or hide a panel."""

    panel: Panel


@dataclass(frozen=True, slots=True)
class ToggleTheme:
    """Change to the window's theme of this name ("light", "dark", "print"), or between light and dark."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class TextSize:
    """Make the window's text larger or smaller by so many points; 0: as large as the system's."""

    step: int


@dataclass(frozen=True, slots=True)
class ToggleMotion:
    """Let things glide to their places, or not."""


@dataclass(frozen=True, slots=True)
class ResetLayout:
    """Put all panels back where they were at first."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Close the window, asking first about unsaved changes."""


Effect: TypeAlias = (
    OpenDialog
    | NewDocument
    | CloseDocument
    | SaveFile
    | Export
    | Announce
    | EditLabel
    | ChooseFunction
    | QuickInsert
    | CopyToClipboard
    | RequestPaste
    | Evaluate
    | ExportViewer
    | EnlargeViewer
    | AddViewer
    | UpdateCharts
    | CheckEquation
    | StopEvaluation
    | ChangeView
    | Glide
    | TogglePanel
    | ToggleTheme
    | TextSize
    | ToggleMotion
    | ResetLayout
    | Quit
)
