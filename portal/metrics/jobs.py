"""What comes by the clock: the numbers of the night, the clock of red ones, and the letters."""

from portal import queue
from portal.metrics import leading, letters, reds, snapshots


@queue.sweep(minutes=30)
def take_snapshots() -> None:
    """Whatever of the last nights, months and quarters has not been counted yet; then what misses
    its target."""
    snapshots.take_due()
    # Also where nothing was to take: HR may have settled another target, or the last run broke off.
    reds.follow()
    leading.take_due()


@queue.sweep(minutes=60)
def remind_of_reds() -> None:
    """Letters to whoever answers for a red number that nobody has explained."""
    reds.remind_due()


@queue.sweep(minutes=60)
def send_numbers() -> None:
    """The week's numbers on Monday, the month's page when the month is over."""
    letters.write_week()
    letters.write_month()
