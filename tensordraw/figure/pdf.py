"""PDF of a figure, written from the display list: vectors, text in embedded fonts, exact size, the same bytes each time.

No dates, and an /ID that is a hash of the content. The file is small enough to be written whole: objects in order, one
cross-reference table. The document travels as an attachment, `source.tdraw`.
"""

from __future__ import annotations

import hashlib
import zlib

from tensordraw.figure.display import Figure, Font
from tensordraw.figure.fonts import Subset, subset
from tensordraw.figure.operators import Page, page
from tensordraw.figure.svg import PADDING

ATTACHED = "source.tdraw"
_PER_BLOCK = 100  # lines of one block of a character map


def pdf(
    figure: Figure, *, factor: float = 1.0, padding: float = PADDING, background: str | None = None, title: str = "",
    description: str = "", producer: str = "", source: bytes = b"", glyphs: bool = True,
) -> bytes:  # fmt: skip
    """The figure as a PDF file of one page, all lengths multiplied by `factor`.

    With `glyphs` labels are text, else outlines. `source` is attached where it is not empty, with the hash of the drawing.
    """
    drawn = page(figure, factor, padding, background, glyphs=glyphs)
    made = _Objects()
    fonts = {font: _font(made, subset(font, used)) for font, used in drawn.glyphs.items()}
    operators = _renumbered(drawn)
    content = made.stream("", f"/Figure <</MCID 0>> BDC\n{operators}EMC\n".encode())
    pages, sheet, tree, element = (made.reserve() for _ in range(4))
    resources = " ".join(f"/{font} {number} 0 R" for font, number in fonts.items())
    box = f"[0 0 {_exact(drawn.width)} {_exact(drawn.height)}]"
    made.put(sheet, f"<</Type /Page /Parent {pages} 0 R /MediaBox {box} /StructParents 0 "
                    f"/Resources <</Font <<{resources}>>>> /Contents {content} 0 R>>")  # fmt: skip
    made.put(pages, f"<</Type /Pages /Kids [{sheet} 0 R] /Count 1>>")
    alternative = f" /Alt {_string(description)}" if description else ""
    made.put(element, f"<</Type /StructElem /S /Figure /P {tree} 0 R /Pg {sheet} 0 R /K 0{alternative}>>")
    made.put(tree, f"<</Type /StructTreeRoot /K {element} 0 R /ParentTree <</Nums [0 [{element} 0 R]]>>>>")
    names = f" {_attached(made, source, drawn_hash(operators))}" if source else ""
    catalog = made.add(
        f"<</Type /Catalog /Pages {pages} 0 R /MarkInfo <</Marked true>> /StructTreeRoot {tree} 0 R"
        f"{' /ViewerPreferences <</DisplayDocTitle true>>' if title else ''}{names}>>"
    )
    said = {"Title": title, "Producer": producer}
    info = made.add(f"<<{' '.join(f'/{key} {_string(words)}' for key, words in said.items() if words)}>>")
    return made.file(catalog, info)


def drawn_hash(operators: str) -> str:
    """Names the drawing, whatever else is in the file."""
    return hashlib.sha256(f"/Figure <</MCID 0>> BDC\n{operators}EMC\n".encode()).hexdigest()


def _attached(made: _Objects, source: bytes, drawn: str) -> str:
    """Attach the document; the catalog's entry for it."""
    kind = f"/Type /EmbeddedFile /Subtype /application#2Fvnd.tensordraw+json /Params <</Size {len(source)}>> "
    file = made.stream(f"{kind}/TDDrawn ({drawn})", source)
    spec = made.add(
        f"<</Type /Filespec /F ({ATTACHED}) /UF ({ATTACHED}) /AFRelationship /Source /EF <</F {file} 0 R>> "
        "/Desc (The figure as a tensordraw document)>>"
    )
    return f"/Names <</EmbeddedFiles <</Names [({ATTACHED}) {spec} 0 R]>>>> /AF [{spec} 0 R]"


