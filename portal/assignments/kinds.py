"""The digest as a kind of letter: what is owed at the moment it is sent."""

from collections.abc import Sequence
from datetime import date

from portal.assignments.reminders import late_anywhere, late_below, near
from portal.assignments.views import snooze_token
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.text import count


def write_digest(letter: Letter) -> Message | None:
    """One digest; None when everything was settled meanwhile, or its reader has left."""
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None or not person.is_active:
        return None
    today = person.today()
    own = near(person, today)
    below = late_below(person, today)
    anywhere = late_anywhere(today) if person.is_hr else []
    if not (own or below or anywhere):
        return None
    return draw(
        "assignments/digest",
        to=person.email,
        subject=_subject(own, below or anywhere, today),
        person=person,
        own=own,
        below=below,
        anywhere=anywhere,
        today=today,
        token=snooze_token(person.id),
    )


def _subject(own: Sequence[object], others: Sequence[object], today: date) -> str:
    if own:
        return f"{count(len(own), 'thing')} for you this week"
    return f"{count(len(others), 'thing')} late with others"


LETTERS = [LetterKind("digest", write_digest, title="Digest")]
