"""What the clock does for sessions."""

from portal import queue
from portal.mail.jobs import send_letters
from portal.sessions import attending, booking


@queue.sweep(minutes=10)
def look_after_sessions() -> None:
    """Free the seats of leavers, remind of tomorrow, and ask who came."""
    if booking.free_seats_of_leavers() + booking.remind():
        send_letters.wake()
    attending.ask_who_came()
