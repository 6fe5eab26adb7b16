"""What the trail and the reading log say of people, and how long."""

from datetime import date
from typing import Any

from portal import db
from portal.audit.forgetting import forget_words, said_about
from portal.audit.looks import Look
from portal.audit.models import Personal
from portal.privacy import KEEP, PSEUDONYMISE, Column, RecordClass, midnight

EVER = "as long as the portal"

COLUMNS = [
    # Some events are nobody's to read, so their number would tell too much.
    Column(
        "event.by_id", "Who did what: the proof that the trail is", EVER, PSEUDONYMISE,
        is_counted=False,
    ),
    Column(
        "event.about_id", "Whom it concerned: the proof that the trail is", EVER, PSEUDONYMISE,
        is_counted=False,
    ),
    Column("look.person_id", "Who has read something sensitive", "its rule", KEEP),
    Column("look.about_id", "Whose sensitive things were read", "its rule", PSEUDONYMISE),
]  # fmt: skip


def _past_looks(before: date | None) -> Any:
    return Look.hour < midnight(before) if before else Look.id.is_null()


def _delete_looks(ids: list[int], by: Any) -> None:
    with db.write():
        Look.delete().where(Look.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="looks",
        title="Reading log",
        holds="Who read which sensitive thing, about whom, in which hour.",
        model=Look,
        people=(Look.about_id, Look.person_id),
        counted_from="the hour of reading",
        day=Look.hour,
        is_past=_past_looks,
        erase=_delete_looks,
        months=24,
        floor_months=6,
        advice="Two years are enough to look into a complaint; under six months nobody could.",
        stays="Who read what stays to its time: it protects those who were read about.",
        batch=200,
    ),
    RecordClass(
        name="trail",
        title="Words in the audit trail",
        holds="What the trail says of somebody in words: names, addresses, reasons, values before"
        " and after. The events themselves hold only numbers.",
        model=Personal,
        goes=said_about,
        erase=forget_words,
        batch=200,
    ),
]
