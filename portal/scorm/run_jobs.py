"""Ending the runs of browsers that went away."""

from portal import queue
from portal.scorm import runs


@queue.sweep(minutes=30)
def close_silent_runs() -> int:
    """Returns how many were closed."""
    return runs.close_silent()
