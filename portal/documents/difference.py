"""What has changed between two texts, clause by clause: what somebody signs who signed before.

Pure. What only moved, was numbered anew or broken into other lines has not changed; what stands
under another heading or in another list now is told, because it may mean something else there. The
same two texts give the same bytes each time: they are hashed into the signature.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from portal import text
from portal.documents.alignment import Budget, Pairing, Run, TooDifferent, runs
from portal.documents.clauses import Clause, Word, Words, above, clauses, clauses_of, drawn, plain

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
LABELS = {ADDED: "New", REMOVED: "No longer there", CHANGED: "Changed", MOVED: "Moved"}
MAX_LEAD_CHARS = 160
# A text of which three quarters are other words is rather read as a whole, unless it is short.
MOST = 0.75
SHORT_CHANGES, SHORT_WORDS = 30, 2_000


@dataclass(frozen=True)
class Change:
    """One clause that is new, gone, worded otherwise, or belongs to something else now.

    `path` are the headings it stands under (or stood, when it is gone), `leads` the items and
    lines above a list that it belongs to; `moved_from` says the same of where it stood before.
    """

    what: str
    before: Clause | None
    after: Clause | None
    html: str
    text: str
    path: tuple[str, ...]
    leads: tuple[str, ...] = ()
    moved_from: tuple[str, ...] = ()

    @property
    def clause(self) -> Clause:
        """As it stands now, or as it stood."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def label(self) -> str:
        """What happened to it, in words."""
        if self.what != MOVED:
            return LABELS[self.what]
        where = f"under “{self.moved_from[-1]}”" if self.moved_from else "at the beginning"
        return f"Moved: it stood {where}"


@dataclass(frozen=True)
class Difference:
    """The changes between two texts, in the order of the new one.

    `is_much`: there are so many that the whole text is to be read; then none is told.
    """

    changes: tuple[Change, ...] = ()
    is_much: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.is_much

    @property
    def sentence(self) -> str:
        """How much has changed: "2 passages changed, 1 is new."."""
        if self.is_much:
            return "Much has changed: please read the full text."
        if self.is_empty:
            return "Nothing has changed."
        counted = {what: sum(1 for c in self.changes if c.what == what) for what in LABELS}
        words = {
            CHANGED: "changed",
            ADDED: "new",
            REMOVED: "no longer there",
            MOVED: "moved",
        }
        parts = [f"{counted[what]} {words[what]}" for what in words if counted[what]]
        return f"{text.count(len(self.changes), 'passage')}: {', '.join(parts)}."

    @property
    def html(self) -> Markup:
        """All of it as HTML: the bytes that a signature is bound to."""
        groups = groupby(self.changes, key=lambda change: (change.path, change.leads))
        sections = (_section(path, leads, list(group)) for (path, leads), group in groups)
        body = "".join(sections)
        return Markup(f'<div class="difference prose" hx-ignore>{body}</div>' if body else "")  # noqa: S704

    @property
    def text(self) -> str:
        """All of it in plain words, for a letter or a file."""
        groups = groupby(self.changes, key=lambda change: (change.path, change.leads))
        blocks = (
            "\n".join([_where(path, leads), *(f"{c.label}: {c.text}" for c in group)]).strip()
            for (path, leads), group in groups
        )
        return "\n\n".join(blocks)


def difference(before: str, after: str) -> Difference:
    """The difference between two texts in Markdown. Raises `text.TooComplex` as drawing does."""
    return _between(before, after, clauses)


def difference_of(before: str, after: str) -> Difference:
    """The difference between two texts as they were drawn, sanitized, when they were published."""
    return _between(before, after, clauses_of)


def _between(before: str, after: str, cut: Callable[[str], list[Clause]]) -> Difference:
    if before == after:
        return Difference()
    old, new = cut(before), cut(after)
    try:
        found = tuple(_Telling(old, new).changes())
    except TooDifferent:
        return Difference(is_much=True)
    return Difference(is_much=True) if _is_most(found, old, new) else Difference(found)


