"""Certificates: type and days are the proof and stay; number, issuer, note and file may go."""

from datetime import date
from typing import Any

from portal.certificates.details import CertificateDetails
from portal.certificates.models import Certificate
from portal.privacy import PSEUDONYMISE, Column, RecordClass, acted, midnight

PROOF = "as long as the portal: it is the proof"

COLUMNS = [
    Column("certificate.person", "Who had which certificate", PROOF, PSEUDONYMISE),
    *acted("certificate", "recorded_by"),
    *acted("certificate_check", "recorded_by"),
]


def _details() -> Any:
    return CertificateDetails.select().join(Certificate)


def _past(before: date | None) -> Any:
    if before is None:
        return CertificateDetails.id.is_null()
    return (Certificate.expires_on < before) | (Certificate.superseded_at < midnight(before))


def _forget(ids: list[int], by: Any) -> None:
    CertificateDetails.erase(ids)


RECORDS = [
    RecordClass(
        name="certificates",
        title="Certificate details and files",
        holds="Number, issuer, note and file of a certificate, and why one was sent back.",
        model=CertificateDetails,
        people=(Certificate.person,),
        counted_from="the day it expired or was replaced",
        day=Certificate.expires_on,
        rows=_details,
        is_past=_past,
        goes=lambda person_id: Certificate.person == person_id,
        erase=_forget,
        months=36,
        floor_months=3,
        advice="Some trades ask to show an expired one for years: look up yours.",
        stays="That there was one, of which type and from when until when, stays: it is the proof.",
    ),
]
