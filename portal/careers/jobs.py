"""What ends when somebody leaves, or has got where their plan led."""

from portal import queue
from portal.careers import leaving


@queue.sweep(minutes=60)
def end_careers_of_leavers() -> None:
    leaving.end_of_leavers()


@queue.sweep(minutes=60)
def end_plans_of_arrived() -> None:
    leaving.end_of_arrived()
