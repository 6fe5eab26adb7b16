"""The board of stretch tasks: offering one, asking for one, doing it, confirming it."""

from typing import Any

from flask import abort, render_template, request

from portal import doors, web
from portal.growth import access, overview
from portal.growth.forms import (
    RefusalForm,
    ReportForm,
    StretchForm,
    WishForm,
    first_task,
    task_as_typed,
)
from portal.growth.mentoring import NotPossible
from portal.growth.seats import StretchSeat
from portal.growth.stretches import Stretch
from portal.growth.views import bp
from portal.hx import go, mark_sent
from portal.people.session import viewer

ANSWERED = "It was answered already: look at it again."


@bp.get("/growth/stretch")
@doors.signed_in
def list_stretches() -> Any:
    me = viewer()
    web.exists(access.can_enter(me))
    page = overview.board(me, web.page_number(), is_over=request.args.get("list") == "over")
    return render_template(
        "growth/board.html",
        page=page,
        mine=StretchSeat.newest_of([task.id for task in page.rows], me),
        may_post=access.can_post(me),
        is_over=request.args.get("list") == "over",
        today=me.today(),
    )


@bp.get("/growth/stretch/new")
@doors.signed_in
def new_stretch() -> Any:
    me = viewer()
    web.exists(access.can_post(me))
    return _form_page(StretchForm(data=first_task(me.today())).of(access.competencies()))


def _form_page(form: StretchForm, status: int = 200) -> Any:
    return render_template("growth/stretch_form.html", form=form, stretch=form.kept), status


@bp.post("/growth/stretch/new")
@doors.signed_in
def post_stretch() -> Any:
    me = viewer()
    web.exists(access.can_post(me))
    form = web.bind(StretchForm).of(access.competencies())
    if not form.validate():
        return _form_page(form, 422)
    stretch = Stretch.post(by=me, **form.facts())
    mark_sent("stretch-new")
    return go(stretch.url, say="It is on the board.", undo=f"{stretch.url}/closing")


def stretch_or_404(stretch_id: int) -> Stretch:
    return access.found(viewer(), stretch_id) or abort(404)


@bp.get("/growth/stretch/<int:stretch_id>")
@doors.signed_in
def show_stretch(stretch_id: int) -> Any:
    return stretch_page(stretch_or_404(stretch_id))


def stretch_page(stretch: Stretch, status: int = 200, **refused: Any) -> Any:
    """The task, one's own seat on it, and for whoever keeps it who asks; `refused` carries the
    form that was, under the number of its seat."""
    me = viewer()
    may_keep = access.can_keep(me, stretch)
    own = StretchSeat.newest_of([stretch.id], me).get(stretch.id)
    return render_template(
        "growth/stretch.html",
        stretch=stretch,
        seats=overview.seats_on(me, stretch) if may_keep else [],
        own=own,
        may_keep=may_keep,
        may_ask=access.can_ask(me, stretch) and not (own and not own.ended_at),
        forms={"wish": WishForm(), "report": ReportForm(), "no": RefusalForm()} | refused,
        refused=next(iter(refused), ""),
        today=me.today(),
    ), status


def _to_keep(stretch_id: int) -> Stretch:
    stretch = stretch_or_404(stretch_id)
    web.permit(access.can_keep(viewer(), stretch))
    return stretch


@bp.get("/growth/stretch/<int:stretch_id>/edit")
@doors.signed_in
def edit_stretch(stretch_id: int) -> Any:
    stretch = _to_keep(stretch_id)
    form = StretchForm(data=task_as_typed(stretch)).of(access.competencies(), stretch)
    return _form_page(form)


@bp.post("/growth/stretch/<int:stretch_id>/edit")
@doors.signed_in
def change_stretch(stretch_id: int) -> Any:
    stretch = _to_keep(stretch_id)
    form = web.bind(StretchForm).of(access.competencies(), stretch)
    if not form.validate():
        return _form_page(form, 422)
    stretch.change(by=viewer(), **form.facts())
    mark_sent(f"stretch-{stretch.id}")
    return go(stretch.url, say="Saved.")


@bp.post("/growth/stretch/<int:stretch_id>/closing")
@doors.signed_in
def close_stretch(stretch_id: int) -> Any:
    stretch = _to_keep(stretch_id)
    stretch.close(by=viewer())
    return go(stretch.url, say="Nobody may ask for it any more.", undo=f"{stretch.url}/reopening")