class _Objects:
    """The numbered objects of a file."""

    def __init__(self) -> None:
        self.bodies: dict[int, bytes] = {}
        self.last = 0

    def reserve(self) -> int:
        """A number for an object that comes later."""
        self.last += 1
        return self.last

    def put(self, number: int, body: str | bytes) -> None:
        self.bodies[number] = body.encode() if isinstance(body, str) else body

    def add(self, body: str | bytes) -> int:
        number = self.reserve()
        self.put(number, body)
        return number

    def stream(self, entries: str, data: bytes) -> int:
        packed = zlib.compress(data, 9)
        head = f"<<{entries} /Filter /FlateDecode /Length {len(packed)}>>\nstream\n"
        return self.add(head.encode() + packed + b"\nendstream")

    def file(self, catalog: int, info: int) -> bytes:
        """The whole file."""
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places: list[int] = []
        for number in range(1, self.last + 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, self.bodies[number])
        start, named = len(out), hashlib.sha256(out).hexdigest()[:32]
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (self.last + 1)
        for place in places:
            out += b"%010d 00000 n \n" % place
        out += f"trailer\n<</Size {self.last + 1} /Root {catalog} 0 R /Info {info} 0 R /ID [<{named}> <{named}>]>>\n".encode()
        out += b"startxref\n%d\n%%%%EOF\n" % start
        return bytes(out)


def _font(made: _Objects, font: Subset) -> int:
    """A composite font, whose codes are the glyphs' numbers in the subset."""
    cubic = font.compact is not None
    data = font.compact if font.compact is not None else font.file
    file = made.stream("/Subtype /CIDFontType0C" if cubic else f"/Length1 {len(data)}", data)
    descriptor = made.add(
        f"<</Type /FontDescriptor /FontName /{font.name} /Flags 4 /FontBBox [{' '.join(map(str, font.box))}] /ItalicAngle 0 "
        f"/Ascent {font.ascent} /Descent {font.descent} /CapHeight 700 /StemV 80 /FontFile{3 if cubic else 2} {file} 0 R>>"
    )
    system = "/CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>>"
    inner = made.add(
        f"<</Type /Font /Subtype /CIDFontType{0 if cubic else 2} /BaseFont /{font.name} {system} "
        f"/FontDescriptor {descriptor} 0 R /DW 1000 /W [0 [{' '.join(map(str, font.widths))}]]"
        f"{'' if cubic else ' /CIDToGIDMap /Identity'}>>"
    )
    letters = made.stream("", _letters(font).encode())
    return made.add(
        f"<</Type /Font /Subtype /Type0 /BaseFont /{font.name} /Encoding /Identity-H /DescendantFonts [{inner} 0 R] "
        f"/ToUnicode {letters} 0 R>>"
    )


def _letters(font: Subset) -> str:
    """The character map that says which letters glyphs stand for."""
    pairs = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(font.letters.items())]
    blocks = [pairs[k : k + _PER_BLOCK] for k in range(0, len(pairs), _PER_BLOCK)]
    return "\n".join((
        "/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def", "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def", "1 begincodespacerange", "<0000> <ffff>", "endcodespacerange",
        *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
        "endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end",
    )) + "\n"  # fmt: skip


def _renumbered(drawn: Page) -> str:
    """The operators with the glyphs' numbers in the subsets."""
    tables = {font: subset(font, used).numbers for font, used in drawn.glyphs.items()}
    out: list[str] = []
    numbers: dict[int, int] = {}
    for line in drawn.operators.split("\n"):
        if line.endswith(" Tf"):
            font: Font = line[1 : line.index(" ")]  # type: ignore[assignment]
            numbers = tables[font]
        elif line.endswith("> Tj"):
            start = line.index("<") + 1
            line = f"{line[:start]}{numbers[int(line[start : start + 4], 16)]:04x}> Tj"
        out.append(line)
    return "\n".join(out)


def _exact(value: float) -> str:
    """A ten-thousandth of a point is a thirtieth of a micrometre."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _string(text: str) -> str:
    """Text as a PDF string: plain where it is ASCII, else UTF-16."""
    if text.isascii() and text.isprintable():
        return "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"
    return f"<feff{text.encode('utf-16-be').hex()}>"
