"""What happens on the page of a talk: points, the notes of both and one's own."""

from typing import Any

from flask import render_template, request

from portal import doors, web
from portal.hx import answer, go
from portal.oneonones import access
from portal.oneonones.forms import NotesForm, PlaceForm, PointForm
from portal.oneonones.models import Conflict, OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint, TooMany
from portal.oneonones.views import bp, found_or_404, show_page, to_add_to
from portal.people.session import viewer

# -- the agenda --------------------------------------------------------------------------------


def _agenda(one: OneOnOne, fragment: str = "_points", say: str = "", **more: Any) -> Any:
    """The agenda as it is now: its points, or with `_agenda` the line for a new one as well."""
    return answer(
        f"oneonones/{fragment}.html",
        back=f"{one.url}#agenda",
        say=say,
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
            came = TalkPoint.raise_for(one, [form.words.data or ""], by=viewer())
            said = "" if came else "It stands on the agenda already."
            return _agenda(one, "_agenda", said, is_fresh=True)
        except TooMany as error:
            form.words.errors = [str(error)]
    if request.htmx.partial:  # type: ignore[attr-defined]
        return _agenda(one, "_agenda", forms={"point": form}), 422
    return show_page(one, 422, point=form)


def point_to_add_to(point_id: int) -> tuple[OneOnOne, TalkPoint]:
    point = web.get_or_404(access.points_visible_to(viewer()), id=point_id)
    return to_add_to(point.one_on_one_id), point


def _ticked(one: OneOnOne, point: TalkPoint) -> Any:
    """One point as it is now: the rest of the page stays under the thumb where it was."""
    return answer(
        "oneonones/_point.html",
        back=f"{one.url}#agenda",
        one=one,
        talk=one.next,
        other=one.other(viewer()),
        point=TalkPoint.get_by_id(point.id),
        may_add=True,
    )


@bp.post("/one-on-ones/points/<int:point_id>/tick")
@doors.signed_in
def tick(point_id: int) -> Any:
    """Talked about. Not the opposite when the other one has just said so, too."""
    one, point = point_to_add_to(point_id)
    point.tick(by=viewer())
    return _ticked(one, point)


@bp.post("/one-on-ones/points/<int:point_id>/untick")
@doors.signed_in
def untick(point_id: int) -> Any:
    """Still to be talked about, where it was ticked off for this talk."""
    one, point = point_to_add_to(point_id)
    if point.done_in_id == one.next.id:
        point.untick(by=viewer())
    return _ticked(one, point)


@bp.get("/one-on-ones/points/<int:point_id>")
@doors.signed_in
def edit_point(point_id: int) -> Any:
    one, point = point_to_add_to(point_id)
    web.permit(access.can_change(viewer(), one, point))
    return _point_page(one, point, web.bind(PointForm, {"words": point.words}))


def _point_page(one: OneOnOne, point: TalkPoint, form: PointForm, status: int = 200) -> Any:
    other = one.other(viewer())
    return render_template(
        "oneonones/point.html", one=one, point=point, form=form, other=other
    ), status


@bp.post("/one-on-ones/points/<int:point_id>")
@doors.signed_in
def change_point(point_id: int) -> Any:
    """The same point in other words."""
    one, point = point_to_add_to(point_id)
    web.permit(access.can_change(viewer(), one, point))
    form = web.bind(PointForm)
    if not form.validate():
        return _point_page(one, point, form, 422)
    point.reword(form.words.data or "", by=viewer())
    return go(f"{one.url}#agenda", say="Changed for both of you.")


@bp.post("/one-on-ones/points/<int:point_id>/place")
@doors.signed_in
def place_point(point_id: int) -> Any:
    """Up or down the agenda."""
    one, point = point_to_add_to(point_id)
    form = web.bind(PlaceForm)
    if form.validate():
        point.move(form.steps.data or 0, by=viewer())
    return _agenda(one, moved=point.id)


@bp.post("/one-on-ones/points/<int:point_id>/putting-off")
@doors.signed_in
def put_off_point(point_id: int) -> Any:
    """Not this time, but the next."""
    one, point = point_to_add_to(point_id)
    point.put_off(by=viewer())
    undo = f"/one-on-ones/points/{point.id}/putting-on"
    return _agenda(one, say="Put off until the talk after this one.", undo=undo, moved=point.id)


@bp.post("/one-on-ones/points/<int:point_id>/putting-on")
@doors.signed_in
def put_on_point(point_id: int) -> Any:
    one, point = point_to_add_to(point_id)
    point.put_on(by=viewer())
    return _agenda(one, moved=point.id)


@bp.post("/one-on-ones/points/<int:point_id>/removal")
@doors.signed_in
def remove_point(point_id: int) -> Any:
    one, point = point_to_add_to(point_id)
    web.permit(access.can_change(viewer(), one, point))
    point.remove(by=viewer())
    undo = f"/one-on-ones/points/{point.id}/restoring"
    return _agenda(one, say="Taken off the agenda.", undo=undo)


@bp.post("/one-on-ones/points/<int:point_id>/restoring")
@doors.signed_in
def restore_point(point_id: int) -> Any:
    one, point = point_to_add_to(point_id)
    web.permit(access.can_change(viewer(), one, point))
    point.restore(by=viewer())
    return go(f"{one.url}#agenda", say="It is on the agenda again.")


# -- notes -------------------------------------------------------------------------------------


ENDED = "This one-on-one has ended: its shared notes stay as they are. Copy what you typed."
GONE = "You have left: your notes stay as they are. Copy what you typed."


def _talk(talk_id: int) -> tuple[OneOnOne, Talk]:
    talk = web.get_or_404(access.talks_visible_to(viewer()), id=talk_id)
    return found_or_404(talk.one_on_one_id), talk


@bp.post("/one-on-ones/talks/<int:talk_id>/notes")
@doors.signed_in
def write_notes(talk_id: int) -> Any:
    """The notes of both."""
    one, talk = _talk(talk_id)
    form = web.bind(NotesForm)
    theirs = None
    if not access.can_add(viewer(), one):
        form.words.errors = [ENDED]
    elif form.validate():
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
    if not access.can_note(me):
        form.words.errors = [GONE]
    elif form.validate():
        try:
            note = PrivateNote.write(talk, form.words.data or "", form.on_version, by=me)
        except Conflict:
            theirs = note.words
    return _kept(one, talk, "private", form, note, theirs)


def _kept(
    one: OneOnOne, talk: Talk, sort: str, form: NotesForm, saved: Any, theirs: str | None
) -> Any:
    """200: kept. 409: what was typed stays in the field, what was saved elsewhere beside it. 422:
    it cannot be kept, and what was typed stays in the field all the same."""
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
    ), status
