"""Data quality: what is missing or contradicts itself, each with the page where it is put right.

Each room declares what it finds (`Check`), and `portal/kinds.py` gathers it; this one knows none of
them. Whatever SQL can say is asked in one query, however many checks there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any, TypeVar

import peewee

from portal import clock, web
from portal.audit import Event
from portal.people.models import Person
from portal.people.org import Company
from portal.people.positions import Position
from portal.registry import Registry

MOST_SHOWN = 50
PEOPLE, TEXTS, DUTIES, CAREERS, NUMBERS = (
    "People", "Texts", "Lists and papers", "Careers", "Numbers",
)  # fmt: skip
T = TypeVar("T")
GROUPS = (PEOPLE, TEXTS, DUTIES, CAREERS, NUMBERS)


@dataclass(frozen=True)
class Case:
    """One person or thing and the address where it is put right."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Check:
    """A kind of fault: what it is called, why it matters, what one does about it.

    `rows(today)` is a query of what has it, made by `said`; it is mended at `url`, in which `{ref}`
    is what the row names. `note` says how its note reads. `look` gives cases where SQL cannot.
    """

    name: str
    group: str
    title: str
    why: str
    mend: str
    url: str = ""
    note: str = "{}"
    rows: Callable[[date], Any] | None = None
    look: "Callable[[Looked], list[Case]] | None" = None


checks: Registry[Check] = Registry("checks of data")


def said(check: str, ref: Any, name: Any, note: Any = None) -> list[Any]:
    """What a query of `rows` selects: the same four words for every check."""
    noted = peewee.Value("") if note is None else note.cast("TEXT")
    return [peewee.Value(check), ref.cast("TEXT"), name, noted]


@dataclass
class Finding:
    """A check that found something."""

    check: Check
    cases: list[Case] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.check.name


def findings(today: date | None = None) -> list[Finding]:
    """Everything there is to put right, by group, the checks that found nothing left out."""
    looked = Looked(today or clock.today(Company.settings().zone))
    by_row = _asked(looked.today)
    found = []
    for check in sorted(checks.values(), key=lambda check: GROUPS.index(check.group)):
        cases = check.look(looked) if check.look else by_row.get(check.name, [])
        if cases:
            found.append(Finding(check, cases))
    return found


def _asked(today: date) -> dict[str, list[Case]]:
    """What the queries of all rooms find, by check, each by name: one query."""
    queries = [check.rows(today) for check in checks.values() if check.rows]
    found: dict[str, list[Case]] = {}
    rows = reduce(or_, queries).tuples() if queries else ()
    for name, ref, called, note in sorted(rows, key=lambda row: (row[2], str(row[1]))):
        check = checks[name]
        note = check.note.format(_day_or(note, today)) if note else ""
        found.setdefault(name, []).append(Case(called, check.url.format(ref=ref), note))
    return found


def _day_or(note: str, today: date) -> str:
    """A date as people say it; anything else as it is."""
    try:
        return web.day(date.fromisoformat(note), today)
    except ValueError:
        return note


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
class Row:
    """Somebody who works or worked here, and where they stand."""

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
    role: str | None
    level: str | None
    number: str | None
    is_voluntary: bool | None

    def is_here(self, today: date) -> bool:
        return self.last_day_on is None or self.last_day_on >= today


class Looked:
    """What checks look at together, asked once."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._known: dict[str, Any] = {}

    @cached_property
    def people(self) -> list[Row]:
        """Everybody who works or worked here, in one query and without building models."""
        manager = Person.alias()
        held = (Position.person == Person.id) & Position.is_held(self.today)
        rows = (
            Person.select(
                Person.id, Person.name, Person.folded, Person.email, Person.zone, Person.hired_on,
                Person.last_day_on, Person.probation_ends_on, Person.probation_passed_on,
                Person.access_ends_at, Position.id, Position.team, Position.location,
                Position.manager, manager.last_day_on, Position.role, Position.level,
                Person.number, Person.departure_voluntary,
            )
            .join(Position, peewee.JOIN.LEFT_OUTER, on=held)
            .join(manager, peewee.JOIN.LEFT_OUTER, on=(Position.manager == manager.id))
            .where(Person.hired_on.is_null(False), Person.withdrawn_at.is_null())
            .order_by(Person.folded, Person.id)
        )  # fmt: skip
        return [Row(*row) for row in rows.tuples()]

    def once(self, name: str, ask: Callable[[], T]) -> T:
        """What several checks of a room look at: asked by the first."""
        if name not in self._known:
            self._known[name] = ask()
        return self._known[name]  # type: ignore[no-any-return]

    def here(self) -> Iterator[Row]:
        """Those who have not left."""
        return (row for row in self.people if row.is_here(self.today))
