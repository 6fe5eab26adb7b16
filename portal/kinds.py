"""Every kind, gathered: of document, of duty, of letter. The start fails on a duplicate."""

from portal.assignments import kinds as assignments
from portal.assignments.duties import cause_kinds
from portal.assignments.duties import kinds as assignment_kinds
from portal.checklists import kinds as checklists
from portal.documents import kinds as documents
from portal.documents.models import kinds as document_kinds
from portal.mail.models import kinds as letter_kinds
from portal.people import kinds as people


def gather() -> None:
    """Fill the lists that lower rooms read."""
    document_kinds.fill([*documents.DOCUMENTS, *checklists.DOCUMENTS])
    assignment_kinds.fill([*checklists.ASSIGNMENTS])
    cause_kinds.fill([*checklists.CAUSES])
    letter_kinds.fill([*people.LETTERS, *assignments.LETTERS])
