"""Snapshots: taken each night, once a day and measure, whatever was down meanwhile.

A night is taken when a row of the whole company is there for every measure. What is missing of the
last nights and of the ends of the last months is filled in, from dated facts as they are known now.
A closed quarter is taken once and never again: counted anew, two answers could be subtracted.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.metrics.cohorts import DIMENSIONS, facts
from portal.metrics.measure import QUARTERLY, Measure, Memo, measures, quarter_end_before
from portal.metrics.models import Snapshot
from portal.metrics.release import Cell, told
from portal.people.models import Person
from portal.people.org import Company

# So many months are there to look back on from the first night.
MONTHS = 13
# So many nights are made up for after a time without the portal.
NIGHTS = 14
BATCH = 400
FIELDS: list[Any] = [
    Snapshot.measure, Snapshot.on, Snapshot.dimension, Snapshot.cell, Snapshot.hits, Snapshot.of,
    Snapshot.people, Snapshot.value, Snapshot.low, Snapshot.high, Snapshot.is_hidden,
    Snapshot.taken_at,
]  # fmt: skip
# What a number says; when it was counted is nobody's matter.
TOLD = [field for field in FIELDS if field is not Snapshot.taken_at]


def last_night() -> date:
    """The last day that is over where the company is."""
    return clock.today(Company.settings().zone) - timedelta(days=1)


# -- taking ------------------------------------------------------------------------------------


def take_due() -> int:
    """Take what is missing, the newest day first; returns how many days had something to take."""
    days, last = 0, last_night()
    for on in days_wanted(last):
        missing = _missing(on)
        if missing:
            if not days:
                db.look_at_the_tables()
            take(on, missing)
            days += 1
    if days:
        _thin_out(last)
    return days


def days_wanted(last: date) -> list[date]:
    """The last nights and the ends of months one looks back on, the newest first.

    Not before anybody worked here: of those days there is nothing to tell.
    """
    nights = [last - timedelta(days=back) for back in range(NIGHTS)]
    known = _nights_known(nights[-1])
    # On the first night, or after a long time, only this one: what was then is told by its months.
    wanted = {last, *(night for night in nights if known and night > known)}
    wanted |= set(month_ends(last))
    began = Person.select(peewee.fn.MIN(Person.hired_on)).scalar()
    return sorted((day for day in wanted if began and day >= began), reverse=True)


def _nights_known(since: date) -> date | None:
    """The newest night there is a snapshot of, unless it is too long ago."""
    newest = Snapshot.select(peewee.fn.MAX(Snapshot.on)).scalar()
    return newest if newest and newest >= since else None


def month_ends(last: date, months: int = MONTHS) -> list[date]:
    """The last days of the months that are over on that day, the newest first."""
    found, day = [], last + timedelta(days=1)
    for _ in range(months):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(day)
    return found


def _missing(on: date) -> list[Measure]:
    """The measures not taken on that day; of quarters those that are over by then."""
    days = {one.name: day_of(one, on) for one in measures.values()}
    rows = Snapshot.select(Snapshot.measure, Snapshot.on).where(
        Snapshot.on.in_(set(days.values())), Snapshot.dimension == ""
    )
    taken = set(rows.tuples())
    return [one for one in measures.values() if (one.name, days[one.name]) not in taken]


def day_of(measure: Measure, on: date) -> date:
    """The day under which that day's number of a measure stands: its own, or its quarter's end."""
    # A quarter is over in every zone, and what it has to tell was said, a day later.
    return quarter_end_before(on) if measure.cadence == QUARTERLY else on


def take(on: date, wanted: Iterable[Measure]) -> None:
    """Count these measures for that day and keep what may be told, in writes of a few hundred rows,
    or of one measure.

    What was taken before stays as it is.
    """
    where: dict[date, Any] = {}
    counted: dict[tuple[str, date], list[Cell]] = {}
    memo = Memo()
    for measure in wanted:
        day, scope = day_of(measure, on), measure.scope(on, memo=memo)
        if measure.ready:
            cells = measure.ready(day)
        else:
            if scope.last not in where:
                where[scope.last] = facts(scope.last)
            cells = told(measure, measure.tallies(scope), where[scope.last])
        if len(cells) + sum(map(len, counted.values())) > BATCH:
            _keep(counted)
            counted = {}
        counted[measure.name, day] = cells
    _keep(counted)


def _keep(counted: dict[tuple[str, date], list[Cell]]) -> None:
    """In one write, measures that another process has taken meanwhile left out."""
    taken_at = clock.now()
    rows = {
        key: [_values(*key, cell, taken_at) for cell in cells] for key, cells in counted.items()
    }
    # Written out once, and before anybody waits: with a row for each who leads, writing a statement
    # of all would take longer than the database does.
    insert, _ = Snapshot.insert(dict.fromkeys(FIELDS)).bind(db.database.obj).sql()
    with db.write():
        for (name, on), values in rows.items():
            mine = (Snapshot.measure == name) & (Snapshot.on == on)
            if Snapshot.select().where(mine, Snapshot.dimension == "").exists():
                continue
            db.database.cursor().executemany(insert, values)


def _values(name: str, on: date, cell: Cell, taken_at: datetime) -> list[Any]:
    """What a snapshot of it holds, in the order of its columns and as they hold it."""
    people = None if cell.is_hidden else cell.people
    said = (
        name, on, cell.dimension, cell.cell, cell.hits, cell.of, people, cell.value, cell.low,
        cell.high, cell.is_hidden, taken_at,
    )  # fmt: skip
    return [field.db_value(value) for field, value in zip(FIELDS, said, strict=True)]


def _thin_out(last: date) -> None:
    """Groups are kept of the newest night and of the ends of months; the company of every night."""
    grouped = Snapshot.select(Snapshot.on).where(Snapshot.dimension != "").distinct()
    for (day,) in list(grouped.tuples()):
        if day != last and (day + timedelta(days=1)).day != 1:
            with db.write():
                Snapshot.delete().where(Snapshot.on == day, Snapshot.dimension != "").execute()


# -- reading -----------------------------------------------------------------------------------


def newest(until: date | None = None) -> date | None:
    """The newest night there is, up to that day."""
    company = (Snapshot.dimension == "") & (Snapshot.on <= (until or date.max))
    return Snapshot.select(peewee.fn.MAX(Snapshot.on)).where(company).scalar()  # type: ignore[no-any-return]


def has_counted_for(days: int) -> bool:
    """Whether the first night was taken at least so many days ago."""
    first = Snapshot.select(peewee.fn.MIN(Snapshot.taken_at)).where(Snapshot.dimension == "")
    at = first.scalar()
    return at is not None and at <= clock.now() - timedelta(days=days)


def latest(on: date | None = None) -> dict[str, Snapshot]:
    """Of each measure what is told of the company, as of the newest night up to that day: that
    night's number, or that of the last quarter that was over. Two queries."""
    night = newest(on)
    if night is None:
        return {}
    wanted = {one.name: day_of(one, night) for one in measures.values()}
    rows = Snapshot.select().where(
        Snapshot.dimension == "", Snapshot.on.in_(sorted(set(wanted.values())))
    )
    return {row.measure: row for row in rows if wanted.get(row.measure) == row.on}


