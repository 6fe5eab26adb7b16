"""Text: folding for comparison, slugs, plurals, Markdown to safe HTML, and line-by-line changes.

Pure functions over strings; nothing here reads a file, a clock or a database. No HTML leaves this
module that did not go through the list of allowed tags.
"""

import hashlib
import re
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import nh3
from markdown import Markdown
from markdown.inlinepatterns import (
    LinkInlineProcessor,
    ReferenceInlineProcessor,
    ShortReferenceInlineProcessor,
)

# ---------------------------------------------------------------- comparing and naming

# Letters that Unicode does not decompose, and typographic twins that people type either way.
_TWINS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"',
    "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
})  # fmt: skip

MAX_SLUG_LENGTH = 80


def fold(s: str) -> str:
    """The form two spellings share: no accents, no case, no invisible marks, single spaces."""
    if s.isascii():
        return " ".join(s.lower().split())
    folded = _bare(_bare(s).casefold()).translate(_TWINS)
    return " ".join(folded.split())


def _bare(s: str) -> str:
    decomposed = unicodedata.normalize("NFKD", s)
    return "".join(
        c for c in decomposed if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )


def slugify(s: str) -> str:
    """A name for addresses: a-z, 0-9 and single dashes, never empty.

    Words without one Latin letter get a short hash, so two of them do not collide.
    """
    folded = fold(s)
    slug = re.sub(r"[^a-z0-9]+", "-", folded.replace("'", "")).strip("-")
    if not slug and folded:
        slug = "x-" + hashlib.sha256(folded.encode("utf-8", "replace")).hexdigest()[:8]
    return slug[:MAX_SLUG_LENGTH].rstrip("-") or "untitled"


_LINKED = re.compile(r"!?\[([^\]\[]{0,300})\]\([^)\s]{0,500}\)")
_DRESS = re.compile(r"\*{1,3}|`+|^ {0,3}(?:[-+>]|#{1,6}|\d{1,3}\.) +", re.MULTILINE)


def plain_words(source: str) -> str:
    """What Markdown says, without links and marks: for a line in a list, not for reading."""
    return _DRESS.sub("", _LINKED.sub(r"\1", source))


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 step", "3 steps", "1,200 people"."""
    return f"{n:,} {noun if n == 1 else plural or _plural(noun)}"


_IRREGULAR = {"person": "people", "child": "children"}


def enumerated(first: Sequence[str], total: int = 0) -> str:
    """`Ada and Ben`; with a `total` above what is named, `Ada, Ben and 12 more`."""
    more = total - len(first)
    if more > 0:
        return f"{', '.join(first)} and {more:,} more"
    return " and ".join([", ".join(first[:-1]), first[-1]] if first[1:] else first)


def _plural(noun: str) -> str:
    *before, last = noun.split(" ")
    if last in _IRREGULAR:
        return " ".join([*before, _IRREGULAR[last]])
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    if re.search(r"(s|x|z|ch|sh)$", noun):
        return noun + "es"
    return noun + "s"


def clean(s: str) -> str:
    """The text itself. Raises ValueError with a sentence when no database could keep it."""
    if "\0" in s:
        raise ValueError("The text contains a NUL character, which cannot be stored.")
    if _SURROGATE.search(s):
        raise ValueError("The text contains half of a character, so it cannot be stored.")
    return s


_SURROGATE = re.compile("[\ud800-\udfff]")

# ---------------------------------------------------------------- Markdown

MAX_SOURCE_BYTES = 256 * 1024
MAX_LINES = 5_000
MAX_DEPTH = 12
"""How deep lists and quotes may nest; Python-Markdown recurses several frames a level."""
MAX_PARAGRAPH_CHARS = 32_000
MAX_PARAGRAPH_LINES = 500
MAX_MARKS = 40_000
"""Characters that may begin or end inline markup, in one text."""
MAX_COPIED_CHARS = 100_000_000
MAX_SEARCH_CHARS = 1_000_000
"""How far the parser may look, all in all, for the ends of brackets."""


