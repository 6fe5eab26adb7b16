"""Keeping a text right: its owner looks at it again by a day, and says so or changes it."""

from datetime import date, timedelta

import peewee

from portal import audit, clock, db
from portal.assignments.due import add_months
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.approvals import CAUSE
from portal.documents.drafts import Conflict
from portal.documents.head import NOTICE_DAYS, Named
from portal.documents.models import REVIEW, Document
from portal.documents.revisions import Revision
from portal.people.functions import HR, Function
from portal.people.models import Person
from portal.people.org import Company

MINUTES = 20


class Confirmation(db.Model):
    """That somebody looked at a published text on a day and found it still right."""

    document = peewee.ForeignKeyField(Document, backref="confirmations")
    revision = peewee.ForeignKeyField(Revision)
    confirmed_at = db.UtcField()
    confirmed_by = peewee.ForeignKeyField(Person)
    next_on = peewee.DateField()

    @classmethod
    def last_of(cls, document: Document) -> "Confirmation | None":
        rows = cls.select(cls, Person).join(Person).where(cls.document == document)
        return rows.order_by(cls.id.desc()).first()  # type: ignore[no-any-return]


def next_on(document: Document) -> date:
    """When a text that is still right today is looked at again."""
    return add_months(clock.today(), document.review_months)


def confirm(document: Document, number: int, *, by: Person) -> Confirmation | None:
    """Revision `number` was looked at and is still right: the next review is a whole span away.

    None for what is not in force, or was confirmed this very day. Raises Conflict when another
    revision is in force by now: nobody has looked at that.
    """
    with db.write():
        document.read_again()
        last = Confirmation.last_of(document)
        following = next_on(document)
        if document.current is None or document.retired_at:
            return None
        if document.current.number != number:
            raise Conflict
        if last and last.revision_id == document.current.id and last.next_on == following:
            return None
        confirmation = Confirmation.create(
            document=document,
            revision=document.current,
            confirmed_at=clock.now(),
            confirmed_by=by,
            next_on=following,
        )
        document.review_on = following
        document.save()
        Assignment.settle_all(REVIEW, document.id, by=by)
        data = {"number": document.current.number, "next_on": following}
        audit.record(by, "confirmed", document, data=data)
    return confirmation


def pass_on(document: Document, reason: str, *, by: Person) -> None:
    """The owner cannot change the text themselves: HR is asked to, with what is wrong."""
    company = Company.settings()
    with db.write():
        Assignment.settle_all(REVIEW, document.id, by=by, reason="Passed on to HR.")
        Assignment.assign(
            kind=REVIEW,
            target=document.id,
            title=f"Change “{document.title}”: {reason}",
            cause=Cause(CAUSE, document.id),
            by=by,
            function=Function.named(HR),
            due_on=clock.today(company.zone) + timedelta(days=NOTICE_DAYS),
            zone=company.zone,
            period=_period(document),
            minutes=MINUTES,
        )
        audit.record(by, "asked_to_change", document, personal={"reason": reason})


def _period(document: Document) -> str:
    return str(document.review_on or "")


def open_reviews() -> int:
    """Open the duty to look at each text whose day is near. Returns how many were opened.

    The owner owes it; HR where there is none, or where the owner has left.
    """
    zone = Company.settings().zone
    soon = clock.today(zone) + timedelta(days=NOTICE_DAYS)
    near = (
        Document.select(Document, Person, Function)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Document.owner == Person.id), attr="owner")
        .switch(Document)
        .join(
            Function,
            peewee.JOIN.LEFT_OUTER,
            on=(Document.owner_function == Function.id),
            attr="owner_function",
        )
        .where(Document.is_published(), Document.review_on <= soon)
        .order_by(Document.id)
    )
    return sum(_open(document, zone) for document in list(near))


def _open(document: Document, zone: str) -> bool:
    owner = document.kept_by
    whom = owner if owner and owner.hands() else Named("", function=Function.named(HR))
    with db.write():
        asked = Assignment.select().where(
            Assignment.kind == REVIEW,
            Assignment.target == document.id,
            Assignment.period == _period(document),
            Assignment.outcome != "ended",
        )
        for duty in asked.where(Assignment.is_open()):
            held_by = duty.function
            # HR's own stays: there is nobody else to ask, and it would be opened anew for ever.
            if held_by and held_by.slug != HR and not Named("", function=held_by).hands():
                duty.settle(by=None, outcome="ended", reason="Nobody holds the function.")
        # What was waived stays so; what ended with somebody's leaving is owed by another.
        if asked.exists():
            return False
        Assignment.assign(
            kind=REVIEW,
            target=document.id,
            title=f"Look at “{document.title}” again: is it still right?",
            cause=Cause(CAUSE, document.id),
            by=None,
            person=whom.person,
            function=whom.function,
            due_on=document.review_on,
            zone=(whom.person.zone if whom.person else "") or zone,
            period=_period(document),
            minutes=MINUTES,
        )
    return True
