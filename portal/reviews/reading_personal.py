"""What is kept of calibration, signatures, replies and additions, and what of it may go."""

from datetime import date
from typing import Any

from portal import db
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight
from portal.reviews.calibration import ChangeReason, Placement, RatingChange
from portal.reviews.models import Review
from portal.reviews.receipts import Receipt, ReceiptReader
from portal.reviews.remarks import Remark

PROOF = "as long as the portal: it is the proof"
COUNTED = "as long as the review"

COLUMNS = [
    *acted("calibration_session", "begun_by", "locked_by"),
    Column("rating_change.by", "Who changed a rating in a calibration", PROOF, PSEUDONYMISE),
    Column("receipt.person", "Who signed that they have read their review", PROOF, PSEUDONYMISE),
    Column("remark.author", "Who replied, or added to what they wrote", COUNTED, PSEUDONYMISE),
    Column("remark.lead", "Who reviewed them that day, and keeps reading it", COUNTED,
           PSEUDONYMISE),
]  # fmt: skip


def _reasons() -> Any:
    return ChangeReason.select().join(RatingChange).join(Placement).join(Review)


def _past_reasons(before: date | None) -> Any:
    return RatingChange.at < midnight(before) if before else ChangeReason.id.is_null()


def _forget_reasons(ids: list[int], by: Any) -> None:
    with db.write():
        ChangeReason.delete().where(ChangeReason.id.in_(ids)).execute()


def _readers() -> Any:
    return ReceiptReader.select().join(Receipt)


def _past_readers(before: date | None) -> Any:
    return Receipt.signed_at < midnight(before) if before else ReceiptReader.id.is_null()


def _forget_readers(ids: list[int], by: Any) -> None:
    with db.write():
        ReceiptReader.delete().where(ReceiptReader.id.in_(ids)).execute()


def _remarks() -> Any:
    return Remark.select().join(Review).where(Remark.words != "")


def _past_remarks(before: date | None) -> Any:
    return Remark.at < midnight(before) if before else Remark.id.is_null()


RECORDS = [
    RecordClass(
        name="calibration_reasons",
        title="Reasons of calibrations",
        holds="Why a rating was changed before its release. Its salted hash stays with the change.",
        model=ChangeReason,
        people=(Review.person,),
        counted_from="the day of the change",
        day=RatingChange.at,
        rows=_reasons,
        is_past=_past_reasons,
        goes=lambda person_id: Review.person == person_id,
        erase=_forget_reasons,
        months=36,
        floor_months=6,
        advice="As long as somebody may ask why people were rated as they were: three years cover"
        " most claims.",
        stays="That a rating was changed stays, from what to what, with person numbers.",
        # Whoever is HR could take the changes they read from the number of all.
        is_private=True,
    ),
    RecordClass(
        name="review_receipts",
        title="Details of “I have read this”",
        holds="The name, the network address and the browser beside the signature under a review."
        " Its salted hash stays with the signature.",
        model=ReceiptReader,
        people=(Receipt.person,),
        counted_from="the day of signing",
        day=Receipt.signed_at,
        rows=_readers,
        is_past=_past_readers,
        goes=lambda person_id: Receipt.person == person_id,
        erase=_forget_readers,
        months=36,
        floor_months=6,
        advice="As long as the reviews that were signed.",
        stays="That it was signed, and when, stays with the person’s number.",
    ),
    RecordClass(
        name="review_remarks",
        title="Replies and additions to reviews",
        holds="What somebody replied to their review, and what authors added to what they wrote.",
        model=Remark,
        people=(Review.person,),
        counted_from="the day it was written",
        day=Remark.at,
        rows=_remarks,
        is_past=_past_remarks,
        goes=lambda person_id: (Review.person == person_id) & (Remark.words != ""),
        erase=lambda ids, by: Remark.forget(ids),
        months=36,
        floor_months=6,
        advice="As long as the answers to forms, which they belong to.",
        stays="That something was said, by whom and when, stays without a word.",
    ),
]
