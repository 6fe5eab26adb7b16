"""Papers that end must be renewed. What is past its time `retention` lets go."""

from portal import queue
from portal.personnel.models import Paper


@queue.sweep(minutes=60)
def look_after_papers() -> None:
    """Ask for what ends soon, and no more where somebody has left."""
    Paper.end_duties_of_leavers()
    Paper.ask_for_renewals()
