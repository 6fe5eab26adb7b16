"""Who takes over when somebody leaves who leads others."""

from datetime import date, timedelta
from typing import Any

from portal import db
from portal.people.models import Person
from portal.people.positions import Position


def led_by(person: Person) -> list[Person]:
    """Who reports to them now or will, as far as that is recorded, by name."""
    today = person.today()
    rows = _reporting(person, today).select(Position.person)
    return list(Person.select().where(db.among(Person.id, rows)).order_by(Person.folded))


def _reporting(person: Person, on: date) -> Any:
    """Known positions under this person that hold on that day or later."""
    lasts = Position.ends_on.is_null() | (Position.ends_on >= on)
    return Position.select().where(Position.manager == person, Position.is_known(), lasts)


def hand_over(person: Person, to: Person, *, by: Any, starts_on: date) -> int:
    """Everybody who reports to `person` on that day or later reports to `to`; returns how many.

    Whom the new manager reports to stays: he does not report to himself. Raises ValueError where
    whoever does this is among the reports.
    """
    with db.write():
        moved = 0
        for position in _reporting(person, starts_on):
            report = position.person
            if report.id == to.id:
                continue
            if by is not None and report.id == by.id:
                raise ValueError("You are one of them: somebody else in HR hands them over.")
            first = max(starts_on, position.starts_on)
            Position.take(report, by=by, starts_on=first, manager=to)
            moved += 1
    return moved


def last_held(person: Person) -> dict[str, Any]:
    """What somebody held on their last day, as the form for coming back begins with it."""
    assert person.last_day_on is not None
    held = Position.of(person.id, person.last_day_on)
    values = held.as_typed() if held else {}
    tomorrow = person.today() + timedelta(days=1)
    return {**values, "manager": values.get("manager", ""), "buddy": "", "starts_on": tomorrow}
