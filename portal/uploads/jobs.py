"""Forgetting the files nobody finished sending."""

from portal import queue
from portal.uploads.models import Upload


@queue.sweep(minutes=60)
def sweep_uploads() -> int:
    """Returns how many were dropped."""
    return Upload.sweep()
