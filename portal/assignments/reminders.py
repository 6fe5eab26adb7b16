"""The digest: at most one letter a person and day, about everything that deserves a word today."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.ladder import HR_AFTER_DAYS, MANAGER_AFTER_DAYS, rung
from portal.assignments.models import SOON_DAYS, Assignment, Reminder
from portal.mail.models import Letter
from portal.people.grants import Grant
from portal.people.models import Person, Position
from portal.people.org import Company

BATCH = 500


def write_digests() -> int:
    """Put today's digests into the outbox, zone by zone once it is the hour there.

    Returns how many were written. A person's letter, the rungs it uses and the day of the next
    reminder are one transaction, so a crash anywhere loses nothing and repeats nothing.
    """
    company = Company.settings()
    written = 0
    for zone in _zones_at_work(company):
        today = clock.today(zone or company.zone)
        written += _remind_owners(zone, today)
        written += _tell_managers(zone, today)
    if _is_hour(company.zone, company):
        today = clock.today(company.zone)
        written += _remind_holders(today)
        written += _tell_hr(today)
    return written


def _zones_at_work(company: Company) -> list[str]:
    zones = Person.select(Person.zone).where(Person.access_ends_at.is_null()).distinct().tuples()
    return [zone for (zone,) in zones if _is_hour(zone or company.zone, company)]


def _is_hour(zone: str, company: Company) -> bool:
    return clock.now().astimezone(clock.zone_of(zone)).hour >= company.digest_hour


def _due(today: date) -> Any:
    return Assignment.select(Assignment, Person).where(
        Assignment.is_open(), Assignment.remind_on <= today, Assignment.is_awake(today)
    )


def _remind_owners(zone: str, today: date) -> int:
    rows = (
        _due(today)
        .join(Person, on=(Assignment.person == Person.id))
        .where(Person.zone == zone, ~_has_digest(today))
        .order_by(Assignment.person)
        .limit(BATCH)
    )
    by_person: dict[int, list[Assignment]] = {}
    for assignment in rows:
        by_person.setdefault(assignment.person_id, []).append(assignment)
    return sum(_digest(person_id, today, due) for person_id, due in by_person.items())


def _has_digest(today: date) -> Any:
    """Whether the joined person's letter of that day was written already."""
    before, after = (peewee.Value(part).cast("TEXT") for part in ("digest:", f":{today}"))
    key = peewee.fn.CONCAT(before, Person.id, after)
    return peewee.fn.EXISTS(Letter.select(peewee.SQL("1")).where(Letter.key == key))


def _digest(person_id: int, today: date, due: list[Assignment]) -> int:
    with db.write():
        is_new = Letter.write("digest", f"digest:{person_id}:{today}", person_id, on=str(today))
        if is_new:
            for assignment in due:
                _use_rung(assignment, today)
    return int(is_new)


def _use_rung(assignment: Assignment, today: date) -> None:
    reached = rung(assignment.due_on, today)
    Reminder.insert(
        assignment=assignment, rung=reached.name, at=clock.now()
    ).on_conflict_ignore().execute()
    Assignment.update(remind_on=reached.next_on).where(Assignment.id == assignment.id).execute()


def _remind_holders(today: date) -> int:
    """What a function owes is told to all who hold it, at the company's own hour."""
    written = 0
    rows = Assignment.select().where(
        Assignment.is_open(),
        Assignment.function.is_null(False),
        Assignment.remind_on <= today,
        Assignment.is_awake(today),
    )
    for assignment in rows.limit(BATCH):
        function: Any = assignment.function
        with db.write():
            for holder in function.holders(assignment.location_id, today):
                key = f"digest:{holder.id}:{holder.today()}"
                written += Letter.write("digest", key, holder.id, on=str(today))
            _use_rung(assignment, today)
    return written


def _tell_managers(zone: str, today: date) -> int:
    """What is three days late is told to the owner's manager, once."""
    manager = Person.alias()
    late = (
        _climbing("manager", today - timedelta(days=MANAGER_AFTER_DAYS))
        .join(Position, on=(Position.person == Assignment.person))
        .join(manager, on=(Position.manager == manager.id))
        .where(Position.is_held(today), manager.zone == zone)
        .select_extend(manager.id.alias("manager_id"))
        .limit(BATCH)
    )
    return sum(_climb(row, "manager", [row.manager_id], today) for row in late.objects())


def _tell_hr(today: date) -> int:
    """What is seven days late is told to HR, once."""
    late = list(_climbing("hr", today - timedelta(days=HR_AFTER_DAYS)).limit(BATCH))
    if not late:
        return 0
    hr = [person.id for person in Grant.holders_of("hr", today)]
    return sum(_climb(row, "hr", hr, today) for row in late)


def _climbing(name: str, due_by: date) -> Any:
    told = Reminder.select(Reminder.assignment).where(Reminder.rung == name)
    return Assignment.select(Assignment).where(
        Assignment.is_open(),
        Assignment.person.is_null(False),
        Assignment.is_due(due_by),
        Assignment.id.not_in(told),
    )


def _climb(assignment: Assignment, name: str, told: list[int], today: date) -> int:
    with db.write():
        Reminder.insert(
            assignment=assignment.id, rung=name, at=clock.now()
        ).on_conflict_ignore().execute()
        # A digest of today that is already out does not hold it; then tomorrow's does, because the
        # letter lists everything late at the moment it is sent.
        return sum(
            Letter.write("digest", f"digest:{person_id}:{today}", person_id, on=str(today))
            for person_id in told
        )


def near(person: Person, today: date) -> list[Assignment]:
    """What a digest lists for its reader: late, due within a week, or without a date."""
    soon = today + timedelta(days=SOON_DAYS)
    return list(
        Assignment.select()
        .where(Assignment.is_open(), Assignment.is_owed_by(person), Assignment.is_awake(today))
        .where(Assignment.due_on.is_null() | Assignment.is_due(soon))
        .order_by(Assignment.due_on.asc(nulls="last"), Assignment.id)
        .limit(50)
    )


def late_below(person: Person, today: date) -> list[Assignment]:
    """What the person's direct reports have left undone for three days or more."""
    reports = Position.select(Position.person).where(
        Position.manager == person.id, Position.is_held(today)
    )
    return list(
        _late(today - timedelta(days=MANAGER_AFTER_DAYS)).where(Assignment.person.in_(reports))
    )


def late_anywhere(today: date) -> list[Assignment]:
    """What anybody has left undone for a week or more: for HR."""
    return list(_late(today - timedelta(days=HR_AFTER_DAYS)))


def _late(due_by: date) -> Any:
    return (
        Assignment.select(Assignment, Person)
        .join(Person, on=(Assignment.person == Person.id))
        .where(Assignment.is_open(), Assignment.is_due(due_by))
        .order_by(Assignment.due_on, Assignment.id)
        .limit(50)
    )
