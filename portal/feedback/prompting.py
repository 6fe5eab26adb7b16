"""Which managers are asked to say something, to whom: found anew by the clock."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.feedback.asking import ENDED, FeedbackRequest
from portal.feedback.check_ins import CHECK_IN, DUE_DAYS, SILENT_DAYS, quarter_of
from portal.feedback.models import Note
from portal.feedback.praise import Praise, PraiseTo
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.positions import Position

APART_DAYS = 7
MINUTES = 3


def ask_managers(today: date | None = None) -> int:
    """Ask whoever has been silent; returns how many questions.

    One name at a time and one a week: a list of names is ticked off, one name gets a talk. Whoever
    leads eight is through with them when the eight weeks begin again; the one led longest is first.
    """
    today = today or clock.today()
    busy = _busy()
    asked = 0
    for manager, report in _silent(today):
        if manager.id in busy:
            continue
        busy.add(manager.id)
        Assignment.assign(
            kind=CHECK_IN,
            target=report.id,
            period=quarter_of(today),
            title=f"A word to {report.called}",
            cause=Cause(CHECK_IN, report.id),
            by=None,
            person=manager,
            about=report,
            due_on=today + timedelta(days=DUE_DAYS),
            zone=manager.zone or "UTC",
            minutes=MINUTES,
        )
        asked += 1
    return asked


def _busy() -> set[int]:
    """Who has a question open, or was asked one within the week."""
    lately = clock.now() - timedelta(days=APART_DAYS)
    rows: Any = Assignment.select(Assignment.person).where(
        Assignment.kind == CHECK_IN, Assignment.is_open() | (Assignment.opened_at > lately)
    )
    return {person for (person,) in rows.tuples()}


def _silent(today: date) -> list[tuple[Person, Person]]:
    """Managers and those of their reports to whom they said nothing for eight weeks, the longest
    led first. Neither is away or new, both have been in the portal for as long."""
    since = clock.now() - timedelta(days=SILENT_DAYS)
    before = today - timedelta(days=SILENT_DAYS)
    manager, report, then = Person.alias(), Person.alias(), Position.alias()
    said = Note.select(Note.id).where(
        Note.stands(), Note.giver == manager.id, Note.about == report.id, Note.given_at > since
    )
    praised = (
        PraiseTo.select(PraiseTo.id)
        .join(Praise, on=(PraiseTo.praise == Praise.id))
        .where(
            Praise.stands(), Praise.giver == manager.id, PraiseTo.person == report.id,
            Praise.given_at > since,
        )
    )  # fmt: skip
    asked = Assignment.select(Assignment.id).where(
        Assignment.kind == CHECK_IN,
        Assignment.person == manager.id,
        Assignment.target == report.id,
        Assignment.settled_at.is_null()
        | (Assignment.settled_at > since)
        | (Assignment.period == quarter_of(today)),
    )
    led_then = then.select(then.id).where(
        then.person == report.id, then.manager == manager.id, Position.is_held(before, then)
    )
    away = Leave.people_away(today)
    rows: Any = (
        Position.select(Position.id, *Person.names(manager), *Person.names(report))
        .join(manager, on=(Position.manager == manager.id), attr="boss")
        .switch(Position)
        .join(report, on=(Position.person == report.id), attr="led")
        .where(
            Position.is_held(today),
            # On the first day of a portal nobody has been silent in it.
            Position.recorded_at <= since,
            report.hired_on <= before,
            report.last_day_on.is_null() | (report.last_day_on >= today),
            manager.last_day_on.is_null() | (manager.last_day_on >= today),
            manager.access_ends_at.is_null() | (manager.access_ends_at > clock.now()),
            peewee.fn.EXISTS(led_then),
            ~peewee.fn.EXISTS(said),
            ~peewee.fn.EXISTS(praised),
            ~peewee.fn.EXISTS(asked),
            Position.manager.not_in(away),
            Position.person.not_in(away),
        )
        .order_by(Position.starts_on, Position.id)
    )
    return [(row.boss, row.led) for row in rows]


def follow() -> int:
    """Questions end when somebody else leads, or the report has left; so do requests whose answers
    would not reach whom their form names. Returns how many ended."""
    today, ended = clock.today(), 0
    leads = Position.select(Position.id).where(
        Position.person == Assignment.target,
        Position.manager == Assignment.person,
        Position.is_held(today),
    )
    open_ones: Any = (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.target == Person.id), attr="led")
        .where(
            Assignment.is_open(),
            Assignment.kind == CHECK_IN,
            ~peewee.fn.EXISTS(leads) | (Person.last_day_on < today),
        )
    )
    for duty in list(open_ones):
        ended += duty.settle(by=None, outcome=ENDED, reason="Somebody else leads them now.")
    for request in FeedbackRequest.unwanted():
        ended += request.close(by=None)
    return ended
