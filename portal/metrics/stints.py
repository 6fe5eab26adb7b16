"""Stints as measures count them: each time somebody worked here, from its first day to its last.

Whoever came back has several. Guests never work here; whom an import brought by mistake never did.
"""

from datetime import date
from typing import Any

import peewee

from portal import db
from portal.metrics.measure import Scope
from portal.people.leaving import Stint
from portal.people.models import Person


def rows(people: Any) -> Any:
    """Person, first day, last day (or none), whether they chose to go and whether that is
    regretted, as a query. `people` is a condition on a column that names a person."""
    now = Person.select(
        Person.id.alias("person"), Person.hired_on.alias("began"),
        Person.last_day_on.alias("ended"), Person.departure_voluntary.alias("voluntary"),
        Person.departure_regretted.alias("regretted"),
    ).where(Person.hired_on.is_null(False), Person.withdrawn_at.is_null())  # fmt: skip
    before = (
        Stint.select(
            Stint.person, Stint.hired_on, Stint.last_day_on, Stint.departure_voluntary,
            Stint.departure_regretted,
        )
        .join(Person, on=(Stint.person == Person.id))
        .where(Person.withdrawn_at.is_null(), people(Stint.person))
    )  # fmt: skip
    return now.where(people(Person.id)).union_all(before)


def of(scope: Scope) -> Any:
    """The same as a table to count in, of the people a scope is about."""
    return rows(scope.among).alias("stint")


def count(stint: Any, *columns: Any) -> Any:
    """`SELECT person, …` of such a table, as a query that still wants its conditions."""
    query = peewee.Select([stint], [stint.c.person, *columns]).bind(db.database)
    return query.group_by(stint.c.person).tuples()


def is_here(stint: Any, on: date) -> Any:
    """Works here on that day."""
    return (stint.c.began <= on) & (stint.c.ended.is_null() | (stint.c.ended >= on))
