"""The letter a sign-in code travels in."""

from flask import current_app

from portal import clock
from portal.mail.letters import draw
from portal.mail.models import Letter, LetterKind, Message
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


LETTERS = [LetterKind("sign_in_code", write_code, title="Sign-in code")]
