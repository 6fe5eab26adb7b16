"""Making a plan from a gap, accepting one, and how far its steps are."""

from typing import Any

from flask import redirect, render_template, request

from portal import audit, doors, web
from portal.documents.models import Document
from portal.growth import access, proposing
from portal.growth.forms import ExchangeForm, PlanForm
from portal.growth.mentorships import ENDED
from portal.growth.models import DevelopmentPlan
from portal.growth.steps import PlanStep
from portal.growth.views import bp, person_or_404
from portal.hx import answer, go, mark_sent
from portal.people.models import Person
from portal.people.session import viewer
from portal.text import count

ANSWERED = "It was answered already."
TOO_LATE = "It is too late for that: look at it again."


def _whom(person_id: int) -> Person:
    person = person_or_404(person_id)
    web.permit(access.can_make(viewer(), person))
    return person


def _proposal(person: Person, slug: str) -> proposing.Proposal:
    found = proposing.of(person, slug, viewer())
    web.exists(found)
    assert found is not None
    return found


@bp.get("/growth/people/<int:person_id>/plans/new/<slug>")
@doors.signed_in
def new_plan(person_id: int, slug: str) -> Any:
    """What is proposed for a competency: one thing to learn, one mentor, one thing to do."""
    person = _whom(person_id)
    proposal = _proposal(person, slug)
    if proposal.open_plan:
        return redirect(f"/growth/plans/{proposal.open_plan}", 303)
    return _new_page(person, proposal, PlanForm().of(proposal))


def _new_page(person: Person, proposal: Any, form: PlanForm, status: int = 200) -> Any:
    return render_template(
        "growth/plan_new.html",
        person=person,
        proposal=proposal,
        form=form,
        is_own=person.id == viewer().id,
    ), status


@bp.post("/growth/people/<int:person_id>/plans/new/<slug>")
@doors.signed_in
def make_plan(person_id: int, slug: str) -> Any:
    """For oneself it is accepted with the same tap; to somebody in one's line it is proposed."""
    me, person = viewer(), _whom(person_id)
    proposal = _proposal(person, slug)
    form = web.bind(PlanForm).of(proposal)
    if not form.validate():
        return _new_page(person, proposal, form, 422)
    competency: Document = proposal.text.document
    level = proposal.level.level
    draft = f"plan-{person.id}-{slug}"
    if person.id == me.id:
        plan = DevelopmentPlan.take_on(person, competency, level, form.choices)
        # Where one was proposed meanwhile, what they chose was not taken.
        if plan.state != "proposed":
            mark_sent(draft)
        return go(plan.url, say=_begun(plan))
    plan = DevelopmentPlan.propose(
        person, competency, level, form.choices, note=form.note.data or "", by=me
    )
    if not access.can_withdraw(me, plan):
        return go(plan.url, say="There is a plan for it already: this is it.")
    mark_sent(draft)
    return go(plan.url, say=f"It stands on {person.first_name}’s Today.", undo=f"{plan.url}/recall")


def _begun(plan: DevelopmentPlan) -> str:
    """What became of a plan that was taken on, in a sentence."""
    if plan.state == "proposed":
        return "This one was proposed to you meanwhile: look at it first."
    if plan.state == "done":
        return "You had done all of it before."
    missed = [step for step in plan.steps() if step.state == "missed"]
    if missed:
        which = ", ".join(step.titled(True, is_own=True) for step in missed)
        said = f"{count(len(missed), 'step')} could not be asked for: {which}."
        return f"Your plan is under way. {said}"
    return "Your plan is under way."


# -- a plan ------------------------------------------------------------------------------------


def _plan(plan_id: int) -> DevelopmentPlan:
    visible = DevelopmentPlan.whole(access.plans_visible_to(viewer()))
    return web.get_or_404(visible, id=plan_id)  # type: ignore[no-any-return]


def _own(plan_id: int) -> DevelopmentPlan:
    plan = _plan(plan_id)
    web.permit(access.can_decide(viewer(), plan))
    return plan


@bp.get("/growth/plans/<int:plan_id>")
@doors.signed_in
def show_plan(plan_id: int) -> Any:
    me, plan = viewer(), _plan(plan_id)
    if plan.person_id != me.id:
        audit.looked(me, plan, about=plan.person)
    return render_template(
        "growth/plan.html",
        plan=plan,
        steps=plan.steps(),
        may_decide=access.can_decide(me, plan),
        may_withdraw=access.can_withdraw(me, plan),
        may_name=access.can_name_mentors(me, plan),
        today=me.today(),
    )


@bp.post("/growth/plans/<int:plan_id>/acceptance")
@doors.signed_in
def accept_plan(plan_id: int) -> Any:
    plan = _own(plan_id)
    is_on = plan.accept(by=viewer())
    return go(plan.url, say=_begun(plan) if is_on else ANSWERED)


