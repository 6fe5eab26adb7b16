"""Openings: who asked for which goes a while after it was answered; nobody counts who asks."""

from datetime import date
from typing import Any

import peewee

from portal import db
from portal.careers.interests import Interest
from portal.privacy import DELETE, Column, RecordClass, acted, midnight


def _none() -> Any:
    """A number of those who ask would tell whoever asks for the same."""
    return peewee.Value(1) == 0


COLUMNS = [
    *acted("opening", "posted_by", "closed_by"),
    Column("interest.person", "Who asks for an opening", "its rule", DELETE, _none, False),
    *acted("interest", "answered_by", purpose="Who answered", shown=_none),
]


def _past(before: date | None) -> Any:
    if before is None:
        return Interest.id.is_null()
    return (Interest.answered_at < midnight(before)) | (Interest.withdrawn_at < midnight(before))


def _erase(ids: list[int], by: Any) -> None:
    """What is still asked is taken back before, so that nobody owes an answer."""
    with db.write():
        for row in Interest.select().where(Interest.id.in_(ids), Interest.waits()):
            row.withdraw(by=by)
        Interest.delete().where(Interest.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="interests",
        title="Interests in openings",
        holds="Who asked for an opening, what they wrote, and what they were told.",
        model=Interest,
        people=(Interest.person,),
        counted_from="the day it was answered or taken back",
        day=Interest.answered_at,
        is_past=_past,
        goes=lambda person_id: Interest.person == person_id,
        erase=_erase,
        is_private=True,
        months=12,
        floor_months=1,
        advice="As long as somebody may ask why they were not chosen; many laws say half a year.",
        stays="That somebody moved stays in their positions.",
    )
]
