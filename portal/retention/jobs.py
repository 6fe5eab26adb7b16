"""What the clock does: nightly what ends by itself, and at once what was promised."""

from portal import queue
from portal.retention import erasing, purging


@queue.sweep(minutes=1)
def go_on_purging() -> None:
    """Purges and erasures that somebody asked for, or that a restart has cut short."""
    purging.go_on()
    erasing.go_on()


@queue.sweep(minutes=60)
def purge_what_is_past() -> None:
    """Each class once a day: by its own time, and by rules that are automatic."""
    purging.let_all_go()
