"""Three letters: that there is praise, that praise left the page, that there is feedback.

None of them holds a word of it: it is read behind the sign-in. Who wrote stands in the letter,
which no outbox shows, nor that it is praise or feedback.
"""

from typing import Any

from portal.feedback.models import LETTER as FEEDBACK
from portal.feedback.models import Note
from portal.feedback.praise import LETTER, REMOVED_LETTER, Praise
from portal.mail.letters import PRIVATE, draw, only_that
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company


def write_praise(letter: Letter) -> Message | None:
    """Somebody praises them. None when it was taken back meanwhile."""
    person, praise = _reader(letter), _praise(letter)
    if person is None or praise is None or praise.to(person) is None:
        return None
    return _draw("feedback/praise", person, PRIVATE, praise=praise)


def write_removed(letter: Letter) -> Message | None:
    """HR took it off the page, to whoever gave it and whom it praises."""
    person, praise = _reader(letter), _praise(letter)
    if person is None or praise is None or not praise.removed_at:
        return None
    subject = "Praise was taken off the page"
    return _draw(
        "feedback/removed", person, subject, praise=praise, is_own=praise.giver_id == person.id
    )


def write_feedback(letter: Letter) -> Message | None:
    """Somebody wrote them feedback. None when it was taken back, or they have read it."""
    person = _reader(letter)
    note = Note.get_or_none(Note.id == letter.facts["note"])
    if person is None or note is None or note.withdrawn_at or note.acknowledged_at:
        return None
    return _draw("feedback/note", person, PRIVATE, note=note)


def _reader(letter: Letter) -> Person | None:
    person = Person.get_or_none(Person.id == letter.person_id)
    return person if person is not None and person.is_active else None


def _praise(letter: Letter) -> Praise | None:
    return Praise.get_or_none((Praise.id == letter.facts["praise"]) & Praise.stands())


def _draw(template: str, person: Person, subject: str, **context: Any) -> Message:
    return draw(
        template,
        to=person.email,
        subject=subject,
        company_name=Company.settings().name,
        person=person,
        **context,
    )


LETTERS = [
    LetterKind(LETTER, write_praise, title=PRIVATE, shown=only_that(write_praise)),
    LetterKind(REMOVED_LETTER, write_removed, title="Praise off the page"),
    LetterKind(FEEDBACK, write_feedback, title=PRIVATE, shown=only_that(write_feedback)),
]
