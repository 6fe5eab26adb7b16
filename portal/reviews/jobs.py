"""What reviews do by the clock."""

from portal import queue
from portal.reviews import following


@queue.sweep(minutes=5)
def follow_reviews() -> None:
    """Steps open and close on their days, and ask whoever they are for."""
    following.run()
