"""What the home pages show, read from every domain."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.models import SOON_DAYS, Assignment
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.home import late, risks
from portal.people.functions import Function
from portal.people.models import Person, Position

STARTERS_WITHIN_DAYS = 30
# For how long somebody who has started or left is still HR's to look at when nothing was done.
OVERLOOKED_DAYS = 30
ROWS = 200
EXCEPTIONS = 20
MOVERS = 60


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
    """My open duties, the most urgent first, with the function that owes them."""
    return (
        Assignment.select(Assignment, Function)
        .join(Function, peewee.JOIN.LEFT_OUTER)
        .where(Assignment.is_open(), Assignment.is_owed_by(me))
        .order_by(Assignment.due_on.asc(nulls="last"), Assignment.id)
        .limit(ROWS)
    )


def settled(me: Person) -> list[Assignment]:
    """What I owed and finished since yesterday: the quiet end of the page."""
    since = clock.now() - timedelta(days=1)
    return list(
        Assignment.select()
        .where(Assignment.settled_by == me, Assignment.settled_at > since)
        .where(Assignment.is_owed_by(me))
        .where(Assignment.outcome != "ended")
        .order_by(Assignment.settled_at.desc())
        .limit(10)
    )


def next_up(shown: list[Group], today: date) -> Assignment | None:
    """The first thing to come, to name when nothing is due now."""
    ahead = [row for group in shown for row in group.rows if row.due_on and row.due_on > today]
    return min(ahead, key=lambda row: (row.due_on, row.id), default=None)


@dataclass
class TeamRow:
    """One report: who they are, what is open and late, and the checklist that runs."""

    person: Person
    open: int
    late: int
    checklist: Checklist | None

    @property
    def late_around(self) -> int:
        """Late steps of their list, whoever owes them."""
        return int(self.checklist.late) if self.checklist else 0


def team(me: Person) -> list[TeamRow]:
    """My direct reports with what they owe, the late ones first: four queries in all."""
    today = me.today()
    direct = Position.select(Position.person).where(
        Position.manager == me.id, Position.is_held(today)
    )
    people = list(Person.cards(Person.select().where(db.among(Person.id, direct)), today))
    is_late = peewee.Case(None, [(Assignment.due_on < today, 1)], 0)
    counted = {
        person: (open_, late_)
        for person, open_, late_ in Assignment.select(
            Assignment.person, peewee.fn.COUNT(Assignment.id), peewee.fn.SUM(is_late)
        )
        .where(Assignment.is_open(), db.among(Assignment.person, direct))
        .where(Assignment.is_known_to(me))
        .group_by(Assignment.person)
        .tuples()
    }
    running = list(
        Checklist.select()
        .where(db.among(Checklist.person, direct), Checklist.is_running())
        .order_by(Checklist.id)
    )
    Checklist.count_steps(running, today)
    lists = {checklist.person_id: checklist for checklist in running}
    rows = [
        TeamRow(person, *counted.get(person.id, (0, 0)), lists.get(person.id)) for person in people
    ]
    return sorted(rows, key=lambda row: (-row.late, -row.late_around))


@dataclass
class Mover:
    """Somebody who starts or leaves, and how far their list is (None: none was started)."""

    person: Person
    on: date
    checklist: Checklist | None
    total: int = 0
    settled: int = 0
    late: int = 0


def needs_hr(me: Person) -> dict[str, Any]:
    """Exceptions only: missing owners, what is late, who starts and leaves, mail that failed."""
    today = me.today()
    piles, late_count = late.piles(me, today, EXCEPTIONS)
    starters, leavers = _movers(today)
    return {
        "missing": list(_missing()),
        "late": piles,
        "late_count": late_count,
        "starters": starters,
        "leavers": leavers,
        "risks": risks.of(me, today),
    }


def _missing() -> Any:
    return (
        Step.select(Step, Checklist, Person)
        .join(Checklist)
        .join(Person)
        .where(Step.is_open(), Step.missing != "", Checklist.stopped_at.is_null())
        .order_by(Step.due_on.asc(nulls="last"), Step.id)
        .limit(EXCEPTIONS)
    )


def _movers(today: date) -> tuple[list[Mover], list[Mover]]:
    """Who starts and who leaves soon, or did lately without their list being done: one query."""
    near = _near(Person.hired_on, today) | _near(Person.last_day_on, today)
    moving = Person.select(Person.id).where(near)
    listed = Checklist.select(Checklist.id).where(db.among(Checklist.person, moving))
    steps = (
        Step.select(
            Step.checklist,
            peewee.fn.COUNT(Step.id).alias("total"),
            peewee.fn.SUM(peewee.Case(None, [(Step.is_open(), 0)], 1)).alias("settled"),
            peewee.fn.SUM(peewee.Case(None, [(Step.is_open() & Step.is_late(today), 1)], 0)).alias(
                "late"
            ),
        )
        .where(db.among(Step.checklist, listed))
        .group_by(Step.checklist)
        .alias("steps")
    )
    rows = (
        Person.select(
            *Person.names(Person),
            Checklist.id,
            Checklist.title,
            Checklist.transition,
            *(
                peewee.fn.COALESCE(getattr(steps.c, name), 0).alias(name)
                for name in ("total", "settled", "late")
            ),
        )
        .join(
            Checklist,
            peewee.JOIN.LEFT_OUTER,
            on=(
                (Checklist.person == Person.id)
                & Checklist.transition.in_(["onboarding", "offboarding"])
                & Checklist.stopped_at.is_null()
            ),
            attr="list",
        )
        .join(steps, peewee.JOIN.LEFT_OUTER, on=(Checklist.id == steps.c.checklist_id))
        .where(near)
        .order_by(Person.id, Checklist.id)
    )
    found = list(rows)
    return (
        _moving(found, "hired_on", "onboarding", today),
        _moving(found, "last_day_on", "offboarding", today),
    )


def _near(day: Any, today: date) -> Any:
    """The first to come by that date field, and the last who passed it: a page of each."""
    soon = today + timedelta(days=STARTERS_WITHIN_DAYS)
    lately = today - timedelta(days=OVERLOOKED_DAYS)
    person = Person.alias()
    on = getattr(person, day.name)
    ahead = person.select(person.id).where(on.between(today, soon)).order_by(on).limit(MOVERS)
    behind = (
        person.select(person.id)
        .where(on.between(lately, today - timedelta(days=1)))
        .order_by(on.desc())
        .limit(MOVERS)
    )
    return db.among(Person.id, ahead) | db.among(Person.id, behind)


def _moving(rows: list[Person], day: str, transition: str, today: date) -> list[Mover]:
    """Those among `rows` who start (or leave) within reach, by day; the newest list of each."""
    movers: dict[int, Mover] = {}
    for person in rows:
        on = getattr(person, day)
        if on is None or not -OVERLOOKED_DAYS <= (on - today).days <= STARTERS_WITHIN_DAYS:
            continue
        mover = movers.setdefault(person.id, Mover(person, on, None))
        checklist = getattr(person, "list", None)
        if checklist is not None and checklist.transition == transition:
            mover.checklist = checklist
            mover.total, mover.settled, mover.late = person.total, person.settled, person.late
    shown = [mover for mover in movers.values() if mover.on >= today or _is_overlooked(mover)]
    return sorted(shown, key=lambda mover: (mover.on, mover.person.id))[:MOVERS]


def _is_overlooked(mover: Mover) -> bool:
    """The day has passed and no list was ever started, or one who has gone left steps behind."""
    if mover.checklist is None:
        return True
    return mover.person.last_day_on == mover.on and mover.settled < mover.total
