"""Every kind, gathered: of document, of duty, of letter. The start fails on a duplicate."""

from typing import Any

from portal import privacy
from portal.assignments import feed
from portal.assignments import kinds as assignments
from portal.assignments import personal as assignments_personal
from portal.assignments.duties import cause_kinds
from portal.assignments.duties import kinds as assignment_kinds
from portal.audit import personal as audit_personal
from portal.careers import kinds as careers
from portal.careers import move_kinds, move_personal, opening_kinds, opening_personal
from portal.careers import personal as careers_personal
from portal.careers import plan_kinds as career_plan_kinds
from portal.careers import quality as careers_quality
from portal.certificates import kinds as certificates
from portal.certificates import personal as certificates_personal
from portal.certificates import quality as certificates_quality
from portal.checklists import kinds as checklists
from portal.checklists import personal as checklists_personal
from portal.checklists import quality as checklists_quality
from portal.competencies import kinds as competencies
from portal.competencies import letters as competency_letters
from portal.competencies import personal as competencies_personal
from portal.compliance import feed as compliance_feed
from portal.compliance import personal as compliance_personal
from portal.compliance import quality as compliance_quality
from portal.compliance.needs import kinds as requirement_kinds
from portal.demographics import personal as demographics_personal
from portal.documents import kinds as documents
from portal.documents import personal as documents_personal
from portal.documents import quality as documents_quality
from portal.documents.models import kinds as document_kinds
from portal.evidence import kinds as evidence
from portal.evidence import personal as evidence_personal
from portal.feedback import kinds as feedback
from portal.feedback import personal as feedback_personal
from portal.goals import kinds as goals
from portal.goals import personal as goals_personal
from portal.growth import kinds as growth
from portal.growth import letters as growth_letters
from portal.growth import personal as growth_personal
from portal.home import kinds as home
from portal.incidents import kinds as incidents
from portal.incidents import personal as incidents_personal
from portal.incidents.trainings import Training, trainings
from portal.learning import asked as learning_asked
from portal.learning import kinds as learning
from portal.learning import personal as learning_personal
from portal.learning import practice_kinds as practice
from portal.learning import practice_personal
from portal.learning import spending_personal as learning_spending_personal
from portal.learning.counted import per_day
from portal.learning.formats import formats
from portal.mail import personal as mail_personal
from portal.mail.models import kinds as letter_kinds
from portal.metrics import kinds as metrics
from portal.metrics import personal as metrics_personal
from portal.metrics import quality as metrics_quality
from portal.metrics.measure import measures
from portal.metrics.measures import ALL as ALL_MEASURES
from portal.oneonones import kinds as oneonones
from portal.oneonones import personal as oneonones_personal
from portal.paths import kinds as paths
from portal.paths import personal as paths_personal
from portal.people import faults
from portal.people import kinds as people
from portal.people import personal as people_personal
from portal.people.passes import kinds as pass_kinds
from portal.people.quality import checks
from portal.personnel import kinds as personnel
from portal.personnel import personal as personnel_personal
from portal.policies import kinds as policies
from portal.policies import personal as policies_personal
from portal.questionnaires import kinds as questionnaires
from portal.questionnaires import personal as questionnaires_personal
from portal.questionnaires.amending import amendments
from portal.questionnaires.anchors import sources
from portal.questionnaires.companions import companions
from portal.retention import personal as retention_personal
from portal.reviews import answer_personal as review_answer_personal
from portal.reviews import improvement_kinds as review_improvement
from portal.reviews import improvement_personal as review_improvement_personal
from portal.reviews import kinds as reviews
from portal.reviews import personal as reviews_personal
from portal.reviews import reading_personal as review_reading_personal
from portal.scorm import kinds as scorm
from portal.scorm import personal as scorm_personal
from portal.sessions import kinds as sessions
from portal.sessions import personal as sessions_personal
from portal.uploads import personal as uploads_personal
from portal.uploads.models import kinds as upload_kinds

