"""Paths are followed by the clock: within a minute of what decides whom they mean, and by day."""

from portal import queue
from portal.paths import following


@queue.sweep(minutes=1)
def follow_paths() -> None:
    """Who is meant since somebody was hired, moved, or a path was published."""
    following.follow_news()


@queue.sweep(minutes=60)
def look_through_paths() -> None:
    """What comes with a day alone: a position that begins, a last day that is over."""
    following.follow_all()
