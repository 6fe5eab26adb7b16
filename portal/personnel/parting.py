"""After somebody has left: their papers by a link, and whether we may keep in touch."""

from typing import Any

from portal import db
from portal.mail.models import Letter
from portal.people.models import Person
from portal.people.passes import Pass, PassKind

PURPOSE = "papers"

KIND = PassKind(
    name=PURPOSE,
    title="Your papers",
    promise="Here are the papers we share with you, to read and to keep.",
    home="/papers",
    days=30,
    ends_on_departure=False,
)


def send(person: Person, address: str, *, by: Any) -> Pass:
    """A new link to the person's papers, by mail; the one they had ends."""
    with db.write():
        given = Pass.give(person, PURPOSE, by=by, address=address)
        Letter.write("papers", f"papers:{given.id}", person.id, given=given.id)
    return given


def last_sent(person: Person) -> Pass | None:
    """The link that opens their papers now, if there is one."""
    return Pass.open_of(person, PURPOSE).first()  # type: ignore[no-any-return]
