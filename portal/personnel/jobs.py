"""What ends by itself: papers that must be renewed, and papers past their time."""

from portal import queue
from portal.personnel.models import Paper


@queue.sweep(minutes=60)
def look_after_papers() -> None:
    """Ask for what ends soon, and let go what is past."""
    Paper.end_duties_of_leavers()
    Paper.purge_past()
    Paper.ask_for_renewals()
