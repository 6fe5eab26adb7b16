"""On the job: somebody says what they did, and whoever the course names confirms it or sends it
back.

Nobody confirms their own. Each sending is a row of its own, so what was said and answered before
stays to be read.
"""

from datetime import timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.blobs import Blob
from portal.documents.models import Document, Revision
from portal.documents.parser import Problem, Source
from portal.learning import taking
from portal.learning.models import COMPLETED, PASSED, Attempt
from portal.learning.models import CONFIRMED as HOW
from portal.mail.models import Letter
from portal.people.functions import HR, Function
from portal.people.models import Person

PRACTICE, ANSWER = "practice", "practice_answer"
CONFIRMED_BY = "confirmed_by"
MANAGER = "manager"
CONFIRMED, SENT_BACK, WITHDRAWN = "confirmed", "sent_back", "withdrawn"
MAX_SAID_CHARS, MAX_ANSWER_CHARS = 4_000, 500
MINUTES = 5
# Whoever confirms is to answer within these days.
WITHIN_DAYS = 5


class Practice(db.Model):
    """What somebody says they did on the job, with a file where they brought one, and the answer.

    It waits until it is answered or taken back; one waits at a time.
    """

    attempt = peewee.ForeignKeyField(Attempt, backref="practices")
    said = peewee.TextField()
    blob = peewee.ForeignKeyField(Blob, null=True)
    file_name = peewee.CharField(max_length=140, default="")
    media_type = peewee.CharField(max_length=100, default="")
    sent_at = db.UtcField()
    outcome = peewee.CharField(max_length=10, default="")
    answered_at = db.UtcField(null=True)
    answered_by = peewee.ForeignKeyField(Person, null=True)
    note = peewee.CharField(max_length=MAX_ANSWER_CHARS, default="")

    # -- conditions ------------------------------------------------------------------------

    @classmethod
    def waits(cls) -> Any:
        """Neither answered nor taken back."""
        return cls.outcome == ""

    @classmethod
    def whole(cls, query: Any) -> Any:
        """`query` of what was sent, with attempt, person, course, text, file and who answered."""
        left, answerer = peewee.JOIN.LEFT_OUTER, Person.alias()
        return (
            query.select(cls, Attempt, Person, Document, Revision, Blob, answerer)
            .join(Attempt, on=(cls.attempt == Attempt.id))
            .join(Person, on=(Attempt.person == Person.id))
            .switch(Attempt)
            .join(Document, on=(Attempt.course == Document.id))
            .switch(Attempt)
            .join(Revision, on=(Attempt.revision == Revision.id))
            .switch(cls)
            .join(Blob, left, on=(cls.blob == Blob.id))
            .switch(cls)
            .join(answerer, left, on=(cls.answered_by == answerer.id), attr="answered_by")
        )

    @classmethod
    def of(cls, course_id: int, person_id: int) -> "list[Practice]":
        """All that somebody sent for a course, the newest first, with who answered and who has it
        now to answer."""
        left, owner = peewee.JOIN.LEFT_OUTER, Person.alias()
        waits = (Assignment.kind == PRACTICE) & (Assignment.target == cls.id)
        rows: Any = (
            cls.select(cls, Attempt, Person, Assignment, owner, Function)
            .join(Attempt)
            .switch(cls)
            .join(Person, left, on=(cls.answered_by == Person.id))
            .switch(cls)
            .join(Assignment, left, on=waits & Assignment.is_open(), attr="asked")
            .join(owner, left, on=(Assignment.person == owner.id), attr="person")
            .switch(Assignment)
            .join(Function, left, on=(Assignment.function == Function.id))
            .where(Attempt.course == course_id, Attempt.person == person_id)
            .order_by(cls.id.desc())
        )
        return list(rows)

    # -- what it says ----------------------------------------------------------------------

    @property
    def is_waiting(self) -> bool:
        return self.outcome == ""

    @property
    def url(self) -> str:
        return f"/learning/practice/{self.id}"

    @property
    def with_whom(self) -> str:
        """Who has it to answer, of one that came by `of`."""
        asked = self.__dict__.get("asked")
        return str(asked.owner_words) if asked is not None and asked.id else "nobody yet"

    @property
    def duty(self) -> Assignment | None:
        """Whoever has it to confirm, while it waits."""
        mine = (Assignment.kind == PRACTICE) & (Assignment.target == self.id)
        return Assignment.get_or_none(mine & Assignment.is_open())  # type: ignore[no-any-return]


