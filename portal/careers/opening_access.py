"""Who sees an opening, who may ask for it, and who reads that somebody asks.

Open ones are everybody's at work. Who asks is read by whoever leads the vacancy and by HR; those
one reports to learn of it when one has said so, or when one gets it. Whoever asks for the same
opening, or ever did, sees and decides nothing of the others.
"""

from typing import Any

import peewee

from portal import db
from portal.careers import choosers
from portal.careers.interests import Interest
from portal.careers.openings import CHOSEN, Opening
from portal.people.models import Person
from portal.people.vacancies import Vacancy


def is_inside(viewer: Person) -> bool:
    """The page itself: whoever works here, and HR; nobody who has left."""
    if viewer.came_by_pass or viewer.has_left(viewer.today()):
        return False
    return viewer.is_staff or viewer.is_hr


def visible_to(viewer: Person) -> Any:
    """Openings, as a query: those one may ask for, and later those one asked for.

    HR finds all, whoever leads a vacancy its own; those above see which one somebody got, or asked
    for and told them.
    """
    rows = Opening.select()
    if not is_inside(viewer):
        return rows.where(Opening.id.is_null())
    if viewer.is_hr:
        return rows
    asked = Interest.select(Interest.opening).where(Interest.person == viewer.id)
    known = Opening.is_open(viewer.today()) | db.among(Opening.id, asked)
    known |= db.among(Opening.vacancy, _led(viewer))
    if viewer.has_reports:
        told = line_interests_visible_to(viewer).select(Interest.opening)
        known |= db.among(Opening.id, told)
    return rows.where(known)


def can_post(viewer: Person, vacancy: Vacancy) -> bool:
    """Show a vacancy to everybody here: HR. Whoever leads it asks HR to."""
    return viewer.is_hr and not viewer.came_by_pass and vacancy.state == "open"


def can_keep(viewer: Person, opening: Opening, has_asked: bool | None = None) -> bool:
    """Change, close and open it again, for it answers the others: HR and whoever leads it, but
    nobody who asks. `has_asked`, where the caller knows."""
    leads = opening.vacancy.manager_id == viewer.id
    if not is_inside(viewer) or not (viewer.is_hr or leads):
        return False
    return not (opening.has_asked(viewer) if has_asked is None else has_asked)


def can_ask(viewer: Person, opening: Opening) -> bool:
    """Ask for it: whoever works here, but for whoever leads it. Its days, the writer sees."""
    has_begun = viewer.hired_on is not None and viewer.hired_on <= viewer.today()
    return is_inside(viewer) and has_begun and opening.vacancy.manager_id != viewer.id


# -- who asks ----------------------------------------------------------------------------------


def own_interests(viewer: Person) -> Any:
    """What one asks for oneself, answered or not, as a query."""
    mine = Interest.select().where(Interest.is_standing(), Interest.person == viewer.id)
    return mine if is_inside(viewer) else mine.where(Interest.id.is_null())


def interests_visible_to(viewer: Person) -> Any:
    """What others ask, with their words, for whoever may choose among them, as a query."""
    return Interest.select().where(_may_read(viewer))


def known_to(viewer: Person) -> Any:
    """Whatever one knows of interests, as a query: one's own, taken back as well; what one may
    read (`.reads`); and that somebody in one's line asks."""
    reads = _may_read(viewer)
    column = peewee.Case(None, [(reads, 1)], 0).alias("reads")
    rows = Interest.select(Interest, *Person.names(Person), column)
    rows = rows.join(Person, on=(Interest.person == Person.id), attr="person")
    return rows.where((Interest.person == viewer.id) | reads | _is_told(viewer))


def _may_read(viewer: Person) -> Any:
    if not is_inside(viewer):
        return Interest.id.is_null()
    led = Opening.select(Opening.id).where(db.among(Opening.vacancy, _led(viewer)))
    chooses = db.among(Interest.opening, led)
    if viewer.is_hr:
        of_line = db.among(Interest.person, viewer.line())
        chooses |= (Interest.for_line | ~of_line) if viewer.has_reports else Interest.id > 0
    return Interest.is_standing() & chooses & ~_is_rival(viewer)


def can_choose(viewer: Person, interest: Interest) -> bool:
    """Answer what somebody asks; `interests_visible_to` as a question about one."""
    return is_inside(viewer) and choosers.may_choose(viewer, interest)


def line_interests_visible_to(viewer: Person) -> Any:
    """That somebody in one's line asks and has said that one may know, or got it, as a query.
    Their words are for those who choose."""
    return Interest.select().where(_is_told(viewer))


def _is_told(viewer: Person) -> Any:
    if not is_inside(viewer) or not viewer.has_reports:
        return Interest.id.is_null()
    told = Interest.for_line | (Interest.outcome == CHOSEN)
    of_line = db.among(Interest.person, viewer.line())
    return Interest.is_standing() & told & of_line & ~_is_rival(viewer)


def _led(viewer: Person) -> Any:
    return Vacancy.select(Vacancy.id).where(Vacancy.manager == viewer.id)


def _is_rival(viewer: Person) -> Any:
    """Of an opening the viewer asks for, or ever did: withdrawing for a look would be a look."""
    asked = Interest.alias()
    return db.among(Interest.opening, asked.select(asked.opening).where(asked.person == viewer.id))
