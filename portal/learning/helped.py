"""Did it help? Some weeks after a completion the manager is asked one question.

Who said what of whom is nobody's to read: HR sees how the answers of a course are spread, in
steps of five, so that no single answer can be told from one day to the next.
"""

import json
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.documents.models import Document, Revision
from portal.learning.models import KIND, Completion
from portal.people.models import Person
from portal.people.positions import Position

ASKED = "did_it_help"
ANSWERS = {
    "clearly": "Yes, clearly",
    "somewhat": "Somewhat",
    "hardly": "Hardly",
    "no": "No",
    "unknown": "I cannot tell",
}
FEWEST = 5
MAX_NOTE_CHARS = 300
DUE_DAYS = 14
# Of what was completed longer ago nobody is asked any more: a key that comes later asks no history.
LATE_DAYS = 30


class Helped(db.Model):
    """One answer. It loses who gave it and whom it was about once its time is over; which course
    it was about stays. One that is taken back is empty and keeps its place, so that no other moves
    up to it."""

    course = peewee.ForeignKeyField(Document, backref="helped")
    completion = peewee.ForeignKeyField(Completion, null=True, unique=True)
    manager = peewee.ForeignKeyField(Person, null=True)
    answer = peewee.CharField(max_length=10)
    note = peewee.CharField(max_length=MAX_NOTE_CHARS, default="")
    answered_at = db.UtcField()

    @classmethod
    def of(cls, completion: Completion) -> "Helped | None":
        return cls.get_or_none((cls.completion == completion) & (cls.answer != ""))

    @classmethod
    def say(cls, completion: Completion, answer: str, note: str, *, by: Person) -> bool:
        """The manager's answer; it settles the duty. False when it was given already."""
        with db.write():
            if cls.of(completion) is not None:
                return False
            helped = cls.get_or_none(cls.completion == completion) or cls(completion=completion)
            helped.course, helped.manager = completion.course_id, by
            helped.answer, helped.note, helped.answered_at = answer, note, clock.now()
            helped.save()
            data = {"course": completion.course_id}
            audit.record(by, "answered", helped, about=completion.person, data=data)
            Assignment.settle_all(ASKED, completion.id, by=by)
        return True

    @classmethod
    def take_back(cls, completion: Completion, *, by: Person) -> bool:
        """It was not meant so: asked again. False when there is nothing to take back."""
        with db.write():
            helped = cls.of(completion)
            if helped is None:
                return False
            data = {"course": completion.course_id}
            audit.record(by, "taken_back", helped, about=completion.person, data=data)
            helped.answer, helped.note = "", ""
            helped.save()
            duty = duty_of(completion)
            if duty is not None:
                duty.reopen(by=by)
        return True

    @classmethod
    def unname(cls, ids: list[int]) -> None:
        """Let go who said it of whom, and the sentence; the answer stays in the sums."""
        with db.write():
            cls.update(completion=None, manager=None, note="").where(cls.id.in_(ids)).execute()


def duty_of(completion: Completion) -> Assignment | None:
    """The question as it was asked, open or not."""
    mine = (Assignment.kind == ASKED) & (Assignment.target == completion.id)
    return Assignment.select().where(mine).order_by(Assignment.id.desc()).first()  # type: ignore[no-any-return]


# -- asking ------------------------------------------------------------------------------------


def ask(today: date | None = None) -> int:
    """Ask the managers of whoever completed something long enough ago; returns how many."""
    today = today or clock.today()
    asked = 0
    for revision_id, days in _texts_that_ask():
        for completion in _ripe(revision_id, today - timedelta(days=days)):
            asked += _ask(completion, today)
    return asked


def _texts_that_ask() -> list[tuple[int, int]]:
    """Every text of a course that asks, with after how many days."""
    rows: Any = (
        Revision.select(Revision.id, Revision.structure)
        .join(Document, on=(Revision.document == Document.id))
        .where(
            Document.kind == KIND,
            Document.retired_at.is_null(),
            Revision.structure.contains('"ask_after": '),
            ~Revision.structure.contains('"ask_after": null'),
        )
        .tuples()
    )
    found = [(revision, json.loads(structure).get("ask_after")) for revision, structure in rows]
    return [(revision, days) for revision, days in found if days]


