"""What was required of whom: history that reports about the past are made of."""

from typing import Any

from portal import db
from portal.compliance.models import Exemption
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted

EVER = "as long as the portal: reports about the past are made of it"

COLUMNS = [
    Column("coverage.person", "Of whom it was required", EVER, PSEUDONYMISE),
    Column("exemption.person", "Who need not do it", EVER, PSEUDONYMISE),
    *acted("terms", "recorded_by"),
    *acted("exemption", "recorded_by"),
]


def _blank(ids: list[int], by: Any) -> None:
    with db.write():
        Exemption.update(reason="").where(Exemption.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="exemptions",
        title="Why somebody was exempt",
        holds="The reason of an exemption. That there was one, and for which days, stays.",
        model=Exemption,
        people=(Exemption.person,),
        goes=lambda person_id: (Exemption.person == person_id) & (Exemption.reason != ""),
        erase=_blank,
    ),
]
