"""The digest: at most one letter a person and day, about everything that deserves a word today.

Each run reads zone by zone who is owed a word, and why; then it writes person by person. A
person's letter, the rungs it uses and the day of the next reminder are one short transaction, so
a crash anywhere loses nothing and repeats nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db, queue
from portal.assignments.duties import kinds
from portal.assignments.ladder import HR_AFTER_DAYS, MANAGER_AFTER_DAYS, rung
from portal.assignments.models import Assignment, Reminder
from portal.assignments.rest import at_rest
from portal.mail.models import Letter
from portal.people.functions import Function
from portal.people.grants import Grant
from portal.people.models import Person, Position
from portal.people.org import Company

# More than this nobody reads in one letter; what is left over is news of the next day.
MAX_RUNGS = 100


@dataclass
class Word:
    """Why somebody gets a digest: duties of their own and of others, each with its rung."""

    own: dict[int, str] = field(default_factory=dict)
    others: dict[int, str] = field(default_factory=dict)
    next_on: dict[date | None, list[int]] = field(default_factory=lambda: defaultdict(list))

    def is_due_today(self) -> bool:
        return "due" in self.own.values()


def write_digests() -> int:
    """Put today's digests into the outbox, zone by zone once it is the hour there.

    Returns how many were written. On days the reader's place does not work only what is due that
    very day is worth a letter; the next working day tells the rest.
    """
    company = Company.settings()
    held = _Held.open_now(clock.today(company.zone))
    written = 0
    for zone, names in _zones(company).items():
        today = clock.today(zone)
        words = _words(_readers(names, today), today, held)
        resting = at_rest(words, today)
        for person_id, word in words.items():
            if queue.must_stop():
                return written
            if person_id not in resting or word.is_due_today():
                written += _write(person_id, today, word)
    return written


def _zones(company: Company) -> dict[str, list[str]]:
    """Zones in which the hour has come, each with the names by which persons give it."""
    found: dict[str, list[str]] = defaultdict(list)
    for (name,) in Person.select(Person.zone).where(_may_read()).distinct().tuples():
        zone = name or company.zone
        if clock.now().astimezone(clock.zone_of(zone)).hour >= company.digest_hour:
            found[zone].append(name)
    return found


def _readers(names: list[str], today: date) -> Any:
    """Ids of those in a zone who may still get a digest today, as a query."""
    return Person.select(Person.id).where(Person.zone.in_(names), _may_read(), ~_has_digest(today))


def _may_read() -> Any:
    return Person.access_ends_at.is_null() | (Person.access_ends_at > clock.now())


def _has_digest(today: date) -> Any:
    """Whether the person's letter of that day was written already."""
    before, after = (peewee.Value(part).cast("TEXT") for part in ("digest:", f":{today}"))
    key = peewee.fn.CONCAT(before, Person.id, after)
    return peewee.fn.EXISTS(Letter.select(peewee.SQL("1")).where(Letter.key == key))


# -- who is owed a word ----------------------------------------------------------------------


def _words(readers: Any, today: date, held: "list[_Held]") -> dict[int, Word]:
    words: dict[int, Word] = defaultdict(Word)
    for duty, person, due_on, kind in _own(readers, today):
        reached = rung(due_on, today, is_early=kinds[kind].is_early)
        words[person].own[duty] = reached.name
        words[person].next_on[reached.next_on].append(duty)
    for duty, holder, name in _of_functions(held, readers, today):
        words[holder].own[duty] = name
    for duty, manager in _late_with_reports(readers, today):
        words[manager].others[duty] = "manager"
    for duty, person in _late_for_hr(readers, today):
        words[person].others[duty] = "hr"
    return words


def _own(readers: Any, today: date) -> Iterator[tuple[int, int, date | None, str]]:
    rows: Any = (
        Assignment.select(Assignment.id, Assignment.person, Assignment.due_on, Assignment.kind)
        .where(Assignment.remind_on <= today, Assignment.person.in_(readers))
        .order_by(Assignment.person, Assignment.due_on)
    )
    # Apart, because each has an index of its own.
    for is_told in (Assignment.is_singly_told(today), Assignment.is_told_alike()):
        yield from rows.where(is_told).tuples()


