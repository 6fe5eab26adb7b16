"""One letter: that somebody said where its reader stands. What they said is read on its page."""

from dataclasses import replace

from portal.competencies.models import SAID
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company


def write_said(letter: Letter) -> Message | None:
    """None where the reader has left."""
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None or not person.is_active or person.has_left(person.today()):
        return None
    return draw(
        "competencies/said",
        to=person.email,
        subject="Somebody said where you stand",
        company_name=Company.settings().name,
        person=person,
        by=Person.get_by_id(letter.facts["by"]),
    )


def show_said(letter: Letter) -> Message | None:
    """That there is such a letter, and not who said anything."""
    message = write_said(letter)
    words = "Who says this, and what, they, their line and HR read on its page."
    return replace(message, text=words, html="") if message else None


LETTERS = [LetterKind(SAID, write_said, title="Assessments", shown=show_said)]
