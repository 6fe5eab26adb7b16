"""Asking for feedback, answering, saying no; and the word to somebody one leads."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.assignments.models import Assignment
from portal.feedback import access, colleagues
from portal.feedback.asking import ENDED, OVER, FeedbackAsk, FeedbackRequest
from portal.feedback.forms import NoteForm, RequestForm
from portal.feedback.models import LINE, Note
from portal.feedback.views import bp, form_page, note_form
from portal.hx import go, mark_sent
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.text import count, enumerated


def _about() -> Person:
    """About whom one asks: oneself, or whoever `?about=` names of one's line."""
    me = viewer()
    web.exists(access.can_use(me))
    number = web.number(request.args["about"]) if "about" in request.args else me.id
    if number == me.id:
        return me
    person: Person = web.get_or_404(people_access.visible_to(me), id=number)
    web.exists(access.can_ask_about(me, person) and person.is_staff)
    return person


@bp.get("/feedback/requests/new")
@doors.signed_in
def new_request() -> Any:
    about = _about()
    return _request_page(about, web.bind(RequestForm))


@bp.post("/feedback/requests")
@doors.signed_in
def create_request() -> Any:
    me, about = viewer(), _about()
    form = web.bind(RequestForm).concerning(about)
    form.find(me, lambda typed: colleagues.called(me, typed))
    if not form.validate():
        return _request_page(about, form, 422)
    made = FeedbackRequest.ask(about, form.found, form.question.data, by=me)
    mark_sent(_draft(about))
    said = f"Asked {count(len(form.found), 'person', 'people')}. You see here who has answered."
    return go(made.url, say=said, undo=f"{made.url}/closing")


def _draft(about: Person) -> str:
    """What a request is called on the device it is written on."""
    return "request" if about.id == viewer().id else f"request-{about.id}"


def _request_page(about: Person, form: RequestForm, status: int = 200) -> Any:
    me = viewer()
    leaders = access.leaders_of(about)
    return render_template(
        "feedback/ask.html",
        about=about,
        is_own=about.id == me.id,
        leaders=enumerated([one.called for one in leaders if one.id != me.id]),
        form=form,
        draft=_draft(about),
        colleagues=colleagues.offered(me),
    ), status


def _request_or_404(request_id: int) -> FeedbackRequest:
    visible = access.requests_visible_to(viewer())
    return web.get_or_404(FeedbackRequest.whole(visible), id=request_id)  # type: ignore[no-any-return]


@bp.get("/feedback/requests/<int:request_id>")
@doors.signed_in
def show_request(request_id: int) -> Any:
    found = _request_or_404(request_id)
    return render_template(
        "feedback/request.html",
        found=found,
        asks=access.asks_of([found])[found.id],
        may_close=access.can_close(viewer(), found),
    )


@bp.post("/feedback/requests/<int:request_id>/closing")
@doors.signed_in
def close_request(request_id: int) -> Any:
    me, found = viewer(), _request_or_404(request_id)
    web.permit(found.asker_id == me.id)
    closed = found.close(by=me)
    return go(found.url, say="Nobody is asked any more. Answers that came stay." if closed else "")


# -- for whoever was asked ---------------------------------------------------------------------


def _ask_or_404(ask_id: int) -> FeedbackAsk:
    visible = FeedbackAsk.whole(access.asks_visible_to(viewer()))
    return web.get_or_404(visible, id=ask_id)  # type: ignore[no-any-return]


def _answer_form(ask: FeedbackAsk) -> NoteForm:
    about, asker = ask.request.about, ask.request.asker
    leaders = access.leaders_of(about)
    form = web.bind(NoteForm)
    return form.of(about, leaders, viewer(), asker=None if ask.request.is_own else asker)


@bp.get("/feedback/asked/<int:ask_id>")
@doors.signed_in
def show_ask(ask_id: int) -> Any:
    ask = _ask_or_404(ask_id)
    return _ask_page(ask, _answer_form(ask))


def _ask_page(ask: FeedbackAsk, form: NoteForm, status: int = 200) -> Any:
    state = ask.state
    if state == "waiting" and not ask.request.is_wanted:
        state = ENDED
    return render_template("feedback/asked.html", ask=ask, state=state, form=form), status


@bp.post("/feedback/asked/<int:ask_id>")
@doors.signed_in
def answer_ask(ask_id: int) -> Any:
    me, ask = viewer(), _ask_or_404(ask_id)
    form = _answer_form(ask)
    is_late = ask.state != "waiting" or not ask.request.is_wanted
    if not is_late and not form.validate():
        return _ask_page(ask, form, 422)
    readers = form.readers.data if ask.request.is_own else LINE
    note = Note.answer(ask, by=me, readers=readers, saw=form.saw.data, more=form.more.data)
    if note is None and ask.request.about.has_left(me.today()):
        return go(ask.url, say=OVER)
    if note is None:
        # Nothing typed is lost: it may still be said without being asked.
        return form_page(*note_form(ask.request.about_id), 409, late=_why_late(ask))
    mark_sent(f"feedback-{ask.request.about_id}-{ask.id}")
    say = f"Thank you. {ask.request.about.first_name} reads it now."
    return go("/feedback?show=given", say=say, undo=f"{note.url}/withdrawal")


def _why_late(ask: FeedbackAsk) -> str:
    return "You have answered already." if ask.state == "answered" else OVER


@bp.post("/feedback/asked/<int:ask_id>/refusal")
@doors.signed_in
def decline_ask(ask_id: int) -> Any:
    """In one tap, without a reason."""
    me, ask = viewer(), _ask_or_404(ask_id)
    if not ask.decline(by=me):
        return go(ask.url, say=OVER)
    say = f"{ask.request.asker.first_name} sees that you do not answer."
    return go("/feedback", say=say, undo=f"{ask.url}/reconsideration")


@bp.post("/feedback/asked/<int:ask_id>/reconsideration")
@doors.signed_in
def reconsider_ask(ask_id: int) -> Any:
    me, ask = viewer(), _ask_or_404(ask_id)
    return go(ask.url, say="It is yours again." if ask.reconsider(by=me) else OVER)


# -- the word to somebody one leads ------------------------------------------------------------


def _check_in_or_404(duty_id: int) -> Assignment:
    return web.get_or_404(access.check_ins_of(viewer()), id=duty_id)  # type: ignore[no-any-return]


@bp.get("/feedback/check-ins/<int:duty_id>")
@doors.signed_in
def show_check_in(duty_id: int) -> Any:
    duty = _check_in_or_404(duty_id)
    may_reopen = access.can_reopen_check_in(viewer(), duty)
    return render_template("feedback/check_in.html", duty=duty, may_reopen=may_reopen)


@bp.post("/feedback/check-ins/<int:duty_id>/talk")
@doors.signed_in
def say_we_spoke(duty_id: int) -> Any:
    duty = _check_in_or_404(duty_id)
    duty.settle(by=viewer())
    return go("/", say="Good.", undo=f"/feedback/check-ins/{duty.id}/reopening")


@bp.post("/feedback/check-ins/<int:duty_id>/reopening")
@doors.signed_in
def reopen_check_in(duty_id: int) -> Any:
    me, duty = viewer(), _check_in_or_404(duty_id)
    web.permit(access.can_reopen_check_in(me, duty))
    duty.reopen(by=me)
    return go(duty.url, say="It is open again.")
