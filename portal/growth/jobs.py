"""What ends when somebody leaves: their offer, what they asked for, what they were asked."""

from portal import queue
from portal.growth import leaving


@queue.sweep(minutes=60)
def end_growth_of_leavers() -> None:
    leaving.end_of_leavers()
