"""Data quality: what is missing or contradicts itself, each with the page where it is put right."""

# ruff: noqa: E501 - a kind of fault is read across.

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import peewee

from portal import clock, text
from portal.audit import Event
from portal.forms import is_email
from portal.people.functions import Holder
from portal.people.known import in_circles
from portal.people.leave import Leave
from portal.people.models import Person
from portal.people.org import Company
from portal.people.positions import Position

MOST_SHOWN = 50


@dataclass(frozen=True)
class Case:
    """One person (or two) and the address where it is put right."""

    name: str
    url: str
    note: str = ""


@dataclass
class Finding:
    """A kind of fault, why it matters, and whom it is about."""

    slug: str
    title: str
    sentence: str
    mend: str
    cases: list[Case] = field(default_factory=list)


KINDS = (
    ("no-manager", "Without a manager", "Their steps and reviews have nobody to go to.", "Say who leads them"),
    ("manager-left", "Their manager has left", "Whatever waits for the manager waits in vain.", "Say who leads them"),
    ("circle", "A line that comes back to itself", "Each of them would be their own manager’s manager.", "Change the manager"),
    ("no-position", "Started, and no position", "They are on the list, and stand nowhere.", "Give a position"),
    ("no-team", "Without a team", "No rule that names a team reaches them.", "Choose a team"),
    ("no-place", "Without a place", "Their due days know no working week and no holidays.", "Choose a place"),
    ("no-zone", "Without a time zone", "Their times are shown in UTC.", "Look"),
    ("no-email", "No e-mail that works", "They can neither sign in nor be written to.", "Correct it"),
    ("twins", "Perhaps the same person twice", "Same name, two files. If they are two people, all is well.", "Compare"),
    ("probation", "Probation over, and nothing said", "Say that it was passed, or until when it lasts.", "Say what it is"),
    ("leave", "Leave over, and nothing said", "Are they back, or away for longer?", "Say what it is"),
    ("holder-left", "Functions held by somebody who has left", "Steps for that function find nobody.", "Choose another holder"),
    ("access", "Left, and can still sign in", "Their access ends later than the last day, or never.", "Look at the dates"),
)  # fmt: skip


def findings(today: date | None = None) -> list[Finding]:
    """Everything there is to put right, the kinds that found nobody left out."""
    today = today or clock.today(Company.settings().zone)
    found = {slug: Finding(slug, title, why, mend) for slug, title, why, mend in KINDS}
    people = _people(today)
    for finding in found.values():
        look = _LOOKS.get(finding.slug)
        finding.cases += look(people, today) if look else []
    found["leave"].cases += _leaves(today)
    found["holder-left"].cases += _holders(today)
    return [finding for finding in found.values() if finding.cases]


_counted: tuple[Any, int] = (None, 0)


def count() -> int:
    """How many things there are to put right: for the page of HR.

    Counted anew only after something happened, or when another hour has begun.
    """
    global _counted
    now = clock.now()
    last = Event.select(Event.hash).order_by(Event.seq.desc()).limit(1).scalar()
    known = (last, now.date(), now.hour)
    if _counted[0] != known:
        _counted = known, sum(len(finding.cases) for finding in findings())
    return _counted[1]


@dataclass(slots=True)
class _Row:
    id: int
    name: str
    folded: str
    email: str
    zone: str
    hired_on: date
    last_day_on: date | None
    probation_ends_on: date | None
    probation_passed_on: date | None
    access_ends_at: Any
    position: int | None
    team: int | None
    place: int | None
    manager: int | None
    manager_left: date | None

    def is_here(self, today: date) -> bool:
        return self.last_day_on is None or self.last_day_on >= today


def _people(today: date) -> list[_Row]:
    """Everybody who works or worked here, in one query and without building models."""
    manager = Person.alias()
    held = (Position.person == Person.id) & Position.is_held(today)
    rows = (
        Person.select(
            Person.id, Person.name, Person.folded, Person.email, Person.zone, Person.hired_on,
            Person.last_day_on, Person.probation_ends_on, Person.probation_passed_on,
            Person.access_ends_at, Position.id, Position.team, Position.location,
            Position.manager, manager.last_day_on,
        )
        .join(Position, peewee.JOIN.LEFT_OUTER, on=held)
        .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id))
        .where(Person.hired_on.is_null(False))
        .order_by(Person.folded, Person.id)
    )  # fmt: skip
    return [_Row(*row) for row in rows.tuples()]


