"""The letters about duties: the digest, and a nudge; both say what is owed when they are sent."""

from datetime import date
from typing import Any

from portal import clock
from portal.assignments import feed
from portal.assignments.listing import Rows, is_worth_sending, late_anywhere, late_below, near
from portal.assignments.models import Assignment
from portal.assignments.views import snooze_token
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company
from portal.text import count


def write_digest(letter: Letter, *, is_discreet: bool = False) -> Message | None:
    """One digest; None when what it was written for is done, a later one says it, or its reader
    may not read it any more. A discreet one does not name what is between two people.
    """
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None or not person.is_active or letter.has_newer():
        return None
    company = Company.settings()
    today = clock.today(person.zone or company.zone)
    why: dict[str, Any] = letter.facts
    if not is_worth_sending(person, today, why["own"], why["others"]):
        return None
    own = near(person, today, why["own"])
    below = late_below(person, today)
    anywhere = late_anywhere(person, today) if person.is_hr else Rows([], 0)
    if not (own.total or below.total or anywhere.total):
        return None
    return draw(
        "assignments/digest",
        to=person.email,
        subject=subject(own, below.total + anywhere.total, today),
        company_name=company.name,
        person=person,
        own=own.shared if is_discreet else own,
        below=below,
        anywhere=anywhere,
        today=today,
        token=snooze_token(person.id),
    )


def show_digest(letter: Letter) -> Message | None:
    """For the outbox of a sample company: what is private is counted and not named."""
    return write_digest(letter, is_discreet=True)


def subject(own: Rows, late_with_others: int, today: date) -> str:
    """`3 things for you: 1 late, 1 due today`. It names no duty: the outbox shows subjects."""
    if not own.total:
        return f"{count(late_with_others, 'thing')} late with others"
    late = sum(1 for row in own.shown if row.due_on and row.due_on < today)
    due = sum(1 for row in own.shown if row.due_on == today)
    pressing = [f"{late} late"] * bool(late) + [f"{due} due today"] * bool(due)
    said = f"{count(own.total, 'thing')} for you"
    return f"{said}: {', '.join(pressing)}" if pressing else said


def write_nudge(letter: Letter) -> Message | None:
    """Somebody asks: for what, and by when. None once all of it is done, or not theirs any more."""
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None or not person.is_active:
        return None
    why: dict[str, Any] = letter.facts
    duties = [duty for duty in Assignment.open_among(why["duties"]) if duty.is_owner(person)]
    asker = Person.get_or_none(Person.id == why["by"])
    if not duties or asker is None:
        return None
    company = Company.settings()
    return draw(
        "assignments/nudge",
        to=person.email,
        # It names no duty: the outbox shows subjects.
        subject=f"{asker.called} asks you for {count(len(duties), 'thing')}",
        company_name=company.name,
        person=person,
        asker=asker,
        duties=duties,
        today=clock.today(person.zone or company.zone),
    )


LETTERS = [
    LetterKind("digest", write_digest, title="Digest", shown=show_digest),
    LetterKind("nudge", write_nudge, title="Nudge"),
]
PASSES = feed.KINDS
