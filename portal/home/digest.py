"""What the home pages show, read from every domain."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.models import SOON_DAYS, Assignment
from portal.checklists.models import Checklist, Step
from portal.mail.models import Letter
from portal.people.models import Person, Position

STARTERS_WITHIN_DAYS = 30
ROWS = 200


@dataclass
class Group:
    """Duties of one urgency, under its heading."""

    name: str
    title: str
    rows: list[Assignment] = field(default_factory=list)


def groups(me: Person) -> list[Group]:
    """What needs me, by urgency; empty groups are left out."""
    today = me.today()
    soon = today + timedelta(days=SOON_DAYS)
    made = {
        name: Group(name, title)
        for name, title in (
            ("late", "Late"),
            ("today", "Today"),
            ("soon", "This week"),
            ("later", "Later"),
            ("snoozed", "Snoozed"),
        )
    }
    for row in owed(me):
        made[_urgency(row, today, soon)].rows.append(row)
    return [group for group in made.values() if group.rows]


def _urgency(row: Assignment, today: date, soon: date) -> str:
    if row.snoozed_until and row.snoozed_until > today:
        return "snoozed"
    if row.due_on is None or row.due_on > soon:
        return "later"
    if row.due_on < today:
        return "late"
    return "today" if row.due_on == today else "soon"


def owed(me: Person) -> Any:
    """My open duties, the most urgent first."""
    return (
        Assignment.select()
        .where(Assignment.is_open(), Assignment.is_owed_by(me))
        .order_by(Assignment.due_on.asc(nulls="last"), Assignment.id)
        .limit(ROWS)
    )


def settled(me: Person) -> list[Assignment]:
    """What I finished since yesterday: the quiet end of the page."""
    since = clock.now() - timedelta(days=1)
    return list(
        Assignment.select()
        .where(Assignment.settled_by == me, Assignment.settled_at > since)
        .order_by(Assignment.settled_at.desc())
        .limit(10)
    )


def next_up(me: Person) -> Assignment | None:
    """The first thing to come, to name when nothing is due now."""
    return owed(me).where(Assignment.due_on > me.today()).first()


@dataclass
class TeamRow:
    """One report: who they are, what is open and late, and the checklist that runs."""

    person: Person
    open: int
    late: int
    checklist: Checklist | None


def team(me: Person) -> list[TeamRow]:
    """My direct reports with what they owe: three queries however many they are."""
    today = me.today()
    direct = Position.select(Position.person).where(
        Position.manager == me.id, Position.is_held(today)
    )
    people = list(Person.listing(Person.select().where(Person.id.in_(direct)), today))
    late = peewee.Case(None, [(Assignment.due_on < today, 1)], 0)
    counted = {
        person: (open_, late_)
        for person, open_, late_ in Assignment.select(
            Assignment.person, peewee.fn.COUNT(Assignment.id), peewee.fn.SUM(late)
        )
        .where(Assignment.is_open(), Assignment.person.in_(direct))
        .group_by(Assignment.person)
        .tuples()
    }
    running = Checklist.with_progress(
        Checklist.select(Checklist).where(Checklist.person.in_(direct), Checklist.is_running())
    )
    lists = {checklist.person_id: checklist for checklist in running.objects()}
    return [
        TeamRow(person, *counted.get(person.id, (0, 0)), lists.get(person.id)) for person in people
    ]


def needs_hr(me: Person) -> dict[str, Any]:
    """Exceptions only: missing owners, what is late, who starts and leaves, mail that failed."""
    today = me.today()
    horizon = today + timedelta(days=STARTERS_WITHIN_DAYS)
    missing = (
        Step.select(Step, Checklist, Person)
        .join(Checklist)
        .join(Person)
        .where(Step.is_open(), Step.missing != "", Checklist.stopped_at.is_null())
        .order_by(Step.due_on, Step.id)
        .limit(20)
    )
    late = (
        Assignment.select(Assignment, Person)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id))
        .where(Assignment.is_open(), Assignment.is_due(today - timedelta(days=1)))
        .order_by(Assignment.due_on, Assignment.id)
    )
    starters = Person.select().where(Person.hired_on.between(today, horizon))
    leavers = Person.select().where(Person.last_day_on.between(today, horizon))
    return {
        "missing": list(missing),
        "late": list(late.limit(20)),
        "late_count": late.count(),
        "starters": with_plans(starters.order_by(Person.hired_on), "onboarding"),
        "leavers": with_plans(leavers.order_by(Person.last_day_on), "offboarding"),
        "letters": Letter.select().where(Letter.failed_at.is_null(False)).count(),
    }


def with_plans(people: Any, transition: str) -> list[tuple[Person, Checklist | None]]:
    """Each person with the checklist of that transition, if one was started."""
    people = list(people.limit(30))
    started = Checklist.with_progress(
        Checklist.select(Checklist).where(
            Checklist.person.in_([person.id for person in people]),
            Checklist.transition == transition,
            Checklist.stopped_at.is_null(),
        )
    )
    by_person = {checklist.person_id: checklist for checklist in started.objects()}
    return [(person, by_person.get(person.id)) for person in people]