def trends(names: Iterable[str], until: date) -> dict[str, list[Any]]:
    """Of each measure the company's numbers at the ends of its months and on that day, the oldest
    first: one query. They are read as they are, for a page has many hundreds."""
    days = {until, *month_ends(until)}
    rows = Snapshot.select(*TOLD).where(
        Snapshot.measure.in_(list(names)), Snapshot.on.in_(days), Snapshot.dimension == ""
    )
    found: dict[str, list[Any]] = {name: [] for name in names}
    for row in rows.order_by(Snapshot.on).namedtuples():
        found[row.measure].append(row)
    return found


def told_of(measure: Measure, points: Iterable[Any], on: date) -> Any:
    """Of these points of a measure that day's number, of a quarter the one of the last; None where
    there is none."""
    day = day_of(measure, on)
    return next((point for point in points if point.on == day), None)


def groups(measure: Measure, dimension: str, days: Iterable[date]) -> dict[date, list[Snapshot]]:
    """What was told of the groups of one filter under each of these days: one query."""
    found: dict[date, list[Snapshot]] = {day: [] for day in days}
    rows = Snapshot.select().where(
        Snapshot.measure == measure.name,
        Snapshot.on.in_(list(found)),
        Snapshot.dimension == dimension,
    )
    for row in rows:
        found[row.on].append(row)
    return found


def named(dimension: str, rows: Iterable[Snapshot]) -> list[tuple[str, Snapshot]]:
    """Groups of one filter with their names, sorted by them: one query at most."""
    rows = list(rows)
    labels = DIMENSIONS[dimension].labels(row.cell for row in rows)
    return sorted(
        ((labels.get(row.cell, "Gone"), row) for row in rows),
        key=lambda one: (one[1].cell == "*", one[1].cell == "", one[0].casefold()),
    )
