"""Who answers, and who reads the figures. Nobody reads anybody's answers but their own."""

from portal import clock
from portal.people.models import Person


def can_answer(viewer: Person) -> bool:
    """Whoever works here, until their last day."""
    return viewer.is_staff and not viewer.has_left(clock.today())


def can_see_figures(viewer: Person) -> bool:
    return viewer.is_hr
