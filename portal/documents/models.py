"""Documents: what HR writes. A text is drafted, approved if need be, published, and retired."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.assignments.models import Assignment
from portal.documents import approvals, findable, revisions
from portal.documents.approvals import Approval, NeedsApproval
from portal.documents.drafts import Aside, Conflict, Draft
from portal.documents.findable import Findable
from portal.documents.head import Head, Named, approver_in, next_review
from portal.documents.reading import Checked, DocumentKind, Parsed, check, kinds
from portal.documents.revisions import Revision
from portal.people.functions import Function
from portal.people.models import Person

__all__ = [
    "GUARDS", "Approval", "Aside", "Checked", "Conflict", "Document", "DocumentKind", "Draft",
    "Findable", "NeedsApproval", "Parsed", "Revision", "check", "kinds",
]  # fmt: skip

# Ten fewer than the column takes, so that there is room to number those of the same name.
MAX_SLUG_CHARS = 70
REVIEW = "document_review"


class Document(db.Model):
    """A text HR keeps: its kind, its address, who keeps it, and how far its text has come.

    What its front matter says (title, summary, audience, owner, reviews) is taken over at each
    publication. `edits` counts every saving, publication and discarding and never goes back: by
    it two editors notice each other, even when one of them has published meanwhile.
    """

    kind = peewee.CharField(max_length=30)
    slug = peewee.CharField(max_length=80)
    title = peewee.CharField(max_length=200)
    folded = peewee.CharField(max_length=200)
    summary = peewee.CharField(max_length=400, default="")
    owner = peewee.ForeignKeyField(Person, null=True)
    owner_function = peewee.ForeignKeyField(Function, null=True)
    audience = peewee.CharField(max_length=500, default="")
    review_on = peewee.DateField(null=True, index=True)
    review_months = peewee.IntegerField(default=12)
    edits = peewee.IntegerField(default=0)
    retired_at = db.UtcField(null=True)
    created_at = db.UtcField()

    class Meta:
        indexes = ((("kind", "slug"), True),)

    @property
    def kind_of(self) -> DocumentKind:
        return kinds[self.kind]

    @property
    def url(self) -> str:
        return f"/documents/{self.kind}/{self.slug}"

    @property
    def state(self) -> str:
        """`retired`, `published`, `in approval` or `draft`, read off the facts."""
        if self.retired_at:
            return "retired"
        if self.current:
            return "published"
        return "in approval" if self.asked and self.asked.waits else "draft"

    @cached_property
    def current(self) -> Revision | None:
        """The revision in force: the newest published one."""
        if "in_force" in self.__dict__:
            return self.__dict__.pop("in_force")  # type: ignore[no-any-return]
        return Revision.newest().where(Revision.document == self).first()  # type: ignore[no-any-return]

    @cached_property
    def asked(self) -> Approval | None:
        """The approval that was asked for last, waiting or answered."""
        return Approval.newest_of(self)

    @property
    def kept_by(self) -> Named | None:
        """Who keeps the text right: a person or a function."""
        if self.owner_id:
            return Named("", person=self.owner)
        return Named("", function=self.owner_function) if self.owner_function_id else None

    @property
    def approver_in_force(self) -> Named | None:
        """Whom the published text names to agree to the next one."""
        return approver_in(self.current.source) if self.current else None

    def approver_of(self, head: Head, writers: Collection[int] = ()) -> Named | None:
        """Who must agree before a text with this head is published.

        Whoever the published text names keeps their say, whatever the draft's line says: that
        counts from the next text on, or where nobody but `writers` is named by the other.
        """
        before = self.approver_in_force
        if before is None or (head.approver and before.is_own_of(writers)):
            return head.approver
        return before

    @classmethod
    def with_current(cls, query: Any) -> Any:
        """`query` of documents, each with its revision in force as `.in_force`."""
        other = Revision.alias()
        highest = other.select(peewee.fn.MAX(other.number)).where(other.document == cls.id)
        newest = (Revision.document == cls.id) & (Revision.number == highest)
        left = peewee.JOIN.LEFT_OUTER
        return query.select(cls, Revision).join(Revision, left, on=newest, attr="in_force")

    @classmethod
    def is_published(cls) -> Any:
        written = Revision.select(Revision.document)
        return db.among(cls.id, written) & cls.retired_at.is_null()

    @classmethod
    def slugs_in_force(cls, kind: str) -> frozenset[str]:
        """The addresses of every published text of that kind."""
        rows: Any = cls.select(cls.slug).where(cls.kind == kind, cls.is_published()).tuples()
        return frozenset(slug for (slug,) in rows)

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
                edits=1,
                created_at=clock.now(),
            )
            Draft.create(document=document, source=source, saved_at=clock.now(), saved_by=by)
            Findable.keep(document, source, is_draft=True)
            audit.record(by, "started", document, data={"kind": kind, "title": title})
        return document

    @classmethod
    def _free_slug(cls, kind: str, wanted: str) -> str:
        stem = wanted[:MAX_SLUG_CHARS].rstrip("-")
        slug, number = stem, 2
        while cls.named(kind, slug):
            slug, number = f"{stem}-{number}", number + 1
        return slug

    def draft(self) -> Draft:
        """The one draft of this document (an unsaved one when nobody edits it)."""
        return Draft.of(self)

    def read_again(self) -> None:
        """What others may have changed since it was read; called first thing inside a write."""
        for name in ("current", "asked", "in_force"):
            self.__dict__.pop(name, None)
        fresh = Document.get_by_id(self.id)
        for name in ("edits", "retired_at", "review_on"):
            setattr(self, name, getattr(fresh, name))

    # -- drafts ----------------------------------------------------------------------------

    def save_draft(self, source: str, version: int, *, by: Any, replace: bool = False) -> Draft:
        """Keep what was typed. Raises Conflict when the text has moved on from `version`.

        Two who typed the same words are no conflict. `replace`: a text chosen over another's,
        which is set aside.
        """
        with db.write():
            self.read_again()
            draft = self.draft()
            if source == draft.source:
                return draft
            if version != self.edits:
                raise Conflict
            if replace:
                written_by = draft.saved_by or (self.current and self.current.published_by)
                Aside.keep(self, draft.source, written_by=written_by, by=by)
            draft.keep(source, by=by)
            self._count_edit()
        return draft

    def set_aside(self, source: str, *, by: Any) -> None:
        """Keep a text that its writer gave up for the other's."""
        with db.write():
            if source and source != self.draft().source:
                Aside.keep(self, source, written_by=by, by=by)

    def _count_edit(self) -> None:
        self.edits += 1
        self.save()

    def discard_draft(self, *, by: Any) -> None:
        """Go back to the published text. A document that never had one goes altogether."""
        with db.write():
            self.read_again()
            if not Draft.delete().where(Draft.document == self).execute():
                return
            Findable.forget(self, is_draft=True)
            self._count_edit()
            audit.record(by, "discarded_draft", self, data={"title": self.title})
            if self.current is None:
                Approval.close(self, "withdrawn", by=by)
                Approval.delete().where(Approval.document == self).execute()
                self.delete_instance()

    # -- in force --------------------------------------------------------------------------

    def publish(
        self,
        source: str,
        *,
        by: Any,
        note: str = "",
        is_material: bool = False,
        version: int | None = None,
    ) -> Revision:
        """The next revision, from now on the one in force. Publishing the same text is no change.

        Raises ValueError when the text has errors (the editor shows them before), NeedsApproval
        when somebody has to agree first, Conflict when `version` is given and somebody else
        changed the text since.
        """
        checked = check(self.kind, source)
        if checked.errors:
            raise ValueError(checked.errors[0].message)
        with db.write():
            self.read_again()
            if version not in (None, self.edits) and source != self.draft().source:
                raise Conflict
            before = self.current
            if before is not None and before.source == source and not self.retired_at:
                self.discard_draft(by=by)
                return before
            if whom := self.approver_of(checked.head):
                raise NeedsApproval(f"{whom.called} has to agree before this is published.")
            Approval.close(self, "replaced", by=by)
            return self.put_in_force(
                checked, source, by=by, written_by=by, note=note, is_material=is_material
            )

    def put_in_force(
        self,
        checked: Checked,
        source: str,
        *,
        by: Any,
        written_by: Any,
        note: str,
        is_material: bool,
    ) -> Revision:
        """Make this the next revision, inside the write of whoever may: `publish` or an approval.

        A draft that says something else by now is left as it is.
        """
        before = self.current
        revision = Revision.add(
            self, checked, source, by=by, written_by=written_by, note=note, is_material=is_material
        )
        self.current, self.retired_at = revision, None  # type: ignore[misc]
        checked.head.give_to(self, next_review(checked.head, before, self.review_on))
        Findable.keep(self, source, is_draft=False)
        if by is written_by or self.draft().source == source:
            Draft.delete().where(Draft.document == self).execute()
            Findable.forget(self, is_draft=True)
            self.edits += 1
        self.save()
        Assignment.settle_all(REVIEW, self.id, by=by)
        if self.kind_of.published:
            self.kind_of.published(self, revision, by)
        return revision

    def retire(self, *, by: Any) -> None:
        """No longer in force, and still readable as history. Nothing is owed for it any more."""
        with db.write():
            self.read_again()
            if self.retired_at:
                return
            self.retired_at = clock.now()
            self.save()
            Approval.close(self, "withdrawn", by=by)
            Assignment.settle_all(REVIEW, self.id, by=by, outcome="ended", reason="Retired.")
            audit.record(by, "retired", self)
            if self.kind_of.retired:
                self.kind_of.retired(self, by)

    def reinstate(self, *, by: Any) -> None:
        """In force again, with the text it was retired with."""
        with db.write():
            self.read_again()
            if not self.retired_at:
                return
            self.retired_at = None
            self.save()
            audit.record(by, "reinstated", self)
            if self.kind_of.retired:
                self.kind_of.retired(self, by)


# Tied only now, and real keys like any other: without this the database would not hold them.
_linked: tuple[Any, ...] = (Revision, Draft, Aside, Approval, Findable)
for model in _linked:
    model.document.deferred = False

GUARDS = [*revisions.GUARDS, *approvals.GUARDS, *findable.GUARDS]
