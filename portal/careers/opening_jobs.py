"""What openings follow: their vacancies, and people who leave."""

from portal import queue
from portal.careers.interests import Interest
from portal.careers.openings import Opening


@queue.sweep(minutes=5)
def close_openings_of_filled_vacancies() -> None:
    Opening.follow_vacancies()


@queue.sweep(minutes=10)
def tell_who_asked() -> None:
    Interest.tell_in_time()


@queue.sweep(minutes=60)
def end_interests_of_leavers() -> None:
    Interest.end_of_leavers()
