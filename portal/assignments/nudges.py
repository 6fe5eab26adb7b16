"""Nudges: somebody in charge asks for a late or near duty, at most once a day, in one letter."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import peewee

from portal import audit, clock, db, text
from portal.assignments.models import Assignment
from portal.mail.models import Letter
from portal.people.leave import Leave
from portal.people.models import Person

# A duty is near, and may be asked for, from so many days before it is due.
NEAR_DAYS = 3
MAX_DUTIES = 100


class Nudge(db.Model):
    """That somebody was asked for a duty on a day: UNIQUE, so never twice."""

    assignment = peewee.ForeignKeyField(Assignment, backref="nudges", on_delete="CASCADE")
    person = peewee.ForeignKeyField(Person)
    on = peewee.DateField()
    at = db.UtcField()
    by = peewee.ForeignKeyField(Person, null=True)

    class Meta:
        indexes = ((("assignment", "person", "on"), True),)

    @classmethod
    def last_of(cls, assignment: Assignment) -> "Nudge | None":
        """The newest one, with who asked and who was asked."""
        asker = Person.alias()
        return (  # type: ignore[no-any-return]
            cls.select(cls, Person, asker)
            .join(Person, on=(cls.person == Person.id), attr="person")
            .switch(cls)
            .join(asker, peewee.JOIN.LEFT_OUTER, on=(cls.by == asker.id), attr="by")
            .where(cls.assignment == assignment)
            .order_by(cls.id.desc())
            .first()
        )


def is_ripe(duty: Assignment, today: date) -> bool:
    """Open, and late or near: what lies far ahead is nobody's to be asked for yet."""
    near = today + timedelta(days=NEAR_DAYS)
    return duty.settled_at is None and duty.due_on is not None and duty.due_on <= near


@dataclass
class Round:
    """Whom a nudge would reach, and who is left out and why: said before it is done."""

    told: dict[Person, list[Assignment]] = field(default_factory=dict)
    away: list[Person] = field(default_factory=list)
    told_today: list[Person] = field(default_factory=list)
    own: int = 0
    unheld: int = 0

    @property
    def sentence(self) -> str:
        """`Nudge 3 people; 1 is on leave and is skipped.`"""
        people = text.count(len(self.told), "person", "people")
        return self._said(f"Nudge {people}" if self.told else "Nobody to nudge")

    @property
    def done(self) -> str:
        """The same afterwards: `Ida Sørensen was nudged.`"""
        names = [person.called for person in self.told]
        if len(names) == 1:
            return self._said(f"{names[0]} was nudged")
        people = text.count(len(names), "person was", "people were")
        return self._said(f"{people} nudged" if names else "Nobody was nudged")

    def _said(self, first: str) -> str:
        said = [first]
        for number, are, why in (
            (len(self.away), ("is", "are"), "on leave"),
            (len(self.told_today), ("was", "were"), "nudged today already"),
        ):
            if number:
                skipped = "is" if number == 1 else "are"
                said.append(f"{number} {are[number != 1]} {why} and {skipped} skipped")
        if self.own:
            said.append(f"{text.count(self.own, 'thing')} of yours not asked for")
        if self.unheld:
            said.append(f"{text.count(self.unheld, 'thing')} with nobody to ask")
        return "; ".join(said) + "."


def plan(duties: Iterable[Assignment], *, by: Person) -> Round:
    """Whom asking for these duties would reach now: each owner, or whoever holds the function."""
    today = clock.today()
    ripe = [duty for duty in duties if is_ripe(duty, by.today())][:MAX_DUTIES]
    holders: dict[tuple[int, int | None], list[Person]] = {}
    owed = [(duty, person) for duty in ripe for person in _owners(duty, today, holders)]
    away = _away([person.id for _, person in owed], today)
    asked = _asked_today([duty.id for duty in ripe], today)
    found = Round(unheld=len(ripe) - len({duty.id for duty, _ in owed}))
    for duty, person in owed:
        if person.id == by.id:
            found.own += 1
        elif person.id in away:
            _add(found.away, person)
        elif (duty.id, person.id) in asked:
            _add(found.told_today, person)
        else:
            found.told.setdefault(person, []).append(duty)
    found.told_today = [person for person in found.told_today if person not in found.told]
    return found


def send(duties: Iterable[Assignment], *, by: Person) -> Round:
    """Ask for them: one letter a person, whatever the number of duties. What it did is returned."""
    with db.write():
        found = plan(duties, by=by)
        for person, theirs in list(found.told.items()):
            new = [duty for duty in theirs if _note(duty, person, by)]
            if new:
                _write(person, new, by)
    return found


def _owners(
    duty: Assignment, today: date, holders: dict[tuple[int, int | None], list[Person]]
) -> list[Person]:
    """Whoever owes it and is here; a function is asked once who holds it."""
    if owner := duty.person:
        return [owner] if owner.is_active and not owner.has_left(today) else []
    if duty.function is None:
        return []
    place = (duty.function_id, duty.location_id)
    if place not in holders:
        holders[place] = duty.function.holders(duty.location_id, today)
    return holders[place]


def _add(people: list[Person], person: Person) -> None:
    if person not in people:
        people.append(person)


def _away(people: list[int], today: date) -> set[int]:
    """Who of them is on leave that day."""
    if not people:
        return set()
    rows = Leave.people_away(today).where(Leave.person.in_(people)).tuples()
    return {person for (person,) in rows}


def _asked_today(duties: list[int], today: date) -> set[tuple[int, int]]:
    rows: Any = Nudge.select(Nudge.assignment, Nudge.person).where(
        Nudge.assignment.in_(duties), Nudge.on == today
    )
    return set(rows.tuples()) if duties else set()


def _note(assignment: Assignment, person: Person, by: Person) -> bool:
    """False when they were asked for it today already, this very moment perhaps."""
    row = Nudge.insert(
        assignment=assignment, person=person, on=clock.today(), at=clock.now(), by=by
    ).on_conflict_ignore()
    if not row.as_rowcount().execute():
        return False
    concerned = assignment.concerned
    audit.record(by, "nudged", assignment, about=concerned, data={"to": person.id})
    return True


def _write(person: Person, duties: list[Assignment], by: Person) -> None:
    ids = [duty.id for duty in duties]
    key = f"nudge:{person.id}:{min(ids)}:{clock.today()}"
    Letter.write("nudge", key, person.id, duties=ids, by=by.id)
