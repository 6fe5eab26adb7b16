"""Numbers of the sample company: what people did before, owners, and every night until today."""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.compliance import following
from portal.metrics import owning, reds, snapshots
from portal.metrics.measure import measures
from portal.people.models import Person
from portal.people.positions import Position

# What they were first, and since when they are what they are now.
BEFORE = {
    "ben": ("Software Engineer", "L3", 420),
    "priya": ("Software Engineer", "L3", 330),
    "erin": ("Junior Software Engineer", "L2", 700),
    "matteo": ("Product Manager", "L3", 250),
    "hana": ("Associate Product Manager", "L2", 310),
    "camille": ("Sales Development Representative", "L2", 540),
    "ismail": ("Assembly Technician", "L2", 205),
    "renee": ("Accounting Clerk", "L2", 150),
    "rui": ("Support Specialist", "L3", 900),
}
OWNERS = {
    "onboarding_on_time": "helen",
    "time_to_productivity": "mara",
    "compliance_overdue": "helen",
    "courses_on_time": "tiago",
    "review_participation": "helen",
    "one_on_ones": "marcus",
    "kept_a_year": "nadia",
    "internal_mobility": "nadia",
    "time_to_fill": "tiago",
}
NOTED = "compliance_overdue"


def remember(began: timedelta) -> None:
    """What some of them were before: taken over with the portal, so known since then."""
    with clock.shifted(-began):
        for name, (role, level, days) in BEFORE.items():
            one = _person(name)
            now = Position.of(one.id, clock.today())
            assert now is not None and one.hired_on is not None
            since = max(clock.today() - timedelta(days=days), one.hired_on + timedelta(days=90))
            is_now = {"role": now.role, "level": now.level}
            Position.take(one, by=None, starts_on=one.hired_on, role=role, level=level)
            Position.take(one, by=None, starts_on=since, **is_now)


def fill() -> None:
    """Owners, the nights and months there are to look back on, and a word on a red number."""
    helen = _person("helen")
    # What is required is followed first, so that numbers and the rows behind them, which are
    # counted when they are opened, are of the same duties.
    following.follow_all()
    with db.write():
        for name, owner in OWNERS.items():
            if name in measures:
                owning.settle(measures[name], by=helen, owner=_person(owner), target=None)
        snapshots.take_due()
        reds.follow()
        _say_one(helen)


def _say_one(helen: Any) -> None:
    """Why one number that executives read is red."""
    measure = measures[NOTED]
    if reds.open_of(measure) is None:
        return
    reds.say(
        measure,
        by=helen,
        why="Three policies came in one week, and production has one computer for nine people.",
        action="Two tablets for production; from January one policy a month. Helen looks on.",
        look_again_on=_in_three_weeks(),
    )


def _in_three_weeks() -> date:
    return clock.today() + timedelta(days=21)


def _person(name: str) -> Person:
    found = Person.by_email(f"{name}@halden.example")
    assert found is not None, name
    return found
