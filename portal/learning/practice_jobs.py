"""What the clock does for practice on the job."""

from portal import queue
from portal.learning.practice import follow_confirmers


@queue.sweep(minutes=10)
def follow_practice() -> None:
    """What waits goes to whoever confirms now."""
    follow_confirmers()