@dataclass
class _Held:
    """An open duty of a function, with the ids of everyone who holds it now."""

    duty: Any
    holders: list[int]

    @classmethod
    def open_now(cls, today: date) -> "list[_Held]":
        duties: Any = (
            Assignment.select(Assignment, Function)
            .join(Function)
            .where(Assignment.is_open(), Assignment.remind_on <= today + timedelta(days=1))
        )
        known: dict[tuple[int, int | None], list[int]] = {}
        found = []
        for duty in duties:
            key = (duty.function_id, duty.location_id)
            if key not in known:
                holders = duty.function.holders(duty.location_id, today)
                known[key] = [person.id for person in holders]
            found.append(cls(duty, known[key]))
        return found


def _of_functions(held: list[_Held], readers: Any, today: date) -> Iterator[tuple[int, int, str]]:
    """What a function owes is told to each who holds it, once a rung: duty, holder, rung.

    Holders wake at different hours, so the rungs told are the memory here, not `remind_on`.
    """
    if not held:
        return
    reading = {person for (person,) in readers.tuples()}
    told = _told(reading)
    for each in held:
        duty = each.duty
        if duty.remind_on > today or (duty.snoozed_until and duty.snoozed_until > today):
            continue
        name = rung(duty.due_on, today, is_early=duty.kind_of.is_early).name
        for holder in each.holders:
            if holder in reading and (duty.id, holder, name) not in told:
                yield duty.id, holder, name


def _told(people: set[int]) -> set[tuple[int, int, str]]:
    """Rungs of functions' open duties that were told already."""
    rows: Any = (
        Reminder.select(Reminder.assignment, Reminder.person, Reminder.rung)
        .join(Assignment)
        .where(Assignment.is_open(), Assignment.function.is_null(False))
        .tuples()
    )
    return {row for row in rows if row[1] in people}


def _late_with_reports(readers: Any, today: date) -> Any:
    """What is three days late and was not yet told to the owner's manager: duty, manager."""
    due_by = today - timedelta(days=MANAGER_AFTER_DAYS)
    return (
        Assignment.select(Assignment.id, Position.manager)
        .join(Position, on=(Position.person == Assignment.person))
        .where(Assignment.is_open(), Assignment.is_due(due_by), Position.is_held(today))
        .where(Position.manager.in_(readers), ~_was_told("manager", Position.manager))
        .where(Assignment.is_shared())
        .order_by(Assignment.due_on)
        .tuples()
    )


def _late_for_hr(readers: Any, today: date) -> Any:
    """What is seven days late and was not yet told to someone in HR: duty, person."""
    hr = [person.id for person in Grant.holders_of("hr", today)]
    due_by = today - timedelta(days=HR_AFTER_DAYS)
    return (
        Assignment.select(Assignment.id, Person.id)
        .join(Person, on=(Person.id.in_(hr) & Person.id.in_(readers)))
        .where(Assignment.is_open(), Assignment.is_due(due_by), ~_was_told("hr", Person.id))
        .where(Assignment.is_shared())
        .order_by(Assignment.due_on)
        .tuples()
    )


def _was_told(name: str, person: Any) -> Any:
    told = Reminder.select(peewee.SQL("1")).where(
        Reminder.assignment == Assignment.id, Reminder.person == person, Reminder.rung == name
    )
    return peewee.fn.EXISTS(told)


# -- writing ---------------------------------------------------------------------------------


def _write(person_id: int, today: date, word: Word) -> int:
    own = dict(list(word.own.items())[:MAX_RUNGS])
    others = dict(list(word.others.items())[: MAX_RUNGS - len(own)])
    rows = [
        {"assignment": duty, "person": person_id, "rung": name, "at": clock.now()}
        for duty, name in (own | others).items()
    ]
    with db.write():
        key = f"digest:{person_id}:{today}"
        # Another worker may have been faster; then its letter says it.
        if not Letter.write("digest", key, person_id, own=list(own), others=list(others)):
            return 0
        for batch in peewee.chunked(rows, 100):
            Reminder.insert_many(batch).on_conflict_ignore().execute()
        for next_on, duties in word.next_on.items():
            moved = [duty for duty in duties if duty in own]
            Assignment.update(remind_on=next_on).where(
                Assignment.id.in_(moved), Assignment.person == person_id
            ).execute()
    return 1