@bp.post("/growth/stretch/<int:stretch_id>/reopening")
@doors.signed_in
def reopen_stretch(stretch_id: int) -> Any:
    stretch = _to_keep(stretch_id)
    stretch.reopen(by=viewer())
    return go(stretch.url, say="It may be asked for again.")


@bp.post("/growth/stretch/<int:stretch_id>/request")
@doors.signed_in
def ask_for_stretch(stretch_id: int) -> Any:
    me, stretch = viewer(), stretch_or_404(stretch_id)
    web.permit(stretch.is_over(me.today()) or access.can_ask(me, stretch))
    form = web.bind(WishForm)
    if not form.validate():
        return stretch_page(stretch, 422, wish=form)
    try:
        seat = StretchSeat.ask(stretch, me, form.wish.data or "", by=me)
    except NotPossible as error:
        form.wish.errors = [str(error)]
        return stretch_page(stretch, 422, wish=form)
    mark_sent(f"stretch-{stretch.id}-wish")
    back = f"/growth/stretch/seats/{seat.id}/withdrawal"
    return go(stretch.url, say=f"{stretch.posted_by.first_name} answers you.", undo=back)


# -- a seat ------------------------------------------------------------------------------------


def _seat(seat_id: int) -> StretchSeat:
    visible = StretchSeat.whole(access.seats_visible_to(viewer()))
    return web.get_or_404(visible, id=seat_id)  # type: ignore[no-any-return]


def _to_answer(seat_id: int) -> StretchSeat:
    seat = _seat(seat_id)
    web.permit(access.can_answer(viewer(), seat))
    return seat


def _own(seat_id: int) -> StretchSeat:
    seat = _seat(seat_id)
    web.permit(seat.person_id == viewer().id)
    return seat


@bp.post("/growth/stretch/seats/<int:seat_id>/acceptance")
@doors.signed_in
def accept_seat(seat_id: int) -> Any:
    seat = _to_answer(seat_id)
    try:
        said = ANSWERED
        if seat.accept(by=viewer()):
            said = f"{seat.person.first_name} has it on Today now."
    except NotPossible as error:
        said = str(error)
    return go(seat.url, say=said)


@bp.post("/growth/stretch/seats/<int:seat_id>/refusal")
@doors.signed_in
def decline_seat(seat_id: int) -> Any:
    """No to whoever asks; no more to whoever has it; not quite to whoever says it is done."""
    seat = _to_answer(seat_id)
    form = web.bind(RefusalForm)
    if not form.validate():
        return stretch_page(stretch_or_404(seat.stretch_id), 422, **{f"no-{seat.id}": form})
    verbs = {"asked": seat.decline, "accepted": seat.take_back, "done": seat.send_back}
    verb = verbs.get(seat.state)
    is_said = verb is not None and verb(form.word.data, by=viewer())
    if is_said:
        mark_sent(f"seat-{seat.id}-word")
    return go(seat.url, say=f"{seat.person.first_name} reads your word." if is_said else ANSWERED)


@bp.post("/growth/stretch/seats/<int:seat_id>/confirmation")
@doors.signed_in
def confirm_seat(seat_id: int) -> Any:
    seat = _to_answer(seat_id)
    is_said = seat.confirm(by=viewer())
    return go(seat.url, say=f"Confirmed. Thank {seat.person.first_name}." if is_said else ANSWERED)


@bp.post("/growth/stretch/seats/<int:seat_id>/report")
@doors.signed_in
def report_seat(seat_id: int) -> Any:
    """It is done, in a sentence."""
    me, seat = viewer(), _own(seat_id)
    form = web.bind(ReportForm)
    if not form.validate():
        return stretch_page(stretch_or_404(seat.stretch_id), 422, report=form)
    is_said = seat.report(form.said.data, by=me)
    if is_said:
        mark_sent(f"seat-{seat.id}-report")
    return go(seat.url, say="Well done. It is confirmed next." if is_said else ANSWERED)


@bp.post("/growth/stretch/seats/<int:seat_id>/withdrawal")
@doors.signed_in
def withdraw_seat(seat_id: int) -> Any:
    seat = _own(seat_id)
    is_back = seat.withdraw(by=viewer())
    return go("/growth/stretch", say="Taken back." if is_back else ANSWERED)