def _is_most(found: Sequence[Change], old: list[Clause], new: list[Clause]) -> bool:
    told = [clause for c in found if c.what != MOVED for clause in (c.before, c.after) if clause]
    size = sum(len(clause.words) for clause in told)
    if len(found) < SHORT_CHANGES and size < SHORT_WORDS:
        return False
    return size > MOST * sum(len(clause.words) for clause in [*old, *new])


class _Telling:
    """Two texts paired clause by clause, and what is to be told of them."""

    def __init__(self, old: list[Clause], new: list[Clause]) -> None:
        self.old, self.new = old, new
        self.budget = Budget()
        self.pairs = Pairing(old, new, self.budget)

    def changes(self) -> Iterator[Change]:
        """Each in its place of the new text; what is gone after what stood before it."""
        gone = self._gone()
        for place in range(-1, len(self.new)):
            if place >= 0 and (change := self._of_new(place)):
                yield change
            yield from (self._removed(old) for old in gone.get(place, ()))

    def _gone(self) -> dict[int, list[int]]:
        after: dict[int, list[int]] = {}
        place = -1
        for old, new in enumerate(self.pairs.to):
            if new is None:
                after.setdefault(place, []).append(old)
            elif not self.pairs.has_moved(old, new):
                place = new
        return after

    def _of_new(self, place: int) -> Change | None:
        clause, came = self.new[place], self.pairs.came[place]
        leads = _leads(self.new, place)
        if came is None:
            html, words = _whole(clause, "ins", self._head(self.new, place))
            return Change(ADDED, None, clause, html, words, clause.path, leads)
        before = self.old[came]
        moved_from: tuple[str, ...] = ()
        if self.pairs.has_moved(came, place):
            moved_from = (*before.path, *_leads(self.old, came))
        if not self.pairs.is_same(came, place):
            html, words = self._reworded(before, clause, self._head(self.new, place))
            return Change(CHANGED, before, clause, html, words, clause.path, leads, moved_from)
        if self.pairs.has_moved(came, place):
            html, words = _whole(clause, "", self._head(self.new, place))
            return Change(MOVED, before, clause, html, words, clause.path, leads, moved_from)
        return None

    def _removed(self, place: int) -> Change:
        clause = self.old[place]
        html, words = _whole(clause, "del", self._head(self.old, place))
        return Change(REMOVED, clause, None, html, words, clause.path, _leads(self.old, place))

    def _reworded(self, before: Clause, after: Clause, head: Clause | None) -> tuple[str, str]:
        if after.kind == "row" and len(before.cells) != len(after.cells):
            gone, came = _whole(before, "del", head), _whole(after, "ins", head)
            return gone[0] + came[0], f"{gone[1]} {came[1]}"
        cells = []
        told = []
        for old, new in zip(before.cells, after.cells, strict=True):
            found = _with_addresses(runs(old, new, self.budget))
            cells.append(_joined((_TAGS[r.tag], r.new or r.old) for r in found))
            told.append(_plainly((_TAGS[r.tag], r.new or r.old) for r in found))
        return _dressed(after, cells, head), " | ".join(told)

    @staticmethod
    def _head(found: list[Clause], place: int) -> Clause | None:
        """The head of the table a row stands in."""
        parent = found[place].parent
        if found[place].kind != "row" or parent is None or not found[parent].is_head:
            return None
        return found[parent]


_TAGS = {"=": "", "+": "ins", "-": "del"}


def _with_addresses(found: list[Run]) -> list[Run]:
    """Where only the address of a link has changed, both addresses are told: one cannot see it."""
    out = list(found)
    for place, (one, other) in enumerate(pairwise(found)):
        if (one.tag, other.tag) == ("-", "+") and plain(one.old) == plain(other.new):
            out[place] = Run("-", one.old + _address(one.old), ())
            out[place + 1] = Run("+", (), other.new + _address(other.new))
    return out


