"""The question to managers who said nothing to somebody for long: open, and answered by a word."""

from collections.abc import Collection
from datetime import date

from portal.assignments.models import Assignment
from portal.people.models import Person

CHECK_IN = "check_in"
SILENT_DAYS = 56
DUE_DAYS = 14


def quarter_of(day: date) -> str:
    """`2026-Q4`: in one quarter nobody is asked twice about the same person."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def spoke(by: Person, to: Collection[int]) -> None:
    """Praise or feedback answers it. Call it inside `db.write()`."""
    asked = Assignment.select().where(
        Assignment.is_open(),
        Assignment.kind == CHECK_IN,
        Assignment.person == by.id,
        Assignment.target.in_(list(to)),
    )
    for duty in list(asked):
        duty.settle(by=by)
