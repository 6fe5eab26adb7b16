"""Lists, steps, equipment and rules: whom they name, and what of it goes with an erasure."""

from typing import Any

from portal import db
from portal.checklists.attestations import Attestation
from portal.checklists.firings import Firing
from portal.checklists.models import Checklist
from portal.checklists.steps import Step
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted

EVER = "as long as the portal"

COLUMNS = [
    Column("checklist.person", "For whom the list runs", EVER, PSEUDONYMISE),
    Column("step.owner", "Who does it", EVER, PSEUDONYMISE),
    Column("holding.person", "Who has or had it: the proof of both ends", EVER, PSEUDONYMISE),
    Column("firing.person", "For whom a rule acted, so that it acts once", EVER, PSEUDONYMISE),
    Column("finish.person", "Who has finished a list", EVER, PSEUDONYMISE),
    *acted("checklist", "started_by"),
    *acted("step", "completed_by", "skipped_by"),
    *acted("holding", "given_by", "taken_by"),
    *acted("attestation", "said_by"),
    *acted("rule", "created_by"),
    *acted("firing", "decided_by"),
]


def _lists_of(person_id: int) -> Any:
    return Checklist.select(Checklist.id).where(Checklist.person == person_id)


def _blank_words(ids: list[int], by: Any) -> None:
    with db.write():
        Attestation.update(word="").where(Attestation.id.in_(ids)).execute()


def _blank_reasons(ids: list[int], by: Any) -> None:
    with db.write():
        Step.update(skip_reason="").where(Step.id.in_(ids)).execute()


def _blank_firings(ids: list[int], by: Any) -> None:
    with db.write():
        Firing.update(reason="").where(Firing.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="productivity",
        title="Words on productivity",
        holds="What a manager wrote about how somebody has settled in. The dates stay.",
        model=Attestation,
        goes=lambda person_id: (
            db.among(Attestation.checklist, _lists_of(person_id)) & (Attestation.word != "")
        ),
        erase=_blank_words,
    ),
    RecordClass(
        name="steps",
        title="Why steps were skipped",
        holds="Reasons in the lists that ran for somebody. The steps stay.",
        model=Step,
        goes=lambda person_id: (
            db.among(Step.checklist, _lists_of(person_id)) & (Step.skip_reason != "")
        ),
        erase=_blank_reasons,
    ),
    RecordClass(
        name="firings",
        title="Why a rule was not followed",
        holds="What HR wrote when a rule proposed something for somebody. That it did stays.",
        model=Firing,
        people=(Firing.person,),
        goes=lambda person_id: (Firing.person == person_id) & (Firing.reason != ""),
        erase=_blank_firings,
    ),
]
