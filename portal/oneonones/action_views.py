"""What one of the two does after a talk: agreed on, of a point or not; done, put off, let go."""

from typing import Any

from flask import request

from portal import doors, web
from portal.hx import answer, go
from portal.oneonones import access
from portal.oneonones.actions import Action
from portal.oneonones.forms import ActionForm, DueForm
from portal.oneonones.models import OneOnOne
from portal.oneonones.points import TalkPoint
from portal.oneonones.talk_views import point_to_add_to
from portal.oneonones.views import (
    action_form,
    actions_of,
    bp,
    found_or_404,
    show_page,
    to_add_to,
)
from portal.people.session import viewer


@bp.post("/one-on-ones/<int:one_on_one_id>/actions")
@doors.signed_in
def set_action(one_on_one_id: int) -> Any:
    one = to_add_to(one_on_one_id)
    return _agree(one, "_agreed_form")


@bp.post("/one-on-ones/points/<int:point_id>/action")
@doors.signed_in
def make_action(point_id: int) -> Any:
    """A point becomes something one of the two does, and is talked about with that."""
    one, point = point_to_add_to(point_id)
    return _agree(one, "_agreed_point", point)


def _agree(one: OneOnOne, fragment: str, point: TalkPoint | None = None) -> Any:
    """What one of them takes on; the fragment tells what else is drawn anew beside the actions."""
    me, other = viewer(), one.other(viewer())
    form, said = web.bind(ActionForm).of(me, other), ""
    is_set = form.validate()
    if is_set:
        person = me if form.whose.data == str(me.id) else other
        Action.set_for(one, form.title.data or "", person, form.due_on.data, by=me, point=point)
        said = "It is on your Today." if person.id == me.id else f"{other.first_name} has it."
    elif not request.htmx.partial:  # type: ignore[attr-defined]
        return show_page(one, 422, action=form)
    drawn = answer(
        f"oneonones/{fragment}.html",
        back=f"{one.url}#actions",
        say=said or " ".join(form.due_on.errors),
        one=one,
        talk=one.next,
        other=other,
        points=TalkPoint.agenda(one.next) if point else [],
        moved=point.id if point else None,
        actions=actions_of(one),
        may_add=True,
        is_refused=not is_set,
        forms={"action": action_form(one) if is_set else form},
    )
    return drawn if is_set else (drawn, 422)


def _action(action_id: int) -> tuple[OneOnOne, Action]:
    action = web.get_or_404(access.actions_visible_to(viewer()), id=action_id)
    one = found_or_404(action.one_on_one_id)
    return one, action


def _settled(one: OneOnOne, action: Action, say: str, undo: str = "") -> Any:
    """One action as it is now."""
    return answer(
        "oneonones/_action.html",
        back=f"{one.url}#actions",
        say=say,
        undo=undo,
        action=action,
        may_add=access.can_add(viewer(), one),
    )


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
    return _settled(one, action, "Done.", undo)


@bp.post("/one-on-ones/actions/<int:action_id>/reopening")
@doors.signed_in
def reopen_action(action_id: int) -> Any:
    one, action = _action(action_id)
    web.permit(access.can_settle(viewer(), one, action))
    action.reopen(by=viewer())
    return _settled(one, action, "It is to be done again.")


@bp.post("/one-on-ones/actions/<int:action_id>/letting-go")
@doors.signed_in
def let_go(action_id: int) -> Any:
    one, action = _action(action_id)
    web.permit(access.can_add(viewer(), one))
    action.let_go(by=viewer())
    return _settled(one, action, "Let go.", f"/one-on-ones/actions/{action.id}/reopening")


@bp.post("/one-on-ones/actions/<int:action_id>/day")
@doors.signed_in
def move_action(action_id: int) -> Any:
    """By another day."""
    one, action = _action(action_id)
    web.permit(access.can_add(viewer(), one))
    form = web.bind(DueForm)
    if form.validate():
        action.move(form.due_on.data, by=viewer())
        return _settled(one, action, f"By {web.day(form.due_on.data)}.")
    if request.htmx.partial:  # type: ignore[attr-defined]
        return _settled(one, action, " ".join(form.due_on.errors)), 422
    return show_page(one, 422, due=form)
