"""Requests: somebody asks a colleague to say where they, or one of their people, stand."""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.competencies.models import Assessment
from portal.documents.models import Document
from portal.people.models import Person

KIND = "assessment"
# A colleague has so many days, and a few minutes.
DUE_DAYS = 10
MINUTES = 5
DECLINED = "They cannot say."


class AssessmentRequest(db.Model):
    """Somebody asks a colleague to say where they, or one of their people, stand.

    Whether it was answered, declined or taken back stands in its duty alone.
    """

    about = peewee.ForeignKeyField(Person, backref="assessment_requests")
    peer = peewee.ForeignKeyField(Person, backref="assessments_asked")
    asked_by = peewee.ForeignKeyField(Person)
    asked_at = db.UtcField()
    duty: Any = peewee.ForeignKeyField(Assignment, null=True)

    class Meta:
        indexes = ((("about", "asked_at"), False), (("peer",), False))

    @classmethod
    def listing(cls, query: Any) -> Any:
        """`query` of requests with their duty and all three people, the newest first."""
        about, asker = Person.alias(), Person.alias()
        return (
            query.select(
                cls, Assignment, *Person.names(Person), *Person.names(about), *Person.names(asker)
            )
            .join(Assignment, on=(cls.duty == Assignment.id), attr="duty")
            .switch(cls)
            .join(Person, on=(cls.peer == Person.id), attr="peer")
            .switch(cls)
            .join(about, on=(cls.about == about.id), attr="about")
            .switch(cls)
            .join(asker, on=(cls.asked_by == asker.id), attr="asked_by")
            .order_by(cls.asked_at.desc(), cls.id.desc())
        )

    @property
    def state(self) -> str:
        """`open`, `answered`, `declined` or `ended` (taken back, or they have left)."""
        if self.duty.settled_at is None:
            return "open"
        return {"done": "answered", "waived": "declined"}.get(self.duty.outcome, "ended")

    @property
    def url(self) -> str:
        return f"/competencies/people/requests/{self.id}"

    # -- verbs -----------------------------------------------------------------------------

    @classmethod
    def ask(cls, about: Person, peer: Person, *, by: Person) -> "AssessmentRequest":
        """A colleague is asked, with some days' time. Whom one waits for already is not asked
        twice.
        """
        with db.write():
            if waiting := cls._waiting(about, peer):
                return waiting
            assessment_request = cls.create(
                about=about, peer=peer, asked_by=by, asked_at=clock.now()
            )
            assessment_request.duty = Assignment.assign(
                kind=KIND,
                target=assessment_request.id,
                title=f"Say where {about.called} stands",
                cause=Cause(KIND, assessment_request.id),
                by=by,
                person=peer,
                about=about,
                due_on=peer.today() + timedelta(days=DUE_DAYS),
                zone=peer.zone or "UTC",
                minutes=MINUTES,
            )
            assessment_request.save()
            data = {"peer": peer.id}
            audit.record(by, "asked", assessment_request, about=about, data=data)
        return assessment_request

    @classmethod
    def _waiting(cls, about: Person, peer: Person) -> "AssessmentRequest | None":
        theirs = (cls.about == about) & (cls.peer == peer)
        rows = cls.select().join(Assignment, on=(cls.duty == Assignment.id))
        return rows.where(theirs, Assignment.is_open()).first()  # type: ignore[no-any-return]

    def answer(self, said: list[tuple[Document, int, str]], *, by: Person) -> bool:
        """What the colleague says, competency by competency. False when nobody asks any more."""
        with db.write():
            if not self._settle(by, "done"):
                return False
            Assessment.give_all(self.about, by, said)
        return True

    def decline(self, *, by: Person) -> bool:
        """They cannot say. Whoever asked reads that, and no more."""
        return self._settle(by, "waived", DECLINED)

    def withdraw(self, *, by: Person) -> bool:
        """Nobody asks any more. False when it was answered meanwhile."""
        return self._settle(by, "ended", "Not asked any more.")

    def _settle(self, by: Person, outcome: str, reason: str = "") -> bool:
        return bool(self.duty.settle(by=by, outcome=outcome, reason=reason))
