"""Sessions: one's own and those one holds, a date with its seats, planning, changing, canceling."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template

from portal import clock, doors, ics, web
from portal.documents.models import Document
from portal.hx import go
from portal.learning import access as learning_access
from portal.mail.jobs import send_letters
from portal.people.session import viewer
from portal.sessions import access, calendars, listing, planning, words
from portal.sessions.forms import CancelForm, NewSessionForm, PersonForm, SessionForm, values_of
from portal.sessions.models import Seat, Session
from portal.text import count

bp = Blueprint("sessions", __name__)

bp.add_app_template_global(words.when_here, "session_when")


@bp.get("/learning/sessions")
@doors.signed_in
def index() -> Any:
    """The viewer's own, those they hold and, for HR, all that are to come or to be ticked."""
    me = viewer()
    web.exists(me.is_staff or me.is_hr)
    return render_template(
        "sessions/index.html",
        mine=listing.mine(me),
        page=web.Page(listing.held(me), web.page_number()),
        now=clock.now(),
    )


def find(session_id: int) -> Session:
    """The session, if the viewer may know of it, with its course."""
    return web.get_or_404(Session.with_course(access.visible_to(viewer())), id=session_id)  # type: ignore[no-any-return]


@bp.get("/learning/sessions/<int:session_id>")
@doors.signed_in
def show(session_id: int) -> Any:
    return page_of(session_id)


def page_of(session_id: int, status: int = 200, **invalid: Any) -> Any:
    """One date; `invalid` carries the form that was refused."""
    me = viewer()
    one = listing.one(me, session_id)
    if one is None:
        abort(404)
    session = one.session
    may_change = access.can_change(me, session)
    people = _people(session) if may_change or me.has_reports else []
    forms = {"person_form": PersonForm(), "cancel_form": CancelForm(), **invalid}
    return render_template(
        "sessions/show.html",
        one=one,
        session=session,
        course=session.course,
        now=clock.now(),
        may_book=access.can_book(me, session),
        may_book_others=access.can_book_others(me, session),
        may_give_back=one.seat is not None and access.can_give_back(me, one.seat, session),
        may_change=may_change,
        may_tick=access.can_tick(me, session),
        sees_link=access.can_see_link(me, session, one.seat),
        people=people,
        **forms,
    ), status


def _people(session: Session) -> list[Seat]:
    """Those of whom the viewer may know that they come; themselves are told elsewhere."""
    me = viewer()
    visible = access.seats_visible_to(me, session).where(Seat.person != me.id, Seat.state != "left")
    return list(Seat.with_people(visible))


@bp.get("/learning/sessions/<int:session_id>/calendar.ics")
@doors.signed_in
def download(session_id: int) -> Any:
    """For a calendar: the date, or that it does not take place."""
    me, session = viewer(), find(session_id)
    sees = access.can_see_link(me, session, Seat.of(session.id, me.id))
    file = calendars.file_of(session, current_app.config["APP_URL"], sees_link=sees)
    name = f"session-{session.id}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file, mimetype=ics.MEDIA_TYPE, headers=headers)


# -- planning ----------------------------------------------------------------------------------


def _course(course_id: int) -> Document:
    """A course the viewer plans dates of; who holds one need not be among those who take it."""
    me = viewer()
    held = Session.course_of(access.visible_to(me), course_id)
    course = held or web.get_or_404(learning_access.visible_to(me), id=course_id)
    web.exists(access.can_plan(me, course))
    return course  # type: ignore[no-any-return]


@bp.get("/learning/courses/<int:course_id>/sessions/new")
@doors.signed_in
def new(course_id: int) -> Any:
    course = _course(course_id)
    return _form_page(course, _offered({"seats": 12}))


def _offered(given: dict[str, Any]) -> NewSessionForm:
    zone = given.get("zone") or web.viewer_zone()
    return web.bind(NewSessionForm, {"zone": zone, **given}).offer(zone)  # type: ignore[no-any-return]


def _form_page(
    course: Document, form: SessionForm, session: Session | None = None, status: int = 200
) -> Any:
    return render_template(
        "sessions/form.html",
        course=course,
        form=form,
        session=session,
        taken=Seat.count_of(session.id) if session else 0,
    ), status


@bp.get("/learning/sessions/<int:session_id>/copy")
@doors.signed_in
def copy(session_id: int) -> Any:
    """The same a week later, to be looked at before it is planned."""
    session = find(session_id)
    web.permit(access.can_change(viewer(), session))
    web.exists(access.can_plan(viewer(), session.course))
    return _form_page(session.course, _offered(values_of(session, days_on=7)))


@bp.post("/learning/courses/<int:course_id>/sessions")
@doors.signed_in
def create(course_id: int) -> Any:
    course = _course(course_id)
    form = _offered({})
    if not form.validate():
        return _form_page(course, form, status=422)
    made = planning.plan(course, form.said(), by=viewer(), **form.series)
    send_letters.wake()
    if len(made) > 1:
        return go("/learning/sessions", say=f"Planned: {count(len(made), 'date')}.")
    return go(made[0].url, say="Planned. People can book it now.")


def _to_change(session_id: int) -> Session:
    session = find(session_id)
    web.permit(access.can_change(viewer(), session))
    web.exists(session.canceled_at is None)
    return session


@bp.get("/learning/sessions/<int:session_id>/edit")
@doors.signed_in
def edit(session_id: int) -> Any:
    session = _to_change(session_id)
    form = web.bind(SessionForm, values_of(session)).offer(session.zone)
    return _form_page(session.course, form, session)


@bp.post("/learning/sessions/<int:session_id>/edit")
@doors.signed_in
def change(session_id: int) -> Any:
    session = _to_change(session_id)
    form = web.bind(SessionForm).offer(session.zone)
    if not form.validate():
        return _form_page(session.course, form, session, 422)
    try:
        changed = planning.change(session, form.said(), by=viewer())
    except planning.TooFew as error:
        form.seats.errors = [f"{error} Give some back first, or leave as many."]
        return _form_page(session.course, form, session, 422)
    send_letters.wake()
    is_told = set(changed) & set(Session.TOLD)
    say = "Changed. Everyone with a seat or in the line is told." if is_told else "Changed."
    return go(session.url, say=say if changed else "Nothing has changed.")


@bp.post("/learning/sessions/<int:session_id>/cancellation")
@doors.signed_in
def cancel(session_id: int) -> Any:
    session = _to_change(session_id)
    form = web.bind(CancelForm)
    if not form.validate():
        return page_of(session.id, 422, cancel_form=form)
    done = planning.cancel(session, form.reason.data or "", by=viewer())
    send_letters.wake()
    return go(session.url, say="Canceled. Everyone concerned is told." if done else "It is over.")
