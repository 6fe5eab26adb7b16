"""Cuts a text into its clauses: headings, paragraphs, list items, table rows, quotes, code.

What is cut is the HTML that people read, already rendered and sanitized by `text`, so there is no
second opinion about what Markdown means. Pure and quick: one pass over the text.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any, NamedTuple
from unicodedata import normalize

from markupsafe import escape

from portal import text

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = {"strong", "em", "code", "a"}
# A word holds together over the signs inside it: 2.50, e-mail, it's. Chinese, Japanese and Thai
# are written without spaces, so each of their letters stands alone.
_ALONE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+(?:[.,:/'’\-‑][^\W{_ALONE}]+)*|[^\w\s]|\s+")
_CODE = re.compile(r"\s+|\S+")


class Word(NamedTuple):
    """A word or a sign as it stands in the text: after what gap, and in which marks."""

    text: str
    gap: str = ""  # "", " " or "br"
    marks: tuple[tuple[str, str], ...] = ()  # from the outside in: (tag, address of a link)

    @property
    def key(self) -> str:
        """What makes it the same word: its letters and where it leads, not how it is set."""
        links = [address for tag, address in self.marks if tag == "a"]
        return f"{self.text}\n{links[-1]}" if links else self.text


Words = tuple[Word, ...]


@dataclass(frozen=True)
class Clause:
    """The smallest piece of a text that says something on its own.

    `path` are the headings above it; `parent` the place, in the list of clauses, of what it
    belongs to: its heading, the item it is nested in, the line with a colon above its list, the
    head of its table. `number` is that of an item in a numbered list, as "2" or "2.1". `cells` are
    those of a row; everything else has one.
    """

    kind: str  # heading, paragraph, item, row, quote or code
    cells: tuple[Words, ...]
    path: tuple[str, ...] = ()
    parent: int | None = None
    number: str = ""
    level: int = 0
    is_head: bool = False

    @cached_property
    def words(self) -> Words:
        """All its words, those of a row one cell after the other."""
        return tuple(word for cell in self.cells for word in cell)

    @cached_property
    def text(self) -> str:
        """Its words without any marks, as one line (code keeps its lines)."""
        return " | ".join(plain(cell) for cell in self.cells)

    @property
    def html(self) -> str:
        """Its words with their marks."""
        return " | ".join(drawn(cell) for cell in self.cells)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The words by which it is the same clause elsewhere; each cell of a row ends in a bar."""
        if self.kind != "row":
            return tuple(word.key for word in self.words)
        return tuple(key for cell in self.cells for key in (*(word.key for word in cell), "\n|"))

    @property
    def family(self) -> str:
        """What it may turn into and still be the same: a paragraph made an item says the same."""
        return self.kind if self.kind in ("heading", "row", "code") else "words"


def clauses(markdown: str) -> list[Clause]:
    """The clauses of a text in Markdown. Raises `text.TooComplex` where that cannot be drawn."""
    return clauses_of(text.render_markdown(markdown))


def clauses_of(html: str) -> list[Clause]:
    """The clauses of a text drawn and sanitized earlier, as a revision keeps it."""
    cutter = _Cutter()
    cutter.feed(normalize("NFC", html))
    cutter.close()
    cutter.finish()
    return cutter.found


# ---------------------------------------------------------------- drawing words again


def plain(words: Iterable[Word]) -> str:
    """The words as they are read aloud."""
    return "".join((" " if word.gap else "") + word.text for word in words).strip()


def drawn(words: Iterable[Word]) -> str:
    """The words as HTML, each mark opened and closed where it begins and ends."""
    out: list[str] = []
    open_marks: tuple[tuple[str, str], ...] = ()
    for number, word in enumerate(words):
        same = _common(open_marks, word.marks)
        out += [f"</{tag}>" for tag, _ in reversed(open_marks[same:])]
        if number and word.gap:
            out.append("<br>" if word.gap == "br" else " ")
        out += [_opening(tag, address) for tag, address in word.marks[same:]]
        out.append(str(escape(word.text)))
        open_marks = word.marks
    out += [f"</{tag}>" for tag, _ in reversed(open_marks)]
    return "".join(out)


def _common(one: tuple[Any, ...], other: tuple[Any, ...]) -> int:
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same


def _opening(tag: str, address: str) -> str:
    if tag != "a":
        return f"<{tag}>"
    return f'<a href="{escape(address)}" rel="noopener noreferrer">'


# ---------------------------------------------------------------- cutting


@dataclass
class _Box:
    """A list, an item, a quote or a table around what is being read."""

    tag: str
    lead: int | None = None
    """The line above it that ends in a colon, or the head of the table."""
    item: int | None = None
    number: str = ""
    next: int | None = None


@dataclass
class _Block:
    """The heading, paragraph, item or cell that is being filled."""

    tag: str = ""
    words: list[Word] = field(default_factory=list)
    gap: str = ""


