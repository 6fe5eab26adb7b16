"""Who finds which session, who takes a seat for whom, who plans, and who sees who else comes."""

from typing import Any

from portal import clock, db
from portal.documents.models import Document
from portal.learning import access as learning_access
from portal.people.models import Person
from portal.sessions.models import BOOKED, LEFT, WAITING, Seat, Session, Trainer


def visible_to(viewer: Person) -> Any:
    """Sessions the viewer may know of, as a query: those of the courses they find, those they hold
    and those they were booked for; HR all. An auditor and whoever came by a pass know of none."""
    sessions = Session.select()
    if viewer.came_by_pass or not (viewer.is_staff or viewer.is_hr):
        return sessions.where(Session.id == 0)
    if viewer.is_hr:
        return sessions
    courses = learning_access.visible_to(viewer).select(Document.id)
    booked = Seat.select(Seat.session).where(Seat.person == viewer.id, Seat.state != LEFT)
    return sessions.where(
        db.among(Session.course, courses)
        | db.among(Session.id, Trainer.held_by(viewer))
        | db.among(Session.id, booked)
    )


def is_trainer(viewer: Person, session: Session) -> bool:
    """Whether they hold it."""
    held = viewer.__dict__.setdefault("_holds", {})
    if session.id not in held:
        mine = Trainer.held_by(viewer).where(Trainer.session == session.id)
        held[session.id] = not viewer.came_by_pass and bool(mine.exists())
    return held[session.id]  # type: ignore[no-any-return]


def knows_trainers(viewer: Person, session: Session, trainers: list[Trainer]) -> None:
    """Who holds it was read already: it is not asked again."""
    held = any(one.person_id == viewer.id for one in trainers) and not viewer.came_by_pass
    viewer.__dict__.setdefault("_holds", {})[session.id] = held


def can_plan(viewer: Person, course: Document) -> bool:
    """A further date of a course in force: HR, and whoever holds or has held one of it."""
    if viewer.came_by_pass or course.state != "published":
        return False
    if course.current.parsed.get("format") != "live":  # type: ignore[union-attr]
        return False
    if viewer.is_hr:
        return True
    held = Session.select().where(
        Session.course == course.id, db.among(Session.id, Trainer.held_by(viewer))
    )
    return viewer.is_staff and bool(held.exists())


def can_plan_beside(viewer: Person, course: Document, dates: list[Session]) -> bool:
    """`can_plan` on a page that shows these dates of it: whoever holds one of them is asked for no
    more."""
    if course.state != "published" or viewer.came_by_pass:
        return False
    return viewer.is_hr or any(is_trainer(viewer, session) for session in dates)


def can_change(viewer: Person, session: Session) -> bool:
    """Say it anew, cancel it, copy it, tick who came: HR and whoever holds it."""
    return not viewer.came_by_pass and (viewer.is_hr or is_trainer(viewer, session))


def can_book(viewer: Person, session: Session) -> bool:
    """A seat for oneself, until it begins: whoever may take the course."""
    if session.canceled_at or session.has_begun(clock.now()):
        return False
    return learning_access.can_take(viewer, session.course)


def can_book_others(viewer: Person, session: Session) -> bool:
    """HR anybody, a manager those of the line, until it begins."""
    if viewer.came_by_pass or session.canceled_at or session.has_begun(clock.now()):
        return False
    return viewer.is_hr or viewer.has_reports


def can_book_for(viewer: Person, person: Person, session: Session) -> bool:
    """This very person: as HR, or where they are in the line and may take the course."""
    if not can_book_others(viewer, session) or viewer.id == person.id:
        return False
    if viewer.is_hr:
        return True
    return viewer.leads(person) and learning_access.can_take(person, session.course)


def can_give_back(viewer: Person, seat: Seat, session: Session) -> bool:
    """Until it begins: whose it is, the line above, HR, and whoever holds the session."""
    if seat.state not in (BOOKED, WAITING):
        return False
    if session.canceled_at or session.has_begun(clock.now()):
        return False
    if seat.person_id == viewer.id:
        return not viewer.came_by_pass
    return can_change(viewer, session) or viewer.leads(seat.person_id)


def can_tick(viewer: Person, session: Session) -> bool:
    """Say who was there: HR and whoever holds it, from an hour before it begins."""
    return can_change(viewer, session) and session.can_be_ticked(clock.now())


def can_tick_seat(viewer: Person, seat: Seat) -> bool:
    """Nobody says of themselves that they were there."""
    return viewer.id != seat.person_id


def can_see_names(viewer: Person, session: Session) -> bool:
    """The whole list of who comes."""
    return can_change(viewer, session)


def seats_visible_to(viewer: Person, session: Session) -> Any:
    """Seats of a session of which the viewer may know whose they are, as a query: HR and whoever
    holds it all, others their own and those of their line."""
    seats = Seat.select().where(Seat.session == session.id)
    if can_see_names(viewer, session):
        return seats
    mine = Seat.person == viewer.id
    if viewer.has_reports and not viewer.came_by_pass:
        mine |= db.among(Seat.person, viewer.line())
    return seats.where(mine)


def can_see_link(viewer: Person, session: Session, seat: Seat | None) -> bool:
    """The address of a video meeting: who has a seat, who holds it, HR."""
    if session.canceled_at:
        return False
    return (seat is not None and seat.state == BOOKED) or can_change(viewer, session)
