"""A manifest's XML as a tree of elements: small, shallow, and without a DOCTYPE.

Names are compared without their prefix: many packages declare the wrong one, or none.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 100_000


class Unreadable(ValueError):
    """It is no manifest that can be read; the message is a sentence that says why."""


@dataclass(slots=True)
class Element:
    """`name` and the names of `attributes` have no prefix; `space` is what it stands for."""

    name: str
    space: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> "Iterator[Element]":
        """Its own children of that name, whatever the case of the letters."""
        wanted = name.lower()
        return (child for child in self.children if child.name.lower() == wanted)

    def first(self, name: str) -> "Element | None":
        return next(self.all(name), None)

    def get(self, name: str, default: str = "") -> str:
        """An attribute, whatever the case of its name."""
        if name in self.attributes:
            return self.attributes[name]
        wanted = name.lower()
        found = (value for key, value in self.attributes.items() if key.lower() == wanted)
        return next(found, default)

    def words(self, name: str) -> str:
        """The text of the first child of that name, without its margins."""
        child = self.first(name)
        return child.text.strip() if child else ""


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._text: list[list[str]] = []
        self._spaces: list[dict[str, str]] = [{}]
        self._count = 0

    def begin(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            raise Unreadable(f"The manifest is nested deeper than {MAX_DEPTH} levels.")
        if self._count > MAX_ELEMENTS:
            raise Unreadable(f"The manifest has more than {MAX_ELEMENTS:,} elements.")
        spaces, attributes = self._spaces[-1], {}
        for key, value in given.items():
            if key == "xmlns" or key.startswith("xmlns:"):
                spaces = {**spaces, key[6:]: value}
            else:
                attributes[key if key == "xml:base" else _local(key)] = value
        prefix = tag.rpartition(":")[0]
        element = Element(_local(tag), spaces.get(prefix, prefix), attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._text.append([])
        self._spaces.append(spaces)

    def end(self, tag: str) -> None:
        self._open.pop().text = "".join(self._text.pop())
        self._spaces.pop()

    def words(self, data: str) -> None:
        if self._text:
            self._text[-1].append(data)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def parse(content: bytes) -> Element:
    """The root element. Raises Unreadable with a sentence."""
    if len(content) > MAX_BYTES:
        raise Unreadable("The manifest is larger than 2 MB: that is no manifest any tool writes.")
    # Some tools leave a line before the declaration.
    content = content.lstrip(b" \t\r\n")
    try:
        return _parse(content, None)
    except expat.ExpatError as error:
        first = error
    # Many a manifest says “utf-16” or “windows-1252” and is UTF-8 all the same, or the reverse.
    for encoding in ("utf-8", "iso-8859-1"):
        try:
            return _parse(content, encoding)
        except expat.ExpatError:
            continue
    reason = expat.ErrorString(first.code)
    raise Unreadable(f"The manifest is no valid XML: {reason}, in line {first.lineno}.")


def _parse(content: bytes, encoding: str | None) -> Element:
    builder = _Builder()
    parser = expat.ParserCreate(encoding)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler = builder.begin
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.words
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
    except (ValueError, LookupError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("The manifest is written in an encoding we do not know.") from error
    if builder.root is None:
        raise Unreadable("The manifest is empty.")
    return builder.root


def _refuse_doctype(*args: Any) -> None:
    raise Unreadable("The manifest has a DOCTYPE, which no package needs: it is not read.")
