"""Rules, holds, purges and erasures themselves; and everything of somebody who has left."""

from datetime import date
from typing import Any

from portal import db
from portal.people.models import Person
from portal.privacy import KEEP, Column, RecordClass, acted
from portal.retention.erasing import begin_all, is_leaver_past
from portal.retention.models import LegalHold

EVER = "as long as the portal: it is the evidence"

COLUMNS = [
    Column("legal_hold.person", "Whose records nobody may purge", EVER, KEEP),
    Column("erasure.person", "Who was erased, so that it is done again after a restore", EVER),
    *acted("retention_rule", "set_by", "superseded_by"),
    *acted("legal_hold", "placed_by", "lifted_by"),
    *acted("purge", "by"),
    *acted("erasure", "by"),
]


def _past(before: date | None) -> Any:
    return is_leaver_past(before) if before else Person.id.is_null()


def _blank_holds(ids: list[int], by: Any) -> None:
    with db.write():
        LegalHold.update(reason="Erased", counsel="").where(LegalHold.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="leavers",
        title="Leavers’ personal data",
        holds="Name, addresses, phone, pronouns, reasons and free texts of somebody who has left."
        " They become “Former colleague” and a number; days, places and proofs stay.",
        model=Person,
        people=(Person.id,),
        counted_from="their last day",
        day=Person.last_day_on,
        rows=lambda: Person.select().where(Person.last_day_on.is_null(False)),
        is_past=_past,
        erase=begin_all,
        months=36,
        floor_months=6,
        advice="Claims are usually possible for three years. Papers that the law asks for stay to"
        " their own time, whoever is erased.",
        batch=20,
    ),
    RecordClass(
        name="holds",
        title="Reasons of holds",
        holds="Why a hold protected somebody, once it is lifted.",
        model=LegalHold,
        people=(LegalHold.person,),
        goes=lambda person_id: (
            (LegalHold.person == person_id)
            & LegalHold.lifted_at.is_null(False)
            & ((LegalHold.reason != "Erased") | (LegalHold.counsel != ""))
        ),
        erase=_blank_holds,
    ),
]