def read_practice(source: Source) -> tuple[dict[str, Any], list[Problem]]:
    """`confirmed-by: manager`, `hr`, or a function such as `@it`; left out, the manager."""
    typed = source.meta.get("confirmed-by", "").strip().lower().lstrip("@") or MANAGER
    if typed != MANAGER and Function.named(typed) is None:
        message = f"“{typed[:40]}” cannot confirm: write manager, hr, or a function such as @it."
        return {CONFIRMED_BY: MANAGER}, [Problem(source.line_of("confirmed-by"), message)]
    return {CONFIRMED_BY: typed}, []


def confirmer_of(revision: Revision, person: Person) -> tuple[Person | None, Function | None]:
    """Who confirms it now: the manager, or a function. Where nobody but the person themselves
    could, it is HR's; and their manager's where that is only themselves too."""
    named = revision.parsed.get(CONFIRMED_BY, MANAGER)
    if named == MANAGER:
        return _manager_or_hr(person)
    function = Function.named(named)
    if function is not None and _others_hold(function, person):
        return None, function
    return _hr_or_manager(person)


def _manager_or_hr(person: Person) -> tuple[Person | None, Function | None]:
    manager = _manager(person)
    return (manager, None) if manager else (None, Function.named(HR))


def _hr_or_manager(person: Person) -> tuple[Person | None, Function | None]:
    hr = Function.named(HR)
    if hr is not None and _others_hold(hr, person):
        return None, hr
    return _manager_or_hr(person)


def _manager(person: Person) -> Person | None:
    held = person.position()
    manager = held.manager if held and held.manager_id else None
    if manager is None or not manager.is_active or manager.has_left(manager.today()):
        return None
    return manager  # type: ignore[no-any-return]


def _others_hold(function: Function, person: Person) -> bool:
    held = person.position()
    holders = function.holders(held.location_id if held else None, clock.today())
    return any(one.id != person.id for one in holders)


def confirmer_words(revision: Revision, person: Person) -> str:
    """Who confirms it, as one says it."""
    who, function = confirmer_of(revision, person)
    return str(who.called) if who else str(function.name) if function else "HR"


def named_by(revision: Revision) -> str:
    """Who the text says confirms it, whoever that is for somebody."""
    named = revision.parsed.get(CONFIRMED_BY, MANAGER)
    if named == MANAGER:
        return "Your manager"
    function = Function.named(named)
    return str(function.name) if function else "HR"


# -- verbs -------------------------------------------------------------------------------------


class StillWaiting(RuntimeError):
    """What was sent before has no answer yet: one waits at a time."""


def send(
    course: Document, person: Person, said: str, *, upload: Any = None, by: Person
) -> Practice:
    """Say what was done, and put it before whoever confirms.

    Raises NotOffered and NotYet as every attempt does, and StillWaiting.
    """
    with db.write():
        now = clock.now()
        attempt = taking.begin(course, person, by=by)
        if Practice.select().where(Practice.attempt == attempt, Practice.waits()).exists():
            raise StillWaiting
        file = (
            {"blob": upload.blob, "file_name": upload.name, "media_type": upload.media_type}
            if upload
            else {}
        )
        practice = Practice.create(attempt=attempt, said=said, sent_at=now, **file)
        audit.record(by, "sent", practice, about=person, data=_ids(practice))
        _ask(practice)
    return practice


def _ids(practice: Practice) -> dict[str, Any]:
    return {"document": practice.attempt.course_id, "number": practice.attempt.number}


