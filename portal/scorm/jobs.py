"""Packages are checked in the background."""

from portal import queue
from portal.scorm import checking


@queue.sweep(minutes=1)
def check_packages() -> int:
    """Returns how many were checked."""
    return checking.check_due()
