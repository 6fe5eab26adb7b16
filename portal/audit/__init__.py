"""Audit: whatever happened is an event, written in the transaction that made it happen.

Append-only and chained by hash. It keeps ids and knows nobody; `trust` shows its pages.
Drafts, page views and course commits are no events; reading something sensitive is a look.
"""

from portal.audit.chain import Verdict, verify
from portal.audit.looks import Look, looked
from portal.audit.models import Event, Personal, forget, record

__all__ = ["Event", "Look", "Personal", "Verdict", "forget", "looked", "record", "verify"]
