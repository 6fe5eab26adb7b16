"""Sessions: whom they name. Who was there is told by the completion, which stays as the proof."""

from typing import Any

from portal import db
from portal.privacy import DELETE, PSEUDONYMISE, Column, RecordClass, acted
from portal.sessions.models import DateWish

EVER = "as long as the portal"

COLUMNS = [
    Column("trainer.person", "Who holds a session", EVER, PSEUDONYMISE),
    Column("seat.person", "Who booked, waited and was there", EVER, PSEUDONYMISE),
    Column("date_wish.person", "Who wants to hear of a date", "the letter that tells it", DELETE),
    *acted("session", "created_by"),
    *acted("seat", "booked_by", "ticked_by"),
]


def _forget_wishes(ids: list[int], by: Any) -> None:
    with db.write():
        DateWish.delete().where(DateWish.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="date_wishes",
        title="Wishes for a date",
        holds="That somebody wanted to hear when a course has a date.",
        model=DateWish,
        people=(DateWish.person,),
        goes=lambda person_id: DateWish.person == person_id,
        erase=_forget_wishes,
    ),
]
