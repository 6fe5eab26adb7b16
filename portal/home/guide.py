"""The help: Markdown that ships in `content/help/`, overridden by what HR publishes in its place.

A page says in its front matter which screens it explains (`screens`; `also` for those where it is
named as further reading), whom it is for (`for`) and where it stands in the index (`topic`). A
section whose heading ends in “(for HR)” or “(for managers)” is shown to those alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

from portal import text
from portal.documents.models import Document, Revision
from portal.documents.parser import read
from portal.home import access
from portal.people.models import Person
from portal.prepared import Prepared

FOLDER = Path(__file__).resolve().parents[2] / "content" / "help"
KIND = "help"
TOPICS = (
    "Begin", "People", "Documents and forms", "Checklists", "Learning", "Growing", "Compliance",
    "Metrics", "The portal",
)  # fmt: skip
# A newcomer reads these first; the others follow by title.
FIRST = ("today", "signing-in", "searching", "whats-new")
NAMES = {
    "everyone": "everyone", "all": "everyone", "hr": "hr", "manager": "manager",
    "managers": "manager", "auditor": "auditor", "auditors": "auditor", "admin": "admin",
    "admins": "admin",
}  # fmt: skip

_HEADING = re.compile(r"(#{1,6}) +(.*?)(?: +\(for ([\w ,]+)\))?\s*")
_RELATIVE = re.compile(r'href="([a-z0-9][a-z0-9-]*)(#[^"]*)?"')


@dataclass(frozen=True)
class Help:
    """One page of help, as it is written."""

    slug: str
    title: str
    summary: str
    topic: str
    readers: frozenset[str]
    screens: tuple[str, ...]
    also: tuple[str, ...]
    body: str
    source: str
    is_shipped: bool

    def drawn_for(self, roles: frozenset[str]) -> Markup:
        """The page as somebody with these roles reads it."""
        return _drawn(self.body, roles)

    def words_for(self, roles: frozenset[str]) -> str:
        """What somebody with these roles may find in it, folded."""
        return _folded(self.body, roles)

    @property
    def place(self) -> tuple[int, int, str]:
        """Where it stands in the index."""
        topic = TOPICS.index(self.topic) if self.topic in TOPICS else len(TOPICS)
        first = FIRST.index(self.slug) if self.slug in FIRST else len(FIRST)
        return topic, first, text.fold(self.title)


def names(value: str) -> tuple[str, ...]:
    """`people.index, people.show` taken apart."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def written_for(value: str) -> frozenset[str]:
    """Whom `hr, managers` means; nothing said means everyone. Raises KeyError for a strange one."""
    said = re.split(r",|\band\b", text.fold(value))
    return frozenset(NAMES[word.strip()] for word in said if word.strip()) or frozenset(
        {"everyone"}
    )


def page_of(slug: str, source: str, *, is_shipped: bool = False) -> Help:
    split = read(source)
    meta = split.meta
    return Help(
        slug=slug,
        title=meta.get("title", slug),
        summary=meta.get("summary", ""),
        topic=meta.get("topic") or TOPICS[-1],
        readers=written_for(meta.get("for", "")),
        screens=names(meta.get("screens", "")),
        also=names(meta.get("also", "")),
        body=split.body,
        source=source,
        is_shipped=is_shipped,
    )


@cache
def shipped() -> dict[str, Help]:
    """The pages that come with the portal, in the order of the index."""
    found = [page_of(path.stem, path.read_text(), is_shipped=True) for path in FOLDER.glob("*.md")]
    return _in_order(found)


@lru_cache(maxsize=200)
def _of_hr(slug: str, source: str) -> Help:
    return page_of(slug, source)


_published = Prepared(
    lambda: (
        Revision.newest()
        .select(Document.slug, Revision.source)
        .join(Document)
        .where(Document.kind == KIND, Document.retired_at.is_null())
        .tuples()
    )
)


def pages() -> dict[str, Help]:
    """Every page by its address: what HR published stands in place of what ships."""
    own = {slug: _of_hr(slug, source) for slug, source in _published()}
    return _in_order((shipped() | own).values()) if own else shipped()


def pages_for(roles: frozenset[str]) -> dict[str, Help]:
    """The pages that somebody with these roles reads."""
    return {slug: page for slug, page in pages().items() if access.can_read(roles, page.readers)}


def _in_order(found: Iterable[Help]) -> dict[str, Help]:
    return {page.slug: page for page in sorted(found, key=lambda page: page.place)}


def by_topic(found: Iterable[Help]) -> list[tuple[str, list[Help]]]:
    """Pages under their topics, in the order of both."""
    groups: dict[str, list[Help]] = {}
    for page in found:
        groups.setdefault(page.topic, []).append(page)
    return list(groups.items())


# -- which page explains which screen ------------------------------------------------------------


@cache
def _by_screen() -> dict[str, Help]:
    return {screen: page for page in shipped().values() for screen in page.screens}


def address_for(screen: str, viewer: Person) -> str:
    """Where the help for a screen is; the index where no page for this viewer explains it.

    Asked for by every page, so it reads only what ships and asks the database nothing: a page of
    HR's own stands under the same address.
    """
    page = _by_screen().get(screen)
    if page is None or not access.can_read(access.roles_of(viewer), page.readers):
        return "/help"
    return f"/help/{page.slug}?screen={screen}"


def screens() -> frozenset[str]:
    """Every screen that the shipped help explains."""
    return frozenset(_by_screen())


def further(screen: str, roles: frozenset[str], shown: Help) -> list[Help]:
    """Other pages about the same screen: those of HR's own among them."""
    return [
        page
        for page in pages_for(roles).values()
        if page.slug != shown.slug and screen in (*page.screens, *page.also)
    ]


# -- drawing -------------------------------------------------------------------------------------


@lru_cache(maxsize=400)
def _drawn(body: str, roles: frozenset[str]) -> Markup:
    html = text.render_markdown("\n".join(_lines_for(body, roles)))
    # “new-starter” means the page beside this one, wherever the text is shown.
    html = _RELATIVE.sub(r'href="/help/\1\2"', html)
    # Sanitized by `render_markdown`.
    return Markup(html)  # noqa: S704


@lru_cache(maxsize=400)
def _folded(body: str, roles: frozenset[str]) -> str:
    return re.sub(r"[^\w]+", " ", text.fold(" ".join(_lines_for(body, roles))))


def _lines_for(body: str, roles: frozenset[str]) -> Iterator[str]:
    """The lines of the sections that these roles read."""
    hidden_below, is_code = 0, False
    for line in body.split("\n"):
        if line.startswith("```"):
            is_code = not is_code
        heading = None if is_code else _HEADING.fullmatch(line)
        if heading:
            depth = len(heading[1])
            if not hidden_below or depth <= hidden_below:
                hidden_below = 0 if _may_read(heading[3], roles) else depth
        if not hidden_below:
            yield line


def _may_read(words: str | None, roles: frozenset[str]) -> bool:
    if words is None:
        return True
    try:
        return access.can_read(roles, written_for(words))
    except KeyError:
        # “(for the first week)” is part of a heading like any other word.
        return True
