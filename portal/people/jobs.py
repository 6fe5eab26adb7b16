"""Sweeps: large imports are read and applied, and files nobody applied go."""

from portal import clock, queue
from portal.people.forgetting import forget
from portal.people.importing import Import


@queue.sweep(minutes=1)
def work_on_imports() -> None:
    """Read or apply what waits for it, one after the other: one file in memory at a time."""
    for kept in Import.due(clock.now()):
        if queue.must_stop():
            return
        kept.work()


@queue.sweep(minutes=60)
def forget_what_is_over() -> None:
    """Sign-in codes, links and devices of long ago."""
    while forget() and not queue.must_stop():
        pass


@queue.sweep(minutes=60)
def purge_imports() -> None:
    """Files that were read a week ago and never applied."""
    Import.purge(clock.now())