def _ask(practice: Practice) -> None:
    attempt = practice.attempt
    person = attempt.person
    who, function = confirmer_of(attempt.revision, person)
    held = person.position()
    Assignment.assign(
        kind=PRACTICE,
        target=practice.id,
        title=f"Confirm what {person.called} did: {attempt.course.title}",
        cause=Cause(PRACTICE, practice.id),
        by=None,
        person=who,
        function=function,
        location=held.location_id if held and function else None,
        about=person,
        due_on=clock.today((who or person).zone or "UTC") + timedelta(days=WITHIN_DAYS),
        zone=(who or person).zone or "UTC",
        minutes=MINUTES,
    )


def _close(practice: Practice, outcome: str, note: str, by: Person | None) -> bool:
    """Answer it once; False when somebody was faster."""
    now = clock.now()
    closed = (
        Practice.update(outcome=outcome, note=note, answered_at=now, answered_by=by)
        .where(Practice.id == practice.id, Practice.waits())
        .execute()
    )
    if closed:
        practice.outcome, practice.note, practice.answered_at = outcome, note, now
    return bool(closed)


def confirm(practice: Practice, note: str = "", *, by: Person) -> bool:
    """It was done: the course is completed. False when it was answered already."""
    with db.write():
        if not _close(practice, CONFIRMED, note, by):
            return False
        attempt = practice.attempt
        audit.record(by, "confirmed", practice, about=attempt.person, data=_ids(practice))
        taking.complete(
            attempt.course, attempt.revision, attempt.person, how=HOW, by=by, attempt=attempt,
            seconds=attempt.seconds, note=note,
        )  # fmt: skip
        taking.keep(attempt, by=by, completion=COMPLETED, success=PASSED)
        taking.end(attempt, by=by)
        Assignment.settle_all(PRACTICE, practice.id, by=by)
        _tell(practice)
    return True


def send_back(practice: Practice, note: str, *, by: Person) -> bool:
    """Something is missing, and what; they send it again. False when it was answered already."""
    with db.write():
        if not _close(practice, SENT_BACK, note, by):
            return False
        person = practice.attempt.person
        audit.record(by, "sent_back", practice, about=person, data=_ids(practice))
        Assignment.settle_all(PRACTICE, practice.id, by=by)
        _tell(practice)
    return True


def withdraw(practice: Practice, *, by: Person | None, reason: str = "") -> bool:
    """Whoever sent it takes it back before it is answered."""
    with db.write():
        if not _close(practice, WITHDRAWN, reason, by):
            return False
        person = practice.attempt.person
        audit.record(by, "withdrawn", practice, about=person, data=_ids(practice))
        Assignment.settle_all(
            PRACTICE, practice.id, by=by, outcome="ended", reason=reason or "Taken back."
        )
    return True


def _tell(practice: Practice) -> None:
    person_id = practice.attempt.person_id
    Letter.write(ANSWER, f"{ANSWER}:{practice.id}", person_id, practice=practice.id)


# -- by the clock ------------------------------------------------------------------------------


def follow_confirmers() -> int:
    """What waits goes to whoever confirms now: managers change, holders leave. What somebody sent
    who has left is asked of nobody. Returns how many changed hands or ended."""
    rows = list(Practice.whole(Practice.select()).where(Practice.waits()).order_by(Practice.id))
    duties: Any = Assignment.select().where(
        Assignment.is_open(),
        Assignment.kind == PRACTICE,
        Assignment.target.in_([row.id for row in rows]),
    )
    owed = {duty.target: duty for duty in duties} if rows else {}
    return sum(_follow(practice, owed.get(practice.id)) for practice in rows)


def _follow(practice: Practice, duty: Assignment | None) -> bool:
    person = practice.attempt.person
    if person.has_left(person.today()):
        return withdraw(practice, by=None, reason="Left the company.")
    who, function = confirmer_of(practice.attempt.revision, person)
    owner = (who.id if who else None, function.id if function else None)
    if duty is not None and owner == (duty.person_id, duty.function_id):
        return False
    with db.write():
        fresh = Practice.get_by_id(practice.id)
        if not fresh.is_waiting:
            return False
        if duty is not None and who is not None:
            duty.hand_to(who, by=None)
            return True
        if duty is not None:
            duty.settle(by=None, outcome="ended", reason="Somebody else confirms it now.")
        _ask(practice)
    return True


GUARDS = [db.partial_unique("practice", "attempt_id", "outcome = ''")]
