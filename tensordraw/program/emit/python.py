"""A Program printed as a Python module with one function `forward`: what all languages have in common.

One line a statement, in the order of the program, named after what is drawn, with the axes of the result beside it.
What is too short for a line of its own is printed where it is used (`binding` says what). Each line knows the values it
stands for, so that the editor can mark code and drawing together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tensordraw.program.emit import pretrained
from tensordraw.program.emit.binding import Binding, bind
from tensordraw.program.emit.counting import borders, counted, named
from tensordraw.program.emit.fixed import PRELUDE, converted
from tensordraw.program.emit.language import Language
from tensordraw.program.emit.library import TORCH_TENSORS
from tensordraw.program.emit.naming import axis_names
from tensordraw.program.emit.phrases import Phrases, private
from tensordraw.program.emit.pieces import WIDTH, Piece, compose, fill
from tensordraw.program.emit.printer import Line, Printer
from tensordraw.program.emit.splitting import split
from tensordraw.program.forms import imports_of, prelude
from tensordraw.program.identifiers import Names, identifier
from tensordraw.program.statements import Axis, Fused, Input, Name, Program, Repeat, Statement, Type

INDENT = "    "
STANDARD = frozenset(("import itertools", "import json", "import math", "from pathlib import Path"))
LONG, SHORT = "torch.nn.functional", "F"
# Attributes that every torch.nn.Module has: a parameter of such a name cannot be registered.
MODULE_ATTRIBUTES = frozenset(
    ("add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda", "double",
     "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state", "get_parameter",
     "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
     "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
     "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
     "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
     "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
     "requires_grad_", "self", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
     "training", "type", "xpu", "zero_grad")
)  # fmt: skip


def printer(language: Language) -> Printer:
    """The language as the registry holds it."""
    return Printer(
        language.name,
        language.title,
        lambda program, module: printed(program, language, module),
        modules=language.library is TORCH_TENSORS,
        forms=language.library is TORCH_TENSORS,
    )


def printed(program: Program, language: Language, module: bool = False) -> tuple[Line, ...]:
    """The lines of the Python module that computes a program; with `module` a `torch.nn.Module` that holds the arrays."""
    program, whole = split(counted(program), language)
    binding = named(program, bind(program, MODULE_ATTRIBUTES if module else ()))
    if module:
        kept = {each.out: f"self.{binding.variables[each.out]}" for each in program.inputs if is_parameter(each)}
        binding = replace(binding, variables=binding.variables | kept)
    lines = _Printer(program, language, binding, module).lines()
    return tuple(Line(line.text, tuple(dict.fromkeys(whole.get(v, v) for v in line.values))) for line in lines)


class _Printer:
    """The lines of one module as they are found; `needs` gathers imports, prelude functions and sizes on the way."""

    def __init__(self, program: Program, language: Language, binding: Binding, module: bool) -> None:
        self.program, self.language, self.binding, self.module = program, language, binding, module
        self.indent = INDENT * 2 if module else INDENT
        sizes, self.size_from = _sizes(program)
        lengths = _lengths(program, module)
        self.size_from.update(lengths)
        names = Names({*self.binding.variables.values(), *self.binding.loops.values()})
        self.size_names = {name: names.take(identifier(name)) for name in {**sizes, **lengths}}
        known = {name: size.size for name, size in sizes.items() if not (size.open or size.flexible)}
        self.phrases = Phrases(program, language, self._like(), known, self.size_names)
        self.needs: set[str] = set()
        self.borders = borders(program)
        for given in program.inputs:
            variable = Piece(self.binding.variables[given.out], values=(given.out,))
            self.phrases.pieces[given.out] = self._cut(given, variable, lengths)

    def _cut(self, given: Input, variable: Piece, lengths: dict[str, tuple[Name, int]]) -> Piece:
        """An input as far as the arrays go that are given along its flexible axes: the rows of the first positions."""
        places, needs = list[str](), set[str]()
        for place, axis in enumerate(given.type.axes):
            cut = axis.flexible in lengths and lengths[axis.flexible] != (given.out, place)
            places.append(f":{self.size_names[axis.flexible]}" if cut else ":")
            needs |= {f"size {axis.flexible}"} if cut else set()
        while places and places[-1] == ":":
            places.pop()
        return compose(f"{{}}[{', '.join(places)}]", variable, needs=needs) if places else variable

    def _like(self) -> str:
        """The keyword arguments that make a new array like the inputs."""
        given = next((each for each in self.program.inputs if not each.type.integer), None)
        if self.language.library is not TORCH_TENSORS:
            module = self.language.library.module
            return f"dtype={module}.float32" if given is None else f"dtype={self.binding.variables[given.out]}.dtype"
        if given is not None:
            variable = self.binding.variables[given.out]
            return f"dtype={variable}.dtype, device={variable}.device"
        ids = next(iter(self.program.inputs), None)
        device = "None" if ids is None else f"{self.binding.variables[ids.out]}.device"
        return f"dtype=torch.float32, device={device}"

    def lines(self) -> tuple[Line, ...]:
        """Docstring, imports, prelude functions, and `forward`."""
        body = [*self._block(self.program.body, self.indent), *self._return()]
        sizes = [
            Line(f"{self.indent}{self.size_names[name]} = {self._size(name)}")
            for name in self.size_names
            if f"size {name}" in self.needs
        ]
        holder = self._module() if self.module else []
        if self._shortens() and any(LONG in line.text for line in body):
            self.needs.add(f"import {LONG} as {SHORT}")
        preludes = [line for need in sorted(self.needs) if need.startswith("_") for line in self._prelude(need)]
        imports = _imports(sorted(need for need in self.needs if "import" in need))
        title = self.language.title if any("einops" in need for need in self.needs) else "PyTorch"
        head = [
            f'"""{title if self.module else self.language.title}, written by tensordraw."""',
            *imports,
            *preludes,
            "",
            "",
            *holder,
        ]
        lines = (*(Line(text) for text in [*head, *self._signature()]), *self._docstring(), *sizes, *body)
        return tuple(Line(_short(line.text), line.values) for line in lines) if self._shortens() else lines

    def _shortens(self) -> bool:
        """Whether `torch.nn.functional` has its usual short name: in modules, where nothing else is called so."""
        return self.module and SHORT not in self.binding.variables.values()

    def _module(self) -> list[str]:
        """The class around `forward`, which makes the arrays that `load_state_dict` fills."""
        self.needs.add("import torch")
        lines = [
            "class Network(torch.nn.Module):",
            *self._class_docstring(),
        ]
        lines += ["", f"{INDENT}def __init__(self):", f"{INDENT * 2}super().__init__()"]
        for array, each in {given.array: given for given in self.program.inputs}.items():
            if is_parameter(each):
                shape = ", ".join(map(str, each.type.shape)) or "()"
                scale = f" / {each.type.shape[-1]} ** 0.5" if each.type.shape else ""
                made = f"torch.nn.Parameter(torch.randn({shape}){scale})"
                lines.append(f"{INDENT * 2}self.{self.binding.parameters[array]} = {made}")
        held = [each for each in self.program.inputs if is_parameter(each)]
        if method := pretrained.pretrained(held, self.binding.parameters):
            reader = pretrained.reader(held)
            self.needs.update((reader, *pretrained.READERS[reader]))
            lines += ["", *(f"{INDENT}{line}" for line in method)]
        return [*lines, ""]

    def _class_docstring(self) -> list[str]:
        """What the class is, and which shapes `forward` takes: most faults in using one are a batch too many or too few."""
        first = f'{INDENT}"""The arrays of the diagram as parameters, by their names.'
        taken = {given.array: given for given in self.program.inputs if not is_parameter(given)}
        if not taken:
            return [f'{first}"""']
        lines = [first, "", f"{INDENT}`forward` takes:"]
        parameters = self.binding.parameters
        lines += [f"{INDENT}  {parameters[name]}  {shape_comment(one.type, sizes=True)}" for name, one in taken.items()]
        if plain := [name for name, one in taken.items() if not any(axis.open for axis in one.type.axes)]:
            names = ", ".join(map(_quoted, plain))
            lines += [
                f"{INDENT}There is no leading batch axis: for batches of {names} have the code written anew, with",
                f"{INDENT}batch=[...] in tensordraw.code, --batch on the command line, or Batch in the code panel.",
            ]
        return [*lines, f'{INDENT}"""']

    def _size(self, name: str) -> str:
        value, axis = self.size_from[name]
        return f"{self.binding.variables[value]}.shape[{axis}]"

    def _prelude(self, need: str) -> list[str]:
        if need in pretrained.READERS:
            return ["", "", *pretrained.prelude(need)]
        library = self.language.library.name
        source = PRELUDE.get((library, need))
        if source is None:
            others = tuple(each.removeprefix("_") for each in self.needs if each.startswith("_"))
            source = private(prelude(library, need.removeprefix("_")), others)
        self.needs.update(imports_of(source))
        return ["", "", *source.split("\n")]

    # -------------------------------------------------------------------------------------------------- statements

    def _block(self, body: Iterable[Statement], indent: str) -> Iterator[Line]:
        for statement in body:
            if isinstance(statement, Repeat):
                yield from self._loop(statement, indent)
                continue
            piece = self.phrases.piece(statement)
            if statement.out in self.borders:
                piece = converted(piece, self.phrases.like, self.language.library)
            if statement.out in self.binding.inlined:
                self.phrases.pieces[statement.out] = replace(piece, values=(*piece.values, statement.out))
                continue
            self.needs |= piece.needs
            if isinstance(statement, Fused):
                piece = replace(piece, values=(*piece.values, *(part.out for part in statement.plain)))
            yield from self._assign(statement.out, statement.type, piece, indent)

    def _assign(self, out: Name, type: Type, piece: Piece, indent: str) -> Iterator[Line]:
        variable = self.binding.variables[out]
        start = "return" if out == self.binding.returned else f"{variable} ="
        comment = f"  # {'; '.join(filter(None, [shape_comment(type), piece.remark]))}"
        values = (out, *(value for value in piece.values if value not in self.binding.variables))
        lines = [f"{start} {piece.text}"]
        if len(indent + (_short(lines[0]) if self._shortens() else lines[0])) > WIDTH and piece.broken:
            lines = [f"{start} {piece.broken[0]}", *piece.broken[1:]]
        lines[-1] += comment
        yield from (Line(indent + line, values) for line in lines)
        self.phrases.pieces[out] = Piece(variable)

    def _loop(self, repeat: Repeat, indent: str) -> Iterator[Line]:
        state, initial = self.binding.variables[repeat.state], self.phrases.pieces[repeat.initial]
        if initial.text != state:
            self.needs |= initial.needs
            yield from self._assign(repeat.state, repeat.type, initial, indent)
        self.phrases.pieces[repeat.state] = Piece(state)
        variable, outer = self.binding.loops[repeat.out], self.phrases.loops.get(repeat.index)
        self.phrases.loops[repeat.index] = variable
        yield Line(f"{indent}for {variable} in range({repeat.count}):", (repeat.out, repeat.state))
        inner = indent + INDENT
        yield from self._block(repeat.body, inner)
        result = self.phrases.pieces[repeat.result]
        if result.text != state:
            self.needs |= result.needs
            values = (repeat.out, *(value for value in result.values if value in self.binding.inlined))
            yield Line(f"{inner}{state} = {result.text}  # {shape_comment(repeat.type)}", values)
        elif not repeat.body:
            yield Line(f"{inner}pass", (repeat.out,))
        if outer is not None:
            self.phrases.loops[repeat.index] = outer
        self.phrases.pieces[repeat.out] = Piece(state)

    def _return(self) -> list[Line]:
        outputs = self.program.outputs
        if self.binding.returned is not None:
            return []
        texts = [self.phrases.pieces[output.value].text for output in outputs]
        values = tuple(output.value for output in outputs)
        if len(outputs) == 1:
            return [Line(f"{self.indent}return {texts[0]}", values)]
        items = [f"{output.name!r}: {text}" for output, text in zip(outputs, texts, strict=True)]
        short = f"{self.indent}return {{{', '.join(items)}}}"
        if len(short) <= WIDTH:
            return [Line(short, values)]
        lines = [Line(f"{self.indent}{INDENT}{item},", (value,)) for item, value in zip(items, values, strict=True)]
        return [Line(f"{self.indent}return {{", values), *lines, Line(f"{self.indent}}}", values)]

    # ----------------------------------------------------------------------------------------------------- the head

    def _signature(self) -> list[str]:
        outer = self.indent.removesuffix(INDENT)
        inputs = [each for each in self.program.inputs if not (self.module and is_parameter(each))]
        given = [self.binding.parameters[each.array] for each in inputs]
        given = [*(["self"] if self.module else []), *dict.fromkeys(given)]
        short = f"{outer}def forward({', '.join(given)}):"
        return (
            [short]
            if len(short) <= WIDTH
            else [f"{outer}def forward(", *(outer + text for text in fill(given)), f"{outer}):"]
        )

    def _docstring(self) -> list[Line]:
        types = self.phrases.types
        outputs = self.program.outputs
        words = [f"{o.name} {shape_comment(types[o.value])}".strip() for o in outputs]
        signs = [" and " if output.relation == "," else f" {output.relation} " for output in outputs]
        results = (
            "".join(f"{s}{w}" if at else w for at, (s, w) in enumerate(zip(signs, words, strict=True))) or "nothing"
        )
        if len(results) > WIDTH // 2:
            results = f"{len(outputs)} results by name"
        first = f'{self.indent}"""Return {results}'
        if not self.program.inputs:
            return [Line(f'{first}."""')]
        lines = [Line(f"{first} of these arrays, each with its axes and their sizes:"), Line("")]
        parameters = self.binding.parameters
        width = max(map(len, parameters.values()))
        for given in {given.array: given for given in self.program.inputs}.values():
            parameter = parameters[given.array]
            text = f"{parameter:{width}}  {shape_comment(given.type, sizes=True)}"
            text += ", integers" if given.type.integer else ""
            text += f" (called {_quoted(given.array)} in the diagram)" if parameter != given.array else ""
            lines.append(Line(self.indent + text, (given.out,)))
        return [*lines, Line(f'{self.indent}"""')]


