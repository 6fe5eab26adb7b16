"""Who works here on a day, and what was so by then, as conditions for counting person by person.

Whoever came back was here before, too.
"""

from datetime import date
from typing import Any

import peewee

from portal.metrics import days
from portal.metrics.measure import Scope
from portal.people.leaving import Stint
from portal.people.models import Person


def is_here(on: date) -> Any:
    """They work here on that day, whether in their time here now or in an earlier one."""
    stint = Stint.alias()
    earlier = stint.select(peewee.SQL("1")).where(
        stint.person == Person.id, stint.hired_on <= on, stint.last_day_on >= on
    )
    return Person.withdrawn_at.is_null() & (Person.is_here(on) | peewee.fn.EXISTS(earlier))


def everybody(scope: Scope, *columns: Any) -> Any:
    """Whoever of these people is here on the last day, as a query of tuples: id and `columns`."""
    rows = Person.select(Person.id, *columns).where(is_here(scope.last), scope.among(Person.id))
    return rows.order_by(Person.id).tuples()


def one_if(condition: Any) -> Any:
    """1 where it is so, else 0, as a column."""
    return peewee.Case(None, [(condition, 1)], 0)


def within(scope: Scope, column: Any) -> Any:
    """A time that lies in the days that are counted."""
    return days.within(column, scope)


def by(scope: Scope, column: Any) -> Any:
    """It has happened by the end of the last day."""
    return column <= scope.end


def not_by(scope: Scope, column: Any) -> Any:
    """It has not happened by then: never, or later."""
    return days.not_by(column, scope.end)
