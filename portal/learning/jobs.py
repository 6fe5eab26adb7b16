"""What learning does by the clock: managers are asked whether a course helped."""

from portal import queue
from portal.learning import helped


@queue.sweep(minutes=60)
def ask_if_it_helped() -> None:
    helped.follow()
    helped.ask()
