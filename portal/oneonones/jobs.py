"""What one-on-ones do by the clock: they end with the line of report, wait for whoever is away,
and forget those who left."""

from portal import queue
from portal.oneonones import following, planning
from portal.oneonones.frequency import TalkFigure


@queue.sweep(minutes=5)
def follow_lines() -> None:
    """Whoever leads nobody any more adds nothing; asked at each request as well."""
    following.end_out_of_line()


@queue.sweep(minutes=60)
def look_after_one_on_ones() -> None:
    planning.follow_leaves()
    following.forget_leavers()
    following.forget_ended()
    TalkFigure.take_if_due()
