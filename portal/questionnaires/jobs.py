"""What the clock does for forms."""

from portal import clock, queue
from portal.questionnaires.models import Submission


@queue.sweep(minutes=60)
def erase_what_was_kept_long_enough() -> None:
    """Answers go when the day has come that was named before they were sent."""
    for submission in Submission.to_purge(clock.today()):
        if queue.must_stop():
            return
        submission.purge()