def _short(line: str) -> str:
    """A line of a module, where the functions of neural networks have the name that everybody gives them."""
    return line if line.startswith("import ") else line.replace(f"{LONG}.", f"{SHORT}.")


def is_parameter(given: Input) -> bool:
    """Whether an `nn.Module` holds the array: not ids, and not what comes in batches."""
    return not given.type.integer and not any(axis.open for axis in given.type.axes)


def _lengths(program: Program, module: bool) -> dict[str, tuple[Name, int]]:
    """By the name of each length that may be less than the document says: the input and its axis that tell it."""
    found: dict[str, tuple[Name, int]] = {}
    for given in sorted(program.inputs, key=is_parameter):  # ids first, in their order
        for place, axis in enumerate(given.type.axes):
            if axis.flexible and not (module and is_parameter(given)):
                found.setdefault(axis.flexible, (given.out, place))
    return found


def _sizes(program: Program) -> tuple[dict[str, Axis], dict[str, tuple[Name, int]]]:
    """An axis by each name that means one size in all inputs, and an input and its axis to take the size from."""
    sizes, place, doubtful = dict[str, Axis](), dict[str, tuple[Name, int]](), set[str]()
    for given in program.inputs:
        for position, axis in enumerate(given.type.axes):
            if sizes.setdefault(axis.name, axis) != axis:
                doubtful.add(axis.name)
            place.setdefault(axis.name, (given.out, position))
    return {name: size for name, size in sizes.items() if name and name not in doubtful}, place


