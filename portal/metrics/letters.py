"""Letters: a red number nobody explains, the week's numbers for HR, the month's page for
executives. What stands in them is read when they leave, by the reader's rights at that moment."""

from datetime import date, timedelta
from typing import Any

from portal import clock
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.metrics import owner_access, owning, reds, snapshots, words
from portal.metrics.measure import QUARTERLY, Measure, measures
from portal.metrics.models import Red
from portal.people.functions import Function
from portal.people.grants import Grant
from portal.people.models import Person
from portal.people.org import Company

WEEK, MONTH = "metrics_week", "metrics_month"
EXECUTIVE = "executive"
MONDAY, A_WEEK = 0, 7
# So many of the numbers that moved most are in the week's letter.
MOST_MOVED = 5


# -- writing -----------------------------------------------------------------------------------


def write_week() -> int:
    """The week's numbers to everybody in HR, once, on Monday; returns how many letters.

    Not before the portal has counted for a week: there would be nothing to compare with.
    """
    today = clock.today(Company.settings().zone)
    # Of the week that is over: its last night is counted first.
    is_counted = (snapshots.newest() or date.min) >= today - timedelta(days=1)
    if today.weekday() != MONDAY or not is_counted or not snapshots.has_counted_for(A_WEEK):
        return 0
    return sum(
        Letter.write(WEEK, f"{WEEK}:{one.id}:{today}", one.id)
        for one in Grant.holders_of("hr", today)
    )


def write_month() -> int:
    """That the page of the month that is over is there, to whoever holds “executive”, once."""
    today = clock.today(Company.settings().zone)
    last = today.replace(day=1) - timedelta(days=1)
    executive = Function.named(EXECUTIVE)
    # In the first days of a month: later nobody waits for it.
    if executive is None or not 2 <= today.day <= 9 or (snapshots.newest() or date.min) < last:
        return 0
    return sum(
        Letter.write(MONTH, f"{MONTH}:{one.id}:{last}", one.id, month=f"{last:%Y-%m}")
        for one in executive.holders(None, today)
    )


# -- rendering ---------------------------------------------------------------------------------


def _drawn(template: str, person: Person, subject: str, **more: Any) -> Message:
    name = Company.settings().name
    return draw(
        f"metrics/{template}", to=person.email, subject=subject, company_name=name, person=person,
        **more,
    )  # fmt: skip


def render_red(letter: Letter) -> Message | None:
    """None where it is red no more, somebody has spoken, or the reader may not answer for it."""
    person = Person.reader(letter.person_id)
    red = Red.get_or_none(Red.id == letter.facts["red"], Red.ended_on.is_null())
    measure = measures.get(red.measure) if red else None
    if person is None or red is None or measure is None:
        return None
    if getattr(red, letter.facts["step"]) is None:
        return None
    if not owner_access.can_read_notes(person, measure):
        return None
    row = snapshots.latest().get(measure.name)
    if not owner_access.can_read_red(person, measure, row):
        return None
    terms = owning.terms_of(measure)
    return _drawn(
        "red", person, f"{measure.title}: nobody has said why", measure=measure, red=red,
        value=words.value(measure, row) if row else "", terms=terms,
        target=words.target(measure, owning.target_of(measure, terms)),
        is_above=letter.facts["step"] == "above_told_at", since=red.since_on,
    )  # fmt: skip


def render_week(letter: Letter) -> Message | None:
    """None where the reader is not in HR any more."""
    person = Person.reader(letter.person_id)
    newest = snapshots.newest()
    if person is None or newest is None or not person.is_hr:
        return None
    now, before = snapshots.latest(newest), snapshots.latest(newest - timedelta(days=A_WEEK))
    terms = owning.all_terms()
    red = [
        (one, words.value(one, now[one.name]), getattr(terms.get(one.name), "owner", None))
        for one in measures.values()
        if one.name in now
        and one.is_red(now[one.name].value, owning.target_of(one, terms.get(one.name)))
    ]
    moved = sorted(
        ((_moved(one, now.get(one.name), before.get(one.name)), one) for one in measures.values()),
        key=lambda pair: -pair[0],
    )
    most = [
        (one, words.value(one, now[one.name]), words.value(one, before[one.name]))
        for share, one in moved[:MOST_MOVED]
        if share
    ]
    return _drawn(
        "week", person, "The week in numbers", red=red, most=most, until=newest,
        silent=len(reds.unexplained(person, person.today())),
    )  # fmt: skip


def _moved(measure: Measure, now: Any, before: Any) -> float:
    """How far a number moved, against what it was; 0 where one of the two is not told, or is of
    another time than a week ago."""
    if now is None or before is None or now.value is None or before.value is None:
        return 0.0
    is_week = measure.cadence == QUARTERLY or (now.on - before.on).days == A_WEEK
    if now.on == before.on or not is_week:
        return 0.0
    return float(abs(now.value - before.value) / max(abs(before.value), 1.0))


def render_month(letter: Letter) -> Message | None:
    """None where the reader does not hold the function any more."""
    person = Person.reader(letter.person_id)
    if person is None or not person.is_executive:
        return None
    month = letter.facts["month"]
    first = date.fromisoformat(f"{month}-01")
    return _drawn("month", person, f"{first:%B %Y} on one page", month=month, first=first)


LETTERS = [
    LetterKind(reds.LETTER, render_red, title="A red number"),
    LetterKind(WEEK, render_week, title="The week in numbers"),
    LetterKind(MONTH, render_month, title="The month on one page"),
]
