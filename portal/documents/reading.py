"""Kinds of document, and how a text is read by its kind: what it means and what is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from portal import text
from portal.documents.head import Head, read_head
from portal.documents.parser import Problem, Source, read, unknown_keys
from portal.documents.terms import COMMON_KEYS
from portal.registry import Registry

if TYPE_CHECKING:
    from portal.documents.models import Document
    from portal.documents.revisions import Revision
    from portal.people.models import Person


@dataclass(frozen=True)
class Parsed:
    """What a kind's parser understood of a text, and what it could not."""

    structure: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: how its text becomes structure, and how that is drawn.

    `parse` gets the split text; `preview` is the template of the drawn structure; `template` is
    what a new document starts with; `is_for_all` says whether everyone in its audience may read
    it. `folder` is where its texts ship under `content/`; `help` the page of help about writing it;
    `keys` the front matter it reads beyond the common keys (None: its own parser complains of
    others); `advice` what running it has taught, as remarks beside its lines. `text_of` is the part
    of the Markdown that people read, where that is not all of it. `asks` says in a sentence whom a
    material change asks, for whoever is about to publish one. `published` is called with the new
    revision inside the write that puts it in force, `retired` inside the one that ends it or brings
    it back (`document.retired_at` says which); both get who did it. `readers` says who reads it
    where that is neither its audience nor HR alone.
    """

    name: str
    title: str
    plural: str
    parse: Callable[[Source], Parsed]
    preview: str
    template: str
    icon: str = "file-text"
    is_for_all: bool = False
    inserts: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    help: str = ""
    keys: frozenset[str] | None = None
    advice: "Callable[[Document], list[Problem]] | None" = None
    text_of: Callable[[Source], str] | None = None
    asks: "Callable[[Document], str] | None" = None
    published: "Callable[[Document, Revision, Person | None], None] | None" = None
    retired: "Callable[[Document, Person | None], None] | None" = None
    readers: str = ""


kinds: Registry[DocumentKind] = Registry("document kinds")


@dataclass(frozen=True)
class Checked:
    """A text read by its kind: what it means, how it looks, and every problem by line."""

    source: Source
    head: Head
    parsed: Parsed
    html: Markup
    problems: list[Problem]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]


def check(kind: str, source: str, *, draw: bool = True) -> Checked:
    """Read `source` as a document of `kind`. Never raises for what somebody typed.

    `draw=False` leaves out the HTML, which costs more than all the rest.
    """
    split = read(source)
    if split.errors:
        return Checked(split, Head(), Parsed(), Markup(), split.problems)
    head, unknown = read_head(split)
    parsed = kinds[kind].parse(split)
    problems = [*split.problems, *unknown, *parsed.problems, *_strange_keys(kinds[kind], split)]
    named = split.meta.get("kind", kind)
    if named != kind:
        noun = kinds[kind].title.lower()
        problems.append(
            Problem(split.line_of("kind"), f"This is a {noun}, so “kind” must be {kind}.")
        )
    html = Markup()
    if draw and kinds[kind].is_for_all:
        try:
            # Sanitized by `render_markdown`, which is why it may stand in a page as it is.
            html = Markup(text.render_markdown(_read_by_people(kinds[kind], split)))  # noqa: S704
        except text.TooComplex as error:
            problems.append(Problem(split.body_line + error.line - 1, error.message))
    return Checked(split, head, parsed, html, sorted(set(problems)))


def _read_by_people(kind: DocumentKind, source: Source) -> str:
    return kind.text_of(source) if kind.text_of else source.body


def _strange_keys(kind: DocumentKind, source: Source) -> list[Problem]:
    return [] if kind.keys is None else unknown_keys(source, COMMON_KEYS | kind.keys)
