"""Days as measures count them: when one is over, and how many lie between two columns."""

from datetime import date, datetime, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.metrics.measure import Scope
from portal.people.org import Company

A_DAY = timedelta(days=1)
A_MONTH = 365.25 / 12


def end_of(on: date) -> datetime:
    """The last second of that day where the company is."""
    return clock.end_of_day(on, Company.settings().zone)


def within(column: Any, scope: Scope) -> Any:
    """A time that lies in the days of a scope, where the company is."""
    return (column > scope.begin) & (column <= scope.end)


def not_by(column: Any, moment: datetime) -> Any:
    """It has not happened by then: never, or later."""
    return column.is_null() | (column > moment)


def between(first: Any, last: Any) -> Any:
    """How many days lie between two dates, as a whole number the database works out."""
    if db.is_sqlite():
        span = peewee.fn.JULIANDAY(last) - peewee.fn.JULIANDAY(first)
        return peewee.Cast(span, "INTEGER")
    return peewee.Cast(last, "DATE") - peewee.Cast(first, "DATE")


def earlier(one: Any, other: date) -> Any:
    """The earlier of a column, which may be empty, and a day."""
    return peewee.Case(None, [(one < other, one)], other)


def later(one: Any, other: date) -> Any:
    """The later of a column and a day."""
    return peewee.Case(None, [(one > other, one)], other)
