"""Documents: what HR writes. A revision is numbered, hashed and never changes."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import peewee
from markupsafe import Markup

from portal import audit, clock, db, text
from portal.documents.parser import Problem, Source, read
from portal.people.models import Person
from portal.registry import Registry


@dataclass(frozen=True)
class Parsed:
    """What a kind's parser understood of a text, and what it could not."""

    structure: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document: how its text becomes structure, and how that is drawn.

    `parse` gets the split text; `preview` is the template of the drawn structure; `template` is
    what a new document starts with; `readers` says whether everyone in its audience may read it.
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


kinds: Registry[DocumentKind] = Registry("document kinds")


# Ten fewer than the column takes, so that there is room to number those of the same name.
MAX_SLUG_CHARS = 70


class Conflict(Exception):
    """Somebody else changed this text meanwhile: saved it, published it, threw it away."""


class Document(db.Model):
    """A text HR keeps: its kind, its address, and how far its text has come.

    `edits` counts every saving, publication and discarding and never goes back: by it two editors
    notice each other, even when one of them has published meanwhile.
    """

    kind = peewee.CharField(max_length=30)
    slug = peewee.CharField(max_length=80)
    title = peewee.CharField(max_length=200)
    folded = peewee.CharField(max_length=200)
    owner = peewee.ForeignKeyField(Person, null=True)
    audience = peewee.CharField(max_length=500, default="")
    edits = peewee.IntegerField(default=0)
    retired_at = db.UtcField(null=True)
    created_at = db.UtcField()

    class Meta:
        indexes = ((("kind", "slug"), True),)

    @property
    def kind_of(self) -> DocumentKind:
        return kinds[self.kind]

    @property
    def state(self) -> str:
        """`retired`, `published` or `draft`, read off the facts."""
        if self.retired_at:
            return "retired"
        return "published" if self.current else "draft"

    @cached_property
    def current(self) -> "Revision | None":
        """The revision in force: the newest published one."""
        return Revision.newest().where(Revision.document == self).first()  # type: ignore[no-any-return]

    @classmethod
    def is_published(cls) -> Any:
        written = Revision.select(Revision.document)
        return db.among(cls.id, written) & cls.retired_at.is_null()

    @classmethod
    def by_kind(cls, query: Any) -> list[tuple[DocumentKind, list["Document"]]]:
        """`query` of documents under their kinds, by title, each with `.number` and `.drafted`."""
        newest = (
            Revision.select(Revision.document, peewee.fn.MAX(Revision.number).alias("number"))
            .group_by(Revision.document)
            .alias("newest")
        )
        rows = (
            query.select(cls, newest.c.number, Draft.saved_at.alias("drafted"))
            .join(newest, peewee.JOIN.LEFT_OUTER, on=(cls.id == newest.c.document_id))
            .switch(cls)
            .join(Draft, peewee.JOIN.LEFT_OUTER, on=(Draft.document == cls.id))
            .order_by(cls.folded, cls.id)
        )
        groups: dict[str, list[Document]] = {}
        for document in rows.objects():
            groups.setdefault(document.kind, []).append(document)
        return [(kind, groups[kind.name]) for kind in kinds.values() if kind.name in groups]

    @classmethod
    def named(cls, kind: str, slug: str) -> "Document | None":
        return cls.get_or_none((cls.kind == kind) & (cls.slug == slug))

    @classmethod
    def start(
        cls, kind: str, title: str, *, by: Any, slug: str = "", source: str = ""
    ) -> "Document":
        """A new document with its first draft. The address is made from the title."""
        wanted = slug or text.slugify(title)
        with db.write():
            document = cls.create(
                kind=kind,
                slug=cls._free_slug(kind, wanted),
                title=title,
                folded=text.fold(title)[:200],
                owner=by,
                edits=1,
                created_at=clock.now(),
            )
            Draft.create(document=document, source=source, saved_at=clock.now(), saved_by=by)
            audit.record(by, "started", document, data={"kind": kind, "title": title})
        return document

    @classmethod
    def _free_slug(cls, kind: str, wanted: str) -> str:
        stem = wanted[:MAX_SLUG_CHARS].rstrip("-")
        slug, number = stem, 2
        while cls.named(kind, slug):
            slug, number = f"{stem}-{number}", number + 1
        return slug

    def draft(self) -> "Draft":
        """The one draft of this document (an unsaved one when nobody edits it)."""
        found = (
            Draft.select(Draft, Person)
            .join(Person, peewee.JOIN.LEFT_OUTER)
            .where(Draft.document == self)
            .first()
        )
        draft = found or Draft(source=self.current.source if self.current else "")
        draft.document = self
        return draft  # type: ignore[no-any-return]

    def _read_again(self) -> None:
        """What others may have changed since it was read; called first thing inside a write."""
        self.__dict__.pop("current", None)
        fresh = Document.get_by_id(self.id)
        self.edits, self.retired_at = fresh.edits, fresh.retired_at

    def save_draft(self, source: str, version: int, *, by: Person) -> "Draft":
        """Keep what was typed. Raises Conflict when the text has moved on from `version`.

        Two who typed the same words are no conflict.
        """
        with db.write():
            self._read_again()
            draft = self.draft()
            if source == draft.source:
                return draft
            if version != self.edits:
                raise Conflict
            draft.source, draft.saved_by, draft.saved_at = source, by, clock.now()
            draft.save()
            self._count_edit()
        return draft

    def _count_edit(self) -> None:
        self.edits += 1
        self.save()

    def discard_draft(self, *, by: Any) -> None:
        """Go back to the published text. A document that never had one goes altogether."""
        with db.write():
            self._read_again()
            if not Draft.delete().where(Draft.document == self).execute():
                return
            self._count_edit()
            audit.record(by, "discarded_draft", self, data={"title": self.title})
            if self.current is None:
                self.delete_instance()

    def publish(
        self,
        source: str,
        *,
        by: Any,
        note: str = "",
        is_material: bool = False,
        version: int | None = None,
    ) -> "Revision":
        """The next revision, from now on the one in force. Publishing the same text is no change.

        Raises ValueError when the text has errors (the editor shows them before), Conflict when
        `version` is given and somebody else changed the text since.
        """
        checked = check(self.kind, source)
        if checked.errors:
            raise ValueError(checked.errors[0].message)
        with db.write():
            self._read_again()
            if version not in (None, self.edits) and source != self.draft().source:
                raise Conflict
            before = self.current
            if before is not None and before.source == source and not self.retired_at:
                self.discard_draft(by=by)
                return before
            revision = Revision.create(
                document=self,
                number=before.number + 1 if before else 1,
                source=source,
                structure=json.dumps(checked.parsed.structure, ensure_ascii=False),
                html=checked.html,
                hash=hashlib.sha256(source.encode()).hexdigest(),
                note=note,
                is_material=is_material,
                published_at=clock.now(),
                published_by=by,
            )
            self.current, self.retired_at = revision, None  # type: ignore[misc]
            self._take_over(checked.source)
            self._count_edit()
            Draft.delete().where(Draft.document == self).execute()
            audit.record(
                by,
                "published",
                revision,
                data={
                    "document": self.id,
                    "kind": self.kind,
                    "number": revision.number,
                    "hash": revision.hash,
                    "material": is_material,
                },
            )
        return revision

    def _take_over(self, source: Source) -> None:
        """What the front matter says becomes the document's own."""
        self.title = source.meta.get("title") or self.title
        self.folded = text.fold(self.title)[:200]
        self.audience = source.meta.get("audience", "")

    def retire(self, *, by: Any) -> None:
        """No longer in force, and still readable as history."""
        with db.write():
            self._read_again()
            if self.retired_at:
                return
            self.retired_at = clock.now()
            self.save()
            audit.record(by, "retired", self)

    def reinstate(self, *, by: Any) -> None:
        """In force again, with the text it was retired with."""
        with db.write():
            self._read_again()
            if not self.retired_at:
                return
            self.retired_at = None
            self.save()
            audit.record(by, "reinstated", self)