def _ripe(revision_id: int, until: date) -> list[Completion]:
    """Completions with that text whose day has come, and of which nobody was asked."""
    asked = Assignment.select(Assignment.target).where(Assignment.kind == ASKED)
    return list(
        Completion.select(Completion, Person)
        .join(Person, on=(Completion.person == Person.id))
        .where(
            Completion.revision == revision_id,
            Completion.stands(),
            Completion.done_on.between(until - timedelta(days=LATE_DAYS), until),
            ~db.among(Completion.id, asked),
        )
    )


def _ask(completion: Completion, today: date) -> bool:
    """Once, of whoever leads them now. Nobody is asked of a leaver, or where nobody leads."""
    person = completion.person
    manager = manager_of(person, today)
    if manager is None or person.has_left(today) or person.withdrawn_at:
        return False
    Assignment.assign(
        kind=ASKED,
        target=completion.id,
        title=f"Did “{completion.course.title}” help {person.called}?",
        cause=Cause(KIND, completion.course_id),
        by=None,
        person=manager,
        about=person,
        due_on=today + timedelta(days=DUE_DAYS),
        zone=manager.zone or "UTC",
        minutes=1,
    )
    return True


def manager_of(person: Person, today: date) -> Person | None:
    """Whoever leads them that day, if they are here themselves."""
    held = Position.of(person.id, today)
    manager = held.manager if held else None
    if manager is None or manager.has_left(today) or not manager.is_active:
        return None
    return manager  # type: ignore[no-any-return]


def asked_about(people: list[int]) -> set[tuple[int, int]]:
    """Of which of these people somebody was asked whether which course has helped, open or not."""
    rows: Any = (
        Assignment.select(Completion.person, Completion.course)
        .join(Completion, on=(Assignment.target == Completion.id))
        .where(Assignment.kind == ASKED, Completion.person.in_(people))
        .tuples()
    )
    return set(rows)


def follow() -> int:
    """Questions still open go to whoever leads now; they end with a departure, where nobody leads
    any more, and when the completion was a mistake. Returns how many changed."""
    today, changed = clock.today(), 0
    rows: Any = (
        Assignment.select(Assignment, Completion, Person)
        .join(Completion, on=(Assignment.target == Completion.id), attr="completion")
        .join(Person, on=(Completion.person == Person.id), attr="person")
        .where(Assignment.is_open(), Assignment.kind == ASKED)
    )
    for duty in list(rows):
        person = duty.completion.person
        manager = manager_of(person, today)
        if manager is None or person.has_left(today) or duty.completion.superseded_at:
            duty.settle(by=None, outcome="ended", reason="There is nobody to ask any more.")
        elif manager.id != duty.person_id:
            duty.hand_to(manager, by=None)
        else:
            continue
        changed += 1
    return changed


# -- how they are spread -----------------------------------------------------------------------


def whole_fives(answers: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of answers in the order they came those that may be summed up: only whole fives, always the
    same ones. A five of which one was taken back waits until it is given again: whoever takes back
    their own never sees somebody else's come in for it."""
    whole = len(answers) - len(answers) % FEWEST
    fives = [answers[first : first + FEWEST] for first in range(0, whole, FEWEST)]
    return [one for five in fives if all(one[0] for one in five) for one in five]


class Spread:
    """The answers about one course, in the order they came, in fives."""

    def __init__(self, course: Document, answers: list[tuple[str, ...]]) -> None:
        self.course = course
        counted = whole_fives(answers)
        self.shown = len(counted)
        said = [answer for answer, _ in counted]
        self.counts = [(words, said.count(name)) for name, words in ANSWERS.items()]
        # By the alphabet: their order would say who wrote which.
        self.notes = sorted(note for _, note in counted if note)


def spreads(courses: Any) -> list[Spread]:
    """Of each of these courses (a query) about which somebody was asked."""
    rows: Any = (
        Helped.select(Helped.course, Helped.answer, Helped.note)
        .where(db.among(Helped.course, courses.select(Document.id)))
        .order_by(Helped.id)
        .tuples()
    )
    answers: dict[int, list[tuple[str, ...]]] = {}
    for course, answer, note in rows:
        answers.setdefault(course, []).append((answer, note))
    found = Document.select().where(Document.id.in_(sorted(answers))).order_by(Document.folded)
    return [Spread(course, answers[course.id]) for course in found]