@bp.post("/growth/plans/<int:plan_id>/refusal")
@doors.signed_in
def decline_plan(plan_id: int) -> Any:
    plan = _own(plan_id)
    is_over = plan.decline(by=viewer())
    return go("/growth", say="It is not your plan." if is_over else ANSWERED)


@bp.post("/growth/plans/<int:plan_id>/recall")
@doors.signed_in
def withdraw_plan(plan_id: int) -> Any:
    """Whoever proposed it takes it back."""
    plan = _plan(plan_id)
    web.permit(access.can_withdraw(viewer(), plan))
    is_over = plan.withdraw(by=viewer())
    back = f"/growth/people/{plan.person_id}"
    return go(back, say="Taken back." if is_over else ANSWERED)


@bp.post("/growth/plans/<int:plan_id>/end")
@doors.signed_in
def end_plan(plan_id: int) -> Any:
    plan = _own(plan_id)
    is_over = plan.end(by=viewer())
    said = "The plan is over. What you have done stays on your record."
    return go(plan.url, say=said if is_over else ANSWERED)


# -- a step ------------------------------------------------------------------------------------


def _step(step_id: int) -> PlanStep:
    """A step with its plan, if the viewer may open that."""
    visible = access.steps_visible_to(viewer())
    plan = _plan(web.get_or_404(visible, id=step_id).plan_id)
    return next(one for one in plan.steps() if one.id == step_id)


def _own_step(step_id: int) -> PlanStep:
    step = _step(step_id)
    web.permit(access.can_decide(viewer(), step.plan))
    return step


@bp.get("/growth/steps/<int:step_id>")
@doors.signed_in
def show_step(step_id: int) -> Any:
    """A step has no page of its own: it stands in its plan."""
    return redirect(_step(step_id).plan.url, 303)


@bp.post("/growth/steps/<int:step_id>/completion")
@doors.signed_in
def complete_step(step_id: int) -> Any:
    return _ticked(step_id, "complete", "Done.", "reopening")


@bp.post("/growth/steps/<int:step_id>/reopening")
@doors.signed_in
def reopen_step(step_id: int) -> Any:
    return _ticked(step_id, "reopen", "It is to be done again.", "")


def _ticked(step_id: int, verb: str, say: str, undo: str) -> Any:
    """The plan anew, or where it was ticked on Today its row there."""
    step = _own_step(step_id)
    is_so = getattr(step, verb)(by=viewer())
    said = say if is_so else TOO_LATE
    back = f"/growth/steps/{step.id}/{undo}" if undo and is_so else ""
    if step.duty_id and request.values.get("from") == "today":
        back = f"{back}?from=today" if back else ""
        return answer("home/_row.html", back="/", say=said, undo=back, row=step.duty)
    plan = _plan(step.plan_id)
    return answer(
        "growth/_plan.html",
        back=plan.url,
        say=said,
        undo=back,
        plan=plan,
        steps=plan.steps(),
        may_decide=True,
        may_name=True,
        today=viewer().today(),
    )


@bp.post("/growth/steps/<int:step_id>/omission")
@doors.signed_in
def leave_out_step(step_id: int) -> Any:
    step = _own_step(step_id)
    if not step.leave_out(by=viewer()):
        return go(step.plan.url, say=TOO_LATE)
    if step.plan.state == ENDED:
        return go(step.plan.url, say="That was its last step: the plan is over.")
    undo = f"/growth/steps/{step.id}/restoration"
    return go(step.plan.url, say="The plan goes on without it.", undo=undo)


@bp.post("/growth/steps/<int:step_id>/restoration")
@doors.signed_in
def bring_back_step(step_id: int) -> Any:
    step = _own_step(step_id)
    is_back = step.bring_back(by=viewer())
    return go(step.plan.url, say="Back in the plan." if is_back else TOO_LATE)


@bp.get("/growth/steps/<int:step_id>/exchange")
@doors.signed_in
def choose_other(step_id: int) -> Any:
    step = _own_step(step_id)
    web.permit(step.can_be_exchanged)
    return _exchange_page(step, ExchangeForm().of(_others(step)))


def _others(step: PlanStep) -> proposing.Place:
    return proposing.instead_of(step, viewer())


def _exchange_page(step: PlanStep, form: ExchangeForm, status: int = 200) -> Any:
    return render_template("growth/exchange.html", step=step, form=form), status


@bp.post("/growth/steps/<int:step_id>/exchange")
@doors.signed_in
def exchange_step(step_id: int) -> Any:
    step = _own_step(step_id)
    form = web.bind(ExchangeForm).of(_others(step))
    if not form.validate() or form.chosen is None:
        return _exchange_page(step, form, 422)
    other = step.exchange(form.chosen, by=viewer())
    if other:
        mark_sent(f"step-{step.id}")
    return go(step.plan.url, say="Exchanged." if other else TOO_LATE)
