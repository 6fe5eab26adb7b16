"""Taking a seat, giving it back, booking somebody else, and asking to hear of a date."""

from typing import Any

from portal import doors, web
from portal.documents.models import Document
from portal.hx import go
from portal.learning import access as learning_access
from portal.mail.jobs import send_letters
from portal.people.models import Person
from portal.people.session import viewer
from portal.sessions import access, booking, listing
from portal.sessions.forms import PersonForm
from portal.sessions.models import WAITING, Seat, Session
from portal.sessions.views import bp, find, page_of


@bp.post("/learning/sessions/<int:session_id>/seat")
@doors.signed_in
def book(session_id: int) -> Any:
    """A seat for oneself, or a place in the line."""
    me, session = viewer(), find(session_id)
    web.permit(learning_access.can_take(me, session.course))
    try:
        seat = booking.book(session, me, by=me)
    except booking.NotBooked as error:
        return go(session.url, say=str(error))
    return go(session.url, say=_said(seat), undo=f"{session.url}/seat/return")


def _said(seat: Seat) -> str:
    if seat.state == WAITING:
        place = booking.place_of(seat)
        return f"You wait, number {place} in the line. You hear by mail when a seat is free."
    return "You have a seat. We remind you the day before."


@bp.post("/learning/sessions/<int:session_id>/seat/return")
@doors.signed_in
def give_back(session_id: int) -> Any:
    """One's own seat, until it begins."""
    me, session = viewer(), find(session_id)
    seat = Seat.of(session.id, me.id)
    web.exists(seat)
    return _give_back(session, seat, me)  # type: ignore[arg-type]


@bp.post("/learning/sessions/<int:session_id>/seats/<int:seat_id>/return")
@doors.signed_in
def give_back_for(session_id: int, seat_id: int) -> Any:
    """Somebody else's: in the line, or as HR or whoever holds it."""
    me, session = viewer(), find(session_id)
    seat = web.get_or_404(access.seats_visible_to(me, session), id=seat_id)
    return _give_back(session, seat, me)


def _give_back(session: Session, seat: Seat, me: Person) -> Any:
    web.permit(seat.person_id == me.id or access.can_give_back(me, seat, session))
    done = booking.give_back(seat, by=me)
    send_letters.wake()
    if seat.person_id != me.id:
        return go(session.url, say=f"{seat.person.called} has no seat any more.")
    undo = f"{session.url}/seat" if done else ""
    say = "You do not come. The next in the line gets the seat." if done else "You have no seat."
    return go(session.url, say=say, undo=undo)


@bp.post("/learning/sessions/<int:session_id>/seats")
@doors.signed_in
def book_for(session_id: int) -> Any:
    """A seat for somebody in the line; HR for anybody. They get a letter."""
    me, session = viewer(), find(session_id)
    web.permit(access.can_book_others(me, session))
    form = web.bind(PersonForm)
    if not form.validate() or form.found is None:
        return page_of(session.id, 422, person_form=form)
    person = form.found
    if not access.can_book_for(me, person, session):
        form.person.errors = [_why_not(me, person)]
        return page_of(session.id, 422, person_form=form)
    clashes = listing.clashes_of(person, session)
    try:
        seat = booking.book(session, person, by=me)
    except booking.NotBooked as error:
        form.person.errors = [str(error)]
        return page_of(session.id, 422, person_form=form)
    send_letters.wake()
    name = person.called
    said = f"{name} waits for a seat." if seat.state == WAITING else f"{name} has a seat."
    return go(session.url, say=" ".join([said, *clashes]))


def _why_not(me: Person, person: Person) -> str:
    if me.id == person.id:
        return "Book your own seat with the button above."
    if not me.leads(person):
        return "You book for people in your line."
    return "This course is not meant for them."


# -- dates that are wished for -----------------------------------------------------------------


def _course(course_id: int) -> Document:
    course = web.get_or_404(learning_access.visible_to(viewer()), id=course_id)
    web.permit(learning_access.can_take(viewer(), course))
    return course  # type: ignore[no-any-return]


@bp.post("/learning/courses/<int:course_id>/date-wish")
@doors.signed_in
def wish(course_id: int) -> Any:
    course = _course(course_id)
    booking.wish(course, viewer())
    here = f"/learning/courses/{course.id}"
    return go(here, say="You hear by mail when there is a date.", undo=f"{here}/date-wish/end")


@bp.post("/learning/courses/<int:course_id>/date-wish/end")
@doors.signed_in
def end_wish(course_id: int) -> Any:
    course = _course(course_id)
    booking.wish_no_more(course, viewer())
    return go(f"/learning/courses/{course.id}", say="We do not write to you about a date.")