PERSONAL: list[Any] = [
    assignments_personal,
    audit_personal,
    certificates_personal,
    checklists_personal,
    competencies_personal,
    compliance_personal,
    demographics_personal,
    documents_personal,
    evidence_personal,
    feedback_personal,
    growth_personal,
    goals_personal,
    incidents_personal,
    learning_personal,
    learning_spending_personal,
    mail_personal,
    metrics_personal,
    oneonones_personal,
    careers_personal,
    opening_personal,
    move_personal,
    paths_personal,
    people_personal,
    personnel_personal,
    reviews_personal,
    review_reading_personal,
    review_answer_personal,
    review_improvement_personal,
    policies_personal,
    practice_personal,
    questionnaires_personal,
    retention_personal,
    scorm_personal,
    sessions_personal,
    uploads_personal,
]


def gather() -> None:
    """Fill the lists that lower rooms read."""
    formats.fill([*learning.FORMATS, *practice.FORMATS, *scorm.FORMATS, *sessions.FORMATS])
    document_kinds.fill(
        [
            *documents.DOCUMENTS,
            *questionnaires.DOCUMENTS,
            *checklists.DOCUMENTS,
            *careers.DOCUMENTS,
            *competencies.DOCUMENTS,
            *policies.DOCUMENTS,
            *learning.DOCUMENTS,
            *paths.DOCUMENTS,
            *feedback.DOCUMENTS,
            *goals.DOCUMENTS,
            *home.DOCUMENTS,
            *metrics.DOCUMENTS,
            *oneonones.DOCUMENTS,
            *reviews.DOCUMENTS,
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
            *learning.ASSIGNMENTS,
            *practice.ASSIGNMENTS,
            *sessions.ASSIGNMENTS,
            *feedback.ASSIGNMENTS,
            *goals.ASSIGNMENTS,
            *incidents.ASSIGNMENTS,
            *oneonones.ASSIGNMENTS,
            *competencies.ASSIGNMENTS,
            *learning_asked.ASSIGNMENTS,
            *growth.ASSIGNMENTS,
            *opening_kinds.ASSIGNMENTS,
            *move_kinds.ASSIGNMENTS,
            *career_plan_kinds.ASSIGNMENTS,
            *reviews.ASSIGNMENTS,
            *review_improvement.ASSIGNMENTS,
        ]
    )
    amendments.fill(reviews.AMENDMENTS)
    companions.fill(reviews.COMPANIONS)
    cause_kinds.fill([*checklists.CAUSES, *paths.CAUSES, *growth.CAUSES])
    letter_kinds.fill(
        [
            *people.LETTERS,
            *assignments.LETTERS,
            *documents.LETTERS,
            *checklists.LETTERS,
            *personnel.LETTERS,
            *evidence.LETTERS,
            *feedback.LETTERS,
            *growth_letters.LETTERS,
            *opening_kinds.LETTERS,
            *move_kinds.LETTERS,
            *competency_letters.LETTERS,
            *metrics.LETTERS,
            *practice.LETTERS,
            *sessions.LETTERS,
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
    feed.dates.fill([*sessions.DATES, *oneonones.DATES])
    sources.fill([*competencies.ANCHORS])
    upload_kinds.fill(
        [
            *certificates.UPLOADS,
            *checklists.UPLOADS,
            *evidence.UPLOADS,
            *personnel.UPLOADS,
            *incidents.UPLOADS,
            *learning.UPLOADS,
            *practice.UPLOADS,
            *scorm.UPLOADS,
        ]
    )
    requirement_kinds.fill(
        [
            *certificates.REQUIREMENTS,
            *checklists.REQUIREMENTS,
            *policies.REQUIREMENTS,
            *learning.REQUIREMENTS,
        ]
    )
    measures.fill(ALL_MEASURES)
    trainings.fill([Training("course", per_day)])
    checks.fill(
        [
            *faults.CHECKS,
            *documents_quality.CHECKS,
            *checklists_quality.CHECKS,
            *compliance_quality.CHECKS,
            *certificates_quality.CHECKS,
            *careers_quality.CHECKS,
            *metrics_quality.CHECKS,
        ]
    )
    privacy.columns.fill(column for room in PERSONAL for column in room.COLUMNS)
    privacy.records.fill(kept for room in PERSONAL for kept in getattr(room, "RECORDS", ()))