def _here(people: list[_Row], today: date) -> Iterator[_Row]:
    return (row for row in people if row.is_here(today))


def _cases(rows: Any, page: str, note: Any = None) -> list[Case]:
    return [Case(row.name, f"/people/{row.id}{page}", note(row) if note else "") for row in rows]


def _no_manager(people: list[_Row], today: date) -> list[Case]:
    """Whoever leads somebody may stand at the top; whoever leads nobody hardly does."""
    leads = {row.manager for row in people}
    rows = [r for r in _here(people, today) if r.position and not r.manager and r.id not in leads]
    return _cases(rows, "/position")


def _manager_left(people: list[_Row], today: date) -> list[Case]:
    gone = [r for r in _here(people, today) if r.manager_left and r.manager_left < today]
    return _cases(gone, "/position")


def _circles(people: list[_Row], today: date) -> list[Case]:
    above = {row.id: row.manager for row in _here(people, today) if row.manager}
    own = {person_id for person_id, manager in above.items() if person_id == manager}
    circles = in_circles(above) | own
    return _cases((row for row in people if row.id in circles), "/position")


def _no_position(people: list[_Row], today: date) -> list[Case]:
    rows = [r for r in _here(people, today) if not r.position and r.hired_on <= today]
    return _cases(rows, "/position")


def _twins(people: list[_Row], today: date) -> list[Case]:
    by_name: dict[str, list[_Row]] = {}
    for row in _here(people, today):
        by_name.setdefault(_folded_name(row), []).append(row)
    twins = [row for rows in by_name.values() if len(rows) > 1 for row in rows]
    return _cases(twins, "", lambda row: row.email)


def _folded_name(row: _Row) -> str:
    """The folded name. What one searches by begins with it twice, where nobody is called else."""
    words, length = row.folded.split(), len(row.name.split())
    if words[:length] == words[length : 2 * length]:
        return " ".join(words[:length])
    return text.fold(row.name)


def _probation(people: list[_Row], today: date) -> list[Case]:
    over = [
        row
        for row in _here(people, today)
        if row.probation_ends_on and row.probation_ends_on < today and not row.probation_passed_on
    ]
    return _cases(over, "/employment", lambda row: f"ended {row.probation_ends_on}")


def _access(people: list[_Row], today: date) -> list[Case]:
    now = clock.now()
    left = [row for row in people if row.last_day_on and row.last_day_on < today]
    still = [row for row in left if row.access_ends_at is None or row.access_ends_at > now]
    return _cases(still, "/departure", lambda row: f"left {row.last_day_on}")


def _lacks(name: str, page: str) -> Any:
    def look(people: list[_Row], today: date) -> list[Case]:
        rows = (row for row in _here(people, today) if row.position and not getattr(row, name))
        return _cases(rows, page)

    return look


def _no_email(people: list[_Row], today: date) -> list[Case]:
    return _cases((row for row in _here(people, today) if not is_email(row.email)), "/edit")


_LOOKS = {
    "no-manager": _no_manager,
    "manager-left": _manager_left,
    "circle": _circles,
    "no-position": _no_position,
    "no-team": _lacks("team", "/position"),
    "no-place": _lacks("place", "/position"),
    "no-zone": _lacks("zone", "/edit"),
    "no-email": _no_email,
    "twins": _twins,
    "probation": _probation,
    "access": _access,
}


def _leaves(today: date) -> list[Case]:
    return [
        Case(
            leave.person.called,
            f"/people/{leave.person_id}/leave/{leave.id}",
            f"until {leave.ends_on}",
        )
        for leave in Leave.expired(today)
    ]


def _holders(today: date) -> list[Case]:
    rows = Holder.from_now_on(today).where(Person.last_day_on < today)
    return [Case(row.person.called, "/settings#holders", row.function.name) for row in rows]
