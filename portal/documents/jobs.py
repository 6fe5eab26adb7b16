"""What the clock does for documents."""

from portal import queue
from portal.documents import keeping
from portal.documents.approvals import Approval
from portal.documents.search import index_missing


@queue.sweep(minutes=60)
def open_document_reviews() -> None:
    """Who keeps a text is asked to look at it again, a month before its day."""
    keeping.open_reviews()


@queue.sweep(minutes=10)
def find_orphaned_approvals() -> None:
    """What waits for somebody who is gone goes to HR, who names another."""
    for approval in Approval.orphaned():
        approval.lose_approver()


@queue.sweep(minutes=1)
def index_documents() -> None:
    """Drafts that went on, and texts from before there was search, can be found."""
    index_missing()
