"""Who did something in half a year, and who of them left in the half-year after: two by two."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import peewee

from portal import db
from portal.learning.models import Completion
from portal.metrics import days
from portal.metrics.here import one_if
from portal.oneonones.models import OneOnOne, Talk
from portal.people.leaving import Stint
from portal.people.models import Person

A_DAY = timedelta(days=1)
# Once a month, as near as people keep it.
REGULAR_TALKS = 6


@dataclass(frozen=True)
class Counted:
    """A table of two by two: how many are in each group, and how many of them left."""

    did: int
    did_left: int
    did_not: int
    did_not_left: int


@dataclass(frozen=True)
class Kind:
    """One indicator: what it asks of a person, as a condition between two days."""

    name: str
    title: str
    definition: str
    did: Callable[[date, date], Any]
    groups: tuple[str, str]
    is_private: bool = False


def counted(kind: Kind, first: date, middle: date, last: date) -> Counted:
    """Of whoever was here from the first day to the middle one: who did it in that time, and whose
    time here ended after the middle day and by the last."""
    did = one_if(kind.did(first, middle))
    left = one_if(_is_over_by(last, first, middle))
    people = (
        Person.select(did.alias("did"), left.alias("is_left"))
        .where(Person.withdrawn_at.is_null(), _was_here(first, middle))
        .alias("people")
    )
    both = peewee.fn.SUM(people.c.is_left)
    rows: Any = peewee.Select([people], [people.c.did, peewee.fn.COUNT(people.c.did), both])
    found = {
        did: (n, left) for did, n, left in rows.group_by(people.c.did).bind(db.database).tuples()
    }
    return Counted(*found.get(1, (0, 0)), *found.get(0, (0, 0)))


def _was_here(first: date, middle: date) -> Any:
    """From the first day to the middle one without a break, in their time here now or before."""
    now = (Person.hired_on <= first) & (
        Person.last_day_on.is_null() | (Person.last_day_on >= middle)
    )
    return now | peewee.fn.EXISTS(_stint(first, middle))


def _is_over_by(last: date, first: date, middle: date) -> Any:
    """That time ended after the middle day, whoever came back later included."""
    now = (Person.hired_on <= first) & _is_after(Person.last_day_on, middle, last)
    ended = _is_after(Stint.last_day_on, middle, last)
    return now | peewee.fn.EXISTS(_stint(first, middle).where(ended))


def _stint(first: date, middle: date) -> Any:
    return Stint.select(peewee.SQL("1")).where(
        Stint.person == Person.id, Stint.hired_on <= first, Stint.last_day_on >= middle
    )


def _is_after(day: Any, middle: date, last: date) -> Any:
    """A last day from the middle day on: on the day after it they are gone."""
    return (day >= middle) & (day < last)


def _learned(first: date, middle: date) -> Any:
    done = Completion.select(peewee.SQL("1")).where(
        Completion.person == Person.id, Completion.stands(),
        Completion.done_on.between(first, middle),
    )  # fmt: skip
    return peewee.fn.EXISTS(done)


def _met(first: date, middle: date) -> Any:
    """So many talks with whoever led them, written down by the next day: what is recorded later
    changes nothing, or it would show whose it was."""
    talks = (
        Talk.select(peewee.fn.COUNT(Talk.id))
        .join(OneOnOne)
        .where(OneOnOne.report == Person.id, Talk.held_on.between(first, middle))
        .where(Talk.held_at <= days.end_of(middle + A_DAY))
    )
    return peewee.Expression(talks, ">=", REGULAR_TALKS)


KINDS = (
    Kind(
        name="learning",
        title="Learning, and staying",
        definition="People who worked here for a whole half-year: those who completed a course in"
        " it beside those who did not, and how many of each left in the half-year after.",
        did=_learned,
        groups=("who completed a course", "who did not"),
    ),
    Kind(
        name="one_on_ones",
        title="One-on-ones, and staying",
        definition=f"People who worked here for a whole half-year: those who had {REGULAR_TALKS} or"
        " more one-on-ones with whoever leads them in it beside those who had fewer, and how many"
        " of each left in the half-year after.",
        did=_met,
        groups=(f"who had {REGULAR_TALKS} one-on-ones or more", "who had fewer"),
        is_private=True,
    ),
)
