"""Audit: whatever happened is an event, written in the transaction that made it happen.

Append-only and chained by hash. It keeps ids and knows nobody; `trust` shows its pages.
Drafts, page views and course commits are no events; reading something sensitive is a look.
"""

from portal.audit.chain import Verdict
from portal.audit.checkpoints import Checkpoint, verify
from portal.audit.cursors import Cursor
from portal.audit.looks import Look, looked
from portal.audit.models import Committed, Event, Personal, binding, commitment, forget, record

__all__ = [
    "Checkpoint", "Committed", "Cursor", "Event", "Look", "Personal", "Verdict", "binding",
    "commitment", "forget", "looked", "record", "verify",
]  # fmt: skip
