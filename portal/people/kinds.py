"""Letters about people: the sign-in code, and the alarm when somebody grants himself a right."""

from flask import current_app

from portal import clock
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
from portal.people.grants import GRANT_WORDS, Grant
from portal.people.models import Person
from portal.people.signing import Code


def write_code(letter: Letter) -> Message | None:
    """The code is computed here, at sending, and is stored nowhere. None once it is too old."""
    code = Code.get_or_none(Code.id == letter.facts["code"])
    if code is None or code.person is None or not code.is_open(clock.now()):
        return None
    digits = code.digits(current_app.config["SECRET_KEY"])
    return draw(
        "people/code",
        to=code.person.email,
        subject="Your sign-in code",
        person=code.person,
        digits=digits,
    )


def write_grant_alert(letter: Letter) -> Message | None:
    """To HR, whatever has become of the grant since: that it was taken is the news."""
    grant = Grant.get_or_none(Grant.id == letter.facts["grant"])
    reader = Person.get_or_none(Person.id == letter.person_id)
    if grant is None or reader is None or not reader.is_active:
        return None
    return draw(
        "people/grant_alert",
        to=reader.email,
        subject=f"{grant.person.called} granted themselves a right",
        person=reader,
        grant=grant,
        kind=GRANT_WORDS[grant.kind],
    )


def write_address_changed(letter: Letter) -> Message | None:
    """To the old and to the new address of a person, whatever they are now."""
    person = Person.get_or_none(Person.id == letter.person_id)
    if person is None:
        return None
    facts = letter.facts
    return draw(
        "people/address_changed",
        to=facts["to"],
        subject="Your sign-in address was changed",
        person=person,
        old=facts["old"],
        new=facts["new"],
    )


LETTERS = [
    LetterKind("address_changed", write_address_changed, title="Changed address"),
    LetterKind("sign_in_code", write_code, title="Sign-in code"),
    LetterKind("grant_alert", write_grant_alert, title="Somebody granted themselves a right"),
]
