"""The reminder ladder, pure: on which days a duty is spoken of, and to whom it climbs.

One digest a day at most carries them all; a rung missed while the worker was down is not made up
for, only the highest one reached counts.
"""

from dataclasses import dataclass
from datetime import date, timedelta

# Days from the due date (negative: before it), in order.
RUNGS = (("soon", -3), ("due", 0), ("late1", 1), ("late3", 3), ("late7", 7))
WEEKLY_AFTER_DAYS = 7
# Something new is announced at once only when it is near; what is far ahead starts with "soon".
NEAR_DAYS = 14
# What comes round by the year is spoken of long before, once it is open.
EARLY_DAYS = (90, 60, 30)
MANAGER_AFTER_DAYS = 3
HR_AFTER_DAYS = 7


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: its name (unique in a duty's life) and the day of the next one."""

    name: str
    next_on: date | None


def first_reminder(opened_on: date, due_on: date | None, *, is_early: bool = False) -> date:
    """The day on which a duty opened that day is first spoken of; `is_early`: by `EARLY_DAYS`."""
    if due_on is None or due_on <= opened_on + timedelta(days=NEAR_DAYS):
        return opened_on
    rungs = [due_on + timedelta(days=offset) for _, offset in _rungs(is_early)]
    return next(day for day in rungs if day >= opened_on)


def _rungs(is_early: bool) -> tuple[tuple[str, int], ...]:
    early = tuple((f"ahead{days}", -days) for days in EARLY_DAYS) if is_early else ()
    return early + RUNGS


def rung(due_on: date | None, today: date, *, is_early: bool = False) -> Rung:
    """The highest rung reached today, and when the next one comes."""
    if due_on is None:
        return Rung("new", None)
    days = (today - due_on).days
    if days > WEEKLY_AFTER_DAYS:
        week = days // 7
        return Rung(f"late{week * 7}", due_on + timedelta(days=(week + 1) * 7))
    rungs = _rungs(is_early)
    reached = [name for name, offset in rungs if offset <= days]
    ahead = [offset for _, offset in rungs if offset > days] or [WEEKLY_AFTER_DAYS * 2]
    return Rung(reached[-1] if reached else "new", due_on + timedelta(days=ahead[0]))