def _address(words: Words) -> Words:
    led = [address for word in words for tag, address in word.marks if tag == "a"]
    return (Word(f"({led[-1]})", " "),) if led else ()


def _leads(found: list[Clause], place: int) -> tuple[str, ...]:
    """The items and lines with a colon that a clause belongs to, from the outside in."""
    chain = (found[parent] for parent in above(found, place))
    kept = [clause.text for clause in chain if clause.kind not in ("heading", "row")]
    return tuple(
        words if len(words) <= MAX_LEAD_CHARS else words[: MAX_LEAD_CHARS - 1].rstrip() + "…"
        for words in reversed(kept)
    )


def _where(path: tuple[str, ...], leads: tuple[str, ...]) -> str:
    return "\n".join(part for part in (" › ".join(path), *leads) if part)


# ---------------------------------------------------------------- drawing


def _section(path: tuple[str, ...], leads: tuple[str, ...], changes: list[Change]) -> str:
    where = " › ".join(path)
    head = f'<h3 class="difference__where">{escape(where)}</h3>' if where else ""
    head += "".join(f'<p class="difference__lead">{escape(lead)}</p>' for lead in leads)
    body = "".join(
        f'<div class="difference__clause difference__clause--{change.what}">'
        f'<p class="difference__what">{escape(change.label)}</p>{change.html}</div>'
        for change in changes
    )
    return f'<section class="difference__part">{head}{body}</section>'


def _whole(clause: Clause, tag: str, head: Clause | None) -> tuple[str, str]:
    """All of a clause, as new or gone or (no tag) as it is; and the same in plain words."""
    cells = [_joined([(tag, cell)]) for cell in clause.cells]
    return _dressed(clause, cells, head), clause.text


def _joined(parts: "Sequence[tuple[str, Words]] | Iterator[tuple[str, Words]]") -> str:
    """Runs of words, each in its `ins` or `del`, with the gaps that lie between them."""
    out = []
    for number, (tag, words) in enumerate(parts):
        if not words:
            continue
        gap = {"": "", " ": " ", "br": "<br>"}[words[0].gap] if number else ""
        inner = drawn(words)
        out.append(gap + (f"<{tag}>{inner}</{tag}>" if tag else inner))
    return "".join(out)


def _plainly(parts: "Iterator[tuple[str, Words]]") -> str:
    out: list[Word] = []
    for tag, words in parts:
        if not words:
            continue
        signs = {"ins": ("{+", "+}"), "del": ("[-", "-]"), "": ("", "")}[tag]
        said = signs[0] + plain(words) + signs[1]
        out.append(Word(said, words[0].gap))
    return plain(out)


def _dressed(clause: Clause, cells: list[str], head: Clause | None) -> str:
    """The words as what they are: an item with its number, a row under the head of its table."""
    inner = cells[0] if cells else ""
    if clause.kind == "row":
        tag = "th" if clause.is_head else "td"
        row = "".join(f"<{tag}>{cell}</{tag}>" for cell in cells)
        top = "".join(f"<th>{drawn(cell)}</th>" for cell in head.cells) if head else ""
        top = f"<thead><tr>{top}</tr></thead>" if top else ""
        return f"<table>{top}<tbody><tr>{row}</tr></tbody></table>"
    if clause.kind == "item" and clause.number:
        last = clause.number.rpartition(".")[2]
        return f'<ol start="{last}"><li>{inner}</li></ol>'
    wrapped = {
        "heading": f'<p class="difference__heading"><strong>{inner}</strong></p>',
        "item": f"<ul><li>{inner}</li></ul>",
        "quote": f"<blockquote><p>{inner}</p></blockquote>",
        "code": f"<pre><code>{inner}</code></pre>",
    }
    return wrapped.get(clause.kind, f"<p>{inner}</p>")
