"""What I take on for a rung: point by point, ticked where no other room knows, and ended."""

from typing import Any

from flask import redirect, request

from portal import doors, web
from portal.careers import access, overview, standing, tracks
from portal.careers.forms import OwnStepForm, first_step
from portal.careers.plan_steps import CareerStep, Choice
from portal.careers.plans import Arrived, CareerPlan, OtherRung
from portal.careers.rungs import COMPETENCY, OWN, Rung
from portal.careers.standing import Point
from portal.careers.views import bp, draw_own
from portal.hx import answer, go, mark_sent
from portal.people.session import viewer

TOO_LATE = "It is too late for that: look at it again."
HOME = "/careers"


def _rung(track_id: int, slug: str) -> Rung:
    web.exists(access.can_take_on(viewer()))
    found = tracks.find(track_id, slug)
    web.exists(found)
    assert found is not None
    return found


def _page_of(rung: Rung) -> str:
    return f"{HOME}?rung={rung.key}"


@bp.post("/careers/tracks/<int:track_id>/<slug>/points/<key>")
@doors.signed_in
def take_on(track_id: int, slug: str, key: str) -> Any:
    """A point becomes something to do now; for where no more is known one goes to its page."""
    me, rung = viewer(), _rung(track_id, slug)
    point = next((one for one in standing.points(me, rung) if one.key == key), None)
    web.exists(point)
    assert point is not None
    if not overview.may_take(point, {}):
        return _drawn(rung, say="There is nothing to take on for it any more.")
    try:
        step = CareerPlan.take_on(rung, overview.choice_of(point), by=me)
    except (OtherRung, Arrived) as error:
        return _drawn(rung, say=str(error))
    except ValueError as error:
        return _elsewhere(point, str(error), rung)
    undo = f"/careers/steps/{step.id}/omission"
    said = "You had done it already." if step.is_done else "It stands on your Today."
    return _drawn(rung, say=said, undo=undo)


def _elsewhere(point: Point, said: str, rung: Rung) -> Any:
    """A plan of one's own is made where competencies are."""
    if point.criterion.sort == COMPETENCY:
        return go(f"/growth/people/{viewer().id}/plans/new/{point.criterion.slug}", say=said)
    return _drawn(rung, say=said)


def _drawn(rung: Rung, *, say: str = "", undo: str = "") -> Any:
    """The points and the plan anew."""
    me = viewer()
    career = overview.of(me, me, rung.key)
    back = f"{_page_of(rung)}#missing"
    return answer(
        "careers/_work.html", back=back, say=say, undo=undo, career=career, is_own=True,
        form=OwnStepForm(data=first_step()),
    )  # fmt: skip


@bp.post("/careers/tracks/<int:track_id>/<slug>/steps")
@doors.signed_in
def add_step(track_id: int, slug: str) -> Any:
    """Something of one's own, until a day."""
    me, rung = viewer(), _rung(track_id, slug)
    form = web.bind(OwnStepForm)
    if not form.validate():
        return draw_own(overview.of(me, me, rung.key), form, 422)
    choice = Choice(OWN, words=form.words.data or "", due_on=form.due_on.data)
    try:
        step = CareerPlan.take_on(rung, choice, by=me)
    except ValueError as error:
        form.words.errors = [str(error)]
        return draw_own(overview.of(me, me, rung.key), form, 422)
    mark_sent("career-step")
    undo = f"/careers/steps/{step.id}/omission"
    return go(f"{_page_of(rung)}#plan", say="It stands on your Today.", undo=undo)


# -- a point -----------------------------------------------------------------------------------


def _step(step_id: int) -> CareerStep:
    visible = CareerStep.whole(access.steps_visible_to(viewer()))
    return web.get_or_404(visible, id=step_id)  # type: ignore[no-any-return]


def _own_step(step_id: int) -> CareerStep:
    step = _step(step_id)
    web.permit(access.can_decide(viewer(), step.plan))
    return step


def _rung_of(plan: CareerPlan) -> str:
    return f"?rung={plan.key}"


@bp.get("/careers/steps/<int:step_id>")
@doors.signed_in
def show_step(step_id: int) -> Any:
    """A point has no page of its own: it stands in its plan."""
    plan = _step(step_id).plan
    is_own = plan.person_id == viewer().id
    return redirect(f"{HOME}#plan" if is_own else f"/careers/people/{plan.person_id}#plan", 303)


@bp.post("/careers/steps/<int:step_id>/completion")
@doors.signed_in
def complete_step(step_id: int) -> Any:
    return _ticked(step_id, "complete", "Done.", "reopening")


@bp.post("/careers/steps/<int:step_id>/reopening")
@doors.signed_in
def reopen_step(step_id: int) -> Any:
    return _ticked(step_id, "reopen", "It is to be done again.", "")


def _ticked(step_id: int, verb: str, say: str, undo: str) -> Any:
    """The plan anew, or where it was ticked on Today its row there."""
    step = _own_step(step_id)
    is_so = getattr(step, verb)(by=viewer())
    said = say if is_so else TOO_LATE
    back = f"/careers/steps/{step.id}/{undo}" if undo and is_so else ""
    if step.assignment_id and request.values.get("from") == "today":
        back = f"{back}?from=today" if back else ""
        return answer("home/_row.html", back="/", say=said, undo=back, row=step.assignment)
    me = viewer()
    return answer(
        "careers/_work.html", back=f"{HOME}#plan", say=said, undo=back,
        career=overview.of(me, me, step.plan.key), is_own=True,
        form=OwnStepForm(data=first_step()),
    )  # fmt: skip


@bp.post("/careers/steps/<int:step_id>/omission")
@doors.signed_in
def leave_out_step(step_id: int) -> Any:
    step = _own_step(step_id)
    if not step.leave_out(by=viewer()):
        return go(f"{HOME}#plan", say=TOO_LATE)
    undo = f"/careers/steps/{step.id}/restoration"
    back = f"{HOME}{_rung_of(step.plan)}#plan"
    return go(back, say="It is not in your plan any more.", undo=undo)


@bp.post("/careers/steps/<int:step_id>/restoration")
@doors.signed_in
def bring_back_step(step_id: int) -> Any:
    is_back = _own_step(step_id).bring_back(by=viewer())
    return go(f"{HOME}#plan", say="Back in the plan." if is_back else TOO_LATE)


# -- the plan ----------------------------------------------------------------------------------


def _own_plan(plan_id: int) -> CareerPlan:
    visible = CareerPlan.whole(access.plans_visible_to(viewer()))
    plan: CareerPlan = web.get_or_404(visible, id=plan_id)
    web.permit(access.can_decide(viewer(), plan))
    return plan


@bp.post("/careers/plans/<int:plan_id>/end")
@doors.signed_in
def end_plan(plan_id: int) -> Any:
    plan = _own_plan(plan_id)
    is_over = plan.end(by=viewer())
    said = "The plan is over. What you have done stays on your record."
    undo = f"{plan.url}/reopening" if is_over else ""
    return go(HOME, say=said if is_over else "It was over already.", undo=undo)


@bp.post("/careers/plans/<int:plan_id>/reopening")
@doors.signed_in
def reopen_plan(plan_id: int) -> Any:
    plan = _own_plan(plan_id)
    is_open = plan.reopen(by=viewer())
    return go(f"{HOME}#plan", say="Your plan goes on." if is_open else TOO_LATE)
