"""When something required is due next. Pure: dates in, a date out.

Whatever comes round is counted from its original date, so that the 31st of January plus months is
the 28th of February and the 31st of March. What is done while its turn is open, or late, answers
that turn; what was done before its turn opened does not.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.assignments.due import add_months
from portal.compliance.needs import Fact

COMPLETION, EVENT, FIXED = "completion", "event", "date"
COUNTED_FROM = {
    COMPLETION: "from the day each person last did it",
    EVENT: "from the day each person came to be meant: hired, moved, promoted",
    FIXED: "on the same date for everyone",
}
# A span so long is a mistake, and one that is searched turn by turn.
MAX_TURNS = 2_400


@dataclass(frozen=True)
class Rhythm:
    """How often, counted from what, and how long before and after.

    `every_months` 0 is once and for all. `first_days` is what people have who were there when it
    began to be asked, `joiner_days` what those have who come later. `fixed_on` is the first of the
    common dates.
    """

    every_months: int = 0
    counted_from: str = COMPLETION
    fixed_on: date | None = None
    first_days: int = 14
    joiner_days: int = 14
    lead_days: int = 30
    grace_days: int = 0


@dataclass(frozen=True)
class Turn:
    """The next time something is owed: from which day, by which, and when it counts as overdue."""

    opens_on: date
    due_on: date
    late_on: date


def next_turn(
    rhythm: Rhythm,
    *,
    asked_on: date,
    meant_on: date,
    event_on: date,
    fact: Fact | None,
    excused_until: date | None = None,
) -> Turn | None:
    """The turn that is open or comes next; None when nothing is owed any more.

    `asked_on` is the day since which this is asked of those who are meant, `meant_on` the day since
    which this person is one of them, and `event_on` that of the hire or move that made them so.
    `excused_until` is the last day of an exemption that is over: what came up by then is asked
    anew from the day after.
    """
    turn = _coming(rhythm, asked_on, meant_on, event_on, fact)
    if turn is None or excused_until is None or turn.opens_on > excused_until:
        return turn
    return _anew(rhythm, turn, excused_until + timedelta(days=1))


def still_counts(
    rhythm: Rhythm, *, asked_on: date, meant_on: date, event_on: date, fact: Fact | None
) -> Fact | None:
    """The fact; None where what it answered was over before this was asked of them.

    So whoever did it long ago has as many days as anybody else, and is not late on the first.
    """
    turn = _coming(rhythm, asked_on, meant_on, event_on, fact)
    return None if fact and turn and turn.due_on < max(asked_on, meant_on) else fact


def _coming(
    rhythm: Rhythm, asked_on: date, meant_on: date, event_on: date, fact: Fact | None
) -> Turn | None:
    began = max(asked_on, meant_on)
    if fact is None:
        return _first(rhythm, began, is_joiner=meant_on > asked_on)
    if fact.holds_until is not None:
        return _turn(rhythm, fact.holds_until)
    if not rhythm.every_months:
        return None
    if rhythm.counted_from == COMPLETION:
        return _turn(rhythm, add_months(fact.done_on, rhythm.every_months))
    origin = rhythm.fixed_on if rhythm.counted_from == FIXED and rhythm.fixed_on else event_on
    return _turn(rhythm, _round(rhythm, origin, fact.done_on + timedelta(days=1)))


def _first(rhythm: Rhythm, began: date, *, is_joiner: bool) -> Turn:
    given = began + timedelta(days=rhythm.joiner_days if is_joiner else rhythm.first_days)
    if rhythm.counted_from != FIXED or rhythm.fixed_on is None:
        return Turn(began, given, given + timedelta(days=rhythm.grace_days + 1))
    if not rhythm.every_months:
        due_on = max(given, rhythm.fixed_on)
    else:
        due_on = rhythm.fixed_on
        for turn in range(1, MAX_TURNS):
            if due_on >= given:
                break
            due_on = add_months(rhythm.fixed_on, turn * rhythm.every_months)
    found = _turn(rhythm, due_on)
    return Turn(max(began, found.opens_on), found.due_on, found.late_on)


def _anew(rhythm: Rhythm, turn: Turn, began: date) -> Turn:
    """The turn for somebody who comes back: with a joiner's days, or the lead time if longer."""
    days = max(rhythm.joiner_days, rhythm.lead_days)
    asked = _first(replace(rhythm, joiner_days=days), began, is_joiner=True)
    due_on = max(turn.due_on, asked.due_on)
    return replace(_turn(rhythm, due_on), opens_on=max(turn.opens_on, asked.opens_on))


def _round(rhythm: Rhythm, origin: date, after: date) -> date:
    """The first common date whose turn was not open yet the day before `after`."""
    for turn in range(MAX_TURNS):
        due_on = add_months(origin, turn * rhythm.every_months)
        if due_on - timedelta(days=rhythm.lead_days) >= after:
            return due_on
    return date.max


def _turn(rhythm: Rhythm, due_on: date) -> Turn:
    return Turn(
        due_on - timedelta(days=rhythm.lead_days),
        due_on,
        due_on + timedelta(days=rhythm.grace_days + 1),
    )
