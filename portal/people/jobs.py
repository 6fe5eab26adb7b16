"""The sweep of imports: large ones are read and applied."""

from portal import clock, queue
from portal.people.importing import Import


@queue.sweep(minutes=1)
def work_on_imports() -> None:
    """Read or apply what waits for it, one after the other: one file in memory at a time."""
    for kept in Import.due(clock.now()):
        if queue.must_stop():
            return
        kept.work()