class TooComplex(ValueError):
    """The Markdown is larger or more deeply nested than one request may cost."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line
        self.message = message


def render_markdown(source: str) -> str:
    """Markdown as safe HTML in one `<div class="prose" hx-ignore>`.

    HTML in the source is shown as it was typed, and a picture becomes a link: pages load nothing
    from elsewhere. Raises TooComplex with the line of the first of `problems_of(source)`.
    """
    problems = problems_of(source)
    if problems:
        raise TooComplex(*problems[0])
    try:
        html = _markdown().reset().convert(source)
    except RecursionError:
        raise TooComplex(1, "The text is nested too deeply.") from None
    return f'<div class="prose" hx-ignore>{_sanitize(html)}</div>'


def problems_of(source: str) -> list[tuple[int, str]]:
    """What stands in the way of rendering, as (line, sentence); empty when nothing does."""
    try:
        clean(source)
    except ValueError as error:
        return [(_line_of_unstorable(source), str(error))]
    size = len(source.encode())
    if size > MAX_SOURCE_BYTES:
        return [(1, f"The text has {size // 1024} kB; {MAX_SOURCE_BYTES // 1024} kB is the most.")]
    lines = _lines(source)
    if len(lines) > MAX_LINES:
        return [(MAX_LINES + 1, f"The text has {len(lines):,} lines; {MAX_LINES:,} is the most.")]
    return list(_deep_lines(lines)) or list(_costly_paragraphs(lines))


def _line_of_unstorable(source: str) -> int:
    found = re.search("[\0\ud800-\udfff]", source)
    return source.count("\n", 0, found.start() if found else 0) + 1


def _lines(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


_MARKER = re.compile(r"[ \t]*(?:>|[-*+](?=[ \t])|\d+\.(?=[ \t]))")


def _deep_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The first line nested too deeply; the lines under it would only repeat it."""
    for number, line in enumerate(lines, 1):
        if _depth(line) > MAX_DEPTH:
            yield number, f"Lists and quotes may be nested {MAX_DEPTH} deep; this is deeper."
            return


