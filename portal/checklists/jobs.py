"""What the clock does for running checklists."""

from portal import clock, queue
from portal.checklists.steps import Step


@queue.sweep(minutes=10)
def find_orphaned_steps() -> None:
    """A step whose owner has left, or whose function nobody holds, goes to HR."""
    for step in Step.orphaned(clock.today()):
        step.lose_owner()
