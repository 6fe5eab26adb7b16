"""What the outbox keeps of letters that are long delivered, and how long."""

import hashlib
from datetime import date
from typing import Any

from portal import db
from portal.mail.models import Letter, kinds
from portal.privacy import PSEUDONYMISE, Column, RecordClass, midnight

COLUMNS = [
    Column("letter.person_id", "To whom it is written", "as long as its row", PSEUDONYMISE),
]
_holds_words = (
    (Letter.address != "") | (Letter.subject != "") | (Letter.data != "{}") | (Letter.error != "")
)


def _title(kind: str) -> str:
    """As the outbox calls it: several private kinds are one there."""
    return kinds[kind].title if kind in kinds else kind.replace("_", " ")


def _past(before: date | None) -> Any:
    if before is None:
        return Letter.id.is_null()
    return ~Letter.is_open() & _holds_words & (Letter.created_at < midnight(before))


def _goes(person_id: int) -> Any:
    return (Letter.person_id == person_id) & (_holds_words | Letter.is_open())


def _blank(ids: list[int], by: Any) -> None:
    """Whom it went to and what it said; that there was one stays, or it would be written again."""
    with db.write():
        for letter in Letter.select().where(Letter.id.in_(ids)):
            if letter.state in ("waiting", "retrying"):
                letter.withdraw()
            key = letter.key
            if "@" in key:
                # Some keys say an address; they need only be the same as ever.
                key = f"erased:{hashlib.sha256(key.encode()).hexdigest()}"
            Letter.update(key=key, address="", subject="", data="{}", error="").where(
                Letter.id == letter.id
            ).execute()


RECORDS = [
    RecordClass(
        name="letters",
        title="Sent letters",
        holds="To which address a letter went, its subject and what it was made from.",
        model=Letter,
        people=(Letter.person_id,),
        counted_from="the day it was written",
        day=Letter.created_at,
        is_past=_past,
        goes=_goes,
        erase=_blank,
        months=12,
        floor_months=3,
        advice="A year is enough to answer “I never got it”. That there was a letter, of which"
        " kind and when, stays.",
        titles=lambda ids: {
            letter.id: f"Letter “{_title(letter.kind)}”"
            for letter in Letter.select(Letter.id, Letter.kind).where(Letter.id.in_(ids))
        },
        batch=50,
    ),
]