def shape_comment(type: Type, sizes: bool = False) -> str:
    """The axes of a value as a comment says them: `[query, head]`, with `sizes` `[query 8, head 2]`."""
    names = axis_names(type)
    if not names:
        return "scalar"
    if not sizes:
        return f"[{', '.join(names)}]"
    return f"[{', '.join(_sized(name, axis) for name, axis in zip(names, type.axes, strict=True))}]"


def _sized(name: str, axis: Axis) -> str:
    """A name with the size of its axis: `hidden 768`, `seq up to 1024`, `batch`."""
    return name if axis.open else f"{name} up to {axis.size}" if axis.flexible else f"{name} {axis.size}"


def _imports(lines: list[str]) -> list[str]:
    """Import lines as they are usually ordered: the standard library, then the others; names of one module together."""
    plain = [line for line in lines if line.startswith("import ")]
    standard = [line for line in plain if line in STANDARD]
    names: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, _, name = line.removeprefix("from ").partition(" import ")
            names.setdefault(module, []).append(name)
    froms = {f"from {module} import {', '.join(sorted(each))}" for module, each in names.items()}
    first = [*sorted(standard), *sorted(froms & STANDARD)]
    others = [*(line for line in plain if line not in standard), *(line for line in sorted(froms) if line not in first)]
    found = [["", *block] for block in (first, others) if block]
    return [line for block in found for line in block]


def _quoted(text: str) -> str:
    """Free text as it can stand in a docstring."""
    return "".join(c if c.isprintable() else " " for c in text).replace("\\", "\\\\").replace('"', '\\"')
