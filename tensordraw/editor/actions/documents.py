"""Commands of documents: new, open, save, close, export."""

from __future__ import annotations

import os
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram import exports, history
from tensordraw.editor.command import Command
from tensordraw.editor.effects import CloseDocument, Effect, Export, NewDocument, OpenDialog, Quit, SaveFile
from tensordraw.editor.enabled import something_drawn
from tensordraw.editor.state import State, Step, settled


def _save(state: State, argument: Any) -> Step:
    return state, (SaveFile(state.path) if state.path else OpenDialog("save_as"),)


def _export(state: State, argument: Any) -> Step:
    return state, (Export(str(argument)) if argument else OpenDialog("export"),)


def _export_again(state: State, argument: Any) -> Step:
    path = state.document.export.path
    return state, (Export(os.path.join(state.document.home, path)) if path else OpenDialog("export"),)


def _remember_export(state: State, argument: Any) -> Step:
    if not isinstance(argument, exports.Export) or argument == state.document.export:
        return state, ()
    document = replace(state.document, export=argument)
    return settled(state, history.record(state.history, document, "Export", merge="export")), ()


def _effect(effect: Effect) -> Any:
    def run(state: State, argument: Any) -> Step:
        return state, (effect,)

    return run


ROWS: tuple[Command, ...] = (
    Command("new", "New", _effect(NewDocument()), "File", ("Ctrl+N",), words=("document", "empty", "blank")),
    Command("open", "Open…", _effect(OpenDialog("open")), "File", ("Ctrl+O",), words=("load", "file")),
    Command("open_recent", "Open recent…", _effect(OpenDialog("recent")), "File", words=("history",)),
    Command(
        "templates", "New from template…", _effect(OpenDialog("templates")), "File",
        words=("gpt2", "example", "start page"),
    ),
    Command(
        "gallery", "New from the gallery…", _effect(OpenDialog("gallery")), "File",
        words=("example", "figure", "equation", "paper"),
    ),
    Command(
        "new_from_code", "New from code…", _effect(OpenDialog("code")), "File", ("Ctrl+Shift+N",),
        words=("python", "einsum", "numpy", "torch", "read", "import"),
    ),
    Command(
        "load_weights", "Load weights…", _effect(OpenDialog("weights")), "File", ("Ctrl+Shift+O",),
        words=("model", "folder", "gpt2", "llama", "gguf", "safetensors", "hugging face", "trained", "parameters"),
    ),
    Command("save", "Save", _save, "File", ("Ctrl+S",), words=("write", "file")),
    Command("save_as", "Save as…", _effect(OpenDialog("save_as")), "File", ("Ctrl+Shift+S",), words=("write", "file")),
    Command(
        "export", "Export figure…", _export, "File", ("Ctrl+E",),
        words=("svg", "pdf", "png", "tikz", "latex", "eps", "picture", "image"),
    ),
    Command(
        "save_module", "Export PyTorch module…", _effect(OpenDialog("save_module")), "File", enabled=something_drawn,
        words=("nn.Module", "code", "class", "parameters", "python", "torch", "save"),
    ),
    Command(
        "save_code", "Save code…", _effect(OpenDialog("save_code")), "File", enabled=something_drawn,
        words=("export", "python", "numpy", "torch", "jax", "write", "program"),
    ),
    Command(
        "export_again", "Export again", _export_again, "File", ("Ctrl+Shift+E",),
        words=("svg", "pdf", "png", "picture", "same file", "re-export"),
    ),
    Command(
        "print_preview", "Print preview…", _effect(OpenDialog("print_preview")), "File", ("Ctrl+R", "Ctrl+P"),
        something_drawn, ("paper", "printer", "page"),
    ),
    Command(
        "remember_export", "Remember the export…", _remember_export, "File", hidden=True, argument="the options, with the path",
    ),
    Command(
        "recover", "Recover drawings…", _effect(OpenDialog("recover")), "File", words=("crash", "lost", "unsaved", "backup"),
    ),
    Command(
        "reload", "Reload from the file", _effect(OpenDialog("reload")), "File",
        enabled=lambda state: None if state.path else "The document has no file yet.",
        words=("revert", "changed outside", "discard"),
    ),
    Command("close", "Close", _effect(CloseDocument()), "File", ("Ctrl+W",), words=("tab", "document")),
    Command("quit", "Quit", _effect(Quit()), "File", ("Ctrl+Q",), words=("exit", "leave")),
)  # fmt: skip
