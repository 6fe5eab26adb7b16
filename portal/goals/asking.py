"""Goals of which nobody has said for four weeks how they go: their owner is asked, once a month.

And what follows when people leave: their goals are over.
"""

from datetime import date, timedelta
from typing import Any

import peewee

from portal import clock, db
from portal.assignments.duties import Cause
from portal.assignments.models import Assignment
from portal.goals import access
from portal.goals.checkins import CheckIn
from portal.goals.listing import STALE_DAYS
from portal.goals.models import CAUSE, CHECK_IN, Goal
from portal.people.functions import HR, Function
from portal.people.leave import Leave
from portal.people.models import Person

DUE_DAYS = 7
BATCH = 500


def ask(today: date | None = None) -> int:
    """Ask for the check-ins that are waited for; returns how many."""
    today = today or clock.today()
    asked = 0
    for goal in list(_quiet(today).limit(BATCH)):
        with db.write():
            # Somebody may have spoken, or ended it, since the list was read.
            if _quiet(today).where(Goal.id == goal.id).exists():
                _ask(goal, today)
                asked += 1
    return asked


def _ask(goal: Goal, today: date) -> None:
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


def _asked(goal: Goal, today: date) -> Person | None:
    """Whose it is; of a team's or the company's whoever set it, while they may still say how it
    goes. Else HR (None)."""
    if goal.person_id:
        return goal.person  # type: ignore[no-any-return]
    setter: Person = goal.set_by
    is_gone = setter.has_left(today) or not setter.is_active
    return setter if not is_gone and access.can_check_in(setter, goal) else None


def _quiet(today: date) -> Any:
    """Open goals that have begun and of which nobody spoke since, whose owner is here and at work,
    and who was not asked this month: not even if they have let it go."""
    since = clock.now() - timedelta(days=STALE_DAYS)
    spoken = CheckIn.select(CheckIn.id).where(
        CheckIn.goal == Goal.id, CheckIn.stands(), CheckIn.at > since
    )
    this_month = (Assignment.period == f"{today:%Y-%m}") & (Assignment.outcome != "ended")
    asked = Assignment.select(Assignment.id).where(
        Assignment.kind == CHECK_IN,
        Assignment.target == Goal.id,
        Assignment.is_open() | this_month,
    )
    at_work = Person.is_here(today) & ~db.among(Goal.person, Leave.people_away(today))
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
            Goal.starts_on.is_null() | (Goal.starts_on <= today - timedelta(days=STALE_DAYS)),
            Goal.person.is_null() | at_work,
            ~peewee.fn.EXISTS(spoken),
            ~peewee.fn.EXISTS(asked),
        )
        .order_by(Goal.id)
    )


def let_go() -> int:
    """Whoever was asked of a team's or the company's goal and may not say any more how it goes owes
    nothing: who may is asked instead. Returns how many duties ended."""
    rows: Any = (
        Assignment.select(Assignment, Person, Goal)
        .join(Person, on=(Assignment.person == Person.id))
        .switch(Assignment)
        .join(Goal, on=(Assignment.target == Goal.id), attr="goal")
        .where(Assignment.is_open(), Assignment.kind == CHECK_IN, Goal.person.is_null())
    )
    ended = [row for row in rows if not access.can_check_in(row.person, row.goal)]
    for row in ended:
        row.settle(by=None, outcome="ended", reason="They do not lead it any more.")
    return len(ended)


def end_of_leavers() -> int:
    """The open goals of whoever has left are over; returns how many."""
    gone = Person.select(Person.id).where(Person.last_day_on < clock.today())
    open_ones = Goal.select().where(Goal.is_open(), db.among(Goal.person, gone))
    return sum(goal.end("dropped", "", by=None) for goal in list(open_ones))
