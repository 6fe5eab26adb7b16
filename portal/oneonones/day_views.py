"""The days of a one-on-one: how often, moved, skipped, held, and each of it taken back."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.hx import go
from portal.oneonones import access, holding, planning
from portal.oneonones.forms import DayForm, HeldForm, RhythmForm, SkipForm
from portal.oneonones.models import OneOnOne
from portal.oneonones.views import bp, show_page, to_add_to
from portal.people.session import viewer


@bp.get("/one-on-ones/<int:one_on_one_id>/rhythm")
@doors.signed_in
def edit_rhythm(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(RhythmForm, {"weeks": str(one.weeks), "next_on": one.next.planned_on})
    return _rhythm_page(one, form)


def _rhythm_page(one: OneOnOne, form: RhythmForm, status: int = 200) -> Any:
    other = one.other(viewer())
    return render_template("oneonones/rhythm.html", one=one, form=form, other=other), status


@bp.post("/one-on-ones/<int:one_on_one_id>/rhythm")
@doors.signed_in
def change_rhythm(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(RhythmForm)
    if not form.validate():
        return _rhythm_page(one, form, 422)
    planning.change_rhythm(one, int(form.weeks.data), form.next_on.data, by=viewer())
    return go(one.url, say="Changed for both of you.")


@bp.post("/one-on-ones/<int:one_on_one_id>/day")
@doors.signed_in
def move(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(DayForm)
    if not form.validate():
        return show_page(one, 422, day=form)
    planning.move(one, form.next_on.data, by=viewer())
    return go(one.url, say=f"Moved to {web.day(form.next_on.data)}.", undo=f"{one.url}/day/undo")


@bp.post("/one-on-ones/<int:one_on_one_id>/skipping")
@doors.signed_in
def skip(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    form = web.bind(SkipForm)
    if not form.validate() or not planning.skip(one, form.planned_on.data, by=viewer()):
        return go(one.url, say="It is on another day already. Nothing was skipped.")
    day = one.next.planned_on
    say = f"Skipped. The next one is on {web.day(day)}." if day else "Skipped."
    return go(one.url, say=say, undo=f"{one.url}/day/undo")


@bp.post("/one-on-ones/<int:one_on_one_id>/day/undo")
@doors.signed_in
def put_back(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    is_back = planning.put_back(one, by=viewer())
    return go(one.url, say="It is where it was." if is_back else "Nothing was moved.")


@bp.post("/one-on-ones/<int:one_on_one_id>/meeting")
@doors.signed_in
def hold(one_on_one_id: int) -> Any:
    """They met."""
    one = to_add_to(one_on_one_id)
    form = web.bind(HeldForm)
    if not form.validate():
        return show_page(one, 422, held=form)
    day = form.held_on.data or web.viewer_today()
    talk = holding.hold(one, day, by=viewer(), number=form.number.data or 0)
    if talk is None:
        return go(one.url, say="This talk is closed already.")
    return go(one.url, say="You met. What is open carries over.", undo=f"{talk.url}/taking-back")


@bp.post("/one-on-ones/talks/<int:talk_id>/taking-back")
@doors.signed_in
def take_back(talk_id: int) -> Any:
    """They did not meet after all."""
    talk = web.get_or_404(access.talks_visible_to(viewer()), id=talk_id)
    one = to_add_to(talk.one_on_one_id)
    is_back = holding.take_back(talk, by=viewer())
    said = "It is the next talk again." if is_back else "Only the last talk can be taken back."
    return go(one.url, say=said)
