"""One letter: that there is news of what somebody asked for. What it is, they read on its page."""

from portal.growth.mentorships import Mentorship
from portal.growth.seats import StretchSeat
from portal.growth.telling import ANSWER
from portal.mail.letters import PRIVATE, draw, only_that
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company


def write_answer(letter: Letter) -> Message | None:
    """None where the reader has left, or what it is about is gone."""
    person = Person.reader(letter.person_id)
    if person is None:
        return None
    model, said = {
        "mentorship": (Mentorship, "There is news of your mentoring."),
        "stretch_seat": (StretchSeat, "There is news of a stretch task you asked for."),
    }[letter.facts["of"]]
    row = model.get_or_none(model.id == letter.facts["id"])
    if row is None:
        return None
    return draw(
        "growth/answer",
        to=person.email,
        subject=PRIVATE,
        company_name=Company.settings().name,
        person=person,
        said=said,
        url=row.url,
    )


LETTERS = [LetterKind(ANSWER, write_answer, title=PRIVATE, shown=only_that(write_answer))]
