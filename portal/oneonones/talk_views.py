"""What happens on the page of a talk: points, actions, the notes of both and one's own."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.hx import answer, go
from portal.oneonones import access
from portal.oneonones.actions import Action
from portal.oneonones.forms import ActionForm, NotesForm, PointForm
from portal.oneonones.models import Conflict, OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint, TooMany
from portal.oneonones.views import bp, found_or_404, show_page, to_add_to
from portal.people.session import viewer

# -- the agenda --------------------------------------------------------------------------------


def _agenda(one: OneOnOne, say: str = "", undo: str = "", **more: Any) -> Any:
    """The agenda as it is now."""
    return answer(
        "oneonones/_agenda.html",
        back=f"{one.url}#agenda",
        say=say,
        undo=undo,
        one=one,
        talk=one.next,
        other=one.other(viewer()),
        points=TalkPoint.agenda(one.next),
        may_add=True,
        **{"forms": {"point": PointForm(data={})}, **more},
    )


@bp.post("/one-on-ones/<int:one_on_one_id>/points")
@doors.signed_in
def add_point(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(PointForm)
    if form.validate():
        try:
            TalkPoint.raise_for(one, [form.words.data or ""], by=viewer())
            return _agenda(one, is_fresh=True)
        except TooMany as error:
            form.words.errors = [str(error)]
    if request.htmx.partial:  # type: ignore[attr-defined]
        return _agenda(one, forms={"point": form}), 422
    return show_page(one, 422, point=form)


def _point(point_id: int) -> tuple[OneOnOne, TalkPoint]:
    point = web.get_or_404(access.points_visible_to(viewer()), id=point_id)
    return to_add_to(point.one_on_one_id), point


@bp.post("/one-on-ones/points/<int:point_id>/tick")
@doors.signed_in
def tick(point_id: int) -> Any:
    """Talked about; or still to be, where it was ticked off for this talk."""
    one, point = _point(point_id)
    if point.done_in_id == one.next.id:
        point.untick(by=viewer())
    else:
        point.tick(by=viewer())
    return _agenda(one)


@bp.post("/one-on-ones/points/<int:point_id>/removal")
@doors.signed_in
def remove_point(point_id: int) -> Any:
    one, point = _point(point_id)
    web.permit(access.can_remove(viewer(), one, point))
    point.remove(by=viewer())
    undo = f"/one-on-ones/points/{point.id}/restoring"
    return _agenda(one, say="Taken off the agenda.", undo=undo)


@bp.post("/one-on-ones/points/<int:point_id>/restoring")
@doors.signed_in
def restore_point(point_id: int) -> Any:
    one, point = _point(point_id)
    web.permit(access.can_remove(viewer(), one, point))
    point.restore(by=viewer())
    return go(f"{one.url}#agenda", say="It is on the agenda again.")


# -- actions -----------------------------------------------------------------------------------


@bp.post("/one-on-ones/<int:one_on_one_id>/actions")
@doors.signed_in
def set_action(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(ActionForm).of(viewer(), one.other(viewer()))
    if not form.validate():
        return show_page(one, 422, action=form)
    return _set(one, form, None)


@bp.post("/one-on-ones/points/<int:point_id>/action")
@doors.signed_in
def make_action(point_id: int) -> Any:
    """A point becomes something one of the two does, and is talked about with that."""
    one, point = _point(point_id)
    form = web.bind(ActionForm).of(viewer(), one.other(viewer()))
    if not form.validate():
        return show_page(one, 422, action=form)
    return _set(one, form, point)


def _set(one: OneOnOne, form: ActionForm, point: TalkPoint | None) -> Any:
    me, other = viewer(), one.other(viewer())
    person = me if form.whose.data == str(me.id) else other
    Action.set_for(one, form.title.data or "", person, form.due_on.data, by=me, point=point)
    said = "It is on your Today." if person.id == me.id else f"{other.first_name} has it on Today."
    return go(f"{one.url}#actions", say=said)


def _action(action_id: int) -> tuple[OneOnOne, Action]:
    action = web.get_or_404(access.actions_visible_to(viewer()), id=action_id)
    one = found_or_404(action.one_on_one_id)
    return one, action


@bp.get("/one-on-ones/actions/<int:action_id>")
@doors.signed_in
def show_action(action_id: int) -> Any:
    """An action stands on the page of the two."""
    one, _ = _action(action_id)
    return go(f"{one.url}#actions")


@bp.post("/one-on-ones/actions/<int:action_id>/completion")
@doors.signed_in
def complete_action(action_id: int) -> Any:
    one, action = _action(action_id)
    web.permit(access.can_settle(viewer(), one, action))
    action.complete(by=viewer())
    undo = f"/one-on-ones/actions/{action.id}/reopening"
    if request.values.get("from") == "today":
        return answer("home/_row.html", back="/", say="Done.", undo=undo, row=action.duty)
    return go(f"{one.url}#actions", say="Done.", undo=undo)


@bp.post("/one-on-ones/actions/<int:action_id>/reopening")
@doors.signed_in
def reopen_action(action_id: int) -> Any:
    one, action = _action(action_id)
    web.permit(access.can_settle(viewer(), one, action))
    action.reopen(by=viewer())
    return go(f"{one.url}#actions", say="It is to be done again.")


@bp.post("/one-on-ones/actions/<int:action_id>/letting-go")
@doors.signed_in
def let_go(action_id: int) -> Any:
    one, action = _action(action_id)
    web.permit(access.can_add(viewer(), one))
    action.let_go(by=viewer())
    undo = f"/one-on-ones/actions/{action.id}/reopening"
    return go(f"{one.url}#actions", say="Let go.", undo=undo)


# -- notes -------------------------------------------------------------------------------------


def _talk(talk_id: int) -> tuple[OneOnOne, Talk]:
    talk = web.get_or_404(access.talks_visible_to(viewer()), id=talk_id)
    return to_add_to(talk.one_on_one_id), talk


@bp.post("/one-on-ones/talks/<int:talk_id>/notes")
@doors.signed_in
def write_notes(talk_id: int) -> Any:
    """The notes of both."""
    one, talk = _talk(talk_id)
    form = web.bind(NotesForm)
    theirs = None
    if form.validate():
        try:
            talk.write_notes(form.words.data or "", form.on_version, by=viewer())
        except Conflict:
            theirs = Talk.get_by_id(talk.id)
            talk.version = theirs.version
    return _kept(one, talk, "notes", form, talk, theirs.notes if theirs else None)


@bp.post("/one-on-ones/talks/<int:talk_id>/private-notes")
@doors.signed_in
def write_private_notes(talk_id: int) -> Any:
    """One's own, for nobody else."""
    me = viewer()
    one, talk = _talk(talk_id)
    form, note = web.bind(NotesForm), PrivateNote.own(talk, me)
    theirs = None
    if form.validate():
        try:
            note = PrivateNote.write(talk, form.words.data or "", form.on_version, by=me)
        except Conflict:
            theirs = note.words
    return _kept(one, talk, "private", form, note, theirs)


def _kept(
    one: OneOnOne, talk: Talk, sort: str, form: NotesForm, saved: Any, theirs: str | None
) -> Any:
    """200: kept. 409: what was typed stays in the field, what was saved elsewhere beside it. 422:
    it cannot be kept."""
    is_refused = theirs is not None or form.errors
    address = talk.url if talk.held_on else one.url
    if not is_refused and not request.htmx.partial:  # type: ignore[attr-defined]
        return go(f"{address}#{sort}", say="Saved.")
    form.version.data = str(saved.version)
    fragment = "_notes" if is_refused else "_saved"
    page = fragment if request.htmx.partial else "notes"  # type: ignore[attr-defined]
    status = 409 if theirs is not None else 422 if form.errors else 200
    return render_template(
        f"oneonones/{page}.html",
        one=one,
        talk=talk,
        other=one.other(viewer()),
        sort=sort,
        form=form,
        saved=saved,
        theirs=theirs,
        may_add=True,
    ), status
