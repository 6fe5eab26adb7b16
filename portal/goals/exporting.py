"""One's own goals and log as CSV files. Nobody saves anybody else's."""

from typing import Any

from portal.goals import listing, shares
from portal.goals.key_results import KeyResult
from portal.goals.log import Accomplishment
from portal.goals.models import OUTCOMES, Goal
from portal.people.models import Person
from portal.people.tables import write_table

GOALS = (
    "goal", "why", "period", "from", "until", "measured by", "start", "target", "now", "unit",
    "share", "state", "said on", "sentence", "outcome", "ended on", "set by",
)  # fmt: skip
LOG = ("day", "what", "goal")
MOST = 5_000


def goals(me: Person, visible: Any) -> bytes:
    """A line a key result; a goal without any has one line."""
    mine = visible.where(Goal.person == me.id).order_by(Goal.id.desc())
    names = {me.id: me.called}
    rows = []
    for line in listing.lines(mine, MOST):
        goal = line.goal
        setter = goal.set_by_id
        if setter not in names:
            names[setter] = Person.get_by_id(setter).called
        head = [goal.title, goal.words, goal.period, _day(goal.starts_on), _day(goal.ends_on)]
        tail = [
            "" if line.share is None else str(line.share),
            line.state_words,
            _day(line.said_at and line.said_at.date()),
            line.newest.sentence if line.newest else "",
            OUTCOMES.get(goal.outcome, ""),
            _day(goal.ended_at and goal.ended_at.date()),
            names[setter],
        ]
        measured = [_measured(row) for row in line.results] or [[""] * 5]
        rows += [[*head, *one, *tail] for one in measured]
    return write_table(GOALS, rows)


def _measured(row: KeyResult) -> list[str]:
    return [row.title, *(shares.plain(n) for n in (row.start, row.target, row.current)), row.unit]


def log(mine: Any) -> bytes:
    """A line an accomplishment."""
    rows = Accomplishment.listing(mine.where(Accomplishment.stands())).limit(MOST)
    return write_table(
        LOG, [[str(row.on), row.text, row.goal.title if row.goal_id else ""] for row in rows]
    )


def _day(value: Any) -> str:
    return str(value) if value else ""