def _depth(line: str) -> int:
    """Markers at the head of the line, and four columns of indent before the first for one more."""
    line = line.expandtabs(4)
    markers, position = 0, 0
    while found := _MARKER.match(line, position):
        position = found.end()
        markers += 1
    # Indent without a marker is code or a wrapped line, and as deep as its list at most.
    indent = sum(len(gap) // 4 for gap in re.findall(r" +", line[:position]))
    return markers + indent if markers else 0


class _Paragraph(NamedTuple):
    line: int
    text: str


def _paragraphs(lines: Sequence[str]) -> Iterator[_Paragraph]:
    """Runs of lines without a blank one between: what Markdown searches through as one piece."""
    start = 0
    for number, line in enumerate([*lines, ""]):
        if not line.strip():
            if number > start:
                yield _Paragraph(start + 1, "\n".join(lines[start:number]))
            start = number + 1


def _costly_paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The first place where one of the budgets is spent.

    Each opening bracket makes the parser look for its end, so a run of unclosed ones costs its
    square: 20 kB of "[" is 40 seconds. And each mark found copies the paragraph it stands in.
    """
    search = marks = copied = 0
    for paragraph in _paragraphs(lines):
        if len(paragraph.text) > MAX_PARAGRAPH_CHARS:
            limit = f"{MAX_PARAGRAPH_CHARS:,} characters without an empty line"
            yield paragraph.line, f"There are more than {limit} from here on; put one in."
            return
        if paragraph.text.count("\n") >= MAX_PARAGRAPH_LINES:
            limit = f"{MAX_PARAGRAPH_LINES:,} lines without an empty one"
            yield paragraph.line, f"There are more than {limit} from here on; put one in."
            return
        search += _search_chars(paragraph.text)
        here = len(_MARKS.findall(paragraph.text))
        marks += here
        copied += here * len(paragraph.text)
        if search > MAX_SEARCH_CHARS:
            yield paragraph.line, "There are too many brackets here that are not closed."
            return
        if marks > MAX_MARKS or copied > MAX_COPIED_CHARS:
            yield paragraph.line, "There are too many links and marks here: divide the text."
            return


_MARKS = re.compile(r"[*_`\[\]<>&\\]")


def _search_chars(text: str) -> int:
    """Characters walked to find the end of every bracket; an unclosed one walks to the end."""
    total = 0
    open_at: dict[str, list[int]] = {"]": [], ")": [], ">": []}
    for found in re.finditer(r"[\[\]()<>]", text):
        bracket, position = found[0], found.start()
        if bracket in _CLOSING:
            open_at[_CLOSING[bracket]].append(position)
        elif open_at[bracket]:
            total += position - open_at[bracket].pop()
    return total + sum(len(text) - p for positions in open_at.values() for p in positions)


_CLOSING = {"[": "]", "(": ")", "<": ">"}

_local = threading.local()


def _markdown() -> Markdown:
    """This thread's converter: building one is slow, and one is not safe for two threads."""
    if not hasattr(_local, "markdown"):
        _local.markdown = _new_markdown()
    converter: Markdown = _local.markdown
    return converter


def _new_markdown() -> Markdown:
    converter = Markdown(
        extensions=["tables", "sane_lists"],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )
    converter.preprocessors.deregister("html_block")
    patterns = converter.inlinePatterns
    patterns.deregister("html")
    patterns.register(LinkInlineProcessor(r"!\[", converter), "image_link", 150)
    patterns.register(ReferenceInlineProcessor(r"!\[", converter), "image_reference", 140)
    patterns.register(ShortReferenceInlineProcessor(r"!\[", converter), "short_image_ref", 125)
    return converter


_TAGS = set(
    "p br hr h1 h2 h3 h4 h5 h6 strong em code pre blockquote ul ol li a "
    "table thead tbody tr th td".split()
)
_ATTRIBUTES = {"a": {"href", "title"}, "th": {"align"}, "td": {"align"}, "ol": {"start"}}


def _sanitize(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


# ---------------------------------------------------------------- changes

CONTEXT_LINES = 3
MAX_COMPARED_PAIRS = 10_000


class Change(NamedTuple):
    """One row of the changes view; the text of a "gap" says how many equal lines it stands for."""

    tag: str  # equal, insert, delete or gap
    text: str


def diff_lines(old: str, new: str) -> list[Change]:
    """The lines of both texts in reading order, long equal stretches collapsed to a "gap" row."""
    changes = _changes(_lines(old), _lines(new))
    return list(_collapsed(changes))


def _changes(old: list[str], new: list[str]) -> list[Change]:
    """Equal heads and tails first, then lines that occur once in both, and only then every pair.

    Comparing every pair at once would cost seconds on texts that repeat themselves.
    """
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    end_old, end_new = len(old) - tail, len(new) - tail
    middle = _middle(old[head:end_old], new[head:end_new])
    return [*_rows("equal", old[:head]), *middle, *_rows("equal", old[end_old:])]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    return same


def _middle(old: list[str], new: list[str]) -> list[Change]:
    if len(old) * len(new) <= MAX_COMPARED_PAIRS:
        return _every_pair(old, new)
    rows: list[Change] = []
    at_old = at_new = 0
    for i, j in [*_anchors(old, new), (len(old), len(new))]:
        rows += _between(old[at_old:i], new[at_new:j])
        rows += _rows("equal", old[i : i + 1])
        at_old, at_new = i + 1, j + 1
    return rows


def _between(old: list[str], new: list[str]) -> list[Change]:
    if len(old) * len(new) <= MAX_COMPARED_PAIRS:
        return _every_pair(old, new)
    return [*_rows("delete", old), *_rows("insert", new)]


def _every_pair(old: list[str], new: list[str]) -> list[Change]:
    rows: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += _rows("equal", old[i1:i2])
        else:
            rows += [*_rows("delete", old[i1:i2]), *_rows("insert", new[j1:j2])]
    return rows


def _anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of lines that occur once in each text, as the longest run rising in both."""
    where = dict(_once(new))
    pairs = [(i, where[line]) for line, i in _once(old) if line in where]
    return _longest_rising(pairs)


def _once(lines: list[str]) -> list[tuple[str, int]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(lines):
        seen[line] = -1 if line in seen else number
    return [(line, number) for line, number in seen.items() if number >= 0]


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Patience sorting: each pair remembers the top of the pile to its left."""
    tops: list[int] = []
    piles: list[int] = []
    left: list[int | None] = []
    for n, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        left.append(piles[pile - 1] if pile else None)
        tops[pile : pile + 1] = [j]
        piles[pile : pile + 1] = [n]
    chosen = []
    at = piles[-1] if piles else None
    while at is not None:
        chosen.append(pairs[at])
        at = left[at]
    return chosen[::-1]


def _rows(tag: str, lines: Sequence[str]) -> list[Change]:
    return [Change(tag, line) for line in lines]


def _collapsed(changes: list[Change]) -> Iterator[Change]:
    near = _near_a_change(changes)
    hidden = 0
    for row, shown in zip(changes, near, strict=True):
        if not shown:
            hidden += 1
            continue
        if hidden:
            yield Change("gap", f"{count(hidden, 'unchanged line')}")
            hidden = 0
        yield row
    if hidden:
        yield Change("gap", f"{count(hidden, 'unchanged line')}")


def _near_a_change(changes: list[Change]) -> list[bool]:
    near = [False] * len(changes)
    for n, row in enumerate(changes):
        if row.tag != "equal":
            low, high = max(0, n - CONTEXT_LINES), min(len(changes), n + CONTEXT_LINES + 1)
            near[low:high] = [True] * (high - low)
    return near
