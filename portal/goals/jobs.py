"""What goals do by the clock: whoever has not said for long how one goes is asked; who left has
none."""

from portal import queue
from portal.goals import asking


@queue.sweep(minutes=60)
def look_after_goals() -> None:
    asking.end_of_leavers()
    asking.let_go()
    asking.ask()
