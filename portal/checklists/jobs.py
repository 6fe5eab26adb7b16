"""What the clock does for running checklists."""

from portal import clock, queue
from portal.checklists import attestations, catching_up, firings, requiring
from portal.checklists.steps import Step


@queue.sweep(minutes=10)
def find_orphaned_steps() -> None:
    """A step whose owner has left, or whose function nobody holds, goes to HR."""
    for step in Step.orphaned(clock.today()):
        step.lose_owner()


@queue.sweep(minutes=10)
def fire_rules() -> None:
    """What happened to people starts, or proposes, what HR's rules say."""
    firings.fire_all()


@queue.sweep(minutes=10)
def add_late_holdings() -> None:
    """What was handed out to somebody who is leaving becomes a step to take it back."""
    catching_up.add_late_holdings()


@queue.sweep(minutes=10)
def record_earlier_finishes() -> None:
    """What was finished before finishes were written down counts as well."""
    requiring.record_earlier()


@queue.sweep(minutes=30)
def ask_about_productivity() -> None:
    """The question whether somebody is productive, for whoever leads them now."""
    attestations.ask_due(clock.today())
