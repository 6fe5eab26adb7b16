"""What a digest lists, read at the moment it is sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal.assignments.ladder import HR_AFTER_DAYS, MANAGER_AFTER_DAYS
from portal.assignments.models import SOON_DAYS, Assignment
from portal.people.functions import Function
from portal.people.models import Person, Position

ROWS = 50


@dataclass(frozen=True)
class Rows:
    """The first duties of a list, and how many there are in all."""

    shown: list[Assignment]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.shown)

    @property
    def shared(self) -> "Rows":
        """The same without naming what is between two people."""
        return Rows([duty for duty in self.shown if not duty.kind_of.is_private], self.total)


def _rows(query: Any) -> Rows:
    shown = list(query.order_by(Assignment.due_on.asc(nulls="last"), Assignment.id).limit(ROWS))
    return Rows(shown, query.count() if len(shown) == ROWS else len(shown))


def near(person: Person, today: date, told: list[int]) -> Rows:
    """The reader's own: late, due within a week, without a date, or told for the first time."""
    soon = today + timedelta(days=SOON_DAYS)
    is_near = Assignment.due_on.is_null() | Assignment.is_due(soon) | Assignment.id.in_(told)
    return _rows(_awake_own(person, today).where(is_near))


def late_below(person: Person, today: date) -> Rows:
    """What the reader's direct reports have left undone for three days or more."""
    reports = Position.select(Position.person).where(
        Position.manager == person.id, Position.is_held(today)
    )
    late = _late(today, MANAGER_AFTER_DAYS).where(Assignment.is_known_to(person))
    return _rows(late.where(Assignment.person.in_(reports)))


def late_anywhere(person: Person, today: date) -> Rows:
    """What anybody has left undone for a week or more: for HR, without the reader's own."""
    others = Assignment.person.is_null() | (Assignment.person != person.id)
    return _rows(_late(today, HR_AFTER_DAYS).where(others, Assignment.is_known_to(person)))


def is_worth_sending(person: Person, today: date, own: list[int], others: list[int]) -> bool:
    """Whether anything the digest was written for is still undone: it stops at once."""
    mine = _awake_own(person, today).where(Assignment.id.in_(own))
    theirs = Assignment.select().where(Assignment.id.in_(others), Assignment.is_open())
    return bool((own and mine.exists()) or (others and theirs.exists()))


def _awake_own(person: Person, today: date) -> Any:
    is_told = Assignment.is_singly_told(today) | Assignment.is_told_alike()
    return Assignment.select().where(Assignment.is_owed_by(person), is_told)


def _late(today: date, days: int) -> Any:
    return (
        Assignment.select(Assignment, Person, Function)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Assignment.person == Person.id))
        .switch(Assignment)
        .join(Function, peewee.JOIN.LEFT_OUTER, on=(Assignment.function == Function.id))
        .where(Assignment.is_open(), Assignment.is_due(today - timedelta(days=days)))
    )
