"""The duty to answer who asks for an opening, and the letter that there is an answer. Both are
their reader's alone."""

from portal.assignments.duties import AssignmentKind
from portal.assignments.models import Assignment
from portal.careers.interests import OPENING_ANSWER, Interest
from portal.mail.letters import PRIVATE, draw, only_that
from portal.mail.models import Letter, LetterKind, Message
from portal.people.models import Person
from portal.people.org import Company


def _never(viewer: Person, duty: Assignment) -> bool:
    """It ends where it is answered."""
    return False


ASSIGNMENTS = [
    AssignmentKind(
        name=OPENING_ANSWER,
        title="Opening somebody asks for",
        icon="door-open",
        url=lambda duty: f"/careers/openings/{duty.target}#asked",
        # That somebody asks is known to those who choose.
        is_private=True,
        may_waive=_never,
        may_hand_over=_never,
        may_reopen=_never,
    )
]


def write_answer(letter: Letter) -> Message | None:
    """None where the reader has left, took it back, or was told something else meanwhile."""
    person = Person.get_or_none(Person.id == letter.person_id)
    interest = Interest.get_or_none(Interest.id == letter.facts["id"])
    if person is None or not person.is_active or person.has_left(person.today()):
        return None
    if interest is None or interest.withdrawn_at or interest.outcome != letter.facts["outcome"]:
        return None
    news = "There is an answer to what you asked for."
    return draw(
        "careers/opening_answer",
        to=person.email,
        subject=PRIVATE,
        company_name=Company.settings().name,
        person=person,
        said=news if interest.outcome else "An opening you asked for is open again, and you wait.",
        url=interest.opening.url,
    )


LETTERS = [LetterKind(OPENING_ANSWER, write_answer, title=PRIVATE, shown=only_that(write_answer))]
