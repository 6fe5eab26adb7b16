"""One letter: that a move was decided, to each whom it concerns. What, they read on its page."""

from portal.careers import move_access
from portal.careers.models import Move
from portal.mail.letters import PRIVATE, draw
from portal.mail.models import Letter, Message
from portal.people.models import Person
from portal.people.org import Company

WENT = "Somebody you led reports to somebody else now."


def write_decided(letter: Letter) -> Message | None:
    """None where the reader has left, or may not read that move: but whoever led somebody that
    went to another at once is told of that, with the way to their file."""
    person = Person.reader(letter.person_id)
    if person is None:
        return None
    known = Move.id == letter.facts["id"]
    if move := Move.whole(move_access.visible_to(person).where(known)).first():
        said, url = _said(move, person), move.url
    elif letter.facts.get("led") and (move := Move.get_or_none(known, Move.is_agreed)):
        said, url = WENT, f"/people/{move.person_id}"
    else:
        return None
    return draw(
        "careers/move",
        to=person.email,
        subject=PRIVATE,
        company_name=Company.settings().name,
        person=person,
        said=said,
        url=url,
    )


def _said(move: Move, person: Person) -> str:
    """What happened, in a sentence that says nothing of whom and what."""
    if move.person_id == person.id:
        return "Your position changes."
    if move.state == "agreed" and move.proposed_by_id != person.id:
        return "The position of somebody you lead, or will lead, changes."
    words = {"agreed": "was agreed to", "declined": "was declined"}
    return f"A move you proposed {words.get(move.state, 'has ended without an answer')}."
