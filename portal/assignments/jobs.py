"""What the clock does for assignments."""

from portal import queue
from portal.assignments.models import Assignment
from portal.assignments.reminders import write_digests
from portal.mail.jobs import send_letters


@queue.sweep(minutes=5)
def send_digests() -> None:
    """Write the digests that are due and have them sent."""
    if write_digests():
        send_letters.wake()


@queue.sweep(minutes=10)
def end_duties_of_leavers() -> None:
    """What somebody owed ends when their last day has passed."""
    Assignment.end_of_leavers()
