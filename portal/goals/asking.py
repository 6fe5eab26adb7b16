"""Goals of which nobody has said for four weeks how they go: their owner is asked, once a month."""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.goals import access
from portal.goals.checkins import CheckIn
from portal.goals.listing import STALE_DAYS
from portal.goals.models import CAUSE, CHECK_IN, Goal
from portal.people.functions import HR, Function
from portal.people.models import Person

DUE_DAYS = 7
BATCH = 500


def ask(today: date | None = None) -> int:
    """Ask for the check-ins that are waited for; returns how many."""
    today = today or clock.today()
    found = list(_quiet(today))
    for goal in found:
        person = _asked(goal, today)
        Assignment.assign(
            kind=CHECK_IN,
            target=goal.id,
            period=f"{today:%Y-%m}",
            title=goal.question,
            cause=Cause(CAUSE, goal.id),
            by=None,
            person=person,
            function=None if person else Function.named(HR),
            due_on=today + timedelta(days=DUE_DAYS),
            zone=(person.zone if person else "") or "UTC",
            minutes=1,
        )
    return len(found)


def _asked(goal: Goal, today: date) -> Person | None:
    """Whose it is; of a team's or the company's whoever set it, while they may still say how it
    goes. Else HR (None)."""
    if goal.person_id:
        return goal.person  # type: ignore[no-any-return]
    setter: Person = goal.set_by
    is_gone = setter.has_left(today) or not setter.is_active
    return setter if not is_gone and access.can_check_in(setter, goal) else None


def _quiet(today: date) -> Any:
    """Open goals that have begun and of which nobody spoke since, whose owner is here, and who was
    not asked this month: not even if they have let it go."""
    since = clock.now() - timedelta(days=STALE_DAYS)
    spoken = CheckIn.select(CheckIn.id).where(
        CheckIn.goal == Goal.id, CheckIn.stands(), CheckIn.at > since
    )
    asked = Assignment.select(Assignment.id).where(
        Assignment.kind == CHECK_IN,
        Assignment.target == Goal.id,
        Assignment.is_open() | (Assignment.period == f"{today:%Y-%m}"),
    )
    setter = Person.alias()
    left = peewee.JOIN.LEFT_OUTER
    return (
        Goal.select(Goal, *Person.names(Person), *Person.names(setter))
        .join(Person, left, on=(Goal.person == Person.id), attr="person")
        .switch(Goal)
        .join(setter, left, on=(Goal.set_by == setter.id), attr="set_by")
        .where(
            Goal.is_open(),
            Goal.open_since <= since,
            Goal.starts_on.is_null() | (Goal.starts_on <= today),
            Goal.person.is_null() | Person.is_here(today),
            ~peewee.fn.EXISTS(spoken),
            ~peewee.fn.EXISTS(asked),
        )
        .order_by(Goal.id)
        .limit(BATCH)
    )
