"""Signatures: the acknowledgment is the proof and stays; what describes the person may go."""

from datetime import date
from typing import Any

from portal import db
from portal.policies.models import Acknowledgment, PolicyAttempt, Signature
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

PROOF = "as long as the portal: it is the proof"

COLUMNS = [
    Column("acknowledgment.person", "Who signed which text", PROOF, PSEUDONYMISE),
    *acted("acknowledgment", "signed_by", purpose="Who signed, where it was for somebody"),
    Column("policy_attempt.person", "Who answered a question wrong", "its rule", PSEUDONYMISE),
]


def _signatures() -> Any:
    return Signature.select().join(Acknowledgment)


def _past_signatures(before: date | None) -> Any:
    return Acknowledgment.signed_at < midnight(before) if before else Signature.id.is_null()


def _forget_signatures(ids: list[int], by: Any) -> None:
    with db.write():
        Signature.delete().where(Signature.id.in_(ids)).execute()


def _past_attempts(before: date | None) -> Any:
    return PolicyAttempt.at < midnight(before) if before else PolicyAttempt.id.is_null()


def _forget_attempts(ids: list[int], by: Any) -> None:
    with db.write():
        PolicyAttempt.delete().where(PolicyAttempt.id.in_(ids)).execute()


RECORDS = [
    RecordClass(
        name="signatures",
        title="Signature details",
        holds="The name as shown and typed, the network address, the browser and the note beside a"
        " signature. Its salted hash stays in the acknowledgment.",
        model=Signature,
        people=(Acknowledgment.person,),
        counted_from="the day of signing",
        day=Acknowledgment.signed_at,
        rows=_signatures,
        is_past=_past_signatures,
        goes=lambda person_id: Acknowledgment.person == person_id,
        erase=_forget_signatures,
        months=72,
        floor_months=12,
        advice="Keep them while somebody may dispute a signature: six years in many places.",
        stays="Acknowledgments stay, with person number, text and times: they are the proof.",
    ),
    RecordClass(
        name="attempts",
        title="Wrong answers",
        holds="What somebody answered to a policy’s questions before it was right.",
        model=PolicyAttempt,
        people=(PolicyAttempt.person,),
        counted_from="the day of the answer",
        day=PolicyAttempt.at,
        is_past=_past_attempts,
        goes=lambda person_id: PolicyAttempt.person == person_id,
        erase=_forget_attempts,
        months=12,
        floor_months=1,
        advice="They show whether a text is understood; a year is enough for that.",
    ),
]
