"""Every kind, gathered: of document, of duty, of letter. The start fails on a duplicate."""

from typing import Any

from portal import privacy
from portal.assignments import kinds as assignments
from portal.assignments import personal as assignments_personal
from portal.assignments.duties import cause_kinds
from portal.assignments.duties import kinds as assignment_kinds
from portal.audit import personal as audit_personal
from portal.certificates import kinds as certificates
from portal.certificates import personal as certificates_personal
from portal.checklists import kinds as checklists
from portal.checklists import personal as checklists_personal
from portal.competencies import kinds as competencies
from portal.compliance import feed as compliance_feed
from portal.compliance import personal as compliance_personal
from portal.compliance.needs import kinds as requirement_kinds
from portal.demographics import personal as demographics_personal
from portal.documents import kinds as documents
from portal.documents import personal as documents_personal
from portal.documents.models import kinds as document_kinds
from portal.evidence import kinds as evidence
from portal.evidence import personal as evidence_personal
from portal.home import kinds as home
from portal.mail import personal as mail_personal
from portal.mail.models import kinds as letter_kinds
from portal.people import kinds as people
from portal.people import personal as people_personal
from portal.people.passes import kinds as pass_kinds
from portal.personnel import kinds as personnel
from portal.personnel import personal as personnel_personal
from portal.policies import kinds as policies
from portal.policies import personal as policies_personal
from portal.questionnaires import kinds as questionnaires
from portal.questionnaires import personal as questionnaires_personal
from portal.questionnaires.anchors import sources
from portal.retention import personal as retention_personal
from portal.uploads import personal as uploads_personal
from portal.uploads.models import kinds as upload_kinds

PERSONAL: list[Any] = [
    assignments_personal,
    audit_personal,
    certificates_personal,
    checklists_personal,
    compliance_personal,
    demographics_personal,
    documents_personal,
    evidence_personal,
    mail_personal,
    people_personal,
    personnel_personal,
    policies_personal,
    questionnaires_personal,
    retention_personal,
    uploads_personal,
]


def gather() -> None:
    """Fill the lists that lower rooms read."""
    document_kinds.fill(
        [
            *documents.DOCUMENTS,
            *questionnaires.DOCUMENTS,
            *checklists.DOCUMENTS,
            *competencies.DOCUMENTS,
            *policies.DOCUMENTS,
            *home.DOCUMENTS,
        ]
    )
    assignment_kinds.fill(
        [
            *documents.ASSIGNMENTS,
            *questionnaires.ASSIGNMENTS,
            *checklists.ASSIGNMENTS,
            *personnel.ASSIGNMENTS,
            *certificates.ASSIGNMENTS,
            *policies.ASSIGNMENTS,
        ]
    )
    cause_kinds.fill([*checklists.CAUSES])
    letter_kinds.fill(
        [
            *people.LETTERS,
            *assignments.LETTERS,
            *documents.LETTERS,
            *checklists.LETTERS,
            *personnel.LETTERS,
            *evidence.LETTERS,
        ]
    )
    pass_kinds.fill(
        [
            *assignments.PASSES,
            *checklists.PASSES,
            *compliance_feed.KINDS,
            *personnel.PASSES,
            *evidence.PASSES,
        ]
    )
    sources.fill([*competencies.ANCHORS])
    upload_kinds.fill(
        [*certificates.UPLOADS, *checklists.UPLOADS, *evidence.UPLOADS, *personnel.UPLOADS]
    )
    requirement_kinds.fill(
        [*certificates.REQUIREMENTS, *checklists.REQUIREMENTS, *policies.REQUIREMENTS]
    )
    privacy.columns.fill(column for room in PERSONAL for column in room.COLUMNS)
    privacy.records.fill(kept for room in PERSONAL for kept in getattr(room, "RECORDS", ()))
