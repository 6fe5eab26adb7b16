"""How often two people meet, pure: the next day by a rhythm, off the days on which nobody works."""

from collections.abc import Callable
from datetime import date, timedelta

# Weeks between two talks, and how one says it. None at all is a rhythm, too.
RHYTHMS = {
    1: "Every week",
    2: "Every two weeks",
    4: "Every four weeks",
    0: "No rhythm: we agree each time",
}
WANTED = {1: "every week", 2: "every two weeks", 4: "every four weeks"}
MAX_IDLE_DAYS = 366

IsFree = Callable[[date], bool]


def never(day: date) -> bool:
    """No day is free: for where no calendar is asked."""
    return False


def off_free_days(day: date, is_free: IsFree) -> date:
    """The day itself, or the first after it on which both work."""
    for days in range(MAX_IDLE_DAYS):
        moved = day + timedelta(days=days)
        if not is_free(moved):
            return moved
    return day


def next_day(anchor: date, weeks: int, after: date, is_free: IsFree = never) -> date | None:
    """The next talk by the rhythm that counts from `anchor`, once they met (or did not) on `after`.

    It is the first that lies at least half the rhythm ahead: who met late does not meet again the
    day after tomorrow. None without a rhythm.
    """
    if not weeks:
        return None
    step = 7 * weeks
    earliest = after + timedelta(days=(step + 1) // 2)
    steps = max(0, -((anchor - earliest).days // step))
    return off_free_days(anchor + timedelta(days=steps * step), is_free)


def silence(last: date, anchor: date | None, weeks: int, today: date) -> str:
    """That nobody has met for twice the rhythm, in words; empty while all is well. It counts from
    the first day of the rhythm at the earliest."""
    since = max(last, anchor or last)
    if not weeks or (today - since).days < 14 * weeks:
        return ""
    ago = (today - last).days // 7
    return f"You have not met for {ago} weeks. You wanted to talk {WANTED[weeks]}."


def a_week_from(today: date) -> date:
    """What is proposed where nobody has chosen a day yet; never a Saturday or a Sunday."""
    return off_free_days(today + timedelta(days=7), lambda day: day.weekday() > 4)


def due_day(planned_on: date | None, today: date) -> date:
    """By when something is to be done, unless they say otherwise: the next talk, or in a week."""
    return planned_on if planned_on and planned_on > today else a_week_from(today)


def other_days(planned_on: date | None, today: date) -> list[tuple[str, date]]:
    """Where one tap moves a talk: the next day of the week, and the week after."""
    if planned_on is None or planned_on < today:
        words, base = ("Tomorrow", "In a week"), today
    else:
        words, base = ("One day later", "A week later"), planned_on
    days = (off_free_days(base + timedelta(days=n), lambda day: day.weekday() > 4) for n in (1, 7))
    return list(zip(words, days, strict=True))
