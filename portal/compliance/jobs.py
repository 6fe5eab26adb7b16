"""Requirements are followed by the clock: whoever moved within a minute, everyone once a day."""

from portal import queue
from portal.compliance import following


@queue.sweep(minutes=1)
def follow_requirements() -> None:
    """Who is meant, what they owe next, and the duties whose turn has come."""
    following.follow_all()
