"""Approvals: a text frozen by its hash until somebody named has agreed to it or sent it back."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.drafts import Conflict, written
from portal.documents.head import Named
from portal.documents.reading import check
from portal.documents.revisions import WEIGHTS, Revision, hash_of
from portal.mail.models import Letter
from portal.people.functions import HR, Function, functions_of
from portal.people.models import Person
from portal.people.org import Company

if TYPE_CHECKING:
    from portal.documents.models import Document

KIND = "approval"
CAUSE = "document"
DAYS = 7
MINUTES = 15


class NeedsApproval(ValueError):
    """The text names somebody who has to agree first, so nobody publishes it alone."""


class Approval(db.Model):
    """An exact text put before a person or the holders of a function, and what they answered.

    What it led to is a revision; who wrote and who agreed stays here, since a revision never
    changes. At most one of a document waits.
    """

    # `Document` stands on this file, so the key to it is tied when that is defined.
    document = peewee.DeferredForeignKey("Document", backref="approvals")
    source = peewee.TextField()
    hash = peewee.CharField(max_length=64)
    note = peewee.CharField(max_length=300, default="")
    is_material = peewee.BooleanField(default=False)
    asked_at = db.UtcField()
    asked_by = peewee.ForeignKeyField(Person, backref="asked_approvals")
    written_by = peewee.ForeignKeyField(Person, null=True, backref="written_approvals")
    writers = peewee.TextField(default="")
    approver = peewee.ForeignKeyField(Person, null=True, backref="approvals")
    function = peewee.ForeignKeyField(Function, null=True)
    missing = peewee.CharField(max_length=254, default="")
    decided_at = db.UtcField(null=True)
    decided_by = peewee.ForeignKeyField(Person, null=True, backref="decided_approvals")
    outcome = peewee.CharField(max_length=10, default="")
    comment = peewee.CharField(max_length=1000, default="")
    revision = peewee.ForeignKeyField(Revision, null=True, backref="approvals")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def is_open(cls) -> Any:
        return cls.decided_at.is_null()

    @classmethod
    def is_for(cls, person: Person) -> Any:
        """Put before the person, or before a function they hold everywhere."""
        held = [function for function, place in functions_of(person) if place is None]
        return (cls.approver == person.id) | cls.function.in_(held)

    @classmethod
    def with_people(cls, query: Any) -> Any:
        """`query` of approvals with everybody they name loaded."""
        asker, decider = Person.alias(), Person.alias()
        left = peewee.JOIN.LEFT_OUTER
        return (
            query.select(
                cls, *Person.names(Person), *Person.names(asker), *Person.names(decider), Function
            )
            .join(asker, on=(cls.asked_by == asker.id), attr="asked_by")
            .switch(cls)
            .join(Person, left, on=(cls.approver == Person.id), attr="approver")
            .switch(cls)
            .join(decider, left, on=(cls.decided_by == decider.id), attr="decided_by")
            .switch(cls)
            .join(Function, left, on=(cls.function == Function.id))
        )

    @classmethod
    def newest_of(cls, document: "Document") -> "Approval | None":
        """The last one that was asked for; it may wait, or have been answered."""
        mine = cls.with_people(cls.select()).where(cls.document == document)
        return mine.order_by(cls.id.desc()).first()

    @classmethod
    def orphaned(cls) -> list["Approval"]:
        """Waiting ones whose approver is gone or whose function nobody holds any more."""
        waiting = cls.with_people(cls.select()).where(cls.is_open(), cls.missing == "")
        return [row for row in waiting if not row._can_answer(row.before_whom)]

    @property
    def waits(self) -> bool:
        return self.decided_at is None

    @property
    def before_whom(self) -> Named:
        """Whose word is waited for."""
        function = self.function if self.function_id else None
        return Named(self.missing, self.approver if self.approver_id else None, function)

    @property
    def whom(self) -> str:
        """Who has it, as one says it."""
        return "HR" if self.missing else self.before_whom.called

    @property
    def weight(self) -> str:
        return WEIGHTS["material" if self.is_material else "minor"]

    def is_writer(self, person: Person) -> bool:
        """Whether it is their own text, to which they cannot agree."""
        return person.id in self.writer_ids

    @property
    def writer_ids(self) -> frozenset[int]:
        """Who asked, and everybody who saved the text since the last revision."""
        named = {int(one) for one in self.writers.split()}
        return frozenset(named | {self.asked_by_id, self.written_by_id})

    def is_addressed_to(self, person: Person) -> bool:
        if self.approver_id:
            return bool(self.approver_id == person.id)
        return bool(self.function_id) and (self.function_id, None) in functions_of(person)

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def ask(
        cls,
        document: "Document",
        source: str,
        whom: Named,
        *,
        by: Person,
        note: str = "",
        is_material: bool = False,
        version: int | None = None,
    ) -> "Approval":
        """Freeze this text and put it before `whom`. What was asked before is replaced.

        Raises ValueError when the text has errors, says nothing new or is another's to agree to,
        NotTheirs when whoever is named wrote it, Conflict when somebody else changed the text since
        `version`.
        """
        checked = check(document.kind, source, draw=False)
        if checked.errors:
            raise ValueError(checked.errors[0].message)
        with db.write():
            document.read_again()
            draft = document.draft()
            if version not in (None, document.edits) and source != draft.source:
                raise Conflict
            current = document.current
            if current and current.source == source and not document.retired_at:
                raise ValueError("Nothing is different from what is published.")
            written_by = draft.saved_by if draft.source == source and draft.saved_by else by
            hands, writers = whom.hands(), draft.writer_ids | {by.id}
            whom.refuse_own(writers)
            bound = document.approver_of(checked.head, writers)
            if bound and not bound.is_same(whom):
                raise ValueError(f"{bound.called} has to agree to this text, and nobody instead.")
            cls.close(document, "replaced", by=by)
            document.save_draft(source, document.edits, by=by)
            approval = cls.create(
                document=document,
                source=source,
                hash=hash_of(source),
                note=note,
                is_material=is_material,
                asked_at=clock.now(),
                asked_by=by,
                written_by=written_by,
                writers=written(writers),
                approver=whom.person if hands else None,
                function=whom.function if hands else None,
                missing="" if hands else whom.called,
            )
            approval._open_duty(by)
            data = {"approval": approval.id, "hash": approval.hash, "whom": approval.whom}
            audit.record(by, "put_before", document, data=data)
        return approval

    def _open_duty(self, by: Any) -> None:
        company = Company.settings()
        title = f"Approve “{self.document.title}”"
        if self.missing:
            title = f"Find who approves “{self.document.title}”"
        Assignment.assign(
            kind=KIND,
            target=self.id,
            title=title,
            cause=Cause(CAUSE, self.document_id),
            by=by,
            person=self.approver,
            function=Function.named(HR) if self.missing else self.function,
            due_on=clock.today(company.zone) + timedelta(days=DAYS),
            zone=(self.approver and self.approver.zone) or company.zone,
            minutes=MINUTES,
        )

    def approve(self, *, by: Person) -> Revision | None:
        """They agree: exactly this text is published. None when it was answered before, or is put
        before somebody else.

        Raises ValueError when the text cannot be published any more as it is.
        """
        document = self.document
        checked = check(document.kind, self.source)
        if checked.errors:
            raise ValueError(checked.errors[0].message)
        with db.write():
            if not self._answer("approved", by):
                return None
            document.read_again()
            revision = document.put_in_force(
                checked,
                self.source,
                by=by,
                written_by=self.asked_by,
                note=self.note,
                is_material=self.is_material,
            )
            self.revision = revision
            Approval.update(revision=revision).where(Approval.id == self.id).execute()
            data = {"approval": self.id, "number": revision.number, "hash": self.hash}
            audit.record(by, "approved", document, data=data)
            self._tell_writer()
        return revision

    def send_back(self, comment: str, *, by: Person) -> bool:
        """They do not agree yet, and say why. The draft stays. False where `approve` gives None."""
        with db.write():
            if not self._answer("sent back", by, comment):
                return False
            data = {"approval": self.id, "hash": self.hash}
            audit.record(by, "sent_back", self.document, data=data)
            self._tell_writer()
        return True

    def withdraw(self, *, by: Any) -> bool:
        """It is not asked for any more. False when it was answered before."""
        with db.write():
            return self._close("withdrawn", by)

    def _close(self, outcome: str, by: Any) -> bool:
        if not self._answer(outcome, by):
            return False
        data = {"approval": self.id, "outcome": outcome}
        audit.record(by, "withdrew_question", self.document, data=data)
        return True

    @classmethod
    def close(cls, document: "Document", outcome: str, *, by: Any) -> None:
        """What waits for this document waits no longer."""
        for approval in cls.select().where(cls.document == document, cls.is_open()):
            approval._close(outcome, by)

    def _answer(self, outcome: str, by: Any, comment: str = "") -> bool:
        values: dict[str, Any] = {
            "decided_at": clock.now(),
            "decided_by": by,
            "outcome": outcome,
            "comment": comment[:1000],
        }
        here = (Approval.id == self.id) & Approval.is_open()
        done = outcome in ("approved", "sent back")
        if done:
            # HR may have put it before somebody else since this row was read.
            here &= self._is_still_asked_so()
        if not Approval.update(**values).where(here).execute():
            return False
        for name, value in values.items():
            setattr(self, name, value)
        Assignment.settle_all(KIND, self.id, by=by, outcome="done" if done else "ended")
        return True

    def _is_still_asked_so(self) -> Any:
        if self.approver_id:
            return Approval.approver == self.approver_id
        return Approval.function == self.function_id

    def _tell_writer(self) -> None:
        Letter.write("approval", f"approval:{self.id}", self.asked_by_id, approval=self.id)

    def put_before(self, whom: Named, *, by: Any) -> bool:
        """Somebody else is asked, or HR is to find somebody. False when it was answered before.

        Raises NotTheirs when whoever is named wrote it, ValueError while whoever the text in force
        names can answer themselves.
        """
        hands = whom.hands()
        whom.refuse_own(self.writer_ids)
        bound = self.document.approver_in_force
        if hands and bound and not bound.is_same(whom) and self._can_answer(bound):
            raise ValueError(f"{bound.called} has to agree, as the text in force says, and can.")
        values: dict[str, Any] = {
            "approver": whom.person if hands else None,
            "function": whom.function if hands else None,
            "missing": "" if hands else whom.called[:254],
        }
        with db.write():
            here = (Approval.id == self.id) & Approval.is_open()
            if not Approval.update(**values).where(here).execute():
                return False
            for name, value in values.items():
                setattr(self, name, value)
            Assignment.settle_all(KIND, self.id, by=by, outcome="ended", reason="Asked elsewhere.")
            self._open_duty(by)
            data = {"approval": self.id, "whom": self.whom}
            audit.record(by, "put_before", self.document, data=data)
        return True

    def _can_answer(self, whom: Named) -> bool:
        return any(not self.is_writer(person) for person in whom.hands())

    def lose_approver(self) -> bool:
        """Nobody is there to agree any more, so HR finds somebody else."""
        return self.put_before(Named(self.whom), by=None)


_FROZEN = "what somebody is asked to agree to never changes"
GUARDS = [
    db.partial_unique("approval", "document_id", "decided_at IS NULL"),
    db.Guard(
        "approval",
        "approval_is_frozen",
        sqlite=(
            "DROP TRIGGER IF EXISTS approval_is_frozen",
            "CREATE TRIGGER approval_is_frozen BEFORE UPDATE OF source, hash ON approval "
            f"BEGIN SELECT RAISE(ABORT, '{_FROZEN}'); END",
        ),
        postgres=(
            "CREATE OR REPLACE FUNCTION refuse_approval_change() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN RAISE EXCEPTION '{_FROZEN}'; END $$",
            "DROP TRIGGER IF EXISTS approval_is_frozen ON approval",
            "CREATE TRIGGER approval_is_frozen BEFORE UPDATE OF source, hash ON approval "
            "FOR EACH ROW EXECUTE FUNCTION refuse_approval_change()",
        ),
    ),
]
