"""The people behind a number: one row each, those first who count against it.

Only for whoever may open each row anyway (`access.can_open_rows`). Counted when it is asked for.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from portal.metrics.cohorts import facts
from portal.metrics.forms import AGAINST, ALL, FOR, Asked
from portal.metrics.measure import DOWN, MEDIAN, SHARE, UP, Measure, Scope, Tally
from portal.people.models import Person

MAX_EXPORTED = 20_000
# What a database takes in one question.
BATCH = 500


@dataclass(frozen=True)
class Row:
    """What was counted of one person; `against` is how much of it speaks against the number."""

    person: int
    hits: float
    of: float
    against: float
    values: tuple[float, ...] = ()
    name: str = ""
    email: str = ""


@dataclass(frozen=True)
class Behind:
    """Everybody behind a number, those who count against it first; `shown` is what is asked for."""

    measure: Measure
    rows: list[Row]
    only: str

    @property
    def shown(self) -> list[Row]:
        if self.only == FOR:
            return sorted((row for row in self.rows if row.hits), key=lambda row: row.against)
        return [row for row in self.rows if row.against] if self.only == AGAINST else self.rows

    @property
    def against(self) -> int:
        return sum(1 for row in self.rows if row.against)

    @property
    def counted_for(self) -> int:
        return sum(1 for row in self.rows if row.hits)

    @property
    def can_choose(self) -> bool:
        """Whether some count against it and some do not."""
        return self.measure.kind == SHARE and 0 < self.against < len(self.rows)


def behind(
    measure: Measure,
    on: date,
    line: frozenset[int] | None,
    asked: Asked,
    left_out: frozenset[int] = frozenset(),
) -> Behind:
    """The rows of that day, of everybody or of a line; of one group where one is asked for.

    Whoever was never hired here counts nowhere, as in the numbers themselves.
    """
    scope = measure.scope(on, line)
    counts = _counted(scope, asked) - left_out
    counted: dict[int, list[Tally]] = defaultdict(list)
    for tally in measure.tallies(scope):
        if tally.person in counts:
            counted[tally.person].append(tally)
    rows = [_row(measure, person, tallies) for person, tallies in counted.items()]
    rows.sort(key=lambda row: (-row.against, row.person))
    only = asked.only
    if not only:
        # Where something is wanted one looks for what is missing.
        some = measure.target is not None and any(row.against for row in rows)
        only = AGAINST if some else ALL
    return Behind(measure, rows, only if measure.kind == SHARE else ALL)


def _counted(scope: Scope, asked: Asked) -> set[int]:
    """Who is in the group that is asked for; without one, whoever was hired here."""
    if asked.by and asked.cell is not None:
        where = facts(scope.last, scope.people)
        return {one for one, stood in where.items() if getattr(stood, asked.by) == asked.cell}
    staff = Person.select(Person.id).where(
        Person.hired_on.is_null(False), Person.withdrawn_at.is_null(), scope.among(Person.id)
    )
    return {number for (number,) in staff.tuples()}


def _row(measure: Measure, person: int, tallies: list[Tally]) -> Row:
    hits, of = sum(row.hits for row in tallies), sum(row.of for row in tallies)
    values = tuple(sorted(row.hits for row in tallies)) if measure.kind == MEDIAN else ()
    return Row(person, hits, of, _against(measure, hits, of), values)


def _against(measure: Measure, hits: float, of: float) -> float:
    """What one looks for first: what is missing, or what is too much."""
    if measure.kind == SHARE and measure.better == UP:
        return of - hits
    if measure.better == UP:
        return -hits
    return hits if measure.better == DOWN or measure.kind != SHARE else 0


def named(rows: list[Row]) -> list[Row]:
    """The same with names, in their order; those of equal weight by name."""
    found: dict[int, Person] = {}
    for first in range(0, len(rows), BATCH):
        ids = [row.person for row in rows[first : first + BATCH]]
        people = Person.select(*Person.names(Person), Person.folded, Person.email)
        found.update({one.id: one for one in people.where(Person.id.in_(ids))})
    known = [row for row in rows if row.person in found]
    places: dict[float, int] = {}
    for row in known:
        places.setdefault(row.against, len(places))
    known.sort(key=lambda row: (places[row.against], found[row.person].folded))
    return [
        Row(
            row.person,
            row.hits,
            row.of,
            row.against,
            row.values,
            found[row.person].called,
            found[row.person].email,
        )
        for row in known
    ]
