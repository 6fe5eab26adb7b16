"""What ends by itself: HR's look at what leavers had brought."""

from portal import clock, queue
from portal.certificates import duties


@queue.sweep(minutes=60)
def end_checks_of_leavers() -> None:
    duties.end_checks_of_leavers(clock.today())
