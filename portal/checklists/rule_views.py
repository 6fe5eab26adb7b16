"""Automation rules: written, tried, switched on; and what they propose."""

from typing import Any

from flask import render_template

from portal import doors, web
from portal.checklists import access, firings, planning
from portal.checklists.firings import Firing
from portal.checklists.happenings import TRANSITION_OF
from portal.checklists.planning import transition_of
from portal.checklists.rule_forms import DismissForm, RuleForm, SwitchForm
from portal.checklists.rules import Rule
from portal.checklists.starting import Preview
from portal.checklists.views import bp
from portal.documents.models import Document
from portal.hx import go
from portal.people.session import viewer


@bp.get("/checklists/rules")
@doors.signed_in
def list_rules() -> Any:
    web.exists(access.can_write_rules(viewer()))
    return render_template("checklists/rules.html", rules=list(Rule.kept()))


@bp.get("/checklists/rules/new")
@doors.signed_in
def new_rule() -> Any:
    web.exists(access.can_write_rules(viewer()))
    plans = _plans()
    return _new_page(
        web.bind(RuleForm, {"offset_days": 0, "action": "propose"}).offer(plans), plans
    )


def _plans() -> list[Document]:
    """Plans in force, those of arrivals first, then by name."""
    order = list(TRANSITION_OF.values())

    def place(plan: Document) -> tuple[int, str]:
        transition = transition_of(plan)
        return (order.index(transition) if transition in order else len(order), plan.folded)

    return sorted(planning.published_plans(), key=place)


def _new_page(form: RuleForm, plans: list[Document], status: int = 200) -> Any:
    return render_template("checklists/rule_new.html", form=form, plans=plans), status


@bp.post("/checklists/rules")
@doors.signed_in
def create_rule() -> Any:
    me = viewer()
    web.exists(access.can_write_rules(me))
    plans = _plans()
    form = web.bind(RuleForm).offer(plans)
    if not form.validate():
        return _new_page(form, plans, 422)
    rule = Rule.write(
        by=me,
        event=form.event.data,
        plan=form.chosen(plans),
        action=form.action.data,
        rule=form.rule.data or "",
        offset_days=form.offset_days.data or 0,
    )
    return go(f"/checklists/rules/{rule.id}", say="Written, and off. See first whom it hits.")


def _rule(rule_id: int) -> Rule:
    """One rule, the removed ones too: they are restored by their address."""
    web.exists(access.can_write_rules(viewer()))
    return web.get_or_404(Rule.with_plan(), id=rule_id)  # type: ignore[no-any-return]


@bp.get("/checklists/rules/<int:rule_id>")
@doors.signed_in
def show_rule(rule_id: int) -> Any:
    """The sentence, and the dry run: whom it would have hit and what it would do now."""
    return _rule_page(_rule(rule_id), SwitchForm(data={"on_from": viewer().today()}))


def _rule_page(rule: Rule, form: SwitchForm, status: int = 200) -> Any:
    return render_template(
        "checklists/rule.html",
        rule=rule,
        form=form,
        found=firings.dry_run(rule),
        done=Firing.history_of(rule),
        past=firings.PAST_DAYS,
        ahead=firings.AHEAD_DAYS,
    ), status


@bp.post("/checklists/rules/<int:rule_id>/switch")
@doors.signed_in
def switch_on_rule(rule_id: int) -> Any:
    me, rule = viewer(), _rule(rule_id)
    form = web.bind(SwitchForm)
    valid = form.validate()
    if valid and form.on_from.data < me.today():
        valid, form.on_from.errors = False, ["Today or later: what has happened is not hit."]
    if not valid:
        return _rule_page(rule, form, 422)
    rule.switch_on(form.on_from.data, by=me)
    return go(
        f"/checklists/rules/{rule.id}",
        say=f"On from {web.day(rule.on_from)}.",
        undo=f"/checklists/rules/{rule.id}/rest",
    )


@bp.post("/checklists/rules/<int:rule_id>/rest")
@doors.signed_in
def switch_off_rule(rule_id: int) -> Any:
    me, rule = viewer(), _rule(rule_id)
    rule.switch_off(by=me)
    return go(f"/checklists/rules/{rule.id}", say="Off. What it began goes on.")


@bp.post("/checklists/rules/<int:rule_id>/removal")
@doors.signed_in
def remove_rule(rule_id: int) -> Any:
    me, rule = viewer(), _rule(rule_id)
    rule.remove(by=me)
    undo = f"/checklists/rules/{rule.id}/restoration"
    return go("/checklists/rules", say="Removed. What it began goes on.", undo=undo)


@bp.post("/checklists/rules/<int:rule_id>/restoration")
@doors.signed_in
def restore_rule(rule_id: int) -> Any:
    me, rule = viewer(), _rule(rule_id)
    rule.restore(by=me)
    return go(f"/checklists/rules/{rule.id}", say="Back, and off.")


# -- proposals -------------------------------------------------------------------------------


def _proposal(firing_id: int) -> Firing:
    firing = Firing.find(firing_id)
    web.exists(firing is not None and access.can_decide(viewer(), firing))
    return firing  # type: ignore[return-value]


@bp.get("/checklists/proposals/<int:firing_id>")
@doors.signed_in
def show_proposal(firing_id: int) -> Any:
    return _proposal_page(_proposal(firing_id), DismissForm())


def _proposal_page(firing: Firing, form: DismissForm, status: int = 200) -> Any:
    plan, person = firing.rule.plan, firing.person
    shown = Preview(hint="The plan is not in force.")
    if plan.current is not None and firing.outcome == "proposed":
        steps = planning.lay_out(plan.current.parsed, person, person.position(), firing.fact_on)
        shown = Preview(plan, steps, person.called)
    return render_template(
        "checklists/proposal.html", firing=firing, form=form, preview=shown
    ), status


@bp.post("/checklists/proposals/<int:firing_id>/acceptance")
@doors.signed_in
def accept_proposal(firing_id: int) -> Any:
    me, firing = viewer(), _proposal(firing_id)
    firing.accept(by=me)
    if firing.checklist_id is None:
        return go(f"/checklists/proposals/{firing.id}", say="Nothing was started.")
    return go(f"/checklists/{firing.checklist_id}", say=f"{firing.checklist.title} has begun.")


@bp.post("/checklists/proposals/<int:firing_id>/dismissal")
@doors.signed_in
def dismiss_proposal(firing_id: int) -> Any:
    me, firing = viewer(), _proposal(firing_id)
    form = web.bind(DismissForm)
    if not form.validate():
        return _proposal_page(firing, form, 422)
    firing.dismiss(form.reason.data, by=me)
    undo = f"/checklists/proposals/{firing.id}/reconsideration"
    return go("/hr", say="Not started.", undo=undo)


@bp.post("/checklists/proposals/<int:firing_id>/reconsideration")
@doors.signed_in
def reconsider_proposal(firing_id: int) -> Any:
    me, firing = viewer(), _proposal(firing_id)
    firing.reconsider(by=me)
    return go(f"/checklists/proposals/{firing.id}", say="To be decided again.")
