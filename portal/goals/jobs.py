"""What goals do by the clock: whoever has not said for long how one goes is asked."""

from portal import queue
from portal.goals import asking


@queue.sweep(minutes=60)
def ask_for_check_ins() -> None:
    asking.ask()
