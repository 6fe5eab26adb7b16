"""Asking for feedback, answering, saying no; and the word to somebody one leads."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.assignments.models import Assignment
from portal.feedback import access
from portal.feedback.forms import NoteForm, RequestForm
from portal.feedback.models import LINE, FeedbackAsk, FeedbackRequest
from portal.feedback.views import bp
from portal.hx import go
from portal.people import access as people_access
from portal.people.models import Person
from portal.people.session import viewer
from portal.text import count, enumerated

OVER = "No answer is needed any more."


def _about() -> Person:
    """About whom one asks: oneself, or whoever `?about=` names of one's line."""
    me = viewer()
    web.exists(access.can_use(me))
    number = web.number(request.args.get("about", ""))
    if number is None or number == me.id:
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
    form.find(me, lambda typed: access.colleague(me, typed))
    if not form.validate():
        return _request_page(about, form, 422)
    made = FeedbackRequest.ask(about, form.found, form.question.data, by=me)
    said = f"Asked {count(len(form.found), 'person', 'people')}. You see here who has answered."
    return go(made.url, say=said, undo=f"{made.url}/closing")


def _request_page(about: Person, form: RequestForm, status: int = 200) -> Any:
    me = viewer()
    leaders = [] if about.id == me.id else access.leaders_of(about)
    return render_template(
        "feedback/ask.html",
        about=about,
        is_own=about.id == me.id,
        leaders=enumerated([one.called for one in leaders if one.id != me.id]),
        form=form,
        colleagues=access.suggested(me),
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


def _answer_form(ask: FeedbackAsk) -> tuple[NoteForm, str]:
    about, me = ask.request.about, viewer()
    named = {me.id} if ask.request.is_own else {me.id, ask.request.asker_id}
    leaders = enumerated([one.called for one in access.leaders_of(about) if one.id not in named])
    form = web.bind(NoteForm).of(about, leaders, is_for_line=not ask.request.is_own)
    return form, leaders


@bp.get("/feedback/asked/<int:ask_id>")
@doors.signed_in
def show_ask(ask_id: int) -> Any:
    ask = _ask_or_404(ask_id)
    return _ask_page(ask, *_answer_form(ask))


def _ask_page(ask: FeedbackAsk, form: NoteForm, leaders: str, status: int = 200) -> Any:
    return render_template("feedback/asked.html", ask=ask, form=form, leaders=leaders), status


@bp.post("/feedback/asked/<int:ask_id>")
@doors.signed_in
def answer_ask(ask_id: int) -> Any:
    me, ask = viewer(), _ask_or_404(ask_id)
    form, leaders = _answer_form(ask)
    if not form.validate():
        return _ask_page(ask, form, leaders, 422)
    readers = form.readers.data if ask.request.is_own else LINE
    note = ask.answer(by=me, readers=readers, saw=form.saw.data, more=form.more.data)
    if note is None:
        return go(ask.url, say=OVER)
    say = f"Thank you. {ask.request.about.first_name} reads it now."
    back = f"/feedback?show=given&sent={ask.request.about_id}-{ask.id}"
    return go(back, say=say, undo=f"{note.url}/withdrawal")


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
    return render_template("feedback/check_in.html", duty=_check_in_or_404(duty_id))


@bp.post("/feedback/check-ins/<int:duty_id>/talk")
@doors.signed_in
def say_we_spoke(duty_id: int) -> Any:
    duty = _check_in_or_404(duty_id)
    duty.settle(by=viewer())
    return go("/", say="Good.", undo=f"/feedback/check-ins/{duty.id}/reopening")


@bp.post("/feedback/check-ins/<int:duty_id>/reopening")
@doors.signed_in
def reopen_check_in(duty_id: int) -> Any:
    duty = _check_in_or_404(duty_id)
    duty.reopen(by=viewer())
    return go(duty.url, say="It is open again.")
