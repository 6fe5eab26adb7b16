"""What ends when somebody leaves, their offer, what they asked for, what they were asked; and what
nobody answers."""

from portal import queue
from portal.growth import leaving
from portal.growth.mentorships import Mentorship


@queue.sweep(minutes=60)
def end_growth_of_leavers() -> None:
    leaving.end_of_leavers()


@queue.sweep(minutes=60)
def end_unanswered_requests() -> None:
    Mentorship.lapse_all()
