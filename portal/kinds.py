"""Every kind, gathered: of document, of duty, of letter. The start fails on a duplicate."""

from portal.assignments import kinds as assignments
from portal.assignments.duties import cause_kinds
from portal.assignments.duties import kinds as assignment_kinds
from portal.checklists import kinds as checklists
from portal.competencies import kinds as competencies
from portal.documents import kinds as documents
from portal.documents.models import kinds as document_kinds
from portal.home import kinds as home
from portal.mail.models import kinds as letter_kinds
from portal.people import kinds as people
from portal.people.passes import kinds as pass_kinds
from portal.personnel import kinds as personnel
from portal.questionnaires import kinds as questionnaires
from portal.questionnaires.anchors import sources
from portal.uploads.models import kinds as upload_kinds


def gather() -> None:
    """Fill the lists that lower rooms read."""
    document_kinds.fill(
        [
            *documents.DOCUMENTS,
            *questionnaires.DOCUMENTS,
            *checklists.DOCUMENTS,
            *competencies.DOCUMENTS,
            *home.DOCUMENTS,
        ]
    )
    assignment_kinds.fill(
        [
            *documents.ASSIGNMENTS,
            *questionnaires.ASSIGNMENTS,
            *checklists.ASSIGNMENTS,
            *personnel.ASSIGNMENTS,
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
        ]
    )
    pass_kinds.fill([*assignments.PASSES, *checklists.PASSES, *personnel.PASSES])
    sources.fill([*competencies.ANCHORS])
    upload_kinds.fill([*checklists.UPLOADS, *personnel.UPLOADS])
