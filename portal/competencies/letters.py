"""One letter: that somebody said where its reader stands. What they said is read on its page."""

from portal.competencies.models import SAID
from portal.mail.letters import PRIVATE, draw, only_that
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company


def write_said(letter: Letter) -> Message | None:
    """None where the reader has left."""
    person = Person.reader(letter.person_id)
    if person is None:
        return None
    return draw(
        "competencies/said",
        to=person.email,
        subject=PRIVATE,
        company_name=Company.settings().name,
        person=person,
        by=Person.get_by_id(letter.facts["by"]),
    )


LETTERS = [LetterKind(SAID, write_said, title=PRIVATE, shown=only_that(write_said))]
