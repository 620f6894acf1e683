"""A feed's XML, message by message, with the line and column of every element.

Built on expat: it tells positions, reads as a stream, and lets a DOCTYPE be refused before it is looked at. Other
encodings than UTF-8 are decoded here first, since expat knows few of them.
"""

import codecs
import re
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

DECLARED: Final = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
DEEPEST: Final = 100


class Element:
    """One element: name, attributes, children or text, and where it starts."""

    __slots__ = ("attributes", "children", "column", "line", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int, column: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.column = column
        self.children: list[Element] = []
        self.text = ""

    def child(self, name: str) -> "Element | None":
        """The first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, *path: str) -> str | None:
        """The text at the end of a path of names, without outer blanks; None where there is none."""
        found: Element | None = self
        for name in path:
            found = found.child(name) if found else None
        return " ".join(found.text.split()) if found else None

    def sku(self, name: str = "SKU") -> str:
        """A SKU, blanks and all: as of every normalizedString only tabs and line breaks become blanks."""
        found = self.child(name)
        return re.sub(r"[\t\r\n]", " ", found.text) if found else ""

    def named(self, name: str) -> "list[Element]":
        """All children of that name."""
        return [child for child in self.children if child.name == name]


class Invalid(Exception):
    """The document is not what it should be: `why` at `line`, `column`; `fatal` where it is no XML at all."""

    def __init__(self, why: str, line: int, column: int, *, fatal: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.line = line
        self.column = column
        self.fatal = fatal


def _unicode(content: bytes) -> bytes:
    """The document in UTF-8, whatever it declares."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16").encode()
    declared = DECLARED.match(content[:200])
    name = declared.group(1).decode().lower() if declared else "utf-8"
    if name in ("utf-8", "utf8"):
        return content
    try:
        return content.decode({"shift_jis": "cp932", "windows-31j": "cp932"}.get(name, name)).encode()
    except (LookupError, UnicodeDecodeError) as error:
        raise Invalid(f"The encoding '{name}' does not fit the document.", 1, 1, fatal=True) from error


def parts(content: bytes, part: Callable[[Element], None]) -> Element:
    """Hand every child of the root to `part` as soon as it is complete; answer the root, childless.

    Invalid is raised at the first character that is no XML, at a DOCTYPE, and by whatever `part` raises.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    stack: list[Element] = []
    roots: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) >= DEEPEST:
            raise Invalid(
                "The document is nested too deeply.", parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
            )
        stack.append(Element(name, attributes, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1))

    def end(name: str) -> None:
        done = stack.pop()
        if len(stack) > 1:
            stack[-1].children.append(done)
        elif stack:
            part(done)
        else:
            roots.append(done)

    def text(characters: str) -> None:
        if len(stack) > 1:
            stack[-1].text += characters
        elif characters.strip():
            why = f"cvc-complex-type.2.3: Element '{stack[0].name}' cannot have character [children]."
            raise Invalid(why, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def doctype(*_: object) -> None:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        raise Invalid("A document type declaration is not allowed.", line, column, fatal=True)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(_unicode(content), True)
    except expat.ExpatError as error:
        raise Invalid(f"{expat.ErrorString(error.code)}.", error.lineno, error.offset + 1, fatal=True) from error
    return roots[0]
