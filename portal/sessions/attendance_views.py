"""The list of who was there: one tap each, all at once, and somebody who came without a seat."""

from typing import Any

from flask import render_template

from portal import clock, doors, web
from portal.hx import answer, go
from portal.people.models import Person
from portal.people.session import viewer
from portal.sessions import access, attending
from portal.sessions.forms import PersonForm
from portal.sessions.models import BOOKED, SEATED, Seat, Session
from portal.sessions.views import bp, find
from portal.text import count


def _to_tick(session_id: int) -> Session:
    """A session whose list is the viewer's; for everybody else there is none."""
    session = find(session_id)
    web.exists(access.can_change(viewer(), session))
    return session


@bp.get("/learning/sessions/<int:session_id>/attendance")
@doors.signed_in
def show_attendance(session_id: int) -> Any:
    return _page(_to_tick(session_id), PersonForm())


def _page(session: Session, form: PersonForm, status: int = 200) -> Any:
    me = viewer()
    seats = _seats(session)
    return render_template(
        "sessions/attendance.html",
        session=session,
        course=session.course,
        seats=seats,
        open=sum(seat.state == BOOKED for seat in seats),
        may_tick=access.can_tick(me, session),
        form=form,
        now=clock.now(),
    ), status


def _seats(session: Session) -> list[Seat]:
    visible = access.seats_visible_to(viewer(), session).where(Seat.state.in_(SEATED))
    return list(Seat.with_people(visible))


@bp.post("/learning/sessions/<int:session_id>/seats/<int:seat_id>/attendance/<state>")
@doors.signed_in
def tick(session_id: int, seat_id: int, state: str) -> Any:
    """One tap: `attended`, `missed`, or `booked` for nothing said yet."""
    me, session = viewer(), _to_tick(session_id)
    web.exists(state in SEATED)
    seat = web.get_or_404(access.seats_visible_to(me, session), id=seat_id)
    web.permit(access.can_tick(me, session) and access.can_tick_seat(me, seat))
    attending.mark(seat, state, by=me)
    seat = Seat.named(seat.id)
    return answer(
        "sessions/_tick.html",
        back=f"{session.url}/attendance",
        seat=seat,
        session=session,
        may_tick=True,
    )


@bp.post("/learning/sessions/<int:session_id>/attendance")
@doors.signed_in
def tick_all(session_id: int) -> Any:
    """All who were booked were there; those already said to have missed it stay so."""
    me, session = viewer(), _to_tick(session_id)
    web.permit(access.can_tick(me, session))
    done = attending.mark_all(session, by=me)
    said = count(done, "person was", "people were")
    return go(f"{session.url}/attendance", say=f"{said} there.")


@bp.post("/learning/sessions/<int:session_id>/attendance/people")
@doors.signed_in
def add_person(session_id: int) -> Any:
    """Somebody came who had no seat."""
    me, session = viewer(), _to_tick(session_id)
    web.permit(access.can_tick(me, session))
    form = web.bind(PersonForm)
    if not form.validate() or form.found is None:
        return _page(session, form, 422)
    person: Person = form.found
    if person.id == me.id:
        form.person.errors = ["Somebody else says that you were there."]
        return _page(session, form, 422)
    attending.add(session, person, by=me)
    return go(f"{session.url}/attendance", say=f"{person.called} was there.")