class Revision(db.Model):
    """A published text: immutable, numbered from 1, bound by its hash."""

    document = peewee.ForeignKeyField(Document, backref="revisions")
    number = peewee.IntegerField()
    source = peewee.TextField()
    structure = peewee.TextField(default="{}")
    html = peewee.TextField(default="")
    hash = peewee.CharField(max_length=64)
    note = peewee.CharField(max_length=300, default="")
    is_material = peewee.BooleanField(default=False)
    published_at = db.UtcField()
    published_by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("document", "number"), True),)

    @classmethod
    def newest(cls) -> Any:
        """The newest revision of each document, as a query."""
        other = cls.alias()
        highest = other.select(peewee.fn.MAX(other.number)).where(other.document == cls.document)
        return cls.select().where(cls.number == highest)

    @classmethod
    def history_of(cls, document: Document) -> list["Revision"]:
        """Every revision, newest first, with who published it."""
        return list(
            cls.select(cls, Person)
            .join(Person, peewee.JOIN.LEFT_OUTER)
            .where(cls.document == document)
            .order_by(cls.number.desc())
        )

    @property
    def drawn(self) -> Markup:
        """The text as HTML, sanitized when it was published."""
        return Markup(self.html)  # noqa: S704

    @property
    def parsed(self) -> dict[str, Any]:
        return dict(json.loads(self.structure))


class Draft(db.Model):
    """The text in work: one a document."""

    document = peewee.ForeignKeyField(Document, unique=True)
    source = peewee.TextField(default="")
    saved_at = db.UtcField(null=True)
    saved_by = peewee.ForeignKeyField(Person, null=True)

    @property
    def version(self) -> int:
        """What an editor hands back to say on which text its words stand."""
        return int(self.document.edits)


GUARDS = [
    db.Guard(
        "revision",
        "revision_is_immutable",
        sqlite=(
            "DROP TRIGGER IF EXISTS revision_no_update",
            "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision "
            "BEGIN SELECT RAISE(ABORT, 'a published revision never changes'); END",
        ),
        postgres=(
            "CREATE OR REPLACE FUNCTION refuse_revision_change() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RAISE EXCEPTION 'a published revision never changes'; END $$",
            "DROP TRIGGER IF EXISTS revision_no_update ON revision",
            "CREATE TRIGGER revision_no_update BEFORE UPDATE ON revision "
            "FOR EACH ROW EXECUTE FUNCTION refuse_revision_change()",
        ),
    )
]


@dataclass(frozen=True)
class Checked:
    """A text read by its kind: what it means, how it looks, and every problem by line."""

    source: Source
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
        return Checked(split, Parsed(), Markup(), split.problems)
    parsed = kinds[kind].parse(split)
    problems = [*split.problems, *parsed.problems]
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
            html = Markup(text.render_markdown(split.body))  # noqa: S704
        except text.TooComplex as error:
            problems.append(Problem(split.body_line + error.line - 1, error.message))
    return Checked(split, parsed, html, sorted(problems))