class _Cutter(HTMLParser):
    """Walks the tags and closes a clause wherever a block begins or ends."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Clause] = []
        self.boxes: list[_Box] = []
        self.headings: list[tuple[int, int]] = []  # level, place
        self.marks: list[tuple[str, str]] = []
        self.block = _Block()
        self.cells: list[Words] = []
        self.is_head = False
        self.last: tuple[int, int] = (-1, -1)  # a paragraph's place, and how deep it stood

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.block.gap = "br"
        elif tag == "code" and self.block.tag == "pre":
            return
        elif tag in _MARKS:
            self.marks.append((tag, (given.get("href") or "") if tag == "a" else ""))
        elif tag in ("ul", "ol", "table", "blockquote"):
            self._end_block()
            start = _number(given.get("start")) if tag == "ol" else None
            self.boxes.append(_Box(tag, lead=self._line_above(), next=start))
        elif tag == "li":
            self._end_block()
            self.boxes.append(_Box(tag, number=self._item_number()))
        elif tag == "thead":
            self.is_head = True
        elif tag == "tr":
            self.cells = []
        elif tag in ("p", "pre", "hr", "td", "th") or tag in _HEADINGS:
            self._end_block()
            self.block = _Block(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKS:
            if self.marks and self.marks[-1][0] == tag:
                self.marks.pop()
        elif tag in ("td", "th"):
            self.cells.append(tuple(self.block.words))
            self.block = _Block()
        elif tag == "tr":
            self._end_row()
        elif tag == "thead":
            self.is_head = False
        elif tag in ("ul", "ol", "table", "blockquote", "li"):
            self._end_block()
            if self.boxes:
                self.boxes.pop()
        else:
            self._end_block()

    def handle_data(self, data: str) -> None:
        block = self.block
        if block.tag == "pre":
            block.words += [Word(run) for run in _CODE.findall(data)]
            return
        marks = tuple(self.marks)
        for run in _WORD.findall(data):
            if run.isspace():
                block.gap = block.gap or " "
                continue
            block.words.append(Word(run, block.gap, marks))
            block.gap = ""

    def finish(self) -> None:
        """The end of the text."""
        self._end_block()

    def _item_number(self) -> str:
        around = self.boxes[-1] if self.boxes else None
        if around is None or around.next is None:
            return ""
        number, around.next = around.next, around.next + 1
        outer = next((box.number for box in reversed(self.boxes) if box.tag == "li"), "")
        return f"{outer}.{number}" if outer else str(number)

    def _line_above(self) -> int | None:
        place, depth = self.last
        if place != len(self.found) - 1 or depth != len(self.boxes) or place < 0:
            return None
        return place if self.found[place].text.endswith((":", "\uff1a")) else None

    def _parent(self) -> int | None:
        for box in reversed(self.boxes):
            if box.item is not None:
                return box.item
            if box.lead is not None:
                return box.lead
        return self.headings[-1][1] if self.headings else None

    def _end_block(self) -> None:
        """What was read since the last boundary is a clause, unless there was nothing."""
        block, self.block = self.block, _Block()
        if block.tag == "pre":
            while block.words and block.words[-1].text.isspace():
                block.words.pop()
        if not block.words:
            return
        box = self.boxes[-1] if self.boxes else None
        level = _HEADINGS.get(block.tag, 0)
        if level and box is None:
            while self.headings and self.headings[-1][0] >= level:
                self.headings.pop()
        number, kind = "", self._kind(block, box)
        parent = self._line_above() if kind == "code" else None
        if kind == "item" and box is not None:
            number = box.number
        place = self._add(kind, (tuple(block.words),), number=number, level=level, parent=parent)
        if kind == "item" and box is not None:
            box.item = place
        elif level and box is None:
            self.headings.append((level, place))
        if kind in ("paragraph", "quote"):
            self.last = (place, len(self.boxes))

    @staticmethod
    def _kind(block: _Block, box: _Box | None) -> str:
        if block.tag in _HEADINGS:
            return "heading"
        if block.tag == "pre":
            return "code"
        if box is not None and box.tag == "li" and box.item is None:
            return "item"
        return "quote" if box is not None and box.tag == "blockquote" else "paragraph"

    def _end_row(self) -> None:
        cells, self.cells = tuple(self.cells), []
        if not any(cells):
            return
        place = self._add("row", cells, is_head=self.is_head)
        if self.is_head and self.boxes:
            self.boxes[-1].lead = place

    def _add(self, kind: str, cells: tuple[Words, ...], **more: Any) -> int:
        if more.get("parent") is None:
            more["parent"] = self._parent()
        path = tuple(self.found[place].text for _, place in self.headings)
        self.found.append(Clause(kind, cells, path=path, **more))
        return len(self.found) - 1


def _number(start: str | None) -> int:
    return int(start) if start and re.fullmatch(r"[0-9]{1,9}", start) else 1


def above(found: list[Clause], place: int) -> Iterator[int]:
    """What a clause belongs to, and what that belongs to, from near to far."""
    parent = found[place].parent
    while parent is not None:
        yield parent
        parent = found[parent].parent
